"""The commands `portal feed ...`."""

import sys
from pathlib import Path
from random import randrange
from typing import cast

import click

from portal.core import clock
from portal.core.commands import json_option, progress, refuse, say_json, with_app
from portal.core.destinations import Exceptions, NotFetched, destination_of, is_address
from portal.core.extensions import settings
from portal.core.fetching import fetcher
from portal.feedcheck.checking import check_address, check_saved
from portal.feedcheck.findings import Findings, Level
from portal.feedcheck.getting import AtAddress, base_of
from portal.feedcheck.saved import FolderProblem
from portal.feedcheck.telling import as_value, lines_of

MOST_SEEDS = 1_000_000
EXCEPTIONS = "A feed on this machine is named in PORTAL_FETCH_ALLOW, as in PORTAL_FETCH_ALLOW=127.0.0.1:8000."


@click.group("feed")
def feed_group() -> None:
    """Feeds of Open Referral UK."""


@feed_group.command("check")
@click.argument("source", metavar="URL_OR_DIR")
@click.option("--level", type=click.IntRange(1, 3), default=3, show_default=True, help="Up to which level.")
@click.option("--links", "with_links", is_flag=True, help="Ask whether addresses in the documents lead anywhere.")
@click.option("--seed", type=click.IntRange(0), help="Ask for the same ids and values as a check with this seed did.")
@json_option
@with_app
def check_command(source: str, level: int, with_links: bool, seed: int | None, as_json: bool) -> None:
    """Check a feed at its address, or a folder of saved documents. Exits with 1 where it does not pass."""
    wanted, chosen = cast("Level", level), randrange(MOST_SEEDS) if seed is None else seed
    if with_links and level < 3:
        raise click.UsageError("--links is part of level 3.")
    is_at = is_address(source)
    findings = _at_address(source.strip(), wanted, chosen, with_links) if is_at else _in_folder(Path(source), wanted)
    if as_json:
        say_json(as_value(findings, source, chosen))
    else:
        for line in lines_of(findings, source):
            click.echo(line)
        if "requests" in findings.figures:
            click.echo(f"What fell by chance can be had again with --seed {chosen}.")
    if findings.is_failed:
        sys.exit(1)


def _at_address(address: str, level: Level, seed: int, with_links: bool) -> Findings:
    try:
        destination_of(base_of(address), Exceptions.of(settings().fetch_allow))
    except (NotFetched, ValueError) as problem:
        raise click.UsageError(f"The address {problem}. {EXCEPTIONS}") from None
    with fetcher() as one, progress("Checking") as step:
        return check_address(
            AtAddress(address, one), level, today=clock.today(), seed=seed, with_links=with_links, step=step
        )


def _in_folder(folder: Path, level: Level) -> Findings:
    if not folder.is_dir():
        raise click.UsageError(f"{folder} is neither an address nor a folder.")
    try:
        return check_saved(folder, level, today=clock.today())
    except FolderProblem as problem:
        raise click.UsageError(str(problem)) from None
    except OSError:
        refuse(f"{folder} cannot be read.")


COMMANDS: list[click.Command] = [feed_group]
