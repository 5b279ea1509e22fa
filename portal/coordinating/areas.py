"""What a coordinator looks at: an area that they hold, one of its teams, or all of theirs. Anything else is not found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.accounts.areas import name_of
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography import queries as geography
from portal.geography.holding import areas_within
from portal.geography.models import Neighbourhood
from portal.teams import queries as teams
from portal.teams.models import Team


@dataclass(frozen=True)
class Patch:
    """Neighbourhoods that a page is about. `areas`: slugs of sets and councils' codes, of which a question belongs to one.

    `team`: where it is one team's; its neighbourhoods are those of today. `within`: slugs of the sets that lie whole in a council
    among the areas, and whose teams and questions are its coordinator's too.
    """

    name: str
    areas: tuple[str, ...]
    neighbourhoods: tuple[Neighbourhood, ...]
    team: Team | None = None
    within: tuple[str, ...] = ()

    @property
    def area(self) -> str | None:
        """The area, where there is one alone."""
        return self.areas[0] if len(self.areas) == 1 else None

    @property
    def every_area(self) -> tuple[str, ...]:
        """The areas whose teams and questions stand here."""
        return (*self.areas, *self.within)


def areas_of(viewer: Viewer) -> list[Patch]:
    """The areas that somebody coordinates, by name. One statement; where councils are among them, one more and one for each.

    A set that lies whole in a council of theirs stands within it; one that takes several of theirs, for itself.
    """
    held = viewer.areas_with(Permission.COORDINATE)
    if held is None:
        held = frozenset(one.slug for one in geography.sets_shown())
    if not held:
        return []
    inside, opened = geography.neighbourhoods_in(held), areas_within(held) or held
    of_sets = _by_set(one for one in inside if one.set.slug in opened)
    found: list[Patch] = []
    within: set[str] = set()
    for code in held - of_sets.keys():
        here = tuple(geography.neighbourhoods_in(frozenset({code})))
        whole = [slug for slug, every in _by_set(here).items() if slug in opened - held and every == of_sets[slug]]
        found.append(Patch(name_of(code), (code,), here, within=tuple(whole)))
        within.update(whole)
    found += [Patch(every[0].set.area, (slug,), every) for slug, every in of_sets.items() if slug not in within]
    return sorted(found, key=lambda one: (one.name.casefold(), one.areas))


def all_of(areas: Sequence[Patch]) -> Patch:
    """Areas as one. Where there are none, it is empty: an instance has no neighbourhoods yet."""
    if len(areas) == 1:
        return areas[0]
    every = {one.id: one for patch in areas for one in patch.neighbourhoods}
    slugs = tuple(slug for patch in areas for slug in patch.every_area)
    return Patch(_("All my areas"), tuple(dict.fromkeys(slugs)), tuple(every.values()))


def one_of(areas: Iterable[Patch], area: str) -> Patch:
    """The area of this slug or code, also a set within a council. Raises NotFound for another's."""
    found = next((one for one in areas if area in one.every_area), None)
    if found is None:
        raise NotFound(_("There is no such area, or it is not one of yours."))
    if area in found.areas:
        return found
    every = _by_set(found.neighbourhoods)[area]
    return Patch(every[0].set.area, (area,), every)


def team_for(viewer: Viewer, team_id: UUID) -> Patch:
    """What a team of the viewer's areas covers today. Raises NotFound."""
    found = _of_team(viewer, team_id)
    if found is None:
        raise NotFound(_("There is no such team, or its area is not one of yours."))
    return found


def patch_for(viewer: Viewer, area: str, team_id: UUID | None) -> Patch:
    """What a question is for: what its team covers today, or its area where it has none, or one that is there no more.

    Raises NotFound where the area is not theirs.
    """
    of_team = _of_team(viewer, team_id) if team_id is not None else None
    return of_team or one_of(areas_of(viewer), area)


def teams_in(areas: Iterable[str]) -> Sequence[Team]:
    """The teams of areas, by name."""
    wanted = select(Team).where(Team.ended_at.is_(None), Team.area.in_(list(areas)))
    return db.session.scalars(wanted.order_by(Team.name, Team.id)).all()


def _of_team(viewer: Viewer, team_id: UUID) -> Patch | None:
    wanted = select(Team).where(Team.id == team_id, Team.ended_at.is_(None))
    team = db.session.scalar(wanted.where(teams.in_areas(Team.area, viewer, Permission.COORDINATE)))
    if team is None:
        return None
    return Patch(team.name, (team.area,), tuple(teams.neighbourhoods_of(team.id)), team)


def _by_set(places: Iterable[Neighbourhood]) -> dict[str, tuple[Neighbourhood, ...]]:
    """Neighbourhoods by the slugs of their sets."""
    found: dict[str, tuple[Neighbourhood, ...]] = {}
    for one in places:
        found[one.set.slug] = (*found.get(one.set.slug, ()), one)
    return found


def owners_of(patch: Patch) -> dict[str, set[UUID]]:
    """The neighbourhoods that each official area belongs to today, by its code. One statement."""
    return geography.owners_of(one.id for one in patch.neighbourhoods)
