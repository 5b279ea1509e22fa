"""Made-up listings and looks at them, without a database."""

from dataclasses import replace
from datetime import time
from typing import Any
from uuid import uuid4

from portal.core import clock
from portal.directory.listings import Cost, Listing, Venue
from portal.directory.models import Service
from portal.directory.occurrences import Timetable
from portal.geography.places import Place
from portal.matching.looks import Look
from portal.matching.wanted import Wanted

HERE = Place(
    "LE2 0QB", "LE2 0QB", "postcode", 52.6316, -1.1243, "postcode", sector="LE2 0", authority_code="E06000016",
    authority_name="Leicester", nation="england", area_codes=frozenset({"E06000016", "E92000001"}),
)  # fmt: skip
NEAR, FAR = (52.64, -1.12), (51.5, -0.12)
"""Under a mile away, and in another city."""


def venue(point: tuple[float, float] | None = NEAR, *, modes: tuple[str, ...] = ("in_person",), **facts: Any) -> Venue:
    """A place. `facts`: yes, no, or None for not told."""
    told = {name: answer for name, answer in facts.items() if answer is not None}
    return Venue(id=uuid4(), location_id=uuid4(), modes=modes, point=point, facts=told)


def listing(*venues: Venue, **told: Any) -> Listing:
    """A listing that has told nothing but what is said here. Columns of the service or parts of a listing."""
    parts = {name: told.pop(name) for name in ("needs", "languages", "costs", "areas", "timetables") if name in told}
    columns = {
        "joining": [], "audiences": [], "excluded_audiences": [], "anyone_welcome": None, "bring_someone": None,
        "minimum_age": None, "maximum_age": None, **told,
    }  # fmt: skip
    service = Service(id=uuid4(), organization_id=uuid4(), name="Tuesday Table", lang="en", **columns)
    return Listing(service=service, organisation="Larkfield Circle", venues=venues or (venue(),), **parts)


def look(one: Listing, wanted: Wanted | None = None, *, km: float | None = 1.0, **told: Any) -> Look:
    """A look at it from LE2 0QB, a kilometre away."""
    whole = replace(wanted or Wanted(), **told)
    return Look(one, replace(whole, place=HERE) if "place" not in told else whole, km)


def cost(pence: int | None = None, kind: Any = "paid") -> Cost:
    return Cost(kind, pence)


def weekly(byday: str, starts: str = "10:00", ends: str = "12:00") -> Timetable:
    return Timetable(
        "weekly", time.fromisoformat(starts), time.fromisoformat(ends), byday=byday, first_date=clock.today()
    )
