"""The first of a group to answer its referrals: a code goes to an address or phone that was on record, and gives the role.

Once somebody of the group has the role, others are invited by its lead. Docs: `docs/answering.md`.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal.accounts import memberships, steps
from portal.accounts.models import AccountToken, User
from portal.accounts.queries import has_users, users_of
from portal.accounts.roles import Role, roles_with
from portal.assurance.recorded import OnRecord, on_record
from portal.core import audit, clock, short_codes, throttle
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.notifications.outbox import notify
from portal.organisations.models import Organization
from portal.referrals.models import Introduction
from portal.referrals.recipients import of_user
from portal.responding.notifications import ReferralAnswerer, ReferralCodeSent

PURPOSE = "referral-code"
DIGITS = 8
LASTS = timedelta(days=1)
MOST_TRIES_AN_HOUR = 5


def answers(user: User, introduction: Introduction) -> bool:
    """Whether somebody has the role already, of its group or its team, be their second factor set up or not."""
    is_handover = introduction.kind == "link-work"
    roles = roles_with(Permission.CASELOAD if is_handover else Permission.INTRODUCTION_ANSWER)
    return any(one.role in roles and one.organization_id in {None, introduction.organization_id} for one in user.held)


def is_first(organization_id: UUID) -> bool:
    """Whether nobody of the group answers referrals yet."""
    return not db.session.scalar(select(has_users(organization_id, Permission.INTRODUCTION_ANSWER)))


def places_of(organisation: Organization) -> list[OnRecord]:
    """Where a code can go: phones alone where there are any, since who reads the group's mail has the link from there."""
    known = on_record(organisation)
    return [one for one in known if one.channel == "sms"] or known


def send_code(user: User, organisation: Organization, to: OnRecord) -> None:
    """Send a new code, which was counted; those before are of no use any more."""
    for earlier in _usable(user, organisation.id):
        earlier.used_at = clock.now()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = AccountToken(
        purpose=PURPOSE, token_hash=short_codes.kept(_of(user.id, organisation.id, code)), user_id=user.id,
        expires_at=clock.now() + LASTS, payload={"organisation": str(organisation.id), "masked": to.masked},
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    notify(
        ReferralCodeSent(code=f"{code[:4]} {code[4:]}", organisation=organisation.name),
        to=to.recipient,
        key=f"referral-code:{row.id}",
    )
    audit.record("enrolment.code_sent", organisation, by=user, details={"channel": to.channel})


def was_sent(user: User, organization_id: UUID) -> str | None:
    """Where a code that may still be used was sent, as much of it as may be shown; None where there is none."""
    rows = _usable(user, organization_id)
    return str(rows[0].payload["masked"]) if rows else None


def count_try(user: User) -> None:
    """Count a try of a code, whatever becomes of it. Must come before the request changes anything. Raises TooManyRequests."""
    throttle.hit("referral code", str(user.id), limit=MOST_TRIES_AN_HOUR, seconds=3600)


def enrol(user: User, organisation: Organization, typed: str) -> bool:
    """Take the code. True where it was right: they answer for the group from now on, and its leads hear of it.

    Of two at once the first does.
    """
    memberships.hold_still(organisation.id)
    digits = "".join(letter for letter in typed if letter.isdecimal() and letter.isascii())
    told = _of(user.id, organisation.id, digits)
    row = next((one for one in _usable(user, organisation.id) if short_codes.is_kept(one.token_hash, told)), None)
    if row is None or not is_first(organisation.id) or not steps.spend(row):
        return False
    memberships.give(user, Role.GROUP_WORKER, by=None, organization_id=organisation.id, noted_by=user)
    audit.record("enrolment.done", organisation, by=user)
    _tell_leads(user, organisation, row)
    return True


def _tell_leads(user: User, organisation: Organization, code: AccountToken) -> None:
    told = ReferralAnswerer(str(organisation.id), organisation.name)
    for lead in users_of(organisation.id, Permission.PEOPLE_MANAGE):
        if lead.id != user.id:
            notify(told, to=of_user(lead), key=f"referral-answerer:{code.id}")


def _usable(user: User, organization_id: UUID) -> list[AccountToken]:
    wanted = select(AccountToken).where(
        AccountToken.purpose == PURPOSE,
        AccountToken.user_id == user.id,
        AccountToken.used_at.is_(None),
        AccountToken.expires_at > clock.now(),
    )
    rows = db.session.scalars(wanted.order_by(AccountToken.created_at.desc(), AccountToken.id))
    return [row for row in rows if row.payload.get("organisation") == str(organization_id)]


def _of(user_id: UUID, organization_id: UUID, code: str) -> str:
    return f"{PURPOSE}:{user_id}:{organization_id}:{code}"
