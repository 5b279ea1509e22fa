"""What is said of a task, and of how far off a day is."""

from datetime import date

from flask_babel import ngettext

from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.wording import full_date
from portal.partners.models import PartnerTask


def task_words(task: PartnerTask) -> str:
    """What is to be done, in one line."""
    title, on = task.agreement.title, full_date(task.due_on)
    if task.kind == "review":
        return _("Review “%(title)s” by %(day)s", title=title, day=on)
    if task.kind == "end":
        if task.due_on < clock.today():
            return _("“%(title)s” ran out on %(day)s: renew it, or let it be", title=title, day=on)
        return _("“%(title)s” ends on %(day)s: renew it, or let it run out", title=title, day=on)
    return _("“%(title)s” is with an organisation that has closed: decide what becomes of it", title=title)


def distance(day: date) -> str:
    """How far off a day is: "in 28 days", "today", "5 days late"."""
    days = (day - clock.today()).days
    if days < 0:
        return str(ngettext("%(num)s day late", "%(num)s days late", -days))
    if days == 0:
        return _("today")
    return str(ngettext("in %(num)s day", "in %(num)s days", days))


def is_late(day: date) -> bool:
    """Whether a day has passed."""
    return day < clock.today()
