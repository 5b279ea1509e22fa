"""The command `portal import`."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import OperationalError

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.database import learn
from portal.core.destinations import is_address, shown_address
from portal.core.extensions import db
from portal.core.fetching import fetcher
from portal.importing import moving
from portal.importing.actions import Origin, import_rows
from portal.importing.bounded import Read, Wanted, reading_file
from portal.importing.contents import Contents, Counted
from portal.importing.feed import download, is_file, services_of
from portal.importing.formats import FORMATS
from portal.importing.lines import FileProblem
from portal.importing.mapping import Mapping, read_mapping
from portal.importing.opened import Opened, must_name
from portal.importing.opened import opened as opened_with
from portal.importing.results import Result, Tally

NAMES = ", ".join(FORMATS)
MOST_REASONS = 10
INDEXED = "A running worker puts them into the search; without one, run: portal search rebuild"


@click.command("import")
@click.argument("file", metavar="FILE_OR_URL")
@click.option("--format", "format_name", metavar="FORMAT", help=f"One of {NAMES}; else the file tells.")
@click.option(
    "--source", metavar="NAME", help="Where the listings come from; else each record's own source, or the file's name."
)
@click.option(
    "--mapping", "mapping_path", type=click.Path(path_type=Path), help="Which column of a table tells which fact."
)
@click.option(
    "--as-here",
    is_flag=True,
    help="Move house: into an empty instance, with who confirmed what and when. Only an export of a portal like this one.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done. Writes the guessed mapping, if its file is new.")
@json_option
@with_app
def import_command(
    file: str,
    format_name: str | None,
    source: str | None,
    mapping_path: Path | None,
    as_here: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import listings from a file, a folder or a feed's address: new, changed, same or refused and why. Safe to repeat."""
    if format_name is not None and format_name not in FORMATS:
        raise click.UsageError(f'"{format_name}" is not a format that can be imported. Say one of {NAMES}.')
    if as_here and (is_address(file) or source or mapping_path):
        raise click.UsageError("--as-here takes a file or folder of an export, and neither --source nor --mapping.")
    try:
        if as_here:
            moving.must_be_empty()
        with _read(file, format_name, mapping_path, dry_run=dry_run) as (name, opened):
            origin = replace(_origin(file, opened.mapping, source), as_here=as_here)
            _ready(opened, file, name, mapping_path, dry_run=dry_run, as_json=as_json)
            tally = _run(opened, origin, dry_run=dry_run, as_json=as_json)
            if not dry_run and tally.counts["new"]:
                learn(db.engine)
            if not dry_run and (tally.counts["new"] or tally.counts["changed"]):
                click.echo(INDEXED, err=True)
    except FileProblem as problem:
        refuse(str(problem))
    except OperationalError:
        refuse(
            "The database cannot be written to now. What was saved stays; run `portal doctor`, then the import again."
        )
    if tally.is_all_refused:
        sys.exit(1)


@contextmanager
def _read(
    file: str, format_name: str | None, mapping_path: Path | None, *, dry_run: bool
) -> Iterator[tuple[str, Opened]]:
    """The format and what the file holds. With a dry run, a mapping whose file is not there yet is guessed and written."""
    mapping = None
    if mapping_path is not None:
        if mapping_path.exists():
            mapping = read_mapping(mapping_path)
        elif not dry_run:
            raise FileProblem(
                f"There is no mapping {mapping_path.name} yet. With --dry-run, a guessed one is written there."
            )
    sheet = mapping.sheet if mapping else None
    with _reading(file, format_name, sheet, flat=mapping_path is not None) as (name, contents):
        opened = opened_with(contents, mapping, Path(file).name)
        if mapping_path is not None and mapping is None and opened.wants_mapping:
            _write(mapping_path, opened.mapping_text)
            click.echo(f"The guess stands in {mapping_path}. Put it right, then import with it.", err=True)
        yield name, opened


@contextmanager
def _reading(file: str, format_name: str | None, sheet: str | None, *, flat: bool) -> Iterator[Read]:
    """A file or folder here, a file at an address, or a feed that is walked page by page."""
    if not is_address(file):
        if Path(file).exists() and not (Path(file).is_file() or Path(file).is_dir()):
            raise FileProblem(f"{Path(file).name} is neither a file nor a folder.")
        with reading_file(Wanted(Path(file), format_name, sheet, flat)) as read:
            yield read
        return
    with fetcher() as fetching:
        if format_name in {None, "oruk"} and not is_file(file):
            yield Read("oruk", Contents(services_of(file, fetching), Counted()))
            return
        with tempfile.TemporaryDirectory(prefix="portal-fetch-") as folder:
            path = download(file, Path(folder), fetching)
            with reading_file(Wanted(path, format_name, sheet, flat)) as read:
                yield read


def _write(mapping_path: Path, text: str) -> None:
    try:
        mapping_path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileProblem(f"The mapping {mapping_path.name} cannot be written: {error.strerror}.") from error


def _ready(opened: Opened, file: str, name: str, mapping_path: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Say how the file is read, and have a person look at what was guessed."""
    if not opened.wants_mapping:
        if mapping_path is not None:
            raise click.UsageError(
                f"{Path(file).name} is read as {FORMATS[name].called}, which names its facts itself; --mapping is for tables."
            )
        return
    if not as_json:
        _show_mapping(opened)
    must_name(opened.mapping, Path(file).name)
    if mapping_path is None and not dry_run and not as_json:
        _confirm()


def _origin(file: str, mapping: Mapping, source: str | None) -> Origin:
    """Where the rows come from: what is said, else the host of an address, else what the records say, else the file's name.

    What is fetched never says itself whose it is: it could name another source and change its listings.
    """
    if is_address(file):
        host = (urlsplit(file).hostname or file)[:120]
        return Origin(host, source or mapping.source or host, mapping.url or shown_address(file), mapping.licence)
    name = Path(file).resolve().name
    stem = name.removesuffix(".gz").rpartition(".")[0] or name
    return Origin(stem[:120], source or mapping.source, mapping.url, mapping.licence)


def _show_mapping(opened: Opened) -> None:
    examples = {guess.column: guess for guess in opened.guesses}
    sheets = opened.contents.sheets
    read = f"the sheet {sheets[0]}" if sheets else opened.contents.encoding
    beside = f", with {', '.join(sheets[1:])} beside it" if sheets[1:] else ""
    click.echo(f"Read as {read}{beside}. Columns:")
    width = max(map(len, examples), default=0)
    for column, guess in examples.items():
        fact = opened.mapping.columns.get(column, "(not used)")
        click.echo(f"  {column:<{min(width, 40)}}  {fact:<16}  {guess.example[:40]}")


def _confirm() -> None:
    """Ask a person, if there is one, whether the guess is right."""
    if sys.stdin.isatty() and sys.stdout.isatty() and not click.confirm("Are these columns right?", default=True):
        refuse("Nothing was imported. Make a mapping with --dry-run --mapping FILE, put it right, and give it back.")


def _run(opened: Opened, origin: Origin, *, dry_run: bool, as_json: bool) -> Tally:
    tally, told = Tally(), list[dict[str, object]]()
    try:
        _take_in(opened, origin, tally, told, dry_run=dry_run, as_json=as_json)
    finally:
        if tally.counts or sys.exc_info()[0] is None:
            _say_tally(tally, told, dry_run=dry_run, as_json=as_json)
    return tally


def _take_in(
    opened: Opened, origin: Origin, tally: Tally, told: list[dict[str, object]], *, dry_run: bool, as_json: bool
) -> None:
    for result in _with_progress(import_rows(opened.rows, origin, dry_run=dry_run), opened):
        tally.add(result)
        if as_json:
            told.append(result.as_json())
        elif result.outcome in {"changed", "refused"}:
            click.echo(result.sentence[:1].upper() + result.sentence[1:])


def _with_progress(results: Iterator[Result], opened: Opened) -> Iterator[Result]:
    """The results, with a bar of how much of the file was read on a terminal."""
    if not sys.stderr.isatty() or not opened.contents.progress.size:
        yield from results
        return
    with click.progressbar(length=opened.contents.progress.size, label="Importing", file=sys.stderr) as bar:
        for result in results:
            yield result
            bar.update(opened.contents.progress.read_bytes - bar.pos)


def _say_tally(tally: Tally, told: list[dict[str, object]], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        unmodelled = dict(sorted(tally.unmodelled.items()))
        say_json({"dry_run": dry_run, **tally.as_json(), "unmodelled": unmodelled, "rows": told})
        return
    if tally.unmodelled:
        click.echo("Not modelled here, and kept in the original documents:")
        for name, count in sorted(tally.unmodelled.items(), key=lambda one: (-one[1], one[0])):
            click.echo(f"  {count:>6,}  {name}")
    done = ", ".join(f"{count:,} {kind}" for kind, count in tally.as_json().items())
    click.echo(f"{'Nothing was saved. It would have been: ' if dry_run else ''}{done}.")
    if len(tally.reasons) > 1:
        click.echo("Refused, by reason:")
        for reason, count in tally.reasons.most_common(MOST_REASONS):
            click.echo(f"  {count:>6,}  {reason}")


COMMANDS: list[click.Command] = [import_command]
