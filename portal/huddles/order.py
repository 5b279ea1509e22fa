"""In which order cases are taken, and how each stands: a table of rules, first that fits. A new one is a row, with its test.

Source: design of journeys, 12: overdue, stuck, missed twice, safety flag, new, review due. Before what is new come cases that
were talked about and for which nothing is to be done.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

STUCK_AFTER = timedelta(days=21)
"""Nothing was noted or done for three huddles."""
REVIEW_AHEAD = timedelta(days=7)
"""A review that comes before the next huddle is due at this one."""
MISSED = 2


@dataclass(frozen=True)
class Facts:
    """What the rules look at. `due_on`: of the earliest open action; `missed`: first or later visits that the person missed.

    `last_on`: the last huddle that was finished before.
    """

    today: date
    due_on: date | None = None
    moved_on: date | None = None
    opened_on: date | None = None
    review_on: date | None = None
    last_on: date | None = None
    missed: int = 0
    has_safety: bool = False


@dataclass(frozen=True)
class Rule:
    """One way in which a case stands. `tone` and `icon` draw its tag; `counted` says how many stand so."""

    key: str
    label: LazyString
    tone: str
    icon: str
    fits: Callable[[Facts], bool]
    counted: Callable[[int], str]


def _is_overdue(case: Facts) -> bool:
    return case.due_on is not None and case.due_on < case.today


def _is_stuck(case: Facts) -> bool:
    return case.moved_on is not None and case.today - case.moved_on >= STUCK_AFTER


def _missed_twice(case: Facts) -> bool:
    return case.missed >= MISSED


def _is_new(case: Facts) -> bool:
    return case.opened_on is not None and (case.last_on is None or case.opened_on > case.last_on)


def _needs_a_step(case: Facts) -> bool:
    return case.due_on is None and not _is_new(case)


def _is_review_due(case: Facts) -> bool:
    return case.review_on is not None and case.review_on <= case.today + REVIEW_AHEAD


RULES: tuple[Rule, ...] = (
    Rule(
        "overdue", _l("Overdue"), "needs-you", "exclamation", _is_overdue,
        lambda count: ngettext("%(num)s overdue", "%(num)s overdue", count),
    ),
    Rule(
        "stuck", _l("Stuck"), "needs-you", "pause", _is_stuck,
        lambda count: ngettext("%(num)s stuck", "%(num)s stuck", count),
    ),
    Rule(
        "missed", _l("Missed twice"), "needs-you", "question", _missed_twice,
        lambda count: ngettext("%(num)s missed twice", "%(num)s missed twice", count),
    ),
    Rule(
        "safety", _l("Safety"), "needs-you", "alert", lambda case: case.has_safety,
        lambda count: ngettext("%(num)s about safety", "%(num)s about safety", count),
    ),
    Rule(
        "no-step", _l("Needs a next step"), "needs-you", "dash", _needs_a_step,
        lambda count: ngettext("%(num)s needs a next step", "%(num)s need a next step", count),
    ),
    Rule(
        "new", _l("New"), "draft", "ring", _is_new,
        lambda count: ngettext("%(num)s new", "%(num)s new", count),
    ),
    Rule(
        "review", _l("Review due"), "waiting", "calendar", _is_review_due,
        lambda count: ngettext("%(num)s to review", "%(num)s to review", count),
    ),
    Rule(
        "in-hand", _l("In hand"), "going", "play", lambda _case: True,
        lambda count: ngettext("%(num)s in hand", "%(num)s in hand", count),
    ),
)  # fmt: skip
IN_HAND = RULES[-1]


def rule_of(case: Facts) -> Rule:
    """How a case stands."""
    return next(rule for rule in RULES if rule.fits(case))


def place_of(case: Facts) -> tuple[int, date, date]:
    """Where a case comes: by the table, then what is due first, then what is open longest."""
    far = date.max
    return RULES.index(rule_of(case)), case.due_on or far, case.opened_on or far


def counts(rules: Iterable[Rule]) -> Sequence[str]:
    """How many stand how, in the order of the table, but for those in hand."""
    found = [rule.key for rule in rules]
    return [rule.counted(found.count(rule.key)) for rule in RULES if rule is not IN_HAND and rule.key in found]
