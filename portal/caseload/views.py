"""The pages of link workers. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.caseload import (
    adding_views,
    contacts_views,
    finding_views,
    flags_views,
    intake_views,
    introduction_views,
    list_views,
    record_part_views,
    record_views,
    referring_views,
)
from portal.caseload.blueprint import bp

FILES: tuple[ModuleType, ...] = (
    list_views,
    finding_views,
    adding_views,
    intake_views,
    flags_views,
    record_views,
    record_part_views,
    contacts_views,
    referring_views,
    introduction_views,
)

__all__ = ["FILES", "bp"]
