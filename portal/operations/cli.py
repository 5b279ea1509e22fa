"""Commands for the person who runs the portal: `upgrade`, `doctor`."""

import sys

import click

from portal.core.commands import json_option, say_json, with_app
from portal.operations import doctor as examining
from portal.operations import upgrading


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


COMMANDS: list[click.Command] = [upgrade, doctor]
