"""Leaflets and links that practices and teams give out, counted without anything of who gave them or to whom.

Most help that is given this way is otherwise never seen. A page notes a line as `portal.core.tallies` says; the worker folds it
into `signpost_count`. A figure under eight is not shown. Source: journeys.md 8 and 13.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock, tallies
from portal.core.extensions import db
from portal.core.jobs import job
from portal.handover.models import SignpostCount
from portal.organisations.models import Organization

FOLDER = "signposts"
FEWEST_SHOWN = 8
WHOLE = "-"
"""In a line: the leaflet as a whole. In the table that is an empty key."""
Kind = Literal["leaflet", "link"]
KINDS = frozenset({"leaflet", "link"})


def note(kind: Kind, organization_id: UUID, service_ids: Iterable[UUID]) -> None:
    """Note one leaflet or link that an organisation gave out, and what stood on it."""
    day = clock.today().isoformat()
    for key in (WHOLE, *(str(one) for one in service_ids)):
        tallies.note(FOLDER, day, str(organization_id), kind, key)


@job("signposts.fold")
def fold() -> None:
    """Add up what was noted since the last time."""
    with tallies.added_up(FOLDER, parts=4) as noted:
        known = _known({told[1] for told in noted})
        for (told, organization, kind, key), count in noted.items():
            day = tallies.day_of(told)
            if day is not None and kind in KINDS and organization in known:
                _add(day, known[organization], kind, "" if key == WHOLE else key, count)
        db.session.commit()


def this_month(organization_id: UUID, kind: Kind = "leaflet") -> int | None:
    """How many an organisation has given out this month; None where that is under eight."""
    total = db.session.scalar(
        select(func.sum(SignpostCount.count)).where(
            SignpostCount.organization_id == organization_id,
            SignpostCount.kind == kind,
            SignpostCount.key == "",
            SignpostCount.day >= clock.today().replace(day=1),
        )
    )
    return int(total) if total and total >= FEWEST_SHOWN else None


def _add(day: date, organization_id: UUID, kind: str, key: str, count: int) -> None:
    row = db.session.get(SignpostCount, (day, organization_id, kind, key))
    if row is None:
        row = SignpostCount(day=day, organization_id=organization_id, kind=kind, key=key, count=0)
        db.session.add(row)
    row.count += count


def _known(told: set[str]) -> dict[str, UUID]:
    """Of ids in lines, those of organisations that are still there."""
    ids = []
    for one in told:
        try:
            ids.append(UUID(one))
        except ValueError:
            continue
    return {str(one): one for one in db.session.scalars(select(Organization.id).where(Organization.id.in_(ids)))}
