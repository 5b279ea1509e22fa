"""Which fields of a person whom an introduction is about may be shown to the group, at which stage and under which agreement.

One table; a page shows what `told_to_group` gives and nothing else. Stages: "link" is anybody with the link of the mail,
"signed-in" a group worker with a second factor, "accepted" the same once the group has said yes. Proof: `docs/assurance.md` A2.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from portal.codes.dates import age_group
from portal.core import clock
from portal.core.extensions import db
from portal.directory.needs import NEEDS
from portal.people import consents
from portal.people.models import Consent
from portal.referrals.clocks import clocks
from portal.referrals.models import Introduction
from portal.referrals.states import SAID_YES, TO_ANSWER, State

Stage = Literal["link", "signed-in", "accepted"]
ORDER: tuple[Stage, ...] = ("link", "signed-in", "accepted")
A_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Field:
    """One field: from which stage on, under which scope of the agreement, and where its value is."""

    name: str
    stage: Stage
    scope: str
    read: Callable[[Introduction], Any]


def _age_group(introduction: Introduction) -> str | None:
    person = introduction.person
    if person.birth_date:
        return age_group(date.fromisoformat(person.birth_date), clock.today())
    return person.age_group


def _safe_contact(introduction: Introduction) -> dict[str, Any]:
    """How the person may be reached, without the numbers and addresses themselves; nothing where nobody may contact them."""
    if introduction.person.do_not_contact:
        return {"do_not_contact": True}
    hidden = {"phone", "email", "address", "textphone"}
    return {key: value for key, value in (introduction.person.contact or {}).items() if key not in hidden}


FIELDS: tuple[Field, ...] = (
    Field(
        "needs", "link", "needs", lambda one: [str(NEEDS[need].label) for need in one.referral.needs if need in NEEDS]
    ),
    Field("district", "link", "needs", lambda one: one.person.district),
    Field("reason", "signed-in", "needs", lambda one: one.referral.reason),
    Field("what_matters", "signed-in", "needs", lambda one: one.referral.what_matters),
    Field("initials", "signed-in", "demographics", lambda one: one.person.initials),
    Field("first_name", "signed-in", "demographics", lambda one: one.person.preferred_name or one.person.given_name),
    Field("age_group", "signed-in", "demographics", _age_group),
    Field("safe_contact", "signed-in", "demographics", _safe_contact),
    Field("access", "signed-in", "access", lambda one: one.person.access),
    Field("safety_note", "signed-in", "risk", lambda one: one.referral.safety_note),
    Field("own_answers", "signed-in", "needs", lambda one: one.own_answers),
    Field("may_repeat", "signed-in", "needs", lambda one: (one.referral.told or {}).get("may_repeat")),
    Field("family_name", "accepted", "demographics", lambda one: one.person.family_name),
    Field("contact", "accepted", "demographics", lambda one: None if one.person.do_not_contact else one.person.contact),
    Field("postcode", "accepted", "demographics", lambda one: one.person.postcode),
    Field("health_summary", "accepted", "health", lambda one: one.referral.health_summary),
)
"""An NHS number is in no row: a group never sees it."""


@dataclass(frozen=True)
class ToldToGroup:
    """What a group may see now. `values` by the names of fields; none where the person no longer agrees or it is over."""

    stage: Stage
    values: dict[str, Any] = field(default_factory=dict)
    is_shut: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


def may_be_told(introduction: Introduction) -> bool:
    """Whether anything at all may be shown of it now. Reads nothing about the person."""
    return _agreement(introduction) is not None


def told_to_group(introduction: Introduction, *, is_signed_in: bool, only: frozenset[str] | None = None) -> ToldToGroup:
    """What may be shown now. `only`: of the fields, those of these names alone; others are not read."""
    held = _agreement(introduction)
    stage = _stage(introduction, is_signed_in=is_signed_in)
    if held is None:
        return ToldToGroup(stage, is_shut=True)
    reached, scopes = ORDER.index(stage), frozenset(held.scopes)
    values = {}
    for one in FIELDS if only is None else [one for one in FIELDS if one.name in only]:
        is_early = one.name == "family_name" and introduction.shares_surname and stage == "signed-in"
        if (ORDER.index(one.stage) <= reached or is_early) and one.scope in scopes:
            values[one.name] = one.read(introduction)
    return ToldToGroup(stage, values)


def _agreement(introduction: Introduction) -> Consent | None:
    """What the person agreed to, while it holds and the introduction is not over for the group."""
    held = db.session.get(Consent, introduction.consent_id) if introduction.consent_id else None
    return None if is_shut(introduction) or held is None or not consents.covers(held) else held


def is_shut(introduction: Introduction) -> bool:
    """Whether it is over for the group: at once where it came to nothing, after some months where it finished."""
    state = State(introduction.state)
    if introduction.is_open:
        return state in {State.DRAFT, State.AWAITING_CONSENT}
    if state not in {State.COMPLETED, State.ENDED_EARLY} or introduction.ended_at is None:
        return True
    return clock.now() - introduction.ended_at > clocks().hidden_after_months * A_MONTH


def _stage(introduction: Introduction, *, is_signed_in: bool) -> Stage:
    if not is_signed_in:
        return "link"
    state = State(introduction.state)
    was_accepted = state in SAID_YES or state in {State.COMPLETED, State.ENDED_EARLY}
    return "accepted" if was_accepted and state not in TO_ANSWER else "signed-in"
