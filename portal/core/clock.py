"""The one clock. Everything that asks for the time asks here, so that tests can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_frozen: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def today() -> date:
    """Today's date in the United Kingdom."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """An aware moment on a clock in the United Kingdom."""
    return moment.astimezone(LONDON)


def epoch_minutes(moment: datetime) -> int:
    """Whole minutes from 1970-01-01 00:00 UTC to an aware moment."""
    return int(moment.timestamp() // 60)


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment. For tests."""
    global _frozen
    before = _frozen
    _frozen = moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
