"""The facts `sessions` and `opening`: when a listing happens and is open, at each of its places.

`at` in a row is the id of its place; opening hours without one are of the service as a whole.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from portal.changes import plain_rows
from portal.changes.places import place_of
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.directory import timing
from portal.directory.models import Schedule, Service, Session, SessionException
from portal.directory.occurrences import Change, Timetable

SESSION = (
    "freq", "interval", "byday", "dtstart", "valid_to", "starts_at", "ends_at", "on_bank_holidays",
    "in_school_holidays", "name", "note",
)  # fmt: skip
EXCEPTION = ("date", "kind", "starts_at", "ends_at", "note")
SCHEDULE = (
    "valid_from", "valid_to", "dtstart", "freq", "interval", "byday", "bymonthday", "description", "opens_at",
    "closes_at", "schedule_link", "attending_type", "notes",
)  # fmt: skip
Values = dict[str, Any]


def sessions(service: Service) -> list[Values] | None:
    """Each session with `at`, its columns and its `exceptions`; what is not told is left out."""
    found = [{"at": str(here.id)} | _session(one) for here in service.service_at_locations for one in here.sessions]
    return sorted(found, key=_in_order) or None


def put_sessions(service: Service, value: Any) -> None:
    """Replace all sessions, unless they stand so already."""
    told = list(value or ())
    if sorted(told, key=_in_order) == (sessions(service) or []):
        return
    for here in service.service_at_locations:
        here.sessions = []
    for row in told:
        place_of(service, row.get("at")).sessions.append(_new_session(row))


def sessions_shown(value: Any) -> list[str]:
    """The rule of each session with its bounds and note, then the dates on which it does not happen."""
    lines = []
    for row in value:
        table = timetable(row)
        rule = timing.rule_label(table)
        named = _("%(name)s: %(rule)s", name=table.name, rule=rule) if table.name else rule
        bounds = timing.bounds_label(table)
        term = None if row.get("in_school_holidays", True) else _("Not in school holidays")
        lines.append(". ".join(part.rstrip(".") for part in (named, bounds, term, table.note) if part))
    if off := timing.closed_label([timetable(row) for row in value]):
        lines.append(off)
    return lines


def timetable(row: Values) -> Timetable:
    """One row of sessions as what turns it into dates."""
    return Timetable(
        frequency=row.get("freq", "weekly"),
        starts_at=time.fromisoformat(row["starts_at"]),
        ends_at=_time(row.get("ends_at")),
        interval=row.get("interval", 1),
        byday=row.get("byday", ""),
        first_date=_date(row.get("dtstart")),
        last_date=_date(row.get("valid_to")),
        on_bank_holidays=row.get("on_bank_holidays", False),
        changes=tuple(
            Change(
                date.fromisoformat(one["date"]), one.get("kind", "cancelled"), _time(one.get("starts_at")),
                _time(one.get("ends_at")),
            )
            for one in row.get("exceptions", ())
        ),
        name=row.get("name"),
        note=row.get("note"),
    )  # fmt: skip


def opening(service: Service) -> Values | None:
    """{"words": "...", "lines": [{"at": ..., "byday": "MO,TU", "opens_at": "09:00", ...}]}."""
    lines = [plain_rows.told(one, SCHEDULE) for one in service.schedules]
    for here in service.service_at_locations:
        lines += [{"at": str(here.id)} | plain_rows.told(one, SCHEDULE) for one in here.schedules]
    told: Values = {"words": service.opening_text} if service.opening_text else {}
    return told | ({"lines": lines} if lines else {}) or None


def put_opening(service: Service, value: Any) -> None:
    """Replace opening hours, unless they stand so already, and set the words about them."""
    told = value or {}
    service.opening_text = told.get("words")
    if told.get("lines", []) == (opening(service) or {}).get("lines", []):
        return
    service.schedules = _schedules(row for row in told.get("lines", ()) if "at" not in row)
    for here in service.service_at_locations:
        here.schedules = []
    for row in told.get("lines", ()):
        if "at" in row:
            place_of(service, row["at"]).schedules += _schedules([row])


def opening_shown(value: Any) -> list[str]:
    """Each line in words, then the group's own."""
    lines = [_opening_line(row) for row in value.get("lines", ())]
    return [*(line for line in lines if line), *([value["words"]] if value.get("words") else [])]


def _opening_line(row: Values) -> str:
    if not row.get("opens_at") or not row.get("freq"):
        return str(row.get("description") or row.get("notes") or "")
    table = Timetable(
        frequency=row["freq"].lower(),
        starts_at=time.fromisoformat(row["opens_at"]),
        ends_at=_time(row.get("closes_at")),
        interval=row.get("interval", 1),
        byday=row.get("byday", ""),
        bymonthday=row.get("bymonthday", ""),
        first_date=_date(row.get("dtstart")),
    )
    return timing.rule_label(table)


def _session(row: Session) -> Values:
    exceptions = [plain_rows.told(one, EXCEPTION) for one in row.exceptions]
    exceptions.sort(key=lambda one: (one["date"], one["kind"]))
    return plain_rows.told(row, SESSION) | ({"exceptions": exceptions} if exceptions else {})


def _new_session(row: Values) -> Session:
    made = Session(id=new_id())
    plain_rows.put(made, SESSION, row)
    for one in row.get("exceptions", ()):
        exception = SessionException(id=new_id())
        plain_rows.put(exception, EXCEPTION, one)
        made.exceptions.append(exception)
    return made


def _schedules(rows: Any) -> list[Schedule]:
    several: Sequence[Values] = list(rows)
    found = []
    for row, own_id in zip(several, sorted(new_id() for _one in several), strict=True):
        made = Schedule(id=own_id)
        plain_rows.put(made, SCHEDULE, row)
        found.append(made)
    return found


def _in_order(row: Values) -> tuple[str, ...]:
    return (row.get("at", ""), row.get("freq", ""), row.get("byday", ""), row.get("starts_at", ""), repr(row))


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _time(value: str | None) -> time | None:
    return time.fromisoformat(value) if value else None
