"""The pages of administration. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from flask.typing import ResponseReturnValue

from portal.admin import (
    audit_views,
    measure_views,
    message_views,
    organisation_views,
    queries,
    referral_views,
    site_views,
    synonym_views,
    user_views,
)
from portal.admin.blueprint import bp
from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.measures.queries import unchecked_measures
from portal.notifications.queries import count_by_state
from portal.safeguarding import queries as safeguarding
from portal.sources.queries import standings

FILES: tuple[ModuleType, ...] = (
    audit_views,
    measure_views,
    message_views,
    organisation_views,
    referral_views,
    site_views,
    synonym_views,
    user_views,
)


@bp.get("")
@requires(Permission.SITE_MANAGE)
def home() -> ResponseReturnValue:
    """What there is to manage."""
    return page(
        "admin/home.html",
        counts=queries.counts(),
        states=count_by_state(),
        unchecked=len(unchecked_measures()),
        without_lead=safeguarding.without_lead(),
        unread_worries=safeguarding.overdue(),
        sources=standings(),
    )


__all__ = ["FILES", "bp"]
