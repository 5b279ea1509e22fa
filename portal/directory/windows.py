"""The values of the filter "when" as stretches of time, from the moment of the search on."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from portal.core import clock
from portal.search.port import Window

Stretch = tuple[datetime, datetime]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVENING_FROM, EVENING_TO = time(17, 30), time(23, 0)
TONIGHT_TO = time(4, 0)
DAYS_AHEAD = 28
"""Weekdays, evenings and weekends are looked at for four weeks, so that what happens once a month is there."""
ONE_DAY = timedelta(days=1)


def windows(now: datetime) -> tuple[Window, ...]:
    """Every value with its intervals from this aware moment on, in whole minutes since 1970. What is over does not count."""
    return _windows(clock.epoch_minutes(now))


@lru_cache(maxsize=8)
def _windows(minute: int) -> tuple[Window, ...]:
    """All searches of one minute ask for the same."""
    now = datetime.fromtimestamp(minute * 60, UTC)
    return tuple(Window(value, _minutes(stretches(now), now)) for value, stretches in VALUES.items())


def _open_now(now: datetime) -> Iterator[Stretch]:
    yield now, now + timedelta(minutes=1)


def _today(now: datetime) -> Iterator[Stretch]:
    yield _day(clock.local(now).date())


def _tonight(now: datetime) -> Iterator[Stretch]:
    local = clock.local(now)
    evening = local.date() - ONE_DAY if local.time() < TONIGHT_TO else local.date()
    yield _at(evening, EVENING_FROM), _at(evening + ONE_DAY, TONIGHT_TO)


def _this_week(now: datetime) -> Iterator[Stretch]:
    today = clock.local(now).date()
    yield _at(today, time.min), _at(today + timedelta(days=7), time.min)


def _evening(now: datetime) -> Iterator[Stretch]:
    for day in _days(now):
        yield _at(day, EVENING_FROM), _at(day, EVENING_TO)


def _weekend(now: datetime) -> Iterator[Stretch]:
    yield from (_day(day) for day in _days(now) if day.weekday() >= 5)


def _on(weekday: int) -> Callable[[datetime], Iterator[Stretch]]:
    def stretches(now: datetime) -> Iterator[Stretch]:
        yield from (_day(day) for day in _days(now) if day.weekday() == weekday)

    return stretches


VALUES: dict[str, Callable[[datetime], Iterator[Stretch]]] = {
    "open_now": _open_now,
    "today": _today,
    "tonight": _tonight,
    "this_week": _this_week,
    "evening": _evening,
    "weekend": _weekend,
    **{name: _on(number) for number, name in enumerate(WEEKDAYS)},
}


def _days(now: datetime) -> Iterator[date]:
    first = clock.local(now).date()
    return (first + timedelta(days=number) for number in range(DAYS_AHEAD))


def _day(day: date) -> Stretch:
    return _at(day, time.min), _at(day + ONE_DAY, time.min)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.LONDON)


def _minutes(stretches: Iterator[Stretch], now: datetime) -> tuple[tuple[int, int], ...]:
    first = clock.epoch_minutes(now)
    found = ((max(clock.epoch_minutes(start), first), clock.epoch_minutes(end)) for start, end in stretches)
    return tuple((start, end) for start, end in found if start < end)
