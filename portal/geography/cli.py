"""Commands about places: `portal geography load` and `portal geography locate`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.database import reading
from portal.core.transactions import unit
from portal.geography import current, loading, queries, speaking
from portal.geography.reading import UnreadableFileError
from portal.geography.sources import SourceMissing

HUNDREDTHS = 100


@click.group("geography")
def geography() -> None:
    """Postcodes and places: load official files, look places up."""


@geography.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@with_app
def load(file: Path, as_json: bool) -> None:
    """Take in an ONSPD or NSPL file, OS Open Names, or a list of MSOA names: CSV, .gz or .zip.

    A file is taken in whole or not at all. Repeating it changes nothing.
    """
    try:
        with (
            click.progressbar(
                length=HUNDREDTHS, label=file.name, file=sys.stderr, hidden=not sys.stderr.isatty()
            ) as bar,
            unit(),
        ):
            if not current.is_prepared():
                refuse("The database has no tables yet. Run first: portal upgrade")
            loaded = loading.load(file, lambda share: bar.update(int(share * HUNDREDTHS) - bar.pos))
    except UnreadableFileError as problem:
        refuse(str(problem))
    if as_json:
        say_json(speaking.loaded_as_json(loaded))
    else:
        click.echo(speaking.loaded_in_words(loaded))


@geography.command("locate")
@click.argument("places", metavar="PLACE...", nargs=-1, required=True)
@json_option
@with_app
def locate(places: tuple[str, ...], as_json: bool) -> None:
    """Look up postcodes, parts of postcodes and names of places. "-" reads them from standard input, one a line."""
    try:
        with reading():
            if not current.is_prepared():
                current.expect_nothing_loaded()
            for text in _asked(places):
                found = queries.locate(text)
                if as_json:
                    say_json(speaking.place_as_json(text, found))
                else:
                    click.echo(speaking.place_in_words(text, found))
    except SourceMissing as problem:
        refuse(str(problem))


def _asked(places: tuple[str, ...]) -> Iterator[str]:
    for place in places:
        if place == "-":
            for line in sys.stdin.buffer:
                yield line.decode("utf-8", errors="replace").rstrip("\r\n")
        else:
            yield place


COMMANDS: list[click.Command] = [geography]
