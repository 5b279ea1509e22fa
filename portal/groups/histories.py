"""The history of a listing: every version with who made it, when, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.queries import user
from portal.changes import queries
from portal.changes.applying import kind_of
from portal.changes.compare import Difference, compared
from portal.changes.facts import FACTS
from portal.changes.models import Version
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.groups.listings import edits_for

HOW = {
    "imported": _l("As it was before"),
    "edited": _l("Changed"),
    "approved": _l("Changed, and looked at by a moderator"),
    "restored": _l("Put back"),
    "undone": _l("Undone by a moderator"),
    "added": _l("Added"),
    "closed": _l("Closed"),
    "reopened": _l("Opened again"),
    "merged": _l("Merged with another listing"),
    "taken": _l("Taken from its source again"),
}
SHOWN = 50


@dataclass(frozen=True)
class Entry:
    """One version. `who` is the person's name for those of their group, else whom they spoke for; empty where it was nobody."""

    number: int
    how: str
    when: str
    who: str
    differences: Sequence[Difference]
    is_present: bool = False


def of(service: Service, viewer: Viewer) -> list[Entry]:
    """The newest versions, newest first, as this viewer sees them."""
    versions = queries.versions_of(service.id, SHOWN + 1)
    found = []
    for place, version in enumerate(versions[:SHOWN]):
        before = versions[place + 1] if place + 1 < len(versions) else None
        told = {name: version.facts.get(name) for name in FACTS}
        differences = compared(before.facts, told) if before else []
        found.append(
            Entry(version.number, str(HOW.get(version.how, version.how)), day_of(version), _who(version, viewer), differences,
                  is_present=place == 0)
        )  # fmt: skip
    return found


def day_of(version: Version) -> str:
    """When a version came to be."""
    at = clock.local(version.at)
    return _("%(date)s, %(time)s", date=wording.full_date(at.date()), time=wording.clock_time(at))


def _who(version: Version, viewer: Viewer) -> str:
    person = user(version.by_user_id) if version.by_user_id else None
    if person is None:
        return ""
    if kind_of(person, version.service.organization_id) == "moderator":
        return _("Our team")
    return person.name if edits_for(viewer, version.service) else _("The group")
