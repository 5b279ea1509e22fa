"""What a coordinator does with a flag."""

from uuid import UUID

from portal.caseload.flags_queries import flag_for
from portal.core import audit, clock
from portal.core.viewer import Viewer


def mark_seen(viewer: Viewer, flag_id: UUID) -> None:
    """The coordinator has seen it. Raises NotFound."""
    flag = flag_for(viewer, flag_id)
    if flag.seen_at is None:
        flag.seen_at, flag.seen_by_id = clock.now(), viewer.id
        audit.record("person.flag_seen", ("person", flag.person_id), by=viewer, details={"area": flag.area})


def close(viewer: Viewer, flag_id: UUID) -> None:
    """It is dealt with. Raises NotFound."""
    mark_seen(viewer, flag_id)
    flag = flag_for(viewer, flag_id)
    if flag.closed_at is None:
        flag.closed_at = clock.now()
        audit.record("person.flag_closed", ("person", flag.person_id), by=viewer, details={"area": flag.area})
