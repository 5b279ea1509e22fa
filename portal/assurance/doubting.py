"""When a listing is doubted: readers are told to phone first, and it sinks below others, until a moderator has looked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.directory.indexing import listing_changed
from portal.directory.models import Service


def doubt(service_ids: Sequence[UUID]) -> None:
    """Say of these listings that something may be wrong."""
    for service in _services(service_ids):
        if service.doubted_at is None:
            service.doubted_at = clock.now()
            listing_changed(service.id)


def believe(service_ids: Sequence[UUID]) -> None:
    """Say so no more."""
    for service in _services(service_ids):
        if service.doubted_at is not None:
            service.doubted_at = None
            listing_changed(service.id)


def _services(service_ids: Sequence[UUID]) -> Sequence[Service]:
    wanted = select(Service).where(Service.id.in_(list(service_ids))).order_by(Service.id)
    return db.session.scalars(wanted.with_for_update()).all()
