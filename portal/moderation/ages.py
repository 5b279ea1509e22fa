"""How long something has waited, in working days: Monday to Friday without the bank holidays of England."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock, working_days

PROMISE = 2
"""Nothing waits longer than so many working days."""
LOOKED_BACK = 90


def working_days_since(moment: datetime) -> int:
    """Working days after the day of a moment, up to today. At most what 90 days hold."""
    today = clock.today()
    first = max(clock.local(moment).date(), today - timedelta(days=LOOKED_BACK))
    return working_days.between(first, today)


def waiting(days: int) -> str:
    """An age in words."""
    return ngettext("%(num)d working day", "%(num)d working days", days) if days else _("Today")


def is_late(days: int) -> bool:
    """True if the promise is broken."""
    return days > PROMISE
