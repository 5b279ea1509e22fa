"""Reminders of reports that are due: a week after the quarter, and three weeks later, to those who speak for the group."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.queries import users_of
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.permissions import Permission
from portal.core.quarters import Quarter
from portal.grants.models import Grant
from portal.grants.notifications import GrantReportDue
from portal.grants.queries import counts, due_of
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

STEPS = (("first", timedelta(days=7)), ("again", timedelta(days=28)))
"""How long after the end of the quarter, or of the grant, each goes. A row more is a reminder more."""
GIVEN_UP = timedelta(days=120)
"""After this a report is no longer asked for by mail. The page goes on saying that it is missing."""


@job("grants.remind")
def remind() -> None:
    """Ask for what is due. Runs every day; each reminder goes once."""
    today = clock.today()
    wanted = select(Grant).where(Grant.starts_on < today, Grant.ends_on > today - GIVEN_UP - timedelta(days=92))
    wanted = wanted.where(counts()).options(joinedload(Grant.round), selectinload(Grant.reports)).order_by(Grant.id)
    for grant in db.session.scalars(wanted).unique().all():
        for quarter in due_of(grant):
            _ask(grant, quarter)


def _ask(grant: Grant, quarter: Quarter) -> None:
    since = clock.today() - min(quarter.last, grant.ends_on)
    due = [name for name, after in STEPS if after <= since < GIVEN_UP]
    if not due:
        return
    for user in users_of(grant.organization_id, Permission.LISTING_EDIT):
        notify(
            GrantReportDue(grant.shown_reference, quarter.slug),
            to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
            key=f"grant-report:{grant.id}:{quarter.slug}:{due[-1]}",
        )
