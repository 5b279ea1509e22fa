"""The pages about sources. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.sources import origin_views, run_views, source_views, task_views
from portal.sources.blueprint import bp

FILES: tuple[ModuleType, ...] = (origin_views, run_views, source_views, task_views)

__all__ = ["FILES", "bp"]
