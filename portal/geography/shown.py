"""Which neighbourhood sets the site shows: what an administrator chose, else what PORTAL_AREA names, else all."""

from collections.abc import Sequence

from portal.core.choices import choose, chosen
from portal.core.extensions import settings

CHOICE = "areas"


def shown_areas() -> Sequence[str]:
    """Slugs of the sets that are shown; empty for all."""
    return chosen(CHOICE).get("slugs") or settings().area


def choose_areas(slugs: Sequence[str]) -> None:
    """Show these sets alone; none named: as PORTAL_AREA says."""
    choose(CHOICE, {"slugs": list(slugs)})
