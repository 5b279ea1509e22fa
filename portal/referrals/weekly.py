"""The digest of the week: on Monday a link worker hears in one e-mail what else became of whom they referred.

What needed them was told at once (`portal.referrals.telling`). Who did something themselves does not hear of it.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import job
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.referrals import recipients, telling
from portal.referrals.models import IntroductionEvent, Referral
from portal.referrals.notifications import ReferralWeek
from portal.referrals.sweeping import is_day
from portal.referrals.transitions import TRANSITIONS

VERBS = sorted(verb for verb, row in TRANSITIONS.items() if "referrer" in row.tells and verb not in telling.TO_REFERRER)
"""What the table tells referrers and nothing told them at once."""
ROUTES = ("link-worker", "on-behalf")
MOST_ROWS = 40
LATEST_DAY = 2
"""Wednesday: a worker that was away on Monday makes up for it until then."""


@job("referrals.weekly")
def look() -> None:
    """On Monday ask for one job for each organisation that asked for something that moved last week."""
    monday = this_monday()
    if (clock.today() - monday).days > LATEST_DAY or not is_day():
        return
    wanted = _events(monday).with_only_columns(Referral.organization_id).order_by(None).distinct()
    for organization_id in db.session.scalars(wanted):
        digest.later(_key=f"{organization_id}:{monday}", organization_id=str(organization_id), monday=str(monday))


@job("referrals.digest")
def digest(organization_id: str, monday: str) -> None:
    """Write to each of one organisation, once a week."""
    told: dict[Recipient, dict[UUID, None]] = {}
    for to, introduction_id in _told(date.fromisoformat(monday), UUID(organization_id)):
        told.setdefault(to, {})[introduction_id] = None
    for to, ids in told.items():
        rows = tuple(str(one) for one in list(ids)[:MOST_ROWS])
        notify(ReferralWeek(monday, rows), to=to, key=f"referral-week:{monday}")


def this_monday() -> date:
    """Of this week, by the date in the United Kingdom."""
    today = clock.today()
    return today - timedelta(days=today.weekday())


def _told(monday: date, organization_id: UUID) -> Iterator[tuple[Recipient, UUID]]:
    """Who is to hear of which introduction."""
    known: dict[UUID, list[Recipient]] = {}
    for event, referral in db.session.execute(_events(monday).where(Referral.organization_id == organization_id)):
        if referral.id not in known:
            known[referral.id] = recipients.of_referrer(referral)
        for to in known[referral.id]:
            if to.user_id != event.actor_id and event.introduction_id is not None:
                yield to, event.introduction_id


def _events(monday: date) -> Select[IntroductionEvent, Referral]:
    begins, ends = (datetime.combine(day, time(), clock.LONDON) for day in (monday - timedelta(weeks=1), monday))
    return (
        select(IntroductionEvent, Referral)
        .join(Referral, Referral.id == IntroductionEvent.referral_id)
        .where(
            IntroductionEvent.at >= begins,
            IntroductionEvent.at < ends,
            IntroductionEvent.verb.in_(VERBS),
            IntroductionEvent.introduction_id.is_not(None),
            Referral.route.in_(ROUTES),
            Referral.organization_id.is_not(None),
        )
        .order_by(IntroductionEvent.at, IntroductionEvent.id)
    )
