"""Asking a person by link whether they agree to be referred, and what becomes of their answer."""

from dataclasses import dataclass
from typing import Literal

from portal.core import clock
from portal.core.extensions import db
from portal.people import consents
from portal.people.consents import SCOPES, TO_INTRODUCE, USUAL, Agreement
from portal.referrals import recipients, sending, telling, withdrawing
from portal.referrals.actors import Actor, person
from portal.referrals.links import Opened
from portal.referrals.states import State


@dataclass(frozen=True)
class Asked:
    """What a person is asked. `by`: the organisation that asks; `scopes` in words; `answer` once there is one.

    Nothing of what was written about them is here: a link may be opened by somebody else.
    """

    group: str
    by: str | None
    is_team: bool
    service: str | None
    scopes: tuple[str, ...]
    needs_parent: bool
    is_sensitive: bool
    answer: Literal["yes", "no"] | None
    reference: str


def asked_of(found: Opened) -> Asked:
    """What the link asks, and what was answered by it."""
    one = found.introduction
    referral = one.referral
    return Asked(
        group=one.organization.name,
        by=referral.organization.name if referral.organization is not None else None,
        is_team=one.kind == "link-work",
        service=one.service.name if one.service is not None else None,
        scopes=tuple(str(SCOPES[scope]) for scope in _scopes(found)),
        needs_parent=needs_parent(found),
        is_sensitive=recipients.is_sensitive(referral, [one]),
        answer=_answer(found),
        reference=referral.shown_reference,
    )


def needs_parent(found: Opened) -> bool:
    """Whether a parent or guardian has to agree."""
    return consents.is_under_16(found.introduction.person)


def say_yes(found: Opened) -> None:
    """The person agrees: it is sent at once, and they get a code for their own page. Raises Refused, WrongState."""
    one = found.introduction
    given_by: consents.GivenBy = "parent" if needs_parent(found) else "person"
    agreement = Agreement(how="online", scopes=_scopes(found), given_by=given_by)
    agreed = sending.agree(one.person, one.organization_id, agreement, by="person", for_id=one.referral.organization_id)
    sending.send(one, agreed, by=_by(found))
    if one.referral.code is None:
        telling.say_code(one.referral, sending.new_code(one.referral))
    found.link.used_at = clock.now()


def say_no(found: Opened) -> None:
    """The person does not agree: nothing is shared, and who asked hears it."""
    withdrawing.say_no(found.introduction, by=_by(found), how="online")
    found.link.used_at = clock.now()
    db.session.flush()


def _by(found: Opened) -> Actor:
    return person(found.link.id)


def _scopes(found: Opened) -> tuple[str, ...]:
    """What would be shared: what was chosen when they were asked; else the usual, and a note on health where one was written."""
    referral = found.introduction.referral
    chosen = ((referral.told or {}).get("agreement") or {}).get("scopes")
    if chosen:
        return tuple(scope for scope in SCOPES if scope in {*TO_INTRODUCE, *chosen})
    wanted = {*USUAL, *TO_INTRODUCE} | ({"health"} if referral.health_summary else set()) | {"outcomes"}
    return tuple(scope for scope in SCOPES if scope in wanted)


def _answer(found: Opened) -> Literal["yes", "no"] | None:
    if found.link.used_at is None:
        return None
    return "no" if found.introduction.state == State.PATIENT_DECLINED else "yes"
