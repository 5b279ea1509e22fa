"""Commands of information governance: `portal retention` and `portal records`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import select

from portal.core import audit
from portal.core.commands import json_option, progress, refuse, say_json, with_app
from portal.core.extensions import db
from portal.core.references import read_reference, shown
from portal.core.transactions import unit
from portal.governance import erasing, exporting
from portal.governance.classes import ClassesProblem, classes
from portal.governance.retention import Due, due, erase_again, erase_due
from portal.people.models import Person


@click.group("retention")
def retention() -> None:
    """How long what people told us is kept, and erasing what falls due."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what falls due, and change nothing.")
@click.option(
    "--unconfirmed",
    multiple=True,
    metavar="CLASS",
    help="Erase what falls due by this class too, which nobody confirmed.",
)
@json_option
@with_app
def run(dry_run: bool, unconfirmed: tuple[str, ...], as_json: bool) -> None:
    """Erase what falls due by its class, and write a certificate for each person. Can be stopped and run again.

    What falls due by a class that nobody confirmed is left alone, unless the class is named.
    """
    try:
        with unit():
            found = list(due())
            known = {one.id for one in classes()}
    except ClassesProblem as problem:
        refuse(str(problem))
    if unknown := sorted(set(unconfirmed) - known):
        refuse(f"There is no retention class “{unknown[0]}”. There are: {', '.join(sorted(known))}.")
    to_erase = [one for one in found if one.retention_class.confirmed or one.retention_class.id in unconfirmed]
    erased = 0
    if not dry_run:
        with progress("Erasing") as step:
            for number, one in enumerate(to_erase, 1):
                erased += erase_due(one)
                step(number, len(to_erase))
        with unit():
            erasing.write_certificates()
    if as_json:
        say_json(_told(found, erased, len(found) - len(to_erase), dry_run=dry_run))
    else:
        _say(found, erased, len(found) - len(to_erase), dry_run=dry_run)


@retention.command("again")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@with_app
def again(folder: Path, as_json: bool) -> None:
    """After a restore: erase anew everybody whom the certificates in a folder name. Safe to repeat."""
    done = erase_again(folder)
    with unit():
        erasing.write_certificates()
    if as_json:
        say_json({"erased": done})
    else:
        click.echo(f"{len(done):,} people were erased again.")


@click.group("records")
def records() -> None:
    """Records of people: giving somebody what is held about them."""


@records.command("export")
@click.argument("reference")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@with_app
def export(reference: str, folder: Path, as_json: bool) -> None:
    """Everything that is held about a person, as one readable page and as JSON. The audit chain notes it."""
    with unit():
        known = read_reference(reference)
        person = db.session.scalar(select(Person).where(Person.reference == known, Person.erased_at.is_(None)))
        if person is None:
            refuse("There is no record with this reference.")
        files = exporting.write(person, folder)
        audit.record("person.exported", person, by="operator")
    if as_json:
        say_json({"files": [str(one) for one in files]})
    else:
        click.echo("\n".join(str(one) for one in files))


def _told(found: Sequence[Due], erased: int, left: int, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "due": [
            {"reference": one.reference, "class": one.retention_class.id, "due_on": one.due_on.isoformat()}
            for one in found
        ],
        "classes": {one.id: {"confirmed": one.confirmed, "source": one.source} for one in classes()},
        "erased": erased,
        "left_unconfirmed": left,
    }


def _say(found: Sequence[Due], erased: int, left: int, *, dry_run: bool) -> None:
    counts = Counter(one.retention_class.id for one in found)
    for one in classes():
        note = "" if one.confirmed else " (unconfirmed: for information governance to decide)"
        click.echo(f"{one.id}: {counts[one.id]:,} due{note}")
    for person in found if dry_run else ():
        click.echo(f"  {shown(person.reference)}  {person.retention_class.id}  since {person.due_on.isoformat()}")
    if left:
        click.echo(
            f"{left:,} of them are left alone: nobody confirmed their class. To erase them, name it by --unconfirmed."
        )
    if dry_run:
        click.echo("Nothing was changed.")
    else:
        click.echo(f"{erased:,} people were erased. Their certificates are in the folder “{erasing.FOLDER}”.")


COMMANDS: list[click.Command] = [retention, records]
