"""The command `portal webhooks`: who is told of changes, adding one, sending a test."""

from typing import Any

import click

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.errors import DomainError
from portal.core.transactions import unit
from portal.geography.typed import codes_in
from portal.openreferral.documents import plain
from portal.webhooks import actions, queries
from portal.webhooks.models import WebhookSubscription
from portal.webhooks.noticing import KINDS


@click.group("webhooks")
def webhooks() -> None:
    """Programs that are told of changes of public listings."""


@webhooks.command("list")
@json_option
@with_app
def list_them(as_json: bool) -> None:
    """Every webhook, how it stands, and how many messages wait."""
    counts = queries.counts()
    found = [_told(one, counts.get(one.id, {})) for one in queries.subscriptions()]
    if as_json:
        say_json({"webhooks": found})
        return
    for one in found:
        counted = (
            ", ".join(f"{count:,} {state}" for state, count in sorted(one["deliveries"].items())) or "nothing sent"
        )
        click.echo(f"{one['id']}  {one['state']:6}  {one['address']}  {', '.join(one['kinds'])}: {counted}")
    if not found:
        click.echo("Nobody is told of changes.")


@webhooks.command("add")
@click.argument("address")
@click.option("--kind", "kinds", type=click.Choice(list(KINDS)), multiple=True, default=tuple(KINDS), help="What of.")
@click.option(
    "--area",
    "areas",
    multiple=True,
    help="A council’s name, or the code of a council or neighbourhood; may be repeated.",
)
@json_option
@with_app
def add(address: str, kinds: tuple[str, ...], areas: tuple[str, ...], as_json: bool) -> None:
    """Tell the program at ADDRESS of changes from now on. Its secret is printed this once."""
    codes, unknown = codes_in("\n".join(areas))
    if unknown:
        refuse(f"We know no council called {unknown[0]}. Give its name, or a code like E06000016.")
    try:
        with unit():
            made = actions.add(address, kinds, codes, by="operator")
            told = {} if made is None else {"id": str(made.id), "secret": made.secret}
    except DomainError as problem:
        refuse(problem.sentence)
    if as_json:
        say_json(told)
    else:
        click.echo(f"{told['id']} was added. Its secret, which is shown this once:\n{told['secret']}")


@webhooks.command("test")
@click.argument("subscription_id", metavar="ID", type=click.UUID)
@json_option
@with_app
def test(subscription_id: Any, as_json: bool) -> None:
    """Send a test to a webhook, once. The worker sends it; `portal webhooks list` and its page say whether it arrived."""
    try:
        with unit():
            made = actions.test(queries.subscription(subscription_id), by="operator").message_id
    except DomainError as problem:
        refuse(problem.sentence)
    if as_json:
        say_json({"id": made})
    else:
        click.echo(f"The worker sends it now, as {made}.")


def _told(one: WebhookSubscription, counted: dict[str, int]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "address": actions.shown_address(one),
        "state": one.state,
        "why": one.why,
        "kinds": one.kinds,
        "areas": one.areas,
        "failures": one.failures,
        "created_at": plain(one.created_at),
        "deliveries": counted,
    }


COMMANDS = (webhooks,)
