"""A moderator on the pages of a group's listing: whether somebody is one there, and what they came from.

The pages of moderators stand above this package and are known by name alone.
"""

from dataclasses import dataclass

from flask import url_for

from portal.assurance import phoning, reporting
from portal.core.i18n import gettext as _
from portal.core.viewer import viewer
from portal.directory.models import Service
from portal.groups.listings import edits_for

REPORT_PAGE, CALL_PAGE = "moderation.report", "moderation.call"


@dataclass(frozen=True)
class WayBack:
    """A report that waits or a call to make, about this listing."""

    label: str
    address: str


def is_at_desk(service: Service) -> bool:
    """Whether whoever looks at this page is no editor of the listing's group, but a moderator. Asks the database nothing."""
    return not edits_for(viewer(), service)


def ways_back(service: Service) -> list[WayBack]:
    """What waits for a moderator about a listing, longest waiting first: its reports, then the call."""
    reports = [
        WayBack(_("Report %(reference)s", reference=one.reference), url_for(REPORT_PAGE, report_id=one.id))
        for one in reporting.open_about(viewer(), service.id)
    ]
    calls = [
        WayBack(_("The call to the group"), url_for(CALL_PAGE, round_id=one))
        for one in phoning.open_about(viewer(), service.id)
    ]
    return [*reports, *calls]
