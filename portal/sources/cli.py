"""Commands about other directories that are read: `portal source add`, `run` and `list`."""

from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from portal.core import clock
from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.destinations import shown_address
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.sources import actions, queries
from portal.sources.actions import Told
from portal.sources.models import SourceRun
from portal.sources.profiles import DOUBTS, PROFILES, RHYTHMS, RUN_STATES, STATES, TRUSTS
from portal.sources.running import TakenOver, perform_run

OPERATOR = "operator"
MOST_SHOWN = 20
BUSY = "The database cannot be written to now. Run `portal doctor`, then this again: it goes on where it was."
TAKEN = "Somebody else works on this reading now. Look at it with: portal source list"
WAITING = "Look at it on /admin/sources, and accept it there or with: portal source run {name} --accept"
COUNTED = {
    "new": "new",
    "changed": "changed",
    "doubtful": "perhaps listings that we hold",
    "copy": "copies of listings that we hold",
    "left_out": "left out",
    "refused": "refused",
    "closed": "ended",
    "vanished": "in the source no more",
    "same": "as we hold them",
    "elsewhere": "in another council",
    "ended": "ended before we held them",
    "repeated": "repeated",
}
"""What a reading counts, in the order and the words in which it is said."""


@click.group("source")
def source() -> None:
    """Other directories that are read: add one, read it, see how they stand."""


@source.command("add")
@click.argument("name")
@click.argument("address", required=False)
@click.option("--profile", type=click.Choice(list(PROFILES)), required=True, help="What kind of source it is.")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Which column tells which fact."
)
@click.option("--licence", help="Under which licence its listings may be shown.")
@click.option("--area", metavar="CODE", multiple=True, help="Code of a council that it tells of; may be repeated.")
@click.option("--rhythm", type=click.Choice(list(RHYTHMS)), default="by_hand", show_default=True)
@click.option("--trust", type=click.Choice(list(TRUSTS)), default="preview", show_default=True)
@json_option
@with_app
def add(
    name: str,
    address: str | None,
    profile: str,
    mapping: Path | None,
    licence: str | None,
    area: tuple[str, ...],
    rhythm: str,
    trust: str,
    as_json: bool,
) -> None:
    """Add a source. Without an address its files are named with `portal source run NAME --file`, or sent on the pages."""
    try:
        text = mapping.read_text(encoding="utf-8") if mapping else None
    except (OSError, UnicodeDecodeError):
        refuse(f"The mapping {mapping.name if mapping else ''} cannot be read.")
    told = Told(name, profile, address, text, licence, area, rhythm, trust)
    try:
        with unit():
            setting = actions.add_source(told, by=OPERATOR)
            added = {"name": setting.source.name, "id": str(setting.source_id), "state": setting.state}
    except DomainError as problem:
        refuse(problem.sentence)
    if as_json:
        say_json(added)
    else:
        click.echo(f'"{added["name"]}" is added. Read it with: portal source run "{added["name"]}"')


@source.command("run")
@click.argument("name")
@click.option("--file", type=click.Path(exists=True, path_type=Path), help="A file or folder, in place of the address.")
@click.option("--whole", is_flag=True, help="Read all of it, not only what changed since the last time.")
@click.option("--accept", is_flag=True, help="Apply it, also where somebody has to look at it first.")
@json_option
@with_app
def run(name: str, file: Path | None, whole: bool, accept: bool, as_json: bool) -> None:
    """Read a source now, or go on with a reading that was broken off. With --accept, one that waits is applied."""
    try:
        run_id, is_waiting = _run_to_perform(name, is_file=file is not None, whole=whole, accept=accept)
        if not is_waiting:
            perform_run(run_id, file)
        if accept and queries.run_of(run_id).state == "waiting":
            _accept(run_id)
    except DomainError as problem:
        refuse(problem.sentence)
    except TakenOver:
        refuse(TAKEN)
    except OperationalError:
        refuse(BUSY)
    db.session.rollback()
    done = queries.run_of(run_id)
    _say_run(done, name, as_json=as_json)
    if done.state == "failed":
        refuse(done.problem or "")


@source.command("list")
@json_option
@with_app
def list_sources(as_json: bool) -> None:
    """How every source stands: when it was last read, what came of it, and what waits for a person."""
    every = queries.standings()
    if as_json:
        say_json([_standing(one) for one in every])
        return
    if not every:
        click.echo("No source is read yet. Add one with: portal source add NAME ADDRESS --profile PROFILE")
    for one in every:
        click.echo(f"{one.setting.source.name}: {STATES[one.setting.state]}. {one.held:,} listings.")
        if one.setting.stopped_why:
            click.echo(f"  {one.setting.stopped_why}")
        if one.last is not None:
            click.echo(f"  Last read {clock.local(one.last.began_at):%d %B %Y, %H:%M}: {RUN_STATES[one.last.state]}.")
        if one.to_decide or one.tasks:
            click.echo(f"  Waiting for a person: {one.to_decide:,} doubtful, {one.tasks:,} ended or gone.")


def _run_to_perform(name: str, *, is_file: bool, whole: bool, accept: bool) -> tuple[Any, bool]:
    """The run to work on, and whether it only waits to be accepted. Raises DomainError."""
    with unit():
        setting = queries.setting_named(name)
        if setting is None:
            raise DomainError(f'There is no source "{name}". See them all with: portal source list')
        now = queries.open_run(setting.source_id)
        if now is not None and now.state == "waiting" and accept:
            return now.id, True
        if now is not None and now.state != "waiting":
            return now.id, False
        asked = actions.ask_for_run(setting, by=OPERATOR, whole=whole, in_worker=False, has_file=is_file)
        return asked.id, False


def _accept(run_id: Any) -> None:
    with unit():
        actions.accept_run(queries.run_of(run_id), by=OPERATOR, in_worker=False)
    perform_run(run_id)


def _standing(one: queries.Standing) -> dict[str, Any]:
    setting, last = one.setting, one.last
    return {
        "name": setting.source.name,
        "profile": setting.profile,
        "address": shown_address(setting.address) if setting.address else None,
        "rhythm": setting.rhythm,
        "trust": setting.trust,
        "state": setting.state,
        "stopped_why": setting.stopped_why,
        "failures": setting.failures,
        "next_run_at": setting.next_run_at,
        "listings": one.held,
        "to_decide": one.to_decide,
        "tasks": one.tasks,
        "last": _run_as_json(last) if last else None,
    }


def _run_as_json(one: SourceRun) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "state": one.state,
        "whole": one.is_whole,
        "counts": one.counts,
        "problem": one.problem,
        "waits_because": one.doubt if one.state == "waiting" else None,
        "began_at": one.began_at,
        "ended_at": one.ended_at,
    }


def _say_run(one: SourceRun, name: str, *, as_json: bool) -> None:
    if as_json:
        say_json(_run_as_json(one))
        return
    counts = one.counts
    parts = [f"{counts[key]:,} {words}" for key, words in COUNTED.items() if counts.get(key)]
    told = ", ".join(parts) or "nothing new"
    click.echo(f"{RUN_STATES[one.state]}. {counts.get('read', 0):,} records read: {told}.")
    for row in queries.preview(one.id, "refused").rows[:MOST_SHOWN]:
        click.echo(f"  {row.external_id or f'record {row.line:,}'} was refused: {row.why}.")
    if one.state == "waiting":
        click.echo(f"{DOUBTS[one.doubt or 'preview']} {WAITING.format(name=_quoted(name))}")


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


COMMANDS: list[click.Command] = [source]
