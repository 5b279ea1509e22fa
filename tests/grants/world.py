"""A city with three neighbourhoods, a round of grants, and somebody who keeps it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.accounts.models import User
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.grants.models import Grant, GrantPlace, GrantReport, GrantRound, GrantService
from portal.organisations.models import Organization
from tests.factories import Make

CODES = ("E02002842", "E02002843", "E02002844")
NAMES = ("Canal Side", "Eastgate", "Saffron Vale")


@dataclass
class World:
    """What the tests of grants stand on. It is Monday 23 November 2026: the third quarter has ended."""

    make: Make
    area: NeighbourhoodSet
    hoods: dict[str, Neighbourhood]
    keeper: User
    round: GrantRound

    def grant(self, organisation: Organization | None = None, **told: Any) -> Grant:
        """A grant since April. `places`, `services`, `reports` ({"2026-q3": (sessions, people)})."""
        places, services = told.pop("places", ("Canal Side",)), told.pop("services", ())
        reports = told.pop("reports", {})
        columns = {
            "name": "Lunch club", "amount_pence": 500_000, "communities": ["older"], "starts_on": date(2026, 7, 1),
            "ends_on": date(2027, 3, 31), "promised_sessions": 12, "promised_people": 30, "round_id": self.round.id,
        } | told  # fmt: skip
        made = Grant(organization_id=(organisation or self.make.organisation()).id, **columns)
        made.places = [GrantPlace(neighbourhood_id=self.hoods[name].id) for name in places]
        made.services = [GrantService(service_id=one.id) for one in services]
        for key, (sessions, people) in reports.items():
            year, number = map(int, key.split("-q"))
            made.reports.append(
                GrantReport(quarter=date(year, 3 * number - 2, 1), sessions=sessions, people=people, told_by="group")
            )
        db.session.add(made)
        db.session.commit()
        return made


def make_area(slug: str, name: str, codes: dict[str, str]) -> NeighbourhoodSet:
    """A set of neighbourhoods since 2020: names with the one official area that each is made of."""
    made = NeighbourhoodSet(slug=slug, name=name, area=name, valid_from=date(2020, 1, 1))
    for hood, code in codes.items():
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2020, 1, 1))
        one = Neighbourhood(
            slug=f"{slug}-{hood.lower().replace(' ', '-')}", name=hood, lat=52.63, lon=-1.12, parts=[part]
        )
        made.neighbourhoods.append(one)
    db.session.add(made)
    db.session.commit()
    return made


def world(make: Make) -> World:
    """Leicester, its commissioner, and a round that closed in May."""
    area = make_area("leicester", "Leicester team areas", dict(zip(NAMES, CODES, strict=True)))
    keeper = make.user("commissioner", area="leicester", name="Piers Halloran")
    one = GrantRound(
        area="leicester", name="Warm welcome", purpose="Somewhere warm.", total_pence=5_000_000,
        opens_on=date(2026, 4, 1), closes_on=date(2026, 5, 31),
    )  # fmt: skip
    db.session.add(one)
    db.session.commit()
    return World(make, area, {hood.name: hood for hood in area.neighbourhoods}, keeper, one)


def typed_round(**told: str) -> dict[str, str]:
    """A round as somebody types it."""
    return {
        "name": "Winter round", "area": "leicester", "amount": "£20,000", "purpose": "",
        "opens_on-day": "1", "opens_on-month": "12", "opens_on-year": "2026",
        "closes_on-day": "31", "closes_on-month": "1", "closes_on-year": "2027",
    } | told  # fmt: skip


def typed_grant(place: Neighbourhood, **told: Any) -> dict[str, Any]:
    """A grant as somebody types it."""
    return {
        "group": "Larkfield Circle", "name": "Tea on Tuesdays", "amount": "5k", "neighbourhoods": [str(place.id)],
        "communities": ["older"], "promised_sessions": "12", "promised_people": "30",
        "starts_on-day": "1", "starts_on-month": "12", "starts_on-year": "2026",
        "ends_on-day": "30", "ends_on-month": "11", "ends_on-year": "2027",
    } | told  # fmt: skip
