"""Commands about code lists: `portal codes load` and `portal codes list`."""

from dataclasses import asdict
from pathlib import Path

import click

from portal.codes import actions, files, queries
from portal.codes.actions import Loaded, Refusal
from portal.codes.files import Contents, UnreadableFile
from portal.codes.known import Known, lists, of_system
from portal.codes.models import UNCONFIRMED
from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.transactions import unit

MOST_SAID = 50
"""Refused rows that are said in words; JSON holds them all."""


@click.group("codes")
def codes() -> None:
    """Code lists, such as ethnic categories: load them, and see what is loaded."""


@codes.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "list_name", metavar="NAME", help="Which list it is; else the file tells.")
@click.option("--version", metavar="TEXT", help="The release of the list, where the file does not tell it.")
@click.option(
    "--unconfirmed", is_flag=True, help="Keep the list, but offer it on no form until it is loaded without this."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@json_option
@with_app
def load(  # one parameter an option
    file: Path, list_name: str | None, version: str | None, unconfirmed: bool, dry_run: bool, as_json: bool
) -> None:
    """Put a file of codes in the place of a list: CSV, tab-separated text, JSON, or a list of FHIR. Safe to repeat."""
    try:
        contents = files.read(file)
        known = _known(list_name, contents)
        with unit():
            status = UNCONFIRMED if unconfirmed else None
            loaded = actions.load(known, contents, status=status, version=version, dry_run=dry_run)
    except (UnreadableFile, Refusal) as problem:
        refuse(str(problem))
    _say(loaded, dry_run=dry_run, as_json=as_json)


@codes.command("list")
@json_option
@with_app
def show(as_json: bool) -> None:
    """Every list by its name: how many codes are offered, where they come from, and under what licence."""
    found = queries.standing()
    if as_json:
        say_json(
            [
                {
                    "name": one.known.name,
                    "title": one.known.title,
                    "state": one.state,
                    "offered": one.offered,
                    "system": one.known.system,
                    "version": one.loaded.version if one.loaded else None,
                    "loaded_at": one.loaded_at,
                    "source": one.loaded.source if one.loaded else one.known.source,
                    "licence": one.loaded.licence if one.loaded else one.known.licence,
                }
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(f"{one.known.name:<32}{one.state:<13}{one.offered:>7,}  {one.known.title}")


def _known(list_name: str | None, contents: Contents) -> Known:
    """The list that is meant: by its name, as the file is called in itself, or by its code system. Raises Refusal."""
    name = list_name or contents.told.get("name")
    known = lists().get(name) if name else of_system(contents.told.get("system", ""))
    if known is None:
        told = f"There is no list “{name}”." if name else "The file does not tell which list it is."
        raise Refusal(
            f"{told} Say --list with one of: {', '.join(one for one in lists() if not lists()[one].is_ours)}."
        )
    return known


def _say(loaded: Loaded, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        told = {name: getattr(loaded, name) for name in ("status", "taken", "new", "changed", "same", "gone")}
        say_json(
            {"list": loaded.known.name, "dry_run": dry_run, **told, "refused": [asdict(one) for one in loaded.refused]}
        )
        return
    would = "would be " if dry_run else ""
    parts = f"{loaded.new:,} new, {loaded.changed:,} changed, {loaded.same:,} as before"
    click.echo(
        f"{loaded.known.title}: {loaded.taken:,} codes {would}taken ({parts}); {loaded.gone:,} {would}offered no more."
    )
    for one in loaded.refused[:MOST_SAID]:
        click.echo(f"Row {one.row} refused, {one.code or 'without a code'}: {one.why}.")
    if len(loaded.refused) > MOST_SAID:
        click.echo(f"{len(loaded.refused) - MOST_SAID:,} more were refused; --json names them all.")
    if loaded.status == UNCONFIRMED:
        click.echo("The list is not confirmed, so that no form offers it.")


COMMANDS: list[click.Command] = [codes]
