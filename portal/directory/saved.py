"""Which services the viewer keeps on a list, as the shortlist told at the start of the request.

The shortlist stands above the directory and is never called from here: it leaves its word in the request.
"""

from uuid import UUID

from flask import g


def saved_here() -> frozenset[UUID]:
    """Ids of the services that the viewer of this request has saved."""
    saved: frozenset[UUID] = g.get("saved_services", frozenset())
    return saved
