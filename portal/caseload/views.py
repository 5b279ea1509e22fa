"""The pages of link workers. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.caseload import adding_views, finding_views, flags_views, intake_views, list_views
from portal.caseload.blueprint import bp

FILES: tuple[ModuleType, ...] = (list_views, finding_views, adding_views, intake_views, flags_views)

__all__ = ["FILES", "bp"]
