"""The endpoints of a feed, as one table: which kind of document each gives, and at which level of the national validator."""

from dataclasses import dataclass
from typing import Literal

Level = Literal[1, 2]


@dataclass(frozen=True)
class Endpoint:
    """A list of documents of one kind, and each of them by its id below it."""

    path: str
    kind: str
    level: Level

    @property
    def by_id(self) -> str:
        """The endpoint of one document, as it is told in reports."""
        return f"{self.path}/{{id}}"


SERVICES = Endpoint("/services", "service", 1)
TAXONOMIES = Endpoint("/taxonomies", "taxonomy", 2)
TAXONOMY_TERMS = Endpoint("/taxonomy_terms", "taxonomy_term", 2)
ORGANIZATIONS = Endpoint("/organizations", "organization", 2)
PLACES = Endpoint("/service_at_locations", "service_at_location", 2)

ENDPOINTS = (SERVICES, TAXONOMIES, TAXONOMY_TERMS, ORGANIZATIONS, PLACES)
BASE = "/"
