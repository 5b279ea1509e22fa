"""Rounds of grants of the demo: in each area one that closed a year ago, with grants and reports, and one that is open.

Some neighbourhoods get nothing, so that the page of gaps has something to say. Made once; what is done with it since stays.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter, this_quarter
from portal.demo.rows import FIRST_GROUP, SETS, demo_id
from portal.directory.models import Location, Service, ServiceAtLocation, Session
from portal.directory.reading import is_open
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.queries import codes_of
from portal.grants.models import Grant, GrantPlace, GrantReport, GrantRound, GrantService

KEEPER = "commissioner"
TOTAL, OPEN_TOTAL = 60_000_00, 25_000_00
AMOUNTS = (4_800_00, 9_500_00, 2_000_00, 12_000_00, 750_00)
COMMUNITIES = (
    ("older",),
    ("south-asian", "women"),
    ("young-men",),
    ("carers", "older"),
    ("everybody",),
    ("new-parents",),
)
PROMISED = ((12, 30), (24, 60), (6, 12), (13, 45))
TOLD = ((13, 34), (20, 41), (5, 6), (12, 52))
"""Sessions and people of a quarter, as groups report them: the third has too few people to be told."""
MOST = 6
"""Grants of a round."""


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    made = [_area(slug) for slug in SETS]
    return any(made)


def _area(slug: str) -> bool:
    area = db.session.scalar(
        select(NeighbourhoodSet)
        .where(NeighbourhoodSet.slug == slug)
        .options(selectinload(NeighbourhoodSet.neighbourhoods))
    )
    round_id = demo_id("grant_round", slug, "closed")
    if area is None or db.session.get(GrantRound, round_id) is not None:
        return False
    keeper = db.session.get(User, demo_id("account", KEEPER))
    by = keeper.id if keeper is not None else None
    now = this_quarter()
    began = now.before.before.before
    db.session.add_all(
        [
            _round(area, "closed", "Warm welcome grants", TOTAL, began.before.first, began.before.last, by),
            _round(
                area, "open", "Neighbourhood mental health cafe grants", OPEN_TOTAL,
                clock.today() - timedelta(days=21), clock.today() + timedelta(days=42), by,
            ),
        ]
    )  # fmt: skip
    db.session.flush()
    for place, (service, hood) in enumerate(_services(area)):
        _grant(area, service, hood, place, began, now, by)
    db.session.flush()
    return True


def _round(
    area: NeighbourhoodSet, key: str, name: str, total: int, opens: date, closes: date, by: UUID | None
) -> GrantRound:
    purpose = (
        "Somewhere warm to meet, near where people live. Small groups first. Accounts of the last year are not needed."
    )
    return GrantRound(
        id=demo_id("grant_round", area.slug, key), area=area.slug, name=name, purpose=purpose, total_pence=total,
        opens_on=opens, closes_on=closes, made_by_id=by,
    )  # fmt: skip


def _grant(
    area: NeighbourhoodSet,
    service: Service,
    hood: Neighbourhood,
    place: int,
    began: Quarter,
    now: Quarter,
    by: UUID | None,
) -> None:
    sessions, people = PROMISED[place % len(PROMISED)]
    made = Grant(
        id=demo_id("grant", area.slug, place), round_id=demo_id("grant_round", area.slug, "closed"),
        organization_id=service.organization_id, name=service.name[:160], amount_pence=AMOUNTS[place % len(AMOUNTS)],
        communities=list(COMMUNITIES[place % len(COMMUNITIES)]), starts_on=began.first, ends_on=now.following.last,
        promised_sessions=sessions, promised_people=people, made_by_id=by,
        places=[GrantPlace(neighbourhood_id=hood.id)], services=[GrantService(service_id=service.id)],
    )  # fmt: skip
    owes = service.organization_id == demo_id("organization", *FIRST_GROUP) or place == MOST - 1
    told_quarters = (began, began.following) if owes else (began, began.following, now.before)
    for turn, quarter in enumerate(told_quarters):
        held, came = TOLD[(place + turn) % len(TOLD)]
        made.reports.append(
            GrantReport(
                quarter=quarter.first, sessions=held, people=came, told_by="group" if (place + turn) % 3 else "manager",
                told_by_id=by if (place + turn) % 3 == 0 else None,
            )
        )  # fmt: skip
    db.session.add(made)


def _services(area: NeighbourhoodSet) -> Iterator[tuple[Service, Neighbourhood]]:
    """Listings with sessions, one for each group, in as many neighbourhoods as there are grants; the last ones get none."""
    hoods = sorted(area.neighbourhoods, key=lambda one: (one.name, str(one.id)))
    groups: set[UUID] = set()
    count = 0
    for hood in hoods[: max(1, len(hoods) * 2 // 3)]:
        found = _listed(hood)
        first = [one for one in found if one.organization_id == demo_id("organization", *FIRST_GROUP)]
        for service in [*first, *found]:
            if service.organization_id not in groups and count < MOST:
                groups.add(service.organization_id)
                count += 1
                yield service, hood
                break


def _listed(hood: Neighbourhood) -> Sequence[Service]:
    held = exists().where(Session.service_at_location_id == ServiceAtLocation.id)
    wanted = (
        select(Service)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(is_open(), Location.privacy == "public", Location.neighbourhood_code.in_(sorted(codes_of(hood))), held)
        .order_by(Service.name, Service.id)
        .distinct()
    )
    return db.session.scalars(wanted.limit(200)).all()
