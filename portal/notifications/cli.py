"""Commands about messages: how sending stands, trying it out, sending failed ones again."""

from uuid import UUID

import click

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.errors import DomainError
from portal.core.transactions import unit
from portal.notifications import actions, queries
from portal.notifications.notification import Recipient
from portal.notifications.senders.current import sender_of


@click.group("messages")
def messages() -> None:
    """E-mails and texts: how sending stands, trying it out, sending failed ones again."""


@messages.command("show")
@json_option
@with_app
def show(as_json: bool) -> None:
    """Say how many messages wait, went and failed, and which failed."""
    counted, failed = queries.count_by_state(), queries.failed_messages()
    if as_json:
        say_json({"counts": counted, "failed": [vars(one) for one in failed]})
        return
    for state in ("waiting", "handed_over", "failed", "bounced"):
        click.echo(f"{counted.get(state, 0):>7,}  {state.replace('_', ' ')}")
    for one in failed:
        again = "" if one.can_resend else ", too old to send again"
        click.echo(f"{one.id}  {one.name} by {one.channel}: {one.reason}, {one.attempts} tries{again}")


@messages.command("try")
@click.argument("address")
@click.option("--language", "locale", default="en", help="Of the message: en, cy, ur.")
@json_option
@with_app
def try_out(address: str, locale: str, as_json: bool) -> None:
    """Send a message to your own ADDRESS, an e-mail address or a phone like +447700900982, to see whether it arrives."""
    to = (
        Recipient(email=address, locale=locale)
        if "@" in address
        else Recipient(phone=address.replace(" ", ""), locale=locale)
    )
    if sender_of(to.channel) is None:
        refuse("Nothing carries messages of this kind. Set PORTAL_MAIL_URL: see docs/messages.md.")
    with unit():
        reference = actions.try_out(to)
    if as_json:
        say_json({"reference": reference})
    else:
        click.echo(f"The worker sends it now. Reference: {reference}. Then look at: portal messages show")


@messages.command("resend")
@click.argument("message_id", type=click.UUID)
@json_option
@with_app
def resend(message_id: UUID, as_json: bool) -> None:
    """Send a failed message again."""
    try:
        with unit():
            actions.resend(message_id, by="operator")
    except DomainError as problem:
        refuse(problem.sentence)
    if as_json:
        say_json({"resent": message_id})
    else:
        click.echo("The worker sends it now.")


COMMANDS = (messages,)
