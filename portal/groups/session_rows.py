"""The fact `sessions` as rows of a form, and back. What the form cannot say is told apart and kept as it stands.

A session of several weekdays becomes a row each; so does one on several weekdays of the month. Dates on which all of them are
off are the listing's closed dates; what differs from session to session stays with its row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from types import MappingProxyType
from typing import Any

from flask_babel.speaklater import LazyString

from portal.changes.times import timetable
from portal.core import clock, wording
from portal.core.i18n import lazy_gettext as _l
from portal.directory.occurrences import BYDAY, WEEKDAYS
from portal.groups.typed_times import lines_of

Values = dict[str, Any]
DAYS: Mapping[str, LazyString] = MappingProxyType(
    {
        "MO": _l("Monday"),
        "TU": _l("Tuesday"),
        "WE": _l("Wednesday"),
        "TH": _l("Thursday"),
        "FR": _l("Friday"),
        "SA": _l("Saturday"),
        "SU": _l("Sunday"),
        "MO,TU,WE,TH,FR": _l("Monday to Friday"),
        "MO,TU,WE,TH,FR,SA,SU": _l("Every day"),
    }
)
OFTEN: Mapping[str, LazyString] = MappingProxyType(
    {
        "weekly": _l("Every week"),
        "fortnightly": _l("Every 2 weeks, from a date"),
        "1": _l("1st in the month"),
        "2": _l("2nd in the month"),
        "3": _l("3rd in the month"),
        "4": _l("4th in the month"),
        "-1": _l("Last in the month"),
        "1,3": _l("1st and 3rd in the month"),
        "2,4": _l("2nd and 4th in the month"),
        "dates": _l("Only on the dates below"),
    }
)
PLAIN = frozenset({"at", "freq", "interval", "byday", "dtstart", "valid_to", "starts_at", "ends_at", "on_bank_holidays",
                   "in_school_holidays", "name", "note", "exceptions"})  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One session as it is typed. `was`: which session of the listing it came from; its own exceptions go with it."""

    day: str = "MO"
    starts: str = ""
    ends: str = ""
    often: str = "weekly"
    first: str = ""
    dates: str = ""
    name: str = ""
    note: str = ""
    at: str = ""
    was: str = ""


@dataclass(frozen=True)
class Told:
    """All sessions of a listing as the form shows them.

    `until`, `bank` and `school`: what holds for all of them, None where it differs. `kept`: sessions that the form cannot say,
    by their place in the list.
    """

    rows: tuple[Row, ...] = ()
    closed: str = ""
    until: str | None = ""
    bank: bool | None = False
    school: bool | None = True
    kept: Mapping[int, Values] = field(default_factory=dict)


def told_of(value: Sequence[Values] | None) -> Told:
    """The value of the fact as rows."""
    several = list(value or ())
    closed = _closed(several)
    rows: list[Row] = []
    kept: dict[int, Values] = {}
    for number, session in enumerate(several):
        made = _rows(session, number)
        if made:
            rows += made
        else:
            kept[number] = session
    shown = [session for number, session in enumerate(several) if number not in kept]
    return Told(
        rows=tuple(sorted(rows, key=_in_week)),
        closed=lines_of(day for day in closed if day >= clock.today()),
        until=_shared([session.get("valid_to", "") for session in shown], ""),
        bank=_shared([session.get("on_bank_holidays", False) for session in shown], False),
        school=_shared([session.get("in_school_holidays", True) for session in shown], True),
        kept=kept,
    )


def _in_week(row: Row) -> tuple[bool, int]:
    """What is every week comes first, by the day."""
    return row.often not in {"weekly", "fortnightly"}, list(DAYS).index(row.day)


def own_exceptions(value: Sequence[Values], number: int) -> list[Values]:
    """What is different on single dates of one session alone: extra times, and dates off that are not all sessions'."""
    closed = {day.isoformat() for day in _closed(value)}
    session = value[number]
    return [
        one
        for one in session.get("exceptions", ())
        if (one.get("kind") == "extra" and (session.get("freq") != "dates" or "starts_at" in one))
        or (one.get("kind", "cancelled") == "cancelled" and one["date"] not in closed)
    ]


def _closed(value: Sequence[Values]) -> set[date]:
    """Dates that every session that could meet then leaves out."""
    off = {one["date"] for row in value for one in row.get("exceptions", ()) if one.get("kind") == "cancelled"}
    return {date.fromisoformat(day) for day in off if all(_is_off(row, day) for row in value)}


def _is_off(session: Values, day: str) -> bool:
    off = any(
        one["date"] == day and one.get("kind") == "cancelled" for one in session.get("exceptions", ())
    )  # fmt: skip
    return off or not _meets(session, date.fromisoformat(day))


def _meets(session: Values, day: date) -> bool:
    """Whether the rule of a session alone could fall on that weekday."""
    names = [name for _nth, name in BYDAY.findall(session.get("byday", "").upper())]
    if session.get("freq") == "dates":
        return False
    if not names:
        return date.fromisoformat(session["dtstart"]).weekday() == day.weekday()
    return tuple(WEEKDAYS)[day.weekday()] in names


def _rows(session: Values, number: int) -> list[Row]:
    """The rows of one session; none where the form cannot say it."""
    base = Row(
        starts=wording.clock_time(time.fromisoformat(session["starts_at"])),
        ends=wording.clock_time(time.fromisoformat(session["ends_at"])) if session.get("ends_at") else "",
        name=session.get("name", ""),
        note=session.get("note", ""),
        at=session.get("at", ""),
        was=str(number),
        first=_first(session),
    )
    freq, interval = session.get("freq", "weekly"), session.get("interval", 1)
    if freq == "dates":
        days = [
            one["date"]
            for one in session.get("exceptions", ())
            if one.get("kind") == "extra" and "starts_at" not in one
        ]
        return [replace(base, often="dates", dates=lines_of(map(date.fromisoformat, days)), first="")]
    days = [(nth, name) for nth, name in BYDAY.findall(session.get("byday", "").upper())]
    if freq == "weekly":
        return _weekly(base, [name for _nth, name in days], interval, session)
    return _monthly(base, days) if interval == 1 else []


def _weekly(base: Row, names: list[str], interval: int, session: Values) -> list[Row]:
    if interval > 2:
        return []
    often = "weekly" if interval == 1 else "fortnightly"
    names = names or [tuple(WEEKDAYS)[date.fromisoformat(session["dtstart"]).weekday()]]
    first = wording.full_date(timetable(session).first_date or clock.today()) if interval == 2 else base.first
    whole = ",".join(day for day in WEEKDAYS if day in names)
    if whole in DAYS:
        return [replace(base, day=whole, often=often, first=first)]
    return [replace(base, day=name, often=often, first=first) for name in names]


def _monthly(base: Row, days: list[tuple[str, str]]) -> list[Row]:
    rows: list[Row] = []
    for name in dict.fromkeys(name for _nth, name in days):
        nths = [nth.lstrip("+") for nth, one in days if one == name]
        together = ",".join(nths)
        if together in OFTEN:
            rows.append(replace(base, day=name, often=together))
        elif all(nth in OFTEN for nth in nths):
            rows += [replace(base, day=name, often=nth) for nth in nths]
        else:
            return []
    return rows


def _first(session: Values) -> str:
    """The first date, where it is still ahead."""
    first = timetable(session).first_date
    return wording.full_date(first) if first and first > clock.today() else ""


def _shared(values: Sequence[Any], otherwise: Any) -> Any:
    """What all say; None where they differ."""
    several = set(values)
    if not several:
        return otherwise
    return several.pop() if len(several) == 1 else None
