"""Commands for the person who runs the portal: `upgrade`, `doctor`, `copy`."""

import sys

import click

from portal.core.commands import json_option, progress, refuse, say_json, with_app
from portal.operations import doctor as examining
from portal.operations import upgrading
from portal.operations.copying import speaking
from portal.operations.copying.copying import copy as copying
from portal.operations.copying.target import Refused, WrongAddress


@click.command("upgrade")
@with_app
def upgrade() -> None:
    """Migrate the database, load geography, bring the search index up to date. Safe to repeat."""
    upgrading.upgrade(click.echo)


@click.command("doctor")
@click.option("--deploy", is_flag=True, help="Look at what a production start needs, too.")
@json_option
@with_app
def doctor(deploy: bool, as_json: bool) -> None:
    """Say what is well and what is not, one line each. Exit 1 if anything is bad."""
    found = examining.examine(deploy=deploy)
    for check in found:
        if as_json:
            say_json({"check": check.name, "good": check.is_good, "sentence": check.sentence})
        else:
            mark = "good" if check.is_good else "BAD " if check.is_vital else "note"
            click.echo(f"{mark}  {check.name}: {check.sentence}")
    sys.exit(0 if all(check.is_good or not check.is_vital for check in found) else 1)


@click.command("copy")
@click.option(
    "--to", "address", required=True, metavar="URL", help="The other database: postgresql+psycopg:// or sqlite:///."
)
@json_option
@with_app
def copy(address: str, as_json: bool) -> None:
    """Move this instance to another database. Can be stopped at any time and run again. Changes nothing here."""
    try:
        with progress("Copying") as step:
            copied = copying(address, step)
    except WrongAddress as problem:
        raise click.BadParameter(str(problem), param_hint="--to") from problem
    except Refused as problem:
        refuse(str(problem))
    for line in speaking.as_json(copied) if as_json else ():
        say_json(line)
    for sentence in () if as_json else speaking.in_words(copied):
        click.echo(sentence)
    if not copied.is_equal:
        refuse(speaking.why_not(copied))


COMMANDS: list[click.Command] = [upgrade, doctor, copy]
