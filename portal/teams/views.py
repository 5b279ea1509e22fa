"""The pages of teams. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.teams import member_views, place_views, team_views
from portal.teams.blueprint import bp

FILES: tuple[ModuleType, ...] = (team_views, place_views, member_views)

__all__ = ["FILES", "bp"]
