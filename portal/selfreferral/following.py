"""What a person does with their own referral: cancel, change how they are reached, say whether they come, end an agreement."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from portal.people import actions as people
from portal.people.models import Person
from portal.referrals import actors, answering, events, messages, sending, visiting, withdrawing
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, Referral
from portal.referrals.states import State
from portal.referrals.transitions import Who
from portal.selfreferral.turning import contact_of

PERSON = actors.person()
ALL = "all"


def cancel(introductions: Iterable[Introduction], *, reason: str, words: str | None) -> None:
    """Call off one's own referral, or some of it. What had ended meanwhile stays as it ended."""
    for one in introductions:
        if one.is_open:
            withdrawing.withdraw(one, by=PERSON, given=Given(reason=reason, words=words or None))


def change_contact(person: Person, told: dict[str, Any], *, version: int) -> None:
    """Change how one is reached. Raises Overtaken."""
    contact = {**(person.contact or {}), **dict.fromkeys(("phone", "email", "address", "best_times"))} | contact_of(
        told
    )
    access = {
        **(person.access or {}),
        "language": told.get("language") or "en",
        "interpreter": bool(told.get("interpreter")),
        "formats": list(told.get("formats") or ()),
    }
    people.change(
        person, "contact", {"contact": _without_none(contact), "access": access}, by="person", version=version
    )


def write(introduction: Introduction, words: str, *, form_key: str) -> None:
    """Write to the group that one asked oneself, or answer its question. The same form sent twice writes once."""
    by = Actor(Who.REFERRER)
    if State(introduction.state) is State.INFO_REQUESTED:
        answering.reply(introduction, words, by=by, form_key=form_key)
    else:
        messages.write(introduction, words, side="referrer", by=by, form_key=form_key)


def will_come(introduction: Introduction) -> None:
    """Say that one comes to the visit that is booked."""
    if State(introduction.state) is State.BOOKED:
        events.add(introduction, "visit_confirmed", by=PERSON, before=introduction.state)


def will_not_come(introduction: Introduction) -> None:
    """Say that one does not come to the visit that is booked; the place stays. Raises WrongState."""
    visiting.cancel(introduction, by_person=True, by=PERSON)


def stop_sharing(person: Person, organization_id: UUID | None) -> list[Introduction]:
    """End the agreement with one organisation, or with all. Gives the introductions that ended with it."""
    return withdrawing.withdraw_consent(person, organization_id, by="person", how="online")


def new_code(referral: Referral) -> str:
    """A new code for the page of a referral; the one before opens nothing any more."""
    return sending.new_code(referral)


def _without_none(contact: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in contact.items() if value is not None}
