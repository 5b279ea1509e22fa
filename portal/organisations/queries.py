"""Questions about organisations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from portal.core.extensions import db
from portal.organisations.models import Organization


def organisation(organization_id: UUID) -> Organization | None:
    """The organisation with this id."""
    return db.session.get(Organization, organization_id)


def organisations_named(told: str) -> Sequence[Organization]:
    """Those with this id or exactly this name, small and capital letters being the same."""
    try:
        found = db.session.get(Organization, UUID(told))
        return [found] if found else []
    except ValueError:
        pass
    return db.session.scalars(
        select(Organization).where(func.lower(Organization.name) == told.strip().lower()).order_by(Organization.id)
    ).all()
