"""The tables of the directory: the 17 of Open Referral UK 3.0 (organisations stand in their own package) and ours."""

from portal.directory.models.changes import ServiceChange
from portal.directory.models.for_staff import ForStaff
from portal.directory.models.locations import Accessibility, Address, Location, ServiceAtLocation
from portal.directory.models.searches import MissedSearch, MissedWords
from portal.directory.models.service import (
    Contact,
    CostOption,
    Funding,
    Language,
    Phone,
    Schedule,
    Service,
    ServiceArea,
)
from portal.directory.models.sessions import Session, SessionException
from portal.directory.models.sources import Source, SourceRecord
from portal.directory.models.synonyms import Synonym
from portal.directory.models.taxonomies import Attribute, Taxonomy, TaxonomyTerm

__all__ = [
    "Accessibility",
    "Address",
    "Attribute",
    "Contact",
    "CostOption",
    "ForStaff",
    "Funding",
    "Language",
    "Location",
    "MissedSearch",
    "MissedWords",
    "Phone",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceChange",
    "Session",
    "SessionException",
    "Source",
    "SourceRecord",
    "Synonym",
    "Taxonomy",
    "TaxonomyTerm",
]
