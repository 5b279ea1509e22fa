"""When something happens, in words: its rule, its next dates, and the dates on which it does not happen."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.core import clock, wording
from portal.directory.occurrences import BYDAY, WEEKDAYS, Occurrence, Timetable, cancelled_dates, merged

LOOKS_AHEAD = timedelta(days=42)
"""How far ahead dates without a session are told."""
FEWEST_IN_SPAN = 3
"""So many days in a row are told by the first and the last of them."""
LONGEST_BREAK = timedelta(days=4)
"""A weekend with a bank holiday at each end breaks no span of days."""
MONDAY = date(2024, 1, 1)
WORKING_DAYS = ("MO", "TU", "WE", "TH", "FR")


@dataclass(frozen=True)
class Leaf:
    """A day as a leaf of a calendar, with what happens on it in words."""

    weekday: str
    number: int
    day: str
    time: str
    iso: str


def rule_label(timetable: Timetable) -> str:
    """How it repeats: "Every Tuesday, 10am to midday"; "First Monday of the month, from 2pm"."""
    times = wording.time_range(timetable.starts_at, timetable.ends_at)
    days = [(int(nth) if nth else 0, name) for nth, name in BYDAY.findall(timetable.byday.upper())]
    if timetable.frequency == "dates":
        return _("On set dates, %(times)s", times=times)
    if timetable.frequency == "monthly":
        return _monthly(timetable, days, times)
    names = [name for _nth, name in days] or [_own_day(timetable)]
    label = _days_label(names)
    if timetable.interval == 2:
        return _("Every second %(days)s, %(times)s", days=label, times=times)
    if timetable.interval > 2:
        return str(
            ngettext(
                "Every %(num)s week on %(days)s, %(times)s",
                "Every %(num)s weeks on %(days)s, %(times)s",
                timetable.interval,
                days=label,
                times=times,
            )
        )
    if set(names) == set(WEEKDAYS):
        return _("Every day, %(times)s", times=times)
    if tuple(names) == WORKING_DAYS:
        return _("Monday to Friday, %(times)s", times=times)
    if (stretch := _stretch(names)) is not None:
        return _("%(first)s to %(last)s, %(times)s", first=stretch[0], last=stretch[1], times=times)
    return _("Every %(days)s, %(times)s", days=label, times=times)


def in_week_order(timetables: Iterable[Timetable]) -> list[Timetable]:
    """Weekly ones from Monday to Sunday, by the hour within a day; then all others as they stand."""
    return sorted(timetables, key=_place_in_week)


def bounds_label(timetable: Timetable) -> str | None:
    """When a course starts or ends, where that is still ahead and within a year; else none."""
    today = clock.today()
    year = today + timedelta(days=365)
    first = timetable.first_date if timetable.first_date and today < timetable.first_date < year else None
    last = timetable.last_date if timetable.last_date and today <= timetable.last_date < year else None
    if first and last:
        return _("From %(first)s to %(last)s.", first=wording.short_date(first), last=wording.short_date(last))
    if first:
        return _("Starts on %(date)s.", date=wording.short_date(first))
    return _("Until %(date)s.", date=wording.short_date(last)) if last else None


def closed_label(timetables: Iterable[Timetable]) -> str | None:
    """ "Closed on 22 December and 29 December.", "Closed from 21 December to 1 January.": days of the coming weeks on which all
    of it falls out; else none.
    """
    today = clock.today()
    every = list(timetables)
    off = {day for one in every for day in cancelled_dates(one, today, today + LOOKS_AHEAD)}
    start = clock.local(clock.now()).replace(hour=0, minute=0)
    happens = {clock.local(on.start).date() for on in merged(every, start, start + LOOKS_AHEAD + timedelta(days=1))}
    off -= happens
    if not off:
        return None
    spans = [(wording.short_date(first), wording.short_date(last)) for first, last in _spans(off, happens)]
    if len(spans) == 1 and spans[0][0] != spans[0][1]:
        return _("Closed from %(first)s to %(last)s.", first=spans[0][0], last=spans[0][1])
    dates = [first if first == last else _("%(first)s to %(last)s", first=first, last=last) for first, last in spans]
    return _("Closed on %(dates)s.", dates=wording.and_list(dates))


def date_labels(coming: Sequence[Occurrence], *, with_times: bool) -> list[str]:
    """Each next date in words: "Tomorrow, Tuesday 24 November", with its times where they differ."""
    labels = []
    for occurrence in coming:
        label = near_day_label(clock.local(occurrence.start).date())
        if with_times:
            times = wording.time_range(occurrence.start, occurrence.end)
            label = _("%(day)s, %(times)s", day=label, times=times)
        labels.append(label)
    return labels


def plain_date_label(coming: Occurrence) -> str:
    """A date that reads the same on any day, for what is read later: "Tuesday 24 November, 10am to midday"."""
    day, times = clock.local(coming.start).date(), wording.time_range(coming.start, coming.end)
    return _("%(day)s, %(times)s", day=wording.day(day), times=times)


def near_day_label(day: date) -> str:
    """ "Today, Tuesday 24 November", "Tomorrow, ...", or the day alone."""
    away = (day - clock.today()).days
    if away == 0:
        return _("Today, %(day)s", day=wording.day(day))
    return _("Tomorrow, %(day)s", day=wording.day(day)) if away == 1 else wording.day(day)


def leaf(occurrence: Occurrence) -> Leaf:
    """The leaf of a calendar for one time."""
    day = clock.local(occurrence.start).date()
    away = (day - clock.today()).days
    words = {0: _("Today"), 1: _("Tomorrow")}.get(away) or wording.day(day)
    times = wording.time_range(occurrence.start, occurrence.end)
    return Leaf(short_weekday(day), day.day, words, times, day.isoformat())


def short_weekday(day: date) -> str:
    """ "Tue"."""
    return str(format_date(day, "EEE", locale=get_locale() or "en"))


def same_times(coming: Sequence[Occurrence]) -> bool:
    """True if all begin and end at the same times of day."""
    return len({(_clock(one.start), _clock(one.end) if one.end else None) for one in coming}) < 2


def _spans(off: Iterable[date], happens: Collection[date]) -> list[tuple[date, date]]:
    """First and last days: several in a row make one span, over a few days on which it never happens, such as a weekend."""
    runs: list[list[date]] = []
    for day in sorted(off):
        before = runs[-1][-1] if runs else day
        between = {before + timedelta(days=number) for number in range((day - before).days)}
        if runs and day - before <= LONGEST_BREAK and not between & set(happens):
            runs[-1].append(day)
        else:
            runs.append([day])
    spans = [[(run[0], run[-1])] if len(run) >= FEWEST_IN_SPAN else [(day, day) for day in run] for run in runs]
    return [one for several in spans for one in several]


def _stretch(names: Iterable[str]) -> tuple[str, str] | None:
    """The first and last of at least three weekdays that follow each other; None for others."""
    places = sorted({list(WEEKDAYS).index(name) for name in names})
    if len(places) < FEWEST_IN_SPAN or places[-1] - places[0] != len(places) - 1:
        return None
    week = list(WEEKDAYS)
    return _weekday(week[places[0]]), _weekday(week[places[-1]])


def _place_in_week(timetable: Timetable) -> tuple[int, time]:
    if timetable.frequency != "weekly":
        return len(WEEKDAYS), time.min
    names = [name for _nth, name in BYDAY.findall(timetable.byday.upper())] or [_own_day(timetable)]
    return min(list(WEEKDAYS).index(name) for name in names), timetable.starts_at


def _clock(moment: datetime) -> time:
    return clock.local(moment).time()


def _monthly(timetable: Timetable, days: list[tuple[int, str]], times: str) -> str:
    nth = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth"), -1: _("last")}
    if not days:
        return _by_number(timetable, times)
    named = [
        _("%(nth)s %(weekday)s", nth=nth[number], weekday=_weekday(name)) if number in nth else _weekday(name)
        for number, name in days
    ]
    which = wording.and_list(named)
    if timetable.interval > 1:
        return str(
            ngettext(
                "On the %(which)s of every month, %(times)s",
                "On the %(which)s of every %(num)s months, %(times)s",
                timetable.interval,
                which=which,
                times=times,
            )
        )
    return _("On the %(which)s of the month, %(times)s", which=which, times=times)


def _by_number(timetable: Timetable, times: str) -> str:
    numbers = [number.strip() for number in timetable.bymonthday.split(",") if number.strip()]
    if not numbers and timetable.first_date:
        numbers = [str(timetable.first_date.day)]
    days = wording.and_list(numbers)
    if timetable.interval > 1:
        return str(
            ngettext(
                "On day %(days)s of every month, %(times)s",
                "On day %(days)s of every %(num)s months, %(times)s",
                timetable.interval,
                days=days,
                times=times,
            )
        )
    return _("On day %(days)s of the month, %(times)s", days=days, times=times)


def _days_label(names: Sequence[str]) -> str:
    return wording.and_list([_weekday(name) for name in names])


def _weekday(name: str) -> str:
    return wording.weekday(MONDAY + timedelta(days=list(WEEKDAYS).index(name)))


def _own_day(timetable: Timetable) -> str:
    return list(WEEKDAYS)[(timetable.first_date or clock.today()).weekday()]
