"""Commands about documents for practices: how they stand, and sending one again."""

from uuid import UUID

import click

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.errors import DomainError
from portal.core.transactions import unit
from portal.referrals.dispatching import queries, queueing

STATES = ("queued", "sent", "acknowledged", "refused", "failed", "withdrawn")


@click.group("documents")
def documents() -> None:
    """Documents for practices: how they stand, and sending one again."""


@documents.command("status")
@json_option
@with_app
def status(as_json: bool) -> None:
    """Say how many documents wait, went, arrived and failed, and which somebody has to see to."""
    counted, failed = queries.count_by_state(), queries.failed()
    if as_json:
        say_json({"counts": counted, "failed": [vars(one) for one in failed]})
        return
    for state in STATES:
        click.echo(f"{counted.get(state, 0):>7,}  {state}")
    for one in failed:
        click.echo(f"{one.id}  {one.reference} by {one.transport or 'nothing'}: {one.reason}, {one.attempts} tries")


@documents.command("again")
@click.argument("document_id", type=click.UUID)
@json_option
@with_app
def again(document_id: UUID, as_json: bool) -> None:
    """Make a document anew that did not go or did not arrive, and send it."""
    try:
        with unit():
            queueing.send_again(queries.any_by_id(document_id), by="operator")
    except DomainError as problem:
        refuse(problem.sentence)
    if as_json:
        say_json({"again": document_id})
    else:
        click.echo("The worker sends it now.")


COMMANDS = (documents,)
