"""The program `portal`: every command of every feature. Source: docs/commands.md."""

import gc
import os
import sys

gc.disable()  # What is read in now stays. Going through it for garbage meanwhile took a quarter of the start.

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.accounts import cli as accounts_cli
from portal.codes import cli as codes_cli
from portal.config import SettingsProblem
from portal.core.brand import BrandProblem
from portal.describing import cli as describing_cli
from portal.directory import cli as directory_cli
from portal.directory.school_holidays import SchoolHolidaysProblem
from portal.exporting import cli as exporting_cli
from portal.feedcheck import cli as feedcheck_cli
from portal.geography import cli as geography_cli
from portal.geography.sources import SourceMissing
from portal.governance import cli as governance_cli
from portal.importing import cli as importing_cli
from portal.insight import cli as insight_cli
from portal.notifications import cli as notifications_cli
from portal.operations import cli as operations_cli
from portal.referrals import cli as referrals_cli
from portal.registers import cli as registers_cli
from portal.running import cli as running_cli
from portal.sources import cli as sources_cli
from portal.webhooks import cli as webhooks_cli

gc.freeze()
gc.enable()

FEATURES = (
    running_cli,
    operations_cli,
    directory_cli,
    geography_cli,
    importing_cli,
    sources_cli,
    exporting_cli,
    feedcheck_cli,
    registers_cli,
    insight_cli,
    codes_cli,
    governance_cli,
    referrals_cli,
    accounts_cli,
    notifications_cli,
    webhooks_cli,
    describing_cli,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def portal(context: click.Context) -> None:
    """Hereabouts: a neighbourhood directory of mental health and wellbeing support."""
    context.obj = _application


for feature in FEATURES:
    for command in feature.COMMANDS:
        portal.add_command(command)


def main() -> None:
    """Run the command line. What stands in the way of every command is said in a sentence, and exits with 1."""
    try:
        portal(prog_name="portal")
    except (SettingsProblem, BrandProblem, SchoolHolidaysProblem, SourceMissing) as problem:
        click.echo(str(problem), err=True)
    except DBAPIError as problem:
        click.echo(f"The database cannot be used ({type(problem.orig).__name__}). Try: portal upgrade", err=True)
    else:
        return
    sys.exit(1)


def _application() -> Flask:
    from portal.app import create_app

    return create_app(is_serving=False)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
