"""What each address of the feed is, in words: the part of the description that no other table has."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.feed.params import Endpoint


@dataclass(frozen=True)
class Operation:
    """One address: the unique name of its operation, what it is in a line and in a paragraph.

    `shows` names schemas of what it gives, `is_page` whether in an envelope. `thing`: what the id in its address is of.
    """

    name: str
    summary: str
    description: str
    shows: tuple[str, ...]
    is_page: bool = False
    thing: str | None = None


OPERATIONS: Mapping[Endpoint, Operation] = MappingProxyType(
    {
        "base": Operation(
            "getFeed",
            "What this feed is",
            "The version of the standard that it speaks, and where it is described.",
            ("base",),
        ),
        "services": Operation(
            "listServices",
            "Services",
            "Everything that the public may find, in order of ids. With modified_after, what is no longer listed stands among"
            " them, marked as gone. Without full=true each is told with its own fields and its organisation.",
            ("service", "service_list", "gone_service", "minimal_service"),
            is_page=True,
        ),
        "service": Operation(
            "getService",
            "One service, whole",
            "A service with all that hangs on it. One that is no longer listed answers 410, with why and since when.",
            ("service",),
            thing="service",
        ),
        "organizations": Operation(
            "listOrganizations",
            "Organisations",
            "Those that offer something which the public may find.",
            ("organization_full", "organization_list"),
            is_page=True,
        ),
        "organization": Operation(
            "getOrganization",
            "One organisation with its services",
            "Its services are told with their own fields; with full_service=true whole.",
            ("organization_full",),
            thing="organisation",
        ),
        "service_at_locations": Operation(
            "listServiceAtLocations",
            "Services at their places",
            "Each service at each place that everybody may know of.",
            ("service_at_location_full", "service_at_location_list"),
            is_page=True,
        ),
        "service_at_location": Operation(
            "getServiceAtLocation",
            "One service at one place, whole",
            "The place with its addresses and access, when the service is there, and the service with its own fields.",
            ("service_at_location_full",),
            thing="service at a location",
        ),
        "taxonomies": Operation(
            "listTaxonomies",
            "Vocabularies",
            "The vocabularies that services are described with.",
            ("taxonomy",),
            is_page=True,
        ),
        "taxonomy": Operation(
            "getTaxonomy",
            "One vocabulary with its terms",
            "A vocabulary and all its terms.",
            ("taxonomy",),
            thing="taxonomy",
        ),
        "taxonomy_terms": Operation(
            "listTaxonomyTerms",
            "Terms of vocabularies",
            "All terms, or those of one vocabulary.",
            ("taxonomy_term",),
            is_page=True,
        ),
        "taxonomy_term": Operation(
            "getTaxonomyTerm", "One term", "A term of a vocabulary.", ("taxonomy_term",), thing="taxonomy term"
        ),
    }
)
