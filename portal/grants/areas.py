"""Whose grants somebody may keep: a commissioner's in their areas, a lead provider's in the areas that it leads."""

from dataclasses import dataclass

from portal.accounts.areas import sets_within
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.models import NeighbourhoodSet
from portal.partners.queries import areas_led_by


@dataclass(frozen=True)
class Areas:
    """The sets of neighbourhoods in which somebody may keep grants. `slugs`: None where in all."""

    sets: tuple[NeighbourhoodSet, ...]
    slugs: frozenset[str] | None

    def named(self, slug: str) -> NeighbourhoodSet | None:
        """The set of this slug, where it is among them."""
        return next((one for one in self.sets if one.slug == slug), None)


def areas_of(viewer: Viewer) -> Areas:
    """Where somebody may keep grants."""
    held = viewer.areas_with(Permission.GRANTS_MANAGE)
    if held is not None:
        held |= areas_led_by(viewer, Permission.GRANTS_MANAGE)
    sets = tuple(sets_within(held))
    return Areas(sets, None if held is None else held | {one.slug for one in sets})
