"""Opening hours and sessions of a nested document. One wrong value leaves its line out whole: half a rule misleads."""

import re

from portal.core import clock
from portal.importing.nested.values import Node, Unusable
from portal.importing.parts import Schedule, Session, SessionException
from portal.importing.weeks import DAYS

NTH_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
MONTH_DAY = re.compile(r"-?(?:[1-9]|[12]\d|3[01])")
MOST_EXCEPTIONS = 300
BEYOND = ("count", "byweekno", "byyearday", "bymonth", "bysetpos", "byhour")
"""Parts of a rule that our tables do not hold: without them it would say something else."""
FREQUENCIES = {"WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY", "DAILY": "WEEKLY"}
KINDS = frozenset({"cancelled", "extra"})


def schedules_of(node: Node, key: str = "schedules") -> tuple[Schedule, ...]:
    """Lines of opening hours. Those that only repeat a session for plain readers are passed over."""
    found = []
    for one in node.each(key, "schedule"):
        if one.ours.flag("session"):
            one.settle(is_used=True)
            continue
        try:
            found.append(_schedule(one))
        except Unusable as problem:
            one.note(f"a line of its opening hours was not used: {problem}")
            one.settle(is_used=False)
    return tuple(one for one in found if one is not None)


def sessions_of(node: Node) -> tuple[Session, ...]:
    """Sessions as a portal like this one tells them."""
    found = []
    for one in node.each("sessions", "session"):
        try:
            found.append(_session(one))
        except Unusable as problem:
            one.note(f"a session was not used: {problem}")
            one.settle(is_used=False)
    return tuple(found)


def _schedule(node: Node) -> Schedule | None:
    if beyond := next((key for key in BEYOND if node.line(key)), None):
        raise Unusable(f'its rule has "{beyond}"')
    freq = _frequency(node)
    interval = node.whole("interval", 1, 1_000)
    dtstart, valid_from = node.day("dtstart"), node.day("valid_from")
    if (interval or 1) > 1 and not (dtstart or valid_from):
        raise Unusable(f"it is every {interval} weeks or months, and nobody can tell from when")
    byday = _days(node, "byday", is_nth=freq == "MONTHLY")
    bymonthday = _month_days(node)
    if freq == "WEEKLY" and bymonthday and not node.is_ours:
        raise Unusable("it names days of the week and of the month")
    if (node.line("freq") or "").upper() == "DAILY" and byday is None:
        if (interval or 1) > 1:
            raise Unusable(f"it is every {interval} days")
        byday = ",".join(DAYS)
    schedule = Schedule(
        freq=freq,
        byday=byday,
        opens_at=node.clock("opens_at"),
        closes_at=node.clock("closes_at"),
        interval=interval,
        bymonthday=bymonthday,
        dtstart=dtstart,
        valid_from=valid_from,
        valid_to=node.day("valid_to") or node.day("until"),
        description=node.text("description"),
        schedule_link=node.web("schedule_link"),
        attending_type=_short(node, "attending_type", 60),
        notes=node.text("notes"),
        own_id=node.own_id(),
    )
    return None if schedule == Schedule() else schedule


def _frequency(node: Node) -> str | None:
    told = node.line("freq")
    if told is None:
        return None
    if told.upper() not in FREQUENCIES:
        raise Unusable(f'its "freq" is "{told[:40]}"')
    return FREQUENCIES[told.upper()]


def _days(node: Node, key: str, *, is_nth: bool) -> str | None:
    """Days of iCalendar, as they are kept: "MO,TU" or, in a month, "1WE,-1FR"."""
    told = node.line(key)
    if told is None:
        return None
    days = [part.strip().upper() for part in told.split(",") if part.strip()]
    for day in days:
        found = NTH_DAY.fullmatch(day)
        if found is None or (found[1] and not is_nth):
            raise Unusable(f'its "{key}" is "{told[:40]}"')
    text = ",".join(dict.fromkeys(days))
    if len(text) > 60:
        raise Unusable(f'its "{key}" is {len(text)} letters long')
    return text or None


def _month_days(node: Node) -> str | None:
    told = node.line("bymonthday")
    if told is None:
        return None
    days = [part.strip() for part in told.split(",") if part.strip()]
    if not days or not all(MONTH_DAY.fullmatch(day) for day in days) or len(",".join(days)) > 60:
        raise Unusable(f'its "bymonthday" is "{told[:40]}"')
    return ",".join(days)


def _session(node: Node) -> Session:
    freq = (node.line("freq") or "weekly").lower()
    if freq not in {"weekly", "monthly", "dates"}:
        raise Unusable(f'its "freq" is "{freq[:40]}"')
    interval, dtstart = node.whole("interval", 1, 1_000) or 1, node.day("dtstart")
    if interval > 1 and dtstart is None:
        raise Unusable(f"it is every {interval} weeks or months, and nobody can tell from when")
    byday = _days(node, "byday", is_nth=freq == "monthly")
    if byday is None and (freq == "monthly" or (freq == "weekly" and dtstart is None)):
        raise Unusable('it has no "byday"')
    starts_at = node.clock("starts_at")
    if starts_at is None:
        raise Unusable('it has no "starts_at"')
    exceptions = tuple(_exception(one) for one in node.each("exceptions", "exception"))
    if len({(one.date, one.kind) for one in exceptions}) < len(exceptions):
        raise Unusable("two of its exceptions are on one date")
    return Session(
        starts_at=starts_at,
        ends_at=node.clock("ends_at"),
        freq=freq,
        interval=interval,
        byday=byday,
        dtstart=dtstart or (min(one.date for one in exceptions) if exceptions and freq == "dates" else None),
        valid_to=node.day("valid_to"),
        on_bank_holidays=bool(node.flag("on_bank_holidays")),
        in_school_holidays=node.flag("in_school_holidays") is not False,
        name=node.line("name", 120),
        note=node.text("note"),
        exceptions=exceptions,
        own_id=node.own_id(),
    )


def _exception(node: Node) -> SessionException:
    day, kind = node.day("date"), node.line("kind") or "cancelled"
    if day is None:
        raise Unusable('an exception has no "date"')
    if kind not in KINDS:
        raise Unusable(f'the kind of an exception is "{kind[:40]}"')
    if not 1 <= day.year <= clock.today().year + 100:
        raise Unusable(f'the date of an exception is "{day}"')
    times = node.clock("starts_at"), node.clock("ends_at")
    return SessionException(day, kind, *times, node.text("note"), own_id=node.own_id())


def _short(node: Node, key: str, most: int) -> str | None:
    """A text for which there is little room; a longer one is left out with a note."""
    found = node.line(key)
    if found is not None and len(found) > most:
        node.note(f'its "{key}" is longer than {most} letters, so it was not used')
        return None
    return found
