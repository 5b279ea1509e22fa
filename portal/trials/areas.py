"""Whose trials somebody may run: those of the neighbourhoods in their areas."""

from collections.abc import Sequence

from portal.accounts.areas import sets_within
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.models import Neighbourhood, NeighbourhoodSet


def sets_of(viewer: Viewer) -> Sequence[NeighbourhoodSet]:
    """The sets of neighbourhoods in which somebody may run trials."""
    return sets_within(viewer.areas_with(Permission.TRIALS_MANAGE))


def slugs_of(viewer: Viewer) -> frozenset[str] | None:
    """Their slugs, and what else a role is held for; None: all."""
    held = viewer.areas_with(Permission.TRIALS_MANAGE)
    return None if held is None else held | {one.slug for one in sets_within(held)}


def neighbourhoods_of(viewer: Viewer) -> list[Neighbourhood]:
    """The neighbourhoods of these, by name."""
    every = [hood for one in sets_of(viewer) for hood in one.neighbourhoods]
    return sorted(every, key=lambda one: (one.name.casefold(), str(one.id)))
