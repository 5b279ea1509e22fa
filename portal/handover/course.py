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
from portal.referrals.states import ENDS, STARTED, STATES, State

ATTENDED = ("attended", "late")
NEVER_BEGAN = frozenset({State.DECLINED, State.EXPIRED, State.NOT_STARTED, State.REDIRECTED, State.PATIENT_DECLINED})
ANSWERED: dict[State, LazyString] = {
    State.WAITING_LIST: _l("On waiting list"),
    State.DECLINED: _l("Declined"),
    State.EXPIRED: _l("No answer"),
    State.REDIRECTED: _l("Passed on"),
}
"""What the answer was, where it was not yes."""


@dataclass(frozen=True)
class Step:
    """One of the six. `on` is None where it has not come, or where the day is not known; `is_here`: as far as it has got."""

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
    contact, visit = _first_contact(introduction), _first_visit(introduction)
    answered = (
        state not in {State.DRAFT, State.AWAITING_CONSENT, State.WITHDRAWN} and introduction.answered_at is not None
    )
    steps = [
        (_("Sent"), _on(introduction.sent_at), introduction.sent_at is not None),
        (_("Seen"), _on(introduction.first_opened_at), introduction.first_opened_at is not None),
        (str(ANSWERED.get(state, _l("Accepted"))), _on(introduction.answered_at), answered),
    ]
    if state not in NEVER_BEGAN:
        steps += [
            (_("First contact"), contact or visit, (contact or visit) is not None),
            (_("First visit"), visit, visit is not None or state in STARTED),
        ]
    if state in ENDS - {State.DECLINED, State.EXPIRED, State.REDIRECTED}:
        steps.append((str(introduction.told.label), _on(introduction.ended_at), True))
    elif state not in ENDS:
        steps.append((_("Finished"), None, False))
    last = max((number for number, (_label, _day, is_done) in enumerate(steps) if is_done), default=-1)
    return tuple(Step(label, on, is_done, number == last) for number, (label, on, is_done) in enumerate(steps))


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
