"""What a lead who answers no referrals hears of them: that some wait, and who can answer. Nothing of anybody referred."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.queries import users_of
from portal.core import wording
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.referrals.models import Introduction
from portal.responding.queries import MINE


@dataclass(frozen=True)
class Waiting:
    """How many wait for an answer; the day of the first, in words; the names of those who can answer."""

    count: int
    by: str | None
    names: Sequence[str]


def waiting_of(viewer: Viewer, organization_id: UUID) -> Waiting | None:
    """None where nothing waits, where the viewer answers themselves, and for who does not lead. At most two statements."""
    leads = viewer.can(Permission.PEOPLE_MANAGE, organisation_id=organization_id)
    if not leads or viewer.can(Permission.INTRODUCTION_ANSWER, organisation_id=organization_id):
        return None
    wanted = select(func.count(), func.min(Introduction.respond_by)).where(
        Introduction.organization_id == organization_id,
        Introduction.kind == "service",
        Introduction.state.in_([state.value for state in MINE]),
    )
    count, first = db.session.execute(wanted).one()
    if not count:
        return None
    names = [one.name for one in users_of(organization_id, Permission.INTRODUCTION_ANSWER)]
    return Waiting(count, wording.day(first) if first else None, names)
