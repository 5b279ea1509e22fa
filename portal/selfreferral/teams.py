"""Which link worker team looks after a place: the one that serves its neighbourhoods, else its council."""

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.periods import holds_on
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.geography.places import Place, PlaceProblem
from portal.referrals.models import LinkTeam


def team_for(place: Place | PlaceProblem | None) -> LinkTeam | None:
    """The team whose areas hold a place; none where there is none, or the place is not known. Three statements at most.

    A team that serves the place's neighbourhoods goes before one that serves the whole council.
    """
    if not isinstance(place, Place):
        return None
    sets = _sets_of(place)
    wanted = select(LinkTeam).where(LinkTeam.is_active).order_by(LinkTeam.organization_id)
    teams = db.session.scalars(wanted).all()
    for areas in (sets, place.area_codes):
        found = next((team for team in teams if areas & frozenset(team.areas)), None)
        if found is not None:
            return found
    return None


def _sets_of(place: Place) -> frozenset[str]:
    """Slugs of the sets of neighbourhoods that hold a place today."""
    wanted = (
        select(NeighbourhoodSet.slug)
        .join(Neighbourhood, Neighbourhood.set_id == NeighbourhoodSet.id)
        .join(NeighbourhoodPart, NeighbourhoodPart.neighbourhood_id == Neighbourhood.id)
        .where(NeighbourhoodPart.code.in_(place.area_codes), holds_on(clock.today(), NeighbourhoodPart))
        .distinct()
    )
    return frozenset(db.session.scalars(wanted))
