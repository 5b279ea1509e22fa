"""The telephone list: whom a moderator rings because no mail was answered, what to ask, and what came of the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, func, select

from portal.accounts.models import plain_email
from portal.assurance import answering, queries, rhythm
from portal.assurance.doubting import believe, doubt
from portal.assurance.models import CheckCall, CheckItem, CheckRound
from portal.changes.actions import set_status
from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.addresses import email_address
from portal.directory.looked_after import looks_after
from portal.directory.models import Contact, Phone, Service
from portal.directory.telephones import Telephone, telephone
from portal.organisations.models import Organization

Outcome = Literal["confirmed", "changed", "unfinished", "wrong_number", "no_answer", "closed"]
OUTCOMES: Mapping[Outcome, LazyString] = {
    "confirmed": _l("They say that all of it is right"),
    "changed": _l("We have changed what they told us, and they say that the rest is right"),
    "unfinished": _l("We have changed what they told us, but not gone through the rest"),
    "wrong_number": _l("The number is wrong"),
    "no_answer": _l("Nobody answered"),
    "closed": _l("They have closed"),
}
WHY: Mapping[str, LazyString] = {
    "silent": _l("No answer to our e-mails"),
    "came_back": _l("Our e-mail came back"),
    "no_address": _l("We hold no e-mail address"),
}
SCRIPT: tuple[LazyString, ...] = (
    _l("Hello, I am calling from the directory that tells people about your group. Is now a good time?"),
    _l("Do you still meet at these times and in this place?"),
    _l("Is the cost still right, and can anybody still join in the same way?"),
    _l("Is this still the right phone number to give out?"),
    _l("Do you have space for new people now?"),
    _l("Which e-mail address shall we write to next time?"),
)
"""What to ask, in this order."""
CONFIRMS: frozenset[Outcome] = frozenset({"confirmed", "changed"})
"""Answers by which the group says that the listing is right as it stands now."""
LONGEST_MINUTES = 180


@dataclass(frozen=True)
class ToPhone:
    """One call to make. `phones` are the numbers of its listings, each once; `ended` is when the first check ended."""

    round_id: UUID
    organisation: str
    organization_id: UUID
    listings: tuple[tuple[UUID, str], ...]
    phones: tuple[Telephone, ...]
    why: str
    since: date
    days_late: int
    try_on: date
    calls: tuple[tuple[str, date], ...]


def phone_list(viewer: Viewer, *, today: date | None = None, with_later: bool = False) -> list[ToPhone]:
    """Whom to ring today, the check that ended first before others. `with_later`: those too whose next try is not due yet."""
    today = today or clock.today()
    waiting = select(CheckRound).where(CheckRound.phone_on.is_not(None), CheckRound.closed_on.is_(None))
    if not with_later:
        waiting = waiting.where(CheckRound.try_on <= today)
    if not viewer.can(Permission.MODERATE):
        raise NotFound(_("There is no such page."))
    rounds = db.session.scalars(waiting.order_by(CheckRound.phone_on, CheckRound.id)).all()
    found = [one for round_ in rounds if (one := _to_phone(round_, today)) is not None]
    return sorted(found, key=lambda one: (-one.days_late, one.organisation, str(one.round_id)))


def phone_list_size(today: date | None = None) -> int:
    """How many calls are due today."""
    waiting = select(func.count()).select_from(CheckRound)
    due = CheckRound.try_on <= (today or clock.today())
    return db.session.scalar(waiting.where(CheckRound.phone_on.is_not(None), CheckRound.closed_on.is_(None), due)) or 0


def to_phone(viewer: Viewer, round_id: UUID) -> ToPhone:
    """One call to make. Raises NotFound."""
    one = _waiting(viewer, round_id)
    found = _to_phone(one, clock.today())
    if found is None:
        raise NotFound(_("This call is not needed any more."))
    return found


def open_about(viewer: Viewer, service_id: UUID) -> Sequence[UUID]:
    """The calls to make in which a listing is asked about, for a moderator who looks after its group."""
    if not viewer.can(Permission.MODERATE):
        return []
    wanted = select(CheckRound.id).where(
        CheckRound.phone_on.is_not(None),
        CheckRound.closed_on.is_(None),
        CheckRound.items.any(and_(CheckItem.service_id == service_id, CheckItem.state == "asked")),
        looks_after(viewer, CheckRound.organization_id),
    )
    return db.session.scalars(wanted.order_by(CheckRound.phone_on, CheckRound.id)).all()


def answer_call(round_id: UUID, outcome: Outcome, *, minutes: int, by: Viewer, email: str | None = None) -> None:
    """Note what came of a call, and do what follows from it.

    confirmed, changed: every listing of the round is checked today, by us; what was changed, `changes` noted before.
    unfinished: they are still there, but what nobody asked about is not confirmed, so the call is made again in some days.
    closed: they are closed. wrong_number: readers are told that something may be wrong, and the call waits for another number.
    no_answer: it is tried again in some days.
    `email`: the address to write to from now on. Raises NotFound, DomainError.
    """
    one = _waiting(by, round_id)
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise DomainError(_("Enter the minutes that the call took, like 6"))
    ids = [item.service_id for item in one.items if item.state == "asked"]
    db.session.add(CheckCall(round_id=one.id, outcome=outcome, minutes=minutes, by_user_id=by.id))
    audit.record("check.call", one, by=by, details={"outcome": outcome, "minutes": minutes})
    if email:
        _write_to(one, email, by=by)
    if outcome in CONFIRMS:
        answering.confirm(ids, how="telephone", by=by, is_ours=True)
        believe(ids)
    elif outcome == "closed":
        _close(ids, by=by)
    else:
        db.session.flush()
        one.try_on = rhythm.try_again_on(clock.today(), _unanswered(one))
        if outcome == "wrong_number":
            doubt(ids)


def minutes_spent(since: date) -> int:
    """How many minutes moderators have spent on the telephone since a day."""
    begun = datetime.combine(since, time(), clock.LONDON)
    return db.session.scalar(select(func.coalesce(func.sum(CheckCall.minutes), 0)).where(CheckCall.at >= begun)) or 0


def _waiting(viewer: Viewer, round_id: UUID) -> CheckRound:
    one = db.session.get(CheckRound, round_id)
    if one is None or one.phone_on is None or one.closed_on is not None or not viewer.can(Permission.MODERATE):
        raise NotFound(_("This call is not needed any more."))
    return one


def _unanswered(one: CheckRound) -> int:
    """How many calls about these listings nobody has taken since they were last asked about by mail."""
    calls = select(func.count()).select_from(CheckCall).where(CheckCall.round_id == one.id)
    return db.session.scalar(calls.where(CheckCall.outcome.not_in(CONFIRMS))) or 0


def _to_phone(one: CheckRound, today: date) -> ToPhone | None:
    ids = [item.service_id for item in one.items if item.state == "asked"]
    standings = queries.standing_of(ids)
    organisation = db.session.get(Organization, one.organization_id)
    if not standings or organisation is None or one.phone_on is None:
        return None
    ends = min(standing.ends(today) for standing in standings)
    return ToPhone(
        round_id=one.id,
        organisation=organisation.name,
        organization_id=organisation.id,
        listings=tuple((standing.id, standing.name) for standing in standings),
        phones=_phones_of(ids),
        why=one.why_phone or "silent",
        since=one.phone_on,
        days_late=max(0, (today - ends).days),
        try_on=one.try_on or one.phone_on,
        calls=tuple((call.outcome, clock.local(call.at).date()) for call in one.calls),
    )


def _phones_of(service_ids: Sequence[UUID]) -> tuple[Telephone, ...]:
    rows = db.session.execute(
        select(Phone.number, Phone.description)
        .join(Contact, Contact.id == Phone.contact_id)
        .where(Contact.service_id.in_(list(service_ids)))
        .order_by(Contact.service_id, Phone.id)
    )
    return tuple({(found := telephone(number, note)).text: found for number, note in rows}.values())


def _write_to(one: CheckRound, typed: str, *, by: Viewer) -> None:
    """From now on write to this address of the organisation; it is asked after those who have accounts."""
    email = email_address(typed)
    organisation = db.session.get_one(Organization, one.organization_id)
    if email is None:
        raise DomainError(_("Enter an e-mail address, like hello@example.org"))
    if organisation.email is None or plain_email(organisation.email) != plain_email(email):
        organisation.email, organisation.last_modified = email, clock.now()
        audit.record("organisation.email_changed", organisation, by=by, why="telephone")


def _close(ids: Sequence[UUID], *, by: Viewer) -> None:
    """Close them; about a sensitive need a second moderator looks first."""
    for service_id in ids:
        set_status(db.session.get_one(Service, service_id), "inactive", by=by, key=None, reason="by_telephone")
    answering.answered(ids, "closed")
