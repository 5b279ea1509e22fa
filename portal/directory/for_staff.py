"""What staff may know of listings and the public may not: asked for apart, by ids, for a viewer. Nothing public imports it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Viewer, may_be_signed_in, viewer
from portal.directory.blueprint import bp
from portal.directory.models import ForStaff

__all__ = ["TAKES_URGENT", "urgent_among", "urgent_for", "urgent_line"]
TAKES_URGENT = _l("Takes urgent requests on the same day. Phone first.")


def urgent_among(who: Viewer, ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Of these listings, those that take urgent requests on the same day, and when that was said. Empty for all but staff."""
    if not ids or not who.can(Permission.DIRECTORY_STAFF):
        return {}
    wanted = select(ForStaff.service_id, ForStaff.said_at).where(
        ForStaff.service_id.in_(sorted(set(ids))), ForStaff.takes_urgent.is_(True)
    )
    return {row.service_id: row.said_at for row in db.session.execute(wanted)}


def urgent_line(said_at: datetime) -> str:
    """The sentence with the day on which it was said: staff phone first, and see how old the word is."""
    day = wording.full_date(clock.local(said_at).date())
    return _("%(fact)s Said on %(date)s.", fact=str(TAKES_URGENT), date=day)


@bp.app_template_global()
def urgent_for(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The sentences for the viewer of this request, by listing: one statement for staff, none for everybody else."""
    if not may_be_signed_in():
        return {}
    return {one: urgent_line(said_at) for one, said_at in urgent_among(viewer(), ids).items()}
