"""Commands for the person who runs the portal: `users add`, `users reset`, `audit verify`."""

from uuid import UUID

import click
from flask_babel import force_locale

from portal.accounts import areas, invitations, managing, memberships, resetting
from portal.accounts.queries import user_by_email
from portal.accounts.roles import ROLES, Role
from portal.core import audit, witness
from portal.core.commands import json_option, refuse, say_json, with_app
from portal.core.errors import DomainError
from portal.core.plain import is_email
from portal.core.transactions import unit
from portal.core.witness import WitnessUnreadable
from portal.notifications.addresses import address
from portal.organisations.queries import organisations_named


@click.group("users")
def users() -> None:
    """The first administrator, and rescue for who is shut out."""


@users.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([one.value for one in Role]), help="What they are.")
@click.option("--organisation", help="Its name or id, for a role in an organisation.")
@click.option("--area", help="Slug of a neighbourhood set or code of a council, for a role in an area. [all areas]")
@json_option
@with_app
def add(email: str, role: str, organisation: str | None, area: str | None, as_json: bool) -> None:
    """Give somebody a role. Who has no account is invited: by e-mail, and by the link that is printed, which works once."""
    wanted = Role(role)
    if not is_email(email):
        raise click.BadParameter("This is no e-mail address.", param_hint="EMAIL")
    if ROLES[wanted].scope == "organisation" and not organisation:
        raise click.UsageError(f"A {role} belongs to an organisation. Name it with --organisation.")
    if ROLES[wanted].scope != "organisation" and organisation:
        raise click.UsageError(f"A {role} belongs to no organisation. Leave --organisation out.")
    if ROLES[wanted].scope != "area" and area:
        raise click.UsageError(f"A {role} belongs to no area. Leave --area out.")
    if area and not areas.is_known(area):
        raise click.BadParameter("There is no such set of neighbourhoods and no such council.", param_hint="--area")
    with unit():
        told = _added(email, wanted, _organisation(organisation), area)
    if as_json:
        say_json(told)
    elif told["link"]:
        click.echo(f"An invitation is on its way. This link works once, for 7 days:\n{told['link']}")
    else:
        click.echo("They have an account. The role is theirs from their next sign-in on.")


@users.command("reset")
@click.argument("email")
@click.option("--second-factor", "is_factor", is_flag=True, help="Take their second factor away too, if it is lost.")
@json_option
@with_app
def reset(email: str, is_factor: bool, as_json: bool) -> None:
    """Print a link to a new password, which works once within an hour, and send it too. Ends no role."""
    with unit():
        user = user_by_email(email)
        if user is None:
            refuse("Nobody has an account with this address. Try: portal users add")
        if not user.is_active:
            refuse("This account was deactivated. An administrator can reactivate it under /admin.")
        if is_factor:
            managing.reset_factor(user, by="operator", why="rescue")
        token = resetting.start(user, by="operator")
        resetting.send(user, token, key=f"reset-by-operator:{user.id}:{token[:6]}")
        link = _address("accounts.new_password", token)
    if as_json:
        say_json({"link": link, "second_factor_removed": is_factor})
    else:
        click.echo(f"This link sets a new password. It works once, for an hour:\n{link}")


@click.group("audit")
def audit_group() -> None:
    """The audit chain."""


@audit_group.command("verify")
@json_option
@with_app
def verify(as_json: bool) -> None:
    """Walk the audit chain, and compare it with the witness. Names the first broken entry; exit 1 if there is one."""
    count, broken = audit.verify()
    try:
        seen, differs = witness.check()
    except WitnessUnreadable as problem:
        refuse(str(problem))
    first = broken.number if broken else differs
    how = broken.how if broken else "not what the witness saw" if differs else None
    if as_json:
        say_json({"good": first is None, "entries": count, "witnessed": seen, "first_broken": first, "how": how})
    if first is not None:
        refuse(f"The chain is broken at entry {first}: {HOW.get(how or '', how)}.")
    if not as_json:
        click.echo(f"The chain of {count:,} entries holds. The witness saw {seen:,} of them.")


HOW = {
    "missing": "it is missing",
    "changed": "it was changed",
    "swapped": "it does not follow from the one before",
    "seal": "it was not written with a key of this instance",
    "not what the witness saw": "it is missing or is not what the witness saw",
}


def _added(email: str, role: Role, organization_id: UUID | None, area: str | None) -> dict[str, object]:
    known = user_by_email(email)
    told: dict[str, object] = {"role": role.value, "organisation": str(organization_id or "") or None, "area": area}
    if known is not None:
        if not known.is_active:
            refuse("This account was deactivated. An administrator can reactivate it under /admin.")
        memberships.give(known, role, by=None, organization_id=organization_id, area=area)
        return told | {"user": str(known.id), "link": None}
    try:
        _row, token = invitations.invite(email, role, by=None, organization_id=organization_id, area=area)
    except DomainError as problem:
        refuse(problem.sentence)
    return told | {"user": None, "link": _address("accounts.join", str(token))}


def _organisation(told: str | None) -> UUID | None:
    if not told:
        return None
    found = organisations_named(told)
    if not found:
        refuse(f"There is no organisation “{told}”.")
    if len(found) > 1:
        refuse(
            f"{len(found)} organisations are called “{told}”. Give its id: {', '.join(str(one.id) for one in found)}"
        )
    return found[0].id


def _address(endpoint: str, token: str) -> str:
    with force_locale("en"):
        return address(endpoint, token=token)


COMMANDS: list[click.Command] = [users, audit_group]
