"""The pages of huddles. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.huddles import board_views, bringing_views, case_views, finish_views, gap_views
from portal.huddles.blueprint import bp

FILES: tuple[ModuleType, ...] = (board_views, case_views, finish_views, gap_views, bringing_views)

__all__ = ["FILES", "bp"]
