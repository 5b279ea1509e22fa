"""What a group tells people who refer to it: shown to staff alone, though groups and moderators change it as any other fact."""

from typing import Any

from portal.core import clock
from portal.directory.for_staff import TAKES_URGENT
from portal.directory.models import ForStaff, Service


def urgent(service: Service) -> bool | None:
    """True where it takes urgent requests on the same day; None where nobody said so."""
    return True if service.for_staff is not None and service.for_staff.takes_urgent else None


def put_urgent(service: Service, value: Any) -> None:
    """Say it, from now, or no longer."""
    if not value:
        service.for_staff = None
    elif service.for_staff is None:
        service.for_staff = ForStaff(takes_urgent=True, said_at=clock.now())
    else:
        service.for_staff.takes_urgent, service.for_staff.said_at = True, clock.now()


def urgent_shown(value: Any) -> list[str]:
    """The sentence that staff read."""
    return [str(TAKES_URGENT)] if value else []
