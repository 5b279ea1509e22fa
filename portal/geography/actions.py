"""Keeping neighbourhoods: those that ship with the portal, and redrawing one from a day on."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core.extensions import db
from portal.geography import polygons, sources
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet

PartKey = tuple[str, str, date]
"""kind, code and first day of a part: what tells the parts of one neighbourhood apart."""


def ensure_sets() -> list[NeighbourhoodSet]:
    """Write the neighbourhood sets of `data/neighbourhoods.json`, or bring names and descriptions up to date.

    Safe to repeat. Parts are only ever added or ended, never taken back: what an operator redrew stays redrawn.
    """
    return [_ensure_set(about) for about in sources.own_document("neighbourhoods.json")["sets"]]


def redraw(
    neighbourhood: Neighbourhood,
    codes: Iterable[str],
    *,
    from_date: date,
    kind: str = "msoa",
    vintage: int | None = None,
) -> None:
    """Let a neighbourhood be made of these official areas from a day on; until then it stays what it was.

    Parts that it loses end on that day, parts that it gains start on it. `vintage`: of the codes, 2011 unless said.
    """
    wanted = set(codes)
    for part in list(neighbourhood.parts):
        if part.kind != kind or (part.valid_to is not None and part.valid_to <= from_date):
            continue
        if part.code in wanted and part.valid_from <= from_date:
            part.valid_to = None
            wanted.discard(part.code)
        elif part.valid_from >= from_date:
            neighbourhood.parts.remove(part)
        else:
            part.valid_to = from_date
    db.session.flush()
    for code in sorted(wanted):
        neighbourhood.parts.append(
            NeighbourhoodPart(kind=kind, code=code, vintage=vintage or polygons.VINTAGE, valid_from=from_date)
        )
    db.session.flush()


def _ensure_set(about: dict[str, Any]) -> NeighbourhoodSet:
    kept = db.session.scalar(
        select(NeighbourhoodSet)
        .where(NeighbourhoodSet.slug == about["slug"])
        .options(selectinload(NeighbourhoodSet.neighbourhoods).selectinload(Neighbourhood.parts))
    )
    if kept is None:
        kept = NeighbourhoodSet(slug=about["slug"], valid_from=date.fromisoformat(about["valid_from"]))
        db.session.add(kept)
    kept.name, kept.area = about["name"], about["area"]
    by_slug = {neighbourhood.slug: neighbourhood for neighbourhood in kept.neighbourhoods}
    for drawn in about["neighbourhoods"]:
        neighbourhood = by_slug.get(drawn["slug"])
        if neighbourhood is None:
            neighbourhood = Neighbourhood(slug=drawn["slug"])
            kept.neighbourhoods.append(neighbourhood)
        _bring_up_to_date(neighbourhood, drawn)
    db.session.flush()
    return kept


def _bring_up_to_date(neighbourhood: Neighbourhood, drawn: dict[str, Any]) -> None:
    neighbourhood.name, neighbourhood.description = drawn["name"], drawn["description"]
    neighbourhood.lat, neighbourhood.lon = drawn["lat"], drawn["lon"]
    kept: dict[PartKey, NeighbourhoodPart] = {
        (part.kind, part.code, part.valid_from): part for part in neighbourhood.parts
    }
    for part in drawn["parts"]:
        start, end = date.fromisoformat(part["valid_from"]), _date(part["valid_to"])
        for code in part["codes"]:
            row = kept.get((part["kind"], code, start))
            if row is None:
                row = NeighbourhoodPart(kind=part["kind"], code=code, vintage=part["vintage"], valid_from=start)
                neighbourhood.parts.append(row)
            row.valid_to = row.valid_to or end


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
