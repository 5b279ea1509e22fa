"""When an agreement asks for something: 90, 60 and 30 days before its review and its end. How it stands, too.

Only the mark that the day has reached last is raised: an agreement that is entered 40 days before its end asks once, not twice.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.partners.models import Agreement

MARKS = (90, 60, 30)
"""Days before, the longest first."""
LONG_OVER = timedelta(days=30)
"""An agreement that ran out longer ago than this was entered as history, and asks for nothing."""
STANDINGS: dict[str, LazyString] = {
    "running": _l("Running"),
    "ahead": _l("Not begun"),
    "renewed": _l("Renewed"),
    "ended": _l("Ended early"),
    "over": _l("Run out"),
}


def mark_of(day: date, today: date) -> int | None:
    """The mark that was reached last before a day, or the nearest of all once the day is past. None: it is too far off."""
    reached = [mark for mark in MARKS if (day - today).days <= mark]
    return min(reached) if reached else None


def standing(one: Agreement, today: date) -> str:
    """A key of `STANDINGS`."""
    if one.ended_on is not None and one.ended_on <= today:
        return "ended"
    if one.ends_on is not None and one.ends_on < today:
        return "renewed" if one.successor is not None else "over"
    return "ahead" if one.starts_on > today else "running"


def standing_label(key: str) -> str:
    """How an agreement stands, in the reader's language."""
    return str(STANDINGS[key])


def is_open(one: Agreement, today: date) -> bool:
    """Whether it holds, or will."""
    return standing(one, today) in {"running", "ahead"}


def asks(one: Agreement, today: date) -> Iterator[tuple[str, date, int]]:
    """What it asks for today: kind of task, the day that it is about, and the mark that was reached."""
    if one.ended_on is not None:
        return
    end = one.ends_on if one.successor is None and not one.lapses else None
    if end is not None and end >= today - LONG_OVER and (mark := mark_of(end, today)) is not None:
        yield "end", end, mark
    if one.review_on is not None and is_open(one, today) and (mark := mark_of(one.review_on, today)) is not None:
        yield "review", one.review_on, mark
