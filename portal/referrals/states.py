"""The 19 states of an introduction as one table: words, tag, and what each is in FHIR. A new state is a row here.

Source: `Task.status` and `ServiceRequest.status` of FHIR R4 as the Gravity SDOH Clinical Care guide draws them. Words and tags:
the staff pictures' page of states.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


class State(StrEnum):
    """Where an introduction stands."""

    DRAFT = "draft"
    AWAITING_CONSENT = "awaiting-consent"
    PATIENT_DECLINED = "patient-declined"
    SENT = "sent"
    IN_REVIEW = "in-review"
    INFO_REQUESTED = "info-requested"
    WAITING_LIST = "waiting-list"
    ACCEPTED = "accepted"
    BOOKED = "booked"
    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    COMPLETED = "completed"
    ENDED_EARLY = "ended-early"
    NOT_STARTED = "not-started"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ENTERED_IN_ERROR = "entered-in-error"


ReferralStatus = Literal["draft", "active", "completed", "revoked", "entered-in-error"]
TaskStatus = Literal[
    "draft", "requested", "received", "accepted", "in-progress", "on-hold", "completed", "failed", "rejected",
    "cancelled", "entered-in-error",
]  # fmt: skip
Tone = Literal["draft", "sent", "needs-you", "waiting", "going", "finished", "ended", "mistake"]
Step = Literal["sent", "seen", "answer", "first-visit", "finished"]


@dataclass(frozen=True)
class Told:
    """What is said of a state.

    `label` is for the referrer, `label_group` for the group, `label_person` for the person. `task` is `Task.status` once it was
    sent; of `redirected` see `task_status`. `business` is `Task.businessStatus` in our own code system. `counts_as` is what the
    state makes of its referral, unless another introduction is still open. `step` is how far along it is.
    """

    label: LazyString
    tone: Tone
    icon: str
    task: TaskStatus
    counts_as: ReferralStatus
    step: Step | None = None
    business: str | None = None
    is_sent: bool = True
    is_end: bool = False
    label_group: LazyString | None = None
    label_person: LazyString | None = None


STATES: dict[State, Told] = {
    State.DRAFT: Told(_l("Draft"), "draft", "pencil", "draft", "draft", is_sent=False),
    State.AWAITING_CONSENT: Told(
        _l("Agreement needed"), "draft", "ring", "draft", "draft", business="awaiting-consent", is_sent=False
    ),
    State.PATIENT_DECLINED: Told(
        _l("Person said no"), "ended", "dash", "cancelled", "revoked", business="patient-declined", is_sent=False,
        is_end=True, label_person=_l("You said no"),
    ),
    State.SENT: Told(
        _l("Sent, not seen"), "sent", "arrow", "requested", "active", "sent", "sent", label_group=_l("New")
    ),
    State.IN_REVIEW: Told(_l("Seen by group"), "sent", "eye", "requested", "active", "seen", "in-review"),
    State.INFO_REQUESTED: Told(
        _l("Question for you"), "needs-you", "question", "requested", "active", "answer", "awaiting-information",
        label_group=_l("Question asked"), label_person=_l("Question asked"),
    ),
    State.WAITING_LIST: Told(
        _l("On waiting list"), "waiting", "clock", "accepted", "active", "answer", "waiting-list"
    ),
    State.ACCEPTED: Told(_l("Accepted"), "going", "tick", "accepted", "active", "answer", "accepted"),
    State.BOOKED: Told(
        _l("First visit booked"), "going", "calendar", "accepted", "active", "first-visit", "appointment-booked"
    ),
    State.IN_PROGRESS: Told(_l("Started"), "going", "play", "in-progress", "active", "first-visit", "in-progress"),
    State.PAUSED: Told(_l("On hold"), "waiting", "pause", "on-hold", "active", "first-visit", "paused"),
    State.COMPLETED: Told(
        _l("Finished"), "finished", "tick", "completed", "completed", "finished", "completed", is_end=True
    ),
    State.ENDED_EARLY: Told(
        _l("Ended early"), "ended", "square", "failed", "completed", "finished", "ended-early", is_end=True
    ),
    State.NOT_STARTED: Told(
        _l("Did not start"), "ended", "dash", "failed", "active", "answer", "not-started", is_end=True
    ),
    State.DECLINED: Told(_l("Declined"), "needs-you", "cross", "rejected", "active", "answer", "declined", is_end=True),
    State.REDIRECTED: Told(
        _l("Passed on"), "ended", "turn", "rejected", "active", "answer", "redirected", is_end=True
    ),
    State.EXPIRED: Told(
        _l("No answer"), "needs-you", "exclamation", "cancelled", "active", "answer", "expired-no-response", is_end=True
    ),
    State.WITHDRAWN: Told(
        _l("Withdrawn"), "ended", "cross", "cancelled", "revoked", business="withdrawn", is_end=True
    ),
    State.ENTERED_IN_ERROR: Told(
        _l("Entered by mistake"), "mistake", "cross", "entered-in-error", "entered-in-error", is_end=True
    ),
}  # fmt: skip

OPEN = frozenset(state for state, told in STATES.items() if not told.is_end)
ENDS = frozenset(STATES) - OPEN
WITH_GROUP = frozenset(
    {State.SENT, State.IN_REVIEW, State.INFO_REQUESTED, State.WAITING_LIST, State.ACCEPTED, State.BOOKED}
    | {State.IN_PROGRESS, State.PAUSED}
)
"""Open and sent: the group may see it, while the person agrees."""
TO_ANSWER = frozenset({State.SENT, State.IN_REVIEW, State.INFO_REQUESTED})
STARTED = frozenset({State.IN_PROGRESS, State.PAUSED})
SAID_YES = frozenset({State.ACCEPTED, State.BOOKED, *STARTED})
"""The group has accepted: names and how to reach the person are theirs to see."""
ACTED_ON = frozenset({State.DECLINED, State.EXPIRED, State.NOT_STARTED, State.REDIRECTED})
"""Ends after which the referrer chooses what comes next; their tags are amber until then."""

ON_TASK_GRAPH: dict[TaskStatus, frozenset[TaskStatus]] = {
    "draft": frozenset({"requested"}),
    "requested": frozenset({"accepted", "rejected", "cancelled"}),
    "accepted": frozenset({"in-progress", "on-hold", "completed", "failed", "cancelled"}),
    "in-progress": frozenset({"on-hold", "completed", "failed", "cancelled"}),
    "on-hold": frozenset({"in-progress", "completed", "failed", "cancelled"}),
}
"""The drawn graph of the Gravity guide. From anywhere an entry in error is one more edge."""


def task_status(state: State, before: State | None = None) -> TaskStatus:
    """`Task.status` of a state. What was passed on is rejected where it was requested, cancelled where it was accepted."""
    if state is State.REDIRECTED and before is not None and STATES[before].task != "requested":
        return "cancelled"
    return STATES[state].task
