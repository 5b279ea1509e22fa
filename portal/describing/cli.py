"""The command `portal dumps`: which there are, and making today's."""

import click

from portal.core.commands import json_option, progress, refuse, say_json, with_app
from portal.core.database import reading
from portal.describing import dumping, dumps
from portal.openreferral.documents import plain


@click.group("dumps")
def dumps_group() -> None:
    """Dated dumps of all public listings, for readers who want everything at once."""


@dumps_group.command("list")
@json_option
@with_app
def list_them(as_json: bool) -> None:
    """Every dump that lies there, and whether it may be given as it is."""
    with reading():
        found = dumps.found()
        state = dumps.state_for(found)
        told = [
            {
                "date": str(one.date),
                "made_at": plain(one.made_at),
                "services": one.services,
                "bytes": sum(file.size for file in one.files),
                "is_given": not one.suspect(state),
            }
            for one in found
        ]
    if as_json:
        say_json({"dumps": told})
        return
    for each in told:
        held = "" if each["is_given"] else "  held back until it was looked through"
        click.echo(f"{each['date']}  {each['services']:>9,} services  {each['bytes'] / 1e6:>9,.1f} MB{held}")
    if not told:
        click.echo("There is no dump yet. A worker makes one a day; at once: portal dumps make")


@dumps_group.command("make")
@json_option
@with_app
def make(as_json: bool) -> None:
    """Make today's dump anew, clean those that tell what must not be told any more, remove old ones."""
    try:
        with progress("Making today's dump") as step, reading():
            done = dumping.keep(step, anew=True)
    except dumping.DumpProblem as problem:
        refuse(str(problem))
    told = {name: [str(day) for day in getattr(done, name)] for name in ("made", "cleaned", "removed")}
    if as_json:
        say_json(told)
        return
    for name, days in told.items():
        if days:
            click.echo(f"{name.capitalize()}: {', '.join(days)}")


COMMANDS = (dumps_group,)
