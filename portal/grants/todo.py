"""What grants ask of a group, for its first page."""

from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.grants.models import Grant
from portal.grants.queries import counts, due_of

MOST = 5
"""Reports that are named; the page of grants has all."""


@dataclass(frozen=True)
class GrantTodos:
    """Reports that are due, the oldest first, as a title, a note and an address; and whether the group has grants at all."""

    reports: tuple[tuple[str, str, str], ...]
    has_any: bool


def todos_of(organization_id: UUID) -> GrantTodos:
    """Of one organisation: a statement where it has no grant, two where it has."""
    wanted = (
        select(Grant).where(Grant.organization_id == organization_id, counts()).options(selectinload(Grant.reports))
    )
    grants = db.session.scalars(wanted.order_by(Grant.name, Grant.id)).all()
    due = sorted(
        ((quarter, grant) for grant in grants for quarter in due_of(grant)), key=lambda one: (one[0], one[1].name)
    )
    reports = tuple(
        (
            _("Report on your grant for %(name)s", name=grant.name),
            _("Two numbers about %(quarter)s.", quarter=quarter.label),
            url_for("group_grants.report", reference=grant.shown_reference, quarter=quarter.slug),
        )
        for quarter, grant in due[:MOST]
    )
    return GrantTodos(reports, bool(grants))
