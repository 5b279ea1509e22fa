"""The pages of link workers. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType

from portal.caseload import (
    adding_views,
    agreements_views,
    contacts_views,
    documents_views,
    finding_views,
    flags_views,
    intake_views,
    introduction_views,
    life_views,
    list_views,
    matching_views,
    measures_views,
    record_part_views,
    record_views,
    referring_views,
    seen_views,
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
    agreements_views,
    measures_views,
    life_views,
    seen_views,
    referring_views,
    matching_views,
    introduction_views,
    documents_views,
)

__all__ = ["FILES", "bp"]
