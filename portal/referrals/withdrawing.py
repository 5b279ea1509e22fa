"""Calling it off: by the person, the referrer, or because the agreement ended, the group closed, or the person died.

What ends an agreement ends every introduction under it and those that came of them, in the same transaction: what a group could
see is gone with the commit.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people import consents
from portal.people.consents import How
from portal.people.models import Consent, Person
from portal.referrals import sending, telling
from portal.referrals.actors import SYSTEM, Actor
from portal.referrals.dispatching import queueing
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction
from portal.referrals.moving import move
from portal.referrals.states import OPEN, SAID_YES, STARTED, TO_ANSWER, State

OPEN_STATES = [state.value for state in OPEN]


def withdraw(introduction: Introduction, *, by: Actor, given: Given, version: int | None = None) -> None:
    """End one introduction that has not ended."""
    move(introduction, "withdraw", by=by, given=given, version=version)


def withdraw_consent(person: Person, organization_id: UUID | None, *, by: Viewer | str, how: str) -> list[Introduction]:
    """A person no longer agrees, with one organisation or with any. Gives the introductions that end with it.

    With the team that holds the record, or with any: the record itself is shut.
    """
    ended = consents.end(person, organization_id, by=by, how=how)
    telling.unsay(person, organization_id)
    queueing.stop(person, "consent-ended")
    _shut(person, organization_id)
    return _cascade(ended, reason="consent-ended")


def say_no(introduction: Introduction, *, by: Actor, how: How) -> None:
    """A person who was asked does not agree: nothing is shared with this organisation, nor what they agreed to with it before.

    What stood under that ends with it, in the same transaction.
    """
    person, organization_id, who = introduction.person, introduction.organization_id, by.user or "person"
    sending.refuse(introduction, by=by)
    withdraw_consent(person, organization_id, by=who, how=how)
    consents.refuse(person, organization_id, how=how, by=who)


def lapse() -> int:
    """Agreements whose time is over end, and what stood under them. Gives how many."""
    count = 0
    for consent in consents.expired():
        lapse_one(consent)
        count += 1
    return count


def lapse_one(consent: Consent) -> None:
    """End one agreement whose time is over, and what stood under it. Nothing where it holds, or has ended."""
    if consent.status != "active" or consents.holds(consent):
        return
    person = db.session.get_one(Person, consent.person_id)
    ended = consents.end(person, consent.organization_id, by=None, how="time")
    telling.unsay(person, consent.organization_id)
    queueing.stop(person, "consent-ended")
    _cascade(ended, reason="consent-ended")


def record_death(person: Person, died_on: date | None, *, by: Viewer) -> list[Introduction]:
    """Every message to them stops at once, and everything open ends."""
    if died_on is not None and died_on > clock.today():
        raise Refused("died_on", _("Enter a date that is not in the future"), about="died_on")
    person.died_on = died_on.isoformat() if died_on else None
    person.death_recorded_at = clock.now()
    person.do_not_contact = True
    person.next_on = person.next_time = None
    person.version += 1
    audit.record("person.died", person, by=by)
    telling.unsay(person, None)
    queueing.stop(person, "died")
    return end_open(person.id, reason="died")


def block_contact(person: Person, *, reason: str, by: Viewer) -> None:
    """Nothing is written to this person any more, by anybody: what waits to be sent is not sent either."""
    person.do_not_contact, person.do_not_contact_reason = True, reason
    person.version += 1
    audit.record("person.not_to_contact", person, by=by)
    telling.unsay(person, None)


def allow_contact(person: Person, *, by: Viewer) -> None:
    """They may be written to again."""
    person.do_not_contact, person.do_not_contact_reason = False, None
    person.version += 1
    audit.record("person.may_contact", person, by=by)


def service_closed(introductions: Iterable[Introduction]) -> int:
    """A service has closed: what was to be answered is declined, what was accepted did not start, what was begun ended early."""
    count = 0
    for one in introductions:
        given, state = Given(reason="service-closed"), State(one.state)
        if state in TO_ANSWER:
            move(one, "decline", by=SYSTEM, given=given)
        elif state in STARTED:
            move(one, "end_early", by=SYSTEM, given=given)
        elif state in SAID_YES or state is State.WAITING_LIST:
            move(one, "not_start", by=SYSTEM, given=given)
        else:
            move(one, "withdraw", by=SYSTEM, given=given)
        count += 1
    return count


def _shut(person: Person, organization_id: UUID | None) -> None:
    """Where the agreement was with the team that holds the record, or with anybody: nobody opens it from now on."""
    if person.organization_id is not None and organization_id in {None, person.organization_id}:
        person.shut_at = clock.now()
        person.next_on = person.next_time = None


def _cascade(ended: Sequence[Consent], *, reason: str) -> list[Introduction]:
    """End every open introduction under these agreements, and onward ones that came of them."""
    found: dict[UUID, Introduction] = {}
    under = [consent.id for consent in ended]
    pairs = [(consent.person_id, consent.organization_id) for consent in ended]
    for person_id, organization_id in pairs:
        rows = db.session.scalars(
            select(Introduction).where(
                Introduction.person_id == person_id,
                or_(Introduction.consent_id.in_(under), Introduction.organization_id == organization_id),
            )
        ).all()
        found |= {one.id: one for one in rows}
    found |= {one.id: one for one in _onward(list(found))}
    return _end(sorted(found.values(), key=lambda one: one.id), reason)


def _onward(ids: list[UUID]) -> list[Introduction]:
    """Introductions that were passed on from these, and on from those."""
    every: dict[UUID, Introduction] = {}
    seen = set(ids)
    while ids:
        rows = db.session.scalars(select(Introduction).where(Introduction.part_of_id.in_(ids))).all()
        ids = [one.id for one in rows if one.id not in seen]
        seen.update(ids)
        every |= {one.id: one for one in rows}
    return list(every.values())


def end_open(person_id: UUID, *, reason: str) -> list[Introduction]:
    """End everything of a person that is open, under an agreement or not."""
    rows = db.session.scalars(
        select(Introduction)
        .where(Introduction.person_id == person_id, Introduction.state.in_(OPEN_STATES))
        .order_by(Introduction.id)
    ).all()
    return _end(rows, reason)


def _end(rows: Sequence[Introduction], reason: str) -> list[Introduction]:
    ended = [one for one in rows if State(one.state) in OPEN]
    for one in ended:
        move(one, "withdraw", by=SYSTEM, given=Given(reason=reason))
    return ended
