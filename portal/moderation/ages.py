"""How long something has waited, in working days: Monday to Friday without the bank holidays of England."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.directory.occurrences import bank_holidays

PROMISE = 2
"""Nothing waits longer than so many working days."""
LOOKED_BACK = 90


def working_days_since(moment: datetime) -> int:
    """Working days after the day of a moment, up to today. At most what 90 days hold."""
    today = clock.today()
    first = max(clock.local(moment).date(), today - timedelta(days=LOOKED_BACK))
    days = (first + timedelta(days=number) for number in range(1, (today - first).days + 1))
    return sum(_is_working(day) for day in days)


def waiting(days: int) -> str:
    """An age in words."""
    return ngettext("%(num)d working day", "%(num)d working days", days) if days else _("Today")


def is_late(days: int) -> bool:
    """True if the promise is broken."""
    return days > PROMISE


def _is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays("england", day.year)
