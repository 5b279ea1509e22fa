"""What may become of an introduction, by whom, under which guards, and who is told: one table, numbered as in the design.

A new transition is a row here and a function of its verb in one of the actions. Docs: `docs/referrals.md`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from portal.referrals.states import ENDS, OPEN, TO_ANSWER, State


class Who(StrEnum):
    """What somebody is to one introduction."""

    REFERRER = "referrer"
    """Who asked for it, or a colleague of theirs."""
    LINK_WORKER = "link-worker"
    """The link worker team that holds the person's record."""
    PROVIDER = "provider"
    """Who answers for the organisation that it was sent to."""
    LEAD = "lead"
    """The lead of that organisation."""
    PERSON = "person"
    SYSTEM = "system"
    GOVERNANCE = "governance"
    """Information governance, or the safeguarding lead of the organisation."""


R, L, P, A, S, SYS, C = Who
Tell = Literal["referrer", "person", "group", "practice", "team"]
Needs = Literal["none", "group", "ends", "withdraws", "any"]


@dataclass(frozen=True)
class Transition:
    """One row. `ends` is None where the state stays as it is. `reason`: which reasons may be given, "none" for none.

    `guards` name checks of `portal.referrals.guards`; `tells` who hears of it, without personal data.
    """

    number: int
    starts: frozenset[State]
    ends: State | None
    by: frozenset[Who]
    guards: tuple[str, ...] = ()
    reason: Needs = "none"
    tells: frozenset[Tell] = field(default_factory=frozenset)


def _row(
    number: int,
    starts: set[State] | frozenset[State],
    ends: State | None,
    by: set[Who],
    *guards: str,
    reason: Needs = "none",
    tells: tuple[Tell, ...] = (),
) -> Transition:
    return Transition(number, frozenset(starts), ends, frozenset(by), guards, reason, frozenset(tells))


T = State
TRANSITIONS: dict[str, Transition] = {
    "create": _row(1, set(), T.DRAFT, {R, L, S, P}, "takes_referrals"),
    "ask_consent": _row(2, {T.DRAFT}, T.AWAITING_CONSENT, {R, L}, "reachable", tells=("person",)),
    "send": _row(
        3, {T.DRAFT, T.AWAITING_CONSENT}, T.SENT, {R, L, S},
        "takes_referrals", "consent_covers", "has_what_it_needs", "fits", "has_space", "not_twice", "alive",
        tells=("group", "person"),
    ),
    "refuse": _row(4, {T.DRAFT, T.AWAITING_CONSENT}, T.PATIENT_DECLINED, {R, L, S}, tells=("referrer",)),
    "open": _row(5, {T.SENT}, T.IN_REVIEW, {P, A}),
    "ask": _row(6, {T.SENT, T.IN_REVIEW}, T.INFO_REQUESTED, {P, A, L}, "has_words", tells=("referrer",)),
    "answer": _row(7, {T.INFO_REQUESTED}, T.IN_REVIEW, {R, L}, "has_words", tells=("group",)),
    "accept": _row(
        8, {*TO_ANSWER, T.WAITING_LIST}, T.ACCEPTED, {P, A}, "consent_covers", tells=("referrer", "person")
    ),
    "wait": _row(
        9, {T.SENT, T.IN_REVIEW}, T.WAITING_LIST, {P, A}, "consent_covers", "happy_to_wait", tells=("referrer", "person")
    ),
    "decline": _row(10, TO_ANSWER, T.DECLINED, {P, A, SYS}, reason="group", tells=("referrer",)),
    "redirect": _row(
        11, {T.SENT, T.IN_REVIEW, T.WAITING_LIST, T.ACCEPTED}, T.REDIRECTED, {P, A, L}, "target_covered",
        tells=("referrer", "person"),
    ),
    "expire": _row(12, {T.SENT, T.IN_REVIEW}, T.EXPIRED, {SYS}, tells=("referrer", "team")),
    "book": _row(13, {T.ACCEPTED, T.WAITING_LIST}, T.BOOKED, {P, A, S}, "consent_covers", tells=("referrer", "person")),
    "start_booked": _row(14, {T.BOOKED}, T.IN_PROGRESS, {P, A}, tells=("referrer",)),
    "unbook": _row(15, {T.BOOKED}, T.ACCEPTED, {P, A, S}, tells=("referrer",)),
    "not_start": _row(
        16, {T.WAITING_LIST, T.ACCEPTED, T.BOOKED}, T.NOT_STARTED, {P, A, SYS}, "tried_or_told", reason="ends",
        tells=("referrer",),
    ),
    "start": _row(17, {T.ACCEPTED}, T.IN_PROGRESS, {P, A}, tells=("referrer",)),
    "pause": _row(18, {T.IN_PROGRESS}, T.PAUSED, {P, A}, "has_review_date", "has_words"),
    "resume": _row(18, {T.PAUSED}, T.IN_PROGRESS, {P, A}),
    "complete": _row(
        19, {T.IN_PROGRESS}, T.COMPLETED, {P, A, L}, "has_outcome", tells=("referrer", "practice", "person")
    ),
    "end_early": _row(
        20, {T.IN_PROGRESS, T.PAUSED}, T.ENDED_EARLY, {P, A, L, S, SYS}, reason="ends",
        tells=("referrer", "practice", "person"),
    ),
    "withdraw": _row(21, OPEN, T.WITHDRAWN, {R, L, S, SYS}, reason="withdraws", tells=("group", "referrer")),
    "mark_error": _row(
        22, set(State) - {T.ENTERED_IN_ERROR}, T.ENTERED_IN_ERROR, {A, C, R}, "second_person", "has_words", tells=("group",)
    ),
    "reopen": _row(23, ENDS - {T.ENTERED_IN_ERROR}, None, {R, L}, "recent", "consent_covers", "has_words"),
    "correct": _row(24, set(State), None, {P, A, C}, "within_days", "has_words", tells=("referrer",)),
    "close": _row(25, ENDS, None, {R, L}, "nothing_open", reason="any"),
    "reassign": _row(26, OPEN - {T.DRAFT, T.AWAITING_CONSENT}, None, {P, A}, tells=("group",)),
}  # fmt: skip
"""Every verb. `create` starts from nothing; `reopen` makes a new introduction; `close` acts on the referral."""
