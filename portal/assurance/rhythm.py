"""When a listing is asked about, and what follows while nobody answers. Source: journeys.md 10, rhythm.

Tables and functions of dates alone: the worker's daily job and `benchmarks/freshness_year.py` both go by them. Days are whole.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["meets", "other"]
StepName = Literal["first", "reminder", "second", "phone"]

EVERY: dict[Kind, int] = {"meets": 90, "other": 180}
"""How long a check holds: of sessions and drop-ins, and of all else."""
LEAD = 14
"""A listing is asked about so many days before its check ends."""
APART = EVERY["meets"] - LEAD
"""Between the starts of two digests to one person: how soon whoever answers on the first day is due again."""
MOST_MAILS, WITHIN = 3, 92
"""So many mails at most in so many days, the longest quarter: to one person, and about one listing, whoever is asked."""
LINK_HOLDS = timedelta(days=30)
MOST_ROUNDS_A_DAY = 60
"""New digests a day, those that ended first before others: a directory that was asleep wakes over some days."""
TRIES = 3
TRY_AGAIN, REST = 3, 14
"""A call that nobody took is tried again after 3 days, and each third time after a fortnight, for as long as it takes."""


@dataclass(frozen=True)
class Step:
    """What happens so many days after a digest, if nobody answered. `mails`: it is a mail, and counts as one."""

    name: StepName
    after: int
    mails: bool = True


STEPS = (
    Step("first", 0),
    Step("reminder", 7),
    Step("second", 14),
    Step("phone", 21, mails=False),
)
"""In this order, and none twice. A mail that comes back leads to the last at once."""
PHONE = STEPS[-1]


def kind_of(*, has_sessions: bool, joining: Iterable[str]) -> Kind:
    """Whether a listing is one that people go to at a time, whose times go stale first."""
    return "meets" if has_sessions or "drop_in" in joining else "other"


def ends_on(assured: date | None, kind: Kind, *, today: date) -> date:
    """The last day on which the check of a listing holds. One that was never checked ends today."""
    return today if assured is None else assured + timedelta(days=EVERY[kind])


def is_within(assured: date | None, kind: Kind, *, today: date) -> bool:
    """Whether the check of a listing still holds."""
    return assured is not None and today <= ends_on(assured, kind, today=today)


def is_due(ends: date, today: date) -> bool:
    """Whether a listing is asked about, if its person may be."""
    return ends - timedelta(days=LEAD) <= today


def goes_along(assured: date, ends: date, today: date) -> bool:
    """Whether a listing goes into the digest that another one causes, which costs no mail.

    It does if it would be due before the person's next digest, and if its check is old enough for a listing that meets. So the
    listings of one person come to have one date.
    """
    would_wait = ends - timedelta(days=LEAD) < today + timedelta(days=APART)
    return would_wait or assured + timedelta(days=APART - LEAD) <= today


def may_begin(begun: date | None, today: date) -> bool:
    """Whether a person whose last digest began then may get another."""
    return begun is None or begun + timedelta(days=APART) <= today


def may_mail(sent: Collection[date], today: date) -> bool:
    """Whether one more mail today keeps to the most that one person gets."""
    return sum(1 for day in sent if day > today - timedelta(days=WITHIN)) < MOST_MAILS


def next_step(begun: date, taken: Collection[StepName], today: date, *, has_bounced: bool = False) -> Step | None:
    """The step that is due today for a digest that nobody has answered, or none.

    After days without a worker the last step that is due is taken and those before it are left out. Whether a mail would be
    one too many is for `may_mail`; it then waits, and never holds up the telephone.
    """
    if has_bounced:
        return None if PHONE.name in taken else PHONE
    last = max((number for number, step in enumerate(STEPS) if step.name in taken), default=-1)
    due = [step for step in STEPS[last + 1 :] if begun + timedelta(days=step.after) <= today]
    return due[-1] if due else None


def try_again_on(today: date, unanswered: int) -> date:
    """When to ring again after so many calls that nobody took, today's among them."""
    return today + timedelta(days=REST if unanswered % TRIES == 0 else TRY_AGAIN)
