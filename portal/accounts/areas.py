"""The areas in which a role may be held, and what people call them: sets of neighbourhoods by slug, councils by code."""

from sqlalchemy import select

from portal.core.extensions import db
from portal.geography import holding
from portal.geography import queries as geography
from portal.geography.models import NeighbourhoodSet


def sets() -> list[tuple[str, str]]:
    """The sets of neighbourhoods that hold today: slug and name, by name."""
    return [(one.slug, one.name) for one in geography.sets_shown()]


def councils() -> list[tuple[str, str]]:
    """The councils: code and name, by name."""
    return geography.councils()


def is_known(area: str) -> bool:
    """Whether a role may be held there."""
    return area in dict(sets()) or area in dict(councils())


def name_of(area: str) -> str:
    """What people call an area; its slug or code where it is no longer known."""
    named = db.session.scalar(select(NeighbourhoodSet.name).where(NeighbourhoodSet.slug == area))
    return named or geography.area_name(area) or area


def sets_within(held: frozenset[str] | None) -> list[NeighbourhoodSet]:
    """The sets that hold today and lie wholly within areas in which a role is held (None: all), with their neighbourhoods."""
    return holding.sets_within(held)
