"""A person's introductions as the record lists them: by urgency, each with what is known and the one thing to do next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.referrals.models import Appointment, Introduction, Message
from portal.referrals.reasons import words_of
from portal.referrals.states import STATES, State

URGENCY: Mapping[State, int] = {
    State.INFO_REQUESTED: 0,
    State.DECLINED: 1,
    State.EXPIRED: 1,
    State.NOT_STARTED: 1,
    State.REDIRECTED: 1,
    State.AWAITING_CONSENT: 2,
    State.DRAFT: 2,
    State.SENT: 3,
    State.IN_REVIEW: 3,
    State.WAITING_LIST: 4,
    State.ACCEPTED: 5,
    State.BOOKED: 5,
    State.IN_PROGRESS: 6,
    State.PAUSED: 6,
}
"""What comes first. Ends that are acted on, and those that ask for nothing, come last."""
LAST = 7
ACTIONS: Mapping[State, LazyString] = {
    State.DRAFT: _l("Finish and send"),
    State.AWAITING_CONSENT: _l("Ask again, or record a no"),
    State.PATIENT_DECLINED: _l("See what was said"),
    State.SENT: _l("Chase"),
    State.IN_REVIEW: _l("Chase"),
    State.INFO_REQUESTED: _l("Answer"),
    State.WAITING_LIST: _l("Record a contact"),
    State.ACCEPTED: _l("See what was agreed"),
    State.BOOKED: _l("See the visit"),
    State.IN_PROGRESS: _l("See how it is going"),
    State.PAUSED: _l("See when it goes on"),
    State.COMPLETED: _l("See the outcome"),
    State.ENDED_EARLY: _l("See why it ended"),
    State.NOT_STARTED: _l("Find another"),
    State.DECLINED: _l("Find another"),
    State.REDIRECTED: _l("Follow it on"),
    State.EXPIRED: _l("Find another, or phone them"),
    State.WITHDRAWN: _l("See why"),
}
"""The one thing to do with each."""


@dataclass(frozen=True)
class Row:
    """One introduction. `said`: what is known in a line; `asked`: the question that waits for an answer."""

    one: Introduction
    said: str
    action: str
    asked: Message | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the group waits for an answer."""
        return self.one.state == State.INFO_REQUESTED.value

    @property
    def is_waiting(self) -> bool:
        """Whether the person waits for a place: they should hear how it stands."""
        return self.one.state == State.WAITING_LIST.value


def rows_of(
    introductions: Sequence[Introduction], visits: Mapping[UUID, Appointment], questions: Mapping[UUID, Message]
) -> list[Row]:
    """The rows, what needs somebody first. What was entered by mistake is left out."""
    shown = [one for one in introductions if one.state != State.ENTERED_IN_ERROR.value]
    shown.sort(key=lambda one: one.changed_at, reverse=True)
    shown.sort(key=_rank)
    return [
        Row(one, said_of(one, visits.get(one.id)), str(ACTIONS[State(one.state)]), questions.get(one.id))
        for one in shown
    ]


def said_of(one: Introduction, visit: Appointment | None = None) -> str:
    """What is known of an introduction in a line."""
    if one.state == State.BOOKED.value and visit is not None:
        at = clock.local(visit.starts_at)
        return _("%(day)s, %(time)s", day=wording.day(at.date()), time=wording.clock_time(at))
    return SAID[State(one.state)](one)


def _rank(one: Introduction) -> int:
    state = State(one.state)
    return LAST if STATES[state].is_end and one.is_acted_on else URGENCY.get(state, LAST)


def _on(moment: datetime | None) -> str:
    return wording.short_date(clock.local(moment).date()) if moment else "–"


def _sent(one: Introduction) -> str:
    if one.first_opened_at:
        return _("Sent %(day)s, seen %(seen)s", day=_on(one.sent_at), seen=_on(one.first_opened_at))
    if one.respond_by:
        return _(
            "Sent %(day)s, answer hoped for by %(by)s", day=_on(one.sent_at), by=wording.short_date(one.respond_by)
        )
    return _("Sent %(day)s", day=_on(one.sent_at))


def _waiting(one: Introduction) -> str:
    said = _on(one.answered_at)
    if one.place_expected_on:
        return _(
            "Place expected about %(day)s, said %(said)s", day=wording.short_date(one.place_expected_on), said=said
        )
    return _("On the list since %(day)s", day=said)


def _accepted(one: Introduction) -> str:
    if one.first_date:
        return _("First visit expected %(day)s", day=wording.day(one.first_date))
    return _("Accepted %(day)s, no date yet", day=_on(one.answered_at))


def _paused(one: Introduction) -> str:
    if one.review_on:
        return _("On hold, to look at again %(day)s", day=wording.short_date(one.review_on))
    return _("On hold")


def _ended(one: Introduction) -> str:
    reason = words_of(one.reason_code)
    if reason:
        return _("Ended %(day)s: %(reason)s", day=_on(one.ended_at), reason=reason)
    return _("Ended %(day)s", day=_on(one.ended_at))


def _declined(one: Introduction) -> str:
    return _("Declined %(day)s: %(reason)s", day=_on(one.ended_at), reason=words_of(one.reason_code))


SAID: Mapping[State, Callable[[Introduction], str]] = {
    State.DRAFT: lambda one: _("Begun %(day)s, not sent", day=_on(one.created_at)),
    State.AWAITING_CONSENT: lambda one: _("Asked %(day)s, no answer yet", day=_on(one.changed_at)),
    State.PATIENT_DECLINED: lambda one: _("Said no %(day)s", day=_on(one.ended_at)),
    State.SENT: _sent,
    State.IN_REVIEW: _sent,
    State.INFO_REQUESTED: _sent,
    State.WAITING_LIST: _waiting,
    State.ACCEPTED: _accepted,
    State.BOOKED: _accepted,
    State.IN_PROGRESS: lambda one: _("Started %(day)s", day=_on(one.started_at)),
    State.PAUSED: _paused,
    State.COMPLETED: lambda one: _("Finished %(day)s", day=_on(one.ended_at)),
    State.ENDED_EARLY: _ended,
    State.NOT_STARTED: _ended,
    State.DECLINED: _declined,
    State.REDIRECTED: lambda one: _("Passed on %(day)s", day=_on(one.ended_at)),
    State.EXPIRED: lambda one: _("No answer by %(day)s", day=_on(one.ended_at)),
    State.WITHDRAWN: _ended,
}
