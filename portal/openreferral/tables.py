"""The nested document of a service and its tables: every name in one place.

A document holds its children in lists; a table holds them as rows that point back by id. Names are those of Open Referral UK
3.0, else of HSDS 3.0. What both lack stands in `hereabouts`: an object in the document, columns `hereabouts_...` in a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

NOT_GIVEN = "Not given by the source"
"""Stands where the standard demands a text and no source gave one. An import reads it as nothing."""
OURS = "hereabouts"
OURS_PREFIX = "hereabouts_"

Kind = Literal["text", "number", "yes_no", "json"]


@dataclass(frozen=True)
class Child:
    """Rows of another table that stand inside a document under `key`.

    `many`: a list whose rows point back by `column`; else one object that the row itself points to by `column`. `is_ours`: it
    stands in `hereabouts`.
    """

    key: str
    table: str
    column: str
    many: bool = True
    is_ours: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its name in HSDS, the name of its file and sheet, its columns, the children of its documents.

    `columns` begins with the id and the columns that point elsewhere. `ours` are the columns that stand in `hereabouts`, by name
    without the prefix; `kinds` the columns that are no texts. `required` may not be empty in the standard.
    """

    name: str
    stem: str
    columns: tuple[str, ...]
    children: tuple[Child, ...] = ()
    ours: Mapping[str, Kind] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    required: tuple[str, ...] = ("id",)
    points_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def header(self) -> tuple[str, ...]:
        """All its columns, ours last."""
        return (*self.columns, *(f"{OURS_PREFIX}{name}" for name in self.ours))

    def kind_of(self, column: str) -> Kind:
        """What a column of its header holds."""
        if column.startswith(OURS_PREFIX):
            return self.ours[column.removeprefix(OURS_PREFIX)]
        return self.kinds.get(column, "text")


def _table(
    name: str,
    stem: str,
    columns: str,
    *children: Child,
    ours: Mapping[str, Kind] = MappingProxyType({}),
    numbers: str = "",
    answers: str = "",
    required: str = "",
    **points_to: str,
) -> Table:
    kinds: dict[str, Kind] = dict.fromkeys(numbers.split(), "number")
    kinds |= dict.fromkeys(answers.split(), "yes_no")
    return Table(name, stem, tuple(columns.split()), children, ours, kinds, ("id", *required.split()), points_to)


_ALL = (
    _table(
        "organization", "organizations",
        "id name description email website logo uri parent_organization_id",
        Child("organization_identifiers", "organization_identifier", "organization_id"),
        ours={"lang": "text"}, required="name description", parent_organization_id="organization",
    ),
    _table(
        "organization_identifier", "organization_identifiers",
        "id organization_id identifier_scheme identifier_type identifier",
        required="organization_id identifier_type identifier", organization_id="organization",
    ),
    _table(
        "service", "services",
        "id organization_id name description url email status application_process fees accreditations"
        " eligibility_description minimum_age maximum_age assured_date assurer_email alert last_modified",
        Child("organization", "organization", "organization_id", many=False),
        Child("contacts", "contact", "service_id"),
        Child("schedules", "schedule", "service_id"),
        Child("service_areas", "service_area", "service_id"),
        Child("languages", "language", "service_id"),
        Child("funding", "funding", "service_id"),
        Child("cost_options", "cost_option", "service_id"),
        Child("attributes", "attribute", "link_id"),
        Child("service_at_locations", "service_at_location", "service_id"),
        ours={
            "lang": "text", "summary": "text", "who_for": "text", "first_visit": "json", "how_to_join": "text",
            "joining": "json", "audiences": "json", "excluded_audiences": "json", "anyone_welcome": "yes_no",
            "bring_someone": "yes_no", "opening_text": "text", "space": "json", "assured_by": "text",
            "assured_how": "text", "freshness": "json", "provenance": "json",
        },
        numbers="minimum_age maximum_age", required="organization_id name status", organization_id="organization",
    ),
    _table(
        "service_at_location", "service_at_location",
        "id service_id location_id",
        Child("location", "location", "location_id", many=False),
        Child("schedules", "schedule", "service_at_location_id"),
        Child("sessions", "session", "service_at_location_id", is_ours=True),
        ours={"delivery_modes": "json"}, required="service_id location_id",
        service_id="service", location_id="location",
    ),
    _table(
        "location", "locations",
        "id location_type name description latitude longitude external_identifier external_identifier_type",
        Child("addresses", "address", "location_id"),
        Child("accessibility", "accessibility", "location_id"),
        ours={
            "privacy": "text", "place_name": "text", "getting_there": "text", "authority_code": "text",
            "neighbourhood_code": "text",
        },
        numbers="latitude longitude", required="location_type",
    ),
    _table(
        "address", "addresses",
        "id location_id attention address_1 city region state_province postal_code country address_type",
        required="address_1 city state_province postal_code country address_type", location_id="location",
    ),
    _table(
        "accessibility", "accessibility",
        "id location_id description details url accessibility",
        ours={"fact": "text", "answer": "yes_no"}, location_id="location",
    ),
    _table(
        "contact", "contacts",
        "id service_id name title",
        Child("phones", "phone", "contact_id"),
        ours={"hours": "text"}, service_id="service",
    ),
    _table(
        "phone", "phones",
        "id contact_id number description",
        Child("languages", "language", "phone_id"),
        required="number", contact_id="contact",
    ),
    _table(
        "schedule", "schedules",
        "id service_id service_at_location_id valid_from valid_to dtstart freq interval byday bymonthday description"
        " opens_at closes_at schedule_link attending_type notes",
        ours={"session": "yes_no"}, numbers="interval",
        service_id="service", service_at_location_id="service_at_location",
    ),
    _table(
        "session", "sessions",
        "id service_at_location_id freq interval byday dtstart valid_to starts_at ends_at on_bank_holidays"
        " in_school_holidays name note",
        Child("exceptions", "session_exception", "session_id"),
        numbers="interval", answers="on_bank_holidays in_school_holidays",
        required="service_at_location_id freq dtstart starts_at", service_at_location_id="service_at_location",
    ),
    _table(
        "session_exception", "session_exceptions",
        "id session_id date kind starts_at ends_at note",
        required="session_id date kind", session_id="session",
    ),
    _table(
        "service_area", "service_areas",
        "id service_id name extent extent_type uri service_area", service_id="service",
    ),
    _table(
        "language", "languages",
        "id service_id phone_id name code note", service_id="service", phone_id="phone",
    ),
    _table("funding", "funding", "id service_id source", service_id="service"),
    _table(
        "cost_option", "cost_options",
        "id service_id valid_from valid_to option amount amount_description",
        ours={"kind": "text"}, numbers="amount", required="service_id", service_id="service",
    ),
    _table(
        "attribute", "attributes",
        "id link_id taxonomy_term_id link_type link_entity",
        Child("taxonomy_term", "taxonomy_term", "taxonomy_term_id", many=False),
        required="link_id taxonomy_term_id", taxonomy_term_id="taxonomy_term",
    ),
    _table(
        "taxonomy_term", "taxonomy_terms",
        "id code name description parent_id taxonomy taxonomy_id term_uri",
        Child("taxonomy_detail", "taxonomy", "taxonomy_id", many=False),
        required="name description", taxonomy_id="taxonomy",
    ),
    _table(
        "taxonomy", "taxonomies",
        "id name description uri version",
        ours={"key": "text"}, required="name description",
    ),
)  # fmt: skip

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _ALL})
