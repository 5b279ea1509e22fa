"""What became of a handover, as a practice may see it: steps with their dates, counts of what the team asked of groups."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.handover import queries
from portal.people.models import PersonContact
from portal.referrals import documents
from portal.referrals.documents import Found
from portal.referrals.models import Introduction, LinkTeam
from portal.referrals.reasons import words_of
from portal.referrals.states import ENDS, SAID_YES, STATES, State
from portal.referrals.transitions import Who

ATTENDED = ("attended", "late")
GOT_A_YES = SAID_YES | {State.WAITING_LIST}
ANSWERED: dict[State, LazyString] = {
    State.WAITING_LIST: _l("On waiting list"),
    State.DECLINED: _l("Declined"),
    State.EXPIRED: _l("No answer"),
    State.REDIRECTED: _l("Passed on"),
}
"""What the answer was, where it was not yes."""


@dataclass(frozen=True)
class Step:
    """One of the six. `on` is None where it has not come; `is_here`: as far as it has got."""

    label: str
    on: date | None
    is_done: bool
    is_here: bool = False

    @property
    def day(self) -> str | None:
        """The date in words."""
        return wording.short_date(self.on) if self.on else None


@dataclass(frozen=True)
class Course:
    """All that a practice sees. `groups` are counts by step in words; `named` the groups, where they agreed to that."""

    steps: tuple[Step, ...]
    reason: str | None
    hears_outcome: bool
    outcome: tuple[Found, ...]
    groups: tuple[str, ...]
    named: tuple[tuple[str, Introduction], ...]


@dataclass(frozen=True)
class Promise:
    """What happens next, and by when."""

    team: str
    phone: str | None
    by: str


def promised(team: LinkTeam) -> str:
    """The day by which a team has called who is handed over today."""
    return wording.day(queries.calls_by(team, clock.today()))


def promise_of(introduction: Introduction) -> Promise:
    """What the team of a handover has promised. It counts from the day on which it was sent, or is sent."""
    team = db.session.get(LinkTeam, introduction.organization_id)
    sent_on = _on(introduction.sent_at) or clock.today()
    by = queries.calls_by(team, sent_on) if team is not None else sent_on
    return Promise(introduction.organization.name, team.phone if team else None, wording.day(by))


def course_of(introduction: Introduction) -> Course:
    """What became of it. Onward introductions by name only where the person agreed that the practice hears how it ended."""
    hears = queries.hears_outcome(introduction)
    asked = queries.onward(introduction)
    return Course(
        steps=steps_of(introduction),
        reason=words_of(introduction.reason_code) or None,
        hears_outcome=hears,
        outcome=tuple(documents.found_at_end(introduction)) if hears else (),
        groups=_counted(asked),
        named=tuple((one.to_what, one) for one in asked) if hears else (),
    )


def steps_of(introduction: Introduction) -> tuple[Step, ...]:
    """Sent, seen, answered, first contact, first visit, finished: those that came and those that may come."""
    state = State(introduction.state)
    end = (str(introduction.told.label), _on(introduction.ended_at))
    if introduction.sent_at is None and state in ENDS:
        return _numbered([(_("Written"), _on(introduction.created_at)), end])
    was = State(introduction.before) if state is State.WITHDRAWN and introduction.before else state
    answer = _on(introduction.answered_at) if was is state or was in GOT_A_YES else None
    visit = _first_visit(introduction)
    steps = [
        (_("Sent"), _on(introduction.sent_at)),
        (_("Seen"), _seen(introduction)),
        (str(ANSWERED.get(was, _l("Accepted"))), answer),
    ]
    if was in ANSWERED and state in ENDS:
        return _numbered(steps if was is state else [*steps, end])
    contact = min((day for day in (_first_contact(introduction), visit) if day is not None), default=None)
    if state not in ENDS or contact is not None or answer is not None:
        steps += [(_("First contact"), contact), (_("First visit"), visit)]
    return _numbered([*steps, end if state in ENDS else (_("Finished"), None)])


def _numbered(steps: Sequence[tuple[str, date | None]]) -> tuple[Step, ...]:
    """As steps; the last that has come is where it is."""
    last = max((number for number, (_label, on) in enumerate(steps) if on is not None), default=-1)
    return tuple(Step(label, on, on is not None, number == last) for number, (label, on) in enumerate(steps))


def _counted(asked: Sequence[Introduction]) -> tuple[str, ...]:
    """How many groups were asked, by where it stands with each, in the order in which things go."""
    counts = Counter(State(one.state) for one in asked)
    return tuple(
        _("%(state)s: %(count)s", state=str(_label(state)), count=counts[state]) for state in State if counts[state]
    )


def _label(state: State) -> LazyString:
    """What is said of a state to who did not ask for it themselves: the group's question is not theirs to answer."""
    told = STATES[state]
    return told.label_person or told.label


def _seen(introduction: Introduction) -> date | None:
    """When the team opened it first; a question or an answer of theirs shows that they had."""
    asked = [one.at for one in introduction.messages if one.side == "group"]
    moments = [introduction.first_opened_at, min(asked, default=None), introduction.answered_at]
    known = [moment for moment in moments if moment is not None]
    is_theirs = introduction.ended_by not in {Who.REFERRER.value, Who.PERSON.value, Who.SYSTEM.value}
    return _on(min(known)) if known and (asked or introduction.first_opened_at or is_theirs) else None


def _first_contact(introduction: Introduction) -> date | None:
    if introduction.sent_at is None:
        return None
    first = db.session.scalar(
        select(func.min(PersonContact.at)).where(
            PersonContact.person_id == introduction.person_id,
            PersonContact.organization_id == introduction.organization_id,
            PersonContact.outcome == "reached",
            PersonContact.at >= introduction.sent_at,
        )
    )
    return _on(first)


def _first_visit(introduction: Introduction) -> date | None:
    attended = [one.starts_at for one in introduction.appointments if one.status in ATTENDED]
    return _on(min(attended)) if attended else _on(introduction.started_at)


def _on(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None


def day_of(moment: datetime) -> str:
    """ "5 January", with the year where it is far."""
    return wording.short_date(clock.local(moment).date())
