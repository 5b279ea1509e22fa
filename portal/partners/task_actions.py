"""Tasks about agreements: done, or put off to a day, with the reason."""

from datetime import date, timedelta

from portal.core import audit, clock
from portal.core.errors import Refused
from portal.core.i18n import gettext as _
from portal.core.versions import overtaken
from portal.core.viewer import Viewer
from portal.partners import raising
from portal.partners.keeping import take
from portal.partners.models import PartnerTask

FARTHEST = timedelta(days=90)


def put_off(task: PartnerTask, until: date, reason: str, *, version: int, by: Viewer) -> None:
    """Ask again on a day. Raises Overtaken."""
    today = clock.today()
    if not today < until <= today + FARTHEST:
        raise Refused("until", _("Enter a day after today, and within the next 90 days."))
    _take(task, version)
    task.until, task.reason = until, reason
    audit.record("partner_task.put_off", task, by=by, details={"until": until.isoformat()})


def reviewed(task: PartnerTask, reason: str, next_on: date | None, *, version: int, by: Viewer) -> None:
    """The review was held. `next_on`: the day of the next one; without it there is none. Raises Overtaken."""
    agreement = task.agreement
    if next_on is not None and next_on <= clock.today():
        raise Refused("next_on", _("Enter a day after today for the next review."))
    if next_on is not None and agreement.ends_on is not None and next_on > agreement.ends_on:
        raise Refused("next_on", _("The next review comes after the last day. Check both."))
    _done(task, reason, version, by)
    agreement.review_on, agreement.version = next_on, agreement.version + 1
    raising.raise_for(agreement)


def lapses(task: PartnerTask, reason: str, *, version: int, by: Viewer) -> None:
    """It is meant to run out on its last day. Raises Overtaken."""
    _done(task, reason, version, by)
    task.agreement.lapses, task.agreement.version = True, task.agreement.version + 1
    audit.record("agreement.lapses", task.agreement, by=by)


def seen_to(task: PartnerTask, reason: str, *, version: int, by: Viewer) -> None:
    """What has to happen with an agreement whose partner is no more has happened. Raises Overtaken."""
    _done(task, reason, version, by)


def _done(task: PartnerTask, reason: str, version: int, by: Viewer) -> None:
    _take(task, version)
    task.state, task.reason, task.until = raising.DONE, reason, None
    task.closed_at, task.closed_by_id = clock.now(), by.id
    audit.record("partner_task.done", task, by=by, details={"kind": task.kind})


def _take(task: PartnerTask, version: int) -> None:
    take(task, version)
    if task.state != raising.OPEN:
        raise overtaken(task.version)
