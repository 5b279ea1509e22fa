"""Every parameter of the feed, as one table: what is read, what is refused, and what the OpenAPI file says of it.

Names and meanings are those of the UK profile's OpenAPI file (Open Referral UK 3.0). Adding one is a row here, its filter in
`filters.py`, and a line in `docs/feed.md`; tests walk the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "number", "yes_no", "moment", "id", "postcode", "time", "day", "choice"]
Endpoint = Literal[
    "base",
    "services",
    "service",
    "organizations",
    "organization",
    "service_at_locations",
    "service_at_location",
    "taxonomies",
    "taxonomy",
    "taxonomy_terms",
    "taxonomy_term",
]
BASE = "/api/oruk/v3"
PATHS: Mapping[Endpoint, str] = MappingProxyType(
    {
        "base": "/",
        "services": "/services",
        "service": "/services/{id}",
        "organizations": "/organizations",
        "organization": "/organizations/{id}",
        "service_at_locations": "/service_at_locations",
        "service_at_location": "/service_at_locations/{id}",
        "taxonomies": "/taxonomies",
        "taxonomy": "/taxonomies/{id}",
        "taxonomy_terms": "/taxonomy_terms",
        "taxonomy_term": "/taxonomy_terms/{id}",
    }
)
"""Addresses below BASE. `{id}` is an id of the thing."""

PER_PAGE, MOST_PER_PAGE = 50, 100
PER_MINIMAL_PAGE = 10_000
"""A minimal item is two short texts: the directory of a county fits one page, as the standard wishes."""
MOST_PAGES = 2_147_483_647
LONGEST_TEXT = 200
MOST_WORDS = 10
FARTHEST_METRES = 100_000
OLDEST_AGE = 150
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FORMATS = ("json", "csv", "ndjson")
PROFILES = ("oruk-3.0", "hsds-3.1")

_LISTS: frozenset[Endpoint] = frozenset(
    {"services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms"}
)
_OFFERS: frozenset[Endpoint] = frozenset({"services", "service_at_locations"})
_NOT_TERMS: frozenset[Endpoint] = frozenset(
    {"base", "services", "service", "organizations", "organization", "service_at_locations", "service_at_location"}
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query.

    `kind`: what it holds. "text" is 1 to `longest` letters; "number" a whole number from `least` to `most`; "yes_no" is `true` or
    `false`; "moment" a date or a date with a time (ISO 8601, UTC where it names no zone); "id" a UUID; "postcode" a full
    postcode of the United Kingdom; "time" HH:MM; "day" one of `choices`, or a day's English name; "choice" one of `choices`.

    `endpoints`: where it does something; elsewhere it is ignored, as is every name that is not in the table. An empty value is
    as if it were not there. `default` is what holds without it. `needs` names a parameter that must be given with it.
    """

    name: str
    kind: Kind
    endpoints: frozenset[Endpoint]
    meaning: str
    example: str
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    choices: tuple[str, ...] = ()
    default: str | int | None = None
    needs: str | None = None


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "search", "text", _LISTS,
        "Only what has every one of these words, as typed, somewhere in its name, summary, description or the name of its"
        " organisation. At most 10 words.",
        "walking group", longest=LONGEST_TEXT,
    ),
    Parameter(
        "page", "number", _LISTS,
        "Which page, from 1. A page after the last is an empty one.",
        "2", least=1, most=MOST_PAGES, default=1,
    ),
    Parameter(
        "per_page", "number", _LISTS,
        "How many items stand on a page, at most 100. Without it 50, and 10,000 with minimal=true.",
        "100", least=1, most=MOST_PER_PAGE, default=PER_PAGE,
    ),
    Parameter(
        "format", "choice", _LISTS,
        "json gives pages. ndjson gives every item, one a line, and csv every item as a row of a table, both without pages.",
        "ndjson", choices=FORMATS, default="json",
    ),
    Parameter(
        "minimal", "yes_no", frozenset({"services"}),
        "Only the id of each service and when it was last modified.",
        "true",
    ),
    Parameter(
        "full", "yes_no", _OFFERS | {"organizations"},
        "Each item whole, as at its own address.",
        "true",
    ),
    Parameter(
        "full_service", "yes_no", frozenset({"organizations", "organization"}),
        "Each organisation whole, with each of its services whole.",
        "true",
    ),
    Parameter(
        "modified_after", "moment", _OFFERS,
        "Only what changed at or after this moment. What is no longer listed since then stands among the services too, marked"
        " as gone.",
        "2026-11-01T00:00:00Z",
    ),
    Parameter(
        "taxonomy_term_id", "id", _OFFERS,
        "Only services that have this taxonomy term.",
        "d1f5c29e-5c2c-4a0e-9c1e-6a8f5b0f3f10",
    ),
    Parameter(
        "taxonomy_id", "id", _OFFERS | {"taxonomy_terms"},
        "Only services that have a term of this taxonomy; only terms of this taxonomy.",
        "0f5a0b1e-93c1-4a53-8f0a-1f6f1b2f7f11",
    ),
    Parameter(
        "organization_id", "id", _OFFERS,
        "Only services of this organisation.",
        "6b0d9b0a-5b7e-4f5e-8c73-2b8a4f0e9d12",
    ),
    Parameter(
        "postcode", "postcode", _OFFERS,
        "Without proximity: services that name this postcode's area, or the whole country, among the areas they serve, and those"
        " that name none. With proximity: what has a place that near.",
        "LE2 0QB",
    ),
    Parameter(
        "proximity", "number", _OFFERS,
        "Only what has a place within so many metres of the middle of the postcode. Only places whose address is public count.",
        "2000", least=0, most=FARTHEST_METRES, needs="postcode",
    ),
    Parameter(
        "minimum_age", "number", _OFFERS,
        "Only services that tell a minimum age, of at least this many years.",
        "18", least=0, most=OLDEST_AGE,
    ),
    Parameter(
        "maximum_age", "number", _OFFERS,
        "Only services that tell a maximum age, of at most this many years.",
        "25", least=0, most=OLDEST_AGE,
    ),
    Parameter(
        "start_time", "time", _OFFERS,
        "Only services with a time that begins at this hour or later. Together with day and end_time: one that fits all of them.",
        "09:00",
    ),
    Parameter(
        "end_time", "time", _OFFERS,
        "Only services with a time that is told to end at this hour or earlier.",
        "17:30",
    ),
    Parameter(
        "day", "day", _OFFERS,
        "Only services with a time on this day of the week: MO, TU, WE, TH, FR, SA or SU, or its English name.",
        "TU", choices=DAYS,
    ),
    Parameter(
        "top_only", "yes_no", frozenset({"taxonomy_terms"}),
        "Only terms that stand below no other.",
        "true",
    ),
    Parameter(
        "parent_id", "id", frozenset({"taxonomy_terms"}),
        "Only terms that stand directly below this one.",
        "d1f5c29e-5c2c-4a0e-9c1e-6a8f5b0f3f10",
    ),
    Parameter(
        "profile", "choice", _NOT_TERMS,
        "In whose words: Open Referral UK 3.0, or HSDS 3.1 with its newer names and service_capacity.",
        "hsds-3.1", choices=PROFILES, default=PROFILES[0],
    ),
)  # fmt: skip
"""`top_only`: the UK file says "terms that have not child terms", its own documents and its name say the top of the tree."""

BY_NAME: Mapping[str, Parameter] = MappingProxyType({one.name: one for one in PARAMETERS})
HOW = frozenset({"page", "per_page", "minimal", "full", "full_service", "format", "profile"})
"""Parameters that say how a list is told. Every other says what stands in it."""


def parameters_of(endpoint: Endpoint) -> tuple[Parameter, ...]:
    """What an endpoint reads, in the order of the table."""
    return tuple(one for one in PARAMETERS if endpoint in one.endpoints)
