"""What is told of a listing that is no longer public: that it is gone, since when and why, and where it went.

Nothing more than it said in public: its last name without the words of private addresses, and no name where it was withdrawn.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from portal.directory.models import ServiceChange
from portal.directory.privacy import hushed
from portal.directory.queries import known_listings
from portal.feed import queries
from portal.openreferral.documents import plain
from portal.openreferral.flattening import Document
from portal.openreferral.tables import OURS

NO_NAME = "No longer listed"
"""The standard demands a name."""
STATUS = {"closed": "inactive", "withdrawn": "inactive", "aged_out": "inactive", "merged": "defunct"}


def tombstones(changes: Sequence[ServiceChange]) -> dict[UUID, Document]:
    """An item for each of these, which are gone. Five statements, and one where some were merged."""
    known = known_listings([one.service_id for one in changes]) if changes else {}
    targets = [one.merged_into_id for one in changes if one.merged_into_id is not None]
    standing = queries.changes(targets) if targets else {}
    found: dict[UUID, Document] = {}
    for one in changes:
        listing = known.get(one.service_id)
        status = STATUS[one.reason or "closed"]
        name = NO_NAME
        if listing is not None:
            name = hushed(one.name, listing.secrets) or NO_NAME
            if one.reason == "closed" and listing.service.status != "active":
                status = listing.service.status
        found[one.service_id] = {
            "id": str(one.service_id),
            "name": name,
            "status": status,
            "last_modified": plain(one.changed_at),
            OURS: {"gone": gone(one, standing)},
        }
    return found


def gone(change: ServiceChange, standing: Mapping[UUID, ServiceChange]) -> Document:
    """Why a listing is gone and since when; what it was merged into, where that is public."""
    found: Document = {"reason": change.reason, "at": plain(change.gone_at)}
    target = standing.get(change.merged_into_id) if change.merged_into_id is not None else None
    if target is not None and target.is_public:
        found["merged_into"] = str(target.service_id)
    return found
