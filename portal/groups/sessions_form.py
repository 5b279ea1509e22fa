"""The form of sessions: read from what was sent, checked, turned into the fact's value and into next dates.

Its fields are `s-<number>-<name>` for each row, and those of `Sent` for all. Nothing else is read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, time, timedelta
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from portal.changes.times import timetable
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.plain import one_line, plain
from portal.directory import school_holidays
from portal.directory.occurrences import Nation, Occurrence, cancelled_dates, merged
from portal.groups.session_rows import DAYS, OFTEN, Row, Told, Values, own_exceptions, told_of
from portal.groups.typed_times import Span, Unclear, typed_date, typed_spans, typed_time

MOST_ROWS = 20
SHOWN_DATES = 8
AHEAD = timedelta(days=130)
EVENING, MORNING = time(18), time(6)
STAND = "stand"
"""The answer that leaves what differs from session to session as it is."""
ROW_FIELDS = tuple(one.name for one in fields(Row))
LONGEST = {"dates": 2_000, "note": 300, "name": 120}


@dataclass(frozen=True)
class NextDate:
    """One of the next dates: the day, its times, and whether it is off; `why` names a bank holiday."""

    day: str
    times: str
    is_off: bool = False


@dataclass
class SessionsForm:
    """What was typed. `errors` are by field; `standing` is the value that stands, from which rows came."""

    rows: list[Row]
    closed: str = ""
    ends: str = "no"
    until: str = ""
    bank: str = "no"
    school: str = "yes"
    removed: frozenset[int] = frozenset()
    standing: Sequence[Values] = ()
    errors: dict[str, str] = field(default_factory=dict)
    has_school: bool = False

    @property
    def told(self) -> Told:
        """What stands, as the form shows it."""
        return told_of(self.standing)

    @classmethod
    def of(cls, standing: Sequence[Values] | None, *, has_school: bool = False) -> "SessionsForm":
        """The form as it is first shown."""
        told = told_of(standing)
        return cls(
            rows=list(told.rows) or [Row()],
            closed=told.closed,
            ends=STAND if told.until is None else "yes" if told.until else "no",
            until=wording.full_date(date.fromisoformat(told.until)) if told.until else "",
            bank=STAND if told.bank is None else "yes" if told.bank else "no",
            school=STAND if told.school is None else "yes" if told.school else "no",
            standing=list(standing or ()),
            has_school=has_school,
        )

    @classmethod
    def sent(
        cls, sent: MultiDict[str, str], standing: Sequence[Values] | None, *, has_school: bool = False
    ) -> "SessionsForm":
        """The form as it was sent."""
        numbers = sorted({int(found[1]) for name in sent if (found := re.fullmatch(r"s-(\d{1,3})-starts", name))})
        rows = [_row(sent, number) for number in numbers[:MOST_ROWS]]
        removed = {int(one) for one in sent.getlist("remove-kept") if one.isdigit() and len(one) < 4}
        return cls(
            rows=rows,
            closed=plain(sent.get("closed"))[:5_000],
            ends=sent.get("ends", "no"),
            until=one_line(sent.get("until"))[:60],
            bank=sent.get("bank", "no"),
            school=sent.get("school", "yes"),
            removed=frozenset(removed),
            standing=list(standing or ()),
            has_school=has_school,
        )

    @property
    def is_typed(self) -> bool:
        """Whether any time is told."""
        return any(row.starts or row.ends or row.dates for row in self.rows)

    @property
    def left(self) -> list[Values]:
        """Times that stay and that the form cannot show."""
        return [one for number, one in self.told.kept.items() if number not in self.removed]

    def pressed(self, action: str) -> bool:
        """Add or take away a row, where that was the button; whether it was."""
        if action == "add":
            self.add()
        elif action.startswith("remove-") and action[7:].isdigit() and len(action) < 11:
            self.remove(int(action[7:]))
        else:
            return False
        return True

    def add(self) -> None:
        """One more row, of the place and times of the last."""
        if len(self.rows) < MOST_ROWS:
            self.rows.append(Row(at=self.rows[-1].at if self.rows else ""))

    def remove(self, number: int) -> None:
        """One row less."""
        if 0 <= number < len(self.rows):
            del self.rows[number]

    def value(self) -> list[Values] | None:
        """The value of the fact. None where there is a problem: `errors` then says what."""
        self.errors = {}
        closed = self._spans("closed", self.closed)
        until = self._until()
        made = [self._session(number, row, closed) for number, row in enumerate(self.rows)]
        if self.errors:
            return None
        sessions = [
            self._with_rest(session, row, until) for session, row in zip(made, self.rows, strict=True) if session
        ]
        return sessions + self.left

    def next_dates(
        self, value: Sequence[Values], nation: Nation, councils: Mapping[str, str] | None = None
    ) -> list[NextDate]:
        """The next dates that a value gives, those that are off among them. `councils`: the council of each place."""
        tables = [replace(timetable(row), nation=nation, off=_off(row, councils or {})) for row in value]
        now, today = clock.now(), clock.today()
        coming = [(one, False) for one in merged(tables, now, now + AHEAD)][:SHOWN_DATES]
        last = clock.local(coming[-1][0].start).date() if len(coming) == SHOWN_DATES else today + AHEAD
        for table in tables:
            off = cancelled_dates(table, today, last)
            bare = replace(table, changes=(), on_bank_holidays=True, off=())
            start = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
            every = merged([bare], start, start + AHEAD + timedelta(days=1)) if off else []
            coming += [(one, True) for one in every if clock.local(one.start).date() in off]
        ordered = sorted(dict.fromkeys(coming), key=lambda pair: (pair[0].start, pair[1]))
        return [_next_date(one, is_off) for one, is_off in ordered][: SHOWN_DATES + 4]

    def problems(self) -> list[tuple[str, str]]:
        """Ids of fields and what is wrong with each."""
        return list(self.errors.items())

    def error_of(self, number: int) -> list[str]:
        """What is wrong with one row."""
        return [sentence for name, sentence in self.errors.items() if name.startswith(f"s-{number}-")]

    def _session(self, number: int, row: Row, closed: list[Span]) -> Values | None:
        starts = self._time(f"s-{number}-starts", row.starts)
        ends = self._time(f"s-{number}-ends", row.ends) if row.ends else None
        if starts and ends and ends <= starts and not (starts >= EVENING and ends <= MORNING):
            after = wording.clock_time(starts)
            self.errors[f"s-{number}-ends"] = _(
                "Session %(number)s: the finish time must be after %(time)s", number=number + 1, time=after
            )
        rule = self._rule(number, row)
        if starts is None or rule is None:
            return None
        told = {"at": row.at, "name": row.name, "note": row.note, "starts_at": starts.strftime("%H:%M")}
        off = [] if rule["freq"] == "dates" else [day for span in closed for day in span.days]
        exceptions = [{"date": day.isoformat(), "kind": "cancelled"} for day in dict.fromkeys(off)]
        session: Values = {name: value for name, value in told.items() if value} | rule
        session["exceptions"] = [*rule.get("exceptions", ()), *exceptions]
        return session | ({"ends_at": ends.strftime("%H:%M")} if ends else {})

    def _rule(self, number: int, row: Row) -> Values | None:
        first = self._first(number, row)
        if row.often == "dates":
            spans = self._spans(f"s-{number}-dates", row.dates)
            days = sorted({day for span in spans for day in span.days})
            if not days and f"s-{number}-dates" not in self.errors:
                self.errors[f"s-{number}-dates"] = _("Session %(number)s: give at least one date", number=number + 1)
            if not days:
                return None
            extra = [{"date": day.isoformat(), "kind": "extra"} for day in days]
            return {"freq": "dates", "interval": 1, "dtstart": days[0].isoformat(), "exceptions": extra}
        if row.often == "fortnightly" and first is None and f"s-{number}-first" not in self.errors:
            self.errors[f"s-{number}-first"] = _(
                "Session %(number)s: give the first date, so that we know which weeks", number=number + 1
            )
            return None
        start = (first or self._stood_since(row) or clock.today()).isoformat()
        if row.often in {"weekly", "fortnightly"}:
            interval = 1 if row.often == "weekly" else 2
            return {"freq": "weekly", "interval": interval, "byday": row.day, "dtstart": start}
        byday = ",".join(f"{nth}{row.day}" for nth in row.often.split(","))
        if "," in row.day:
            self.errors[f"s-{number}-day"] = _("Session %(number)s: choose one day", number=number + 1)
            return None
        return {"freq": "monthly", "interval": 1, "byday": byday, "dtstart": start}

    def _first(self, number: int, row: Row) -> date | None:
        if not row.first or row.often == "dates":
            return None
        try:
            return typed_date(row.first)
        except Unclear as unclear:
            self.errors[f"s-{number}-first"] = _numbered(number, str(unclear))
            return None

    def _stood_since(self, row: Row) -> date | None:
        """When the session that a row came from began, so that saving it again moves nothing."""
        standing = self._standing(row)
        return date.fromisoformat(standing["dtstart"]) if standing and standing.get("dtstart") else None

    def _standing(self, row: Row) -> Values | None:
        number = int(row.was) if row.was.isdigit() and len(row.was) < 4 else -1
        return self.standing[number] if 0 <= number < len(self.standing) else None

    def _with_rest(self, session: Values, row: Row, until: date | None) -> Values:
        """What holds for all sessions, and what stays of the one that the row came from."""
        standing = self._standing(row) or {}
        answers = {"on_bank_holidays": self.bank, "in_school_holidays": self.school}
        for name, answer in answers.items():
            session[name] = standing.get(name, name == "in_school_holidays") if answer == STAND else answer == "yes"
        if self.ends == STAND and standing.get("valid_to"):
            session["valid_to"] = standing["valid_to"]
        elif self.ends == "yes" and until:
            session["valid_to"] = until.isoformat()
        own = own_exceptions(self.standing, int(row.was)) if standing else []
        exceptions = [*session["exceptions"], *own]
        unique = {(one["date"], one.get("kind", "cancelled")): one for one in exceptions}
        del session["exceptions"]
        return session | ({"exceptions": [unique[key] for key in sorted(unique)]} if unique else {})

    def _until(self) -> date | None:
        if self.ends != "yes":
            return None
        try:
            day = typed_date(self.until)
        except Unclear as unclear:
            self.errors["until"] = str(unclear)
            return None
        if day < clock.today():
            self.errors["until"] = _("The last date is over already. To say that you have stopped, close the listing")
        return day

    def _spans(self, name: str, text: str) -> list[Span]:
        try:
            return typed_spans(text)
        except Unclear as unclear:
            found = re.fullmatch(r"s-(\d+)-.*", name)
            self.errors[name] = _numbered(int(found[1]), str(unclear)) if found else str(unclear)
            return []

    def _time(self, name: str, text: str) -> time | None:
        try:
            return typed_time(text)
        except Unclear as unclear:
            found = re.fullmatch(r"s-(\d+)-.*", name)
            self.errors[name] = _numbered(int(found[1]) if found else 0, str(unclear))
            return None


def _off(row: Values, councils: Mapping[str, str]) -> tuple[tuple[date, date], ...]:
    """School holidays that a session leaves out. A session without a place yet will be at the first one."""
    if row.get("in_school_holidays", True):
        return ()
    return school_holidays.of(councils.get(row.get("at", "")) or next(iter(councils.values()), None))


def _numbered(number: int, sentence: str) -> str:
    return _("Session %(number)s: %(problem)s", number=number + 1, problem=sentence)


def _row(sent: Mapping[str, str], number: int) -> Row:
    told: dict[str, Any] = {}
    for name in ROW_FIELDS:
        text = sent.get(f"s-{number}-{name}") or ""
        told[name] = (plain(text) if name == "dates" else one_line(text))[: LONGEST.get(name, 60)]
    row = Row(**told)
    return replace(
        row,
        day=row.day if row.day in DAYS else "MO",
        often=row.often if row.often in OFTEN else "weekly",
    )


def _next_date(one: Occurrence, is_off: bool) -> NextDate:
    day = clock.local(one.start).date()
    label = str(format_date(day, "EEE d MMM", locale=get_locale() or "en"))
    return NextDate(label, wording.time_range(one.start, one.end), is_off)
