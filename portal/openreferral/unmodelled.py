"""Fields of the standard that our tables have no place for, and why. A test holds this list to the official schemas.

What a source tells in them stays in its original document (`portal/importing/drafts.py`, `unmodelled`).
"""

from collections.abc import Mapping
from types import MappingProxyType

ATTRIBUTES = "terms are put on services alone; of what else a source tags, nobody here searches or filters"
METADATA = "who changed a field of the source when: its own history, not ours"
ELSEWHERE = "contacts and numbers of a place become the service's; those of an organisation may be another department's"
PERSONAL = "may be a person's, and an import has nobody's agreement"
ONE_LANGUAGE = "languages are a service's or a telephone number's"
RULE = "a rule with it means something else without it, so the whole line is left out"
WITH_ATTRIBUTES = (
    "accessibility", "address", "contact", "cost_option", "funding", "language", "location", "organization",
    "organization_identifier", "phone", "schedule", "service_area", "service_at_location",
)  # fmt: skip
WITH_METADATA = (*WITH_ATTRIBUTES, "attribute", "service", "taxonomy", "taxonomy_term")

NOT_MODELLED: Mapping[str, str] = MappingProxyType(
    {
        **{f"{table}.attributes": ATTRIBUTES for table in WITH_ATTRIBUTES},
        **{f"{table}.metadata": METADATA for table in WITH_METADATA},
        **{f"{table}.contacts": ELSEWHERE for table in ("location", "organization", "service_at_location")},
        **{f"{table}.phones": ELSEWHERE for table in ("location", "organization", "service", "service_at_location")},
        **{f"contact.{name}": ELSEWHERE for name in ("location_id", "organization_id", "service_at_location_id")},
        **{
            f"phone.{name}": ELSEWHERE
            for name in ("location_id", "organization_id", "service_at_location_id", "service_id")
        },
        **{f"schedule.{name}": RULE for name in ("byweekno", "byyearday", "count", "until", "wkst")},
        "schedule.timezone": "times are on clocks in the United Kingdom",
        "schedule.location_id": "a building may be open when the service is not",
        "location.schedules": "a building may be open when the service is not",
        "contact.email": PERSONAL,
        "contact.department": "a contact has a role, a name and numbers",
        "attribute.value": "a term is put on a service, or it is not",
        "address.address_2": "read as part of the first line",
        "cost_option.currency": "prices are in pounds; others are words among the fees",
        "funding.organization_id": "who pays is told of a service",
        "language.location_id": ONE_LANGUAGE,
        "location.languages": ONE_LANGUAGE,
        "location.alternate_name": "a place has one name",
        "location.organization_id": "a place is where services are, whoever owns it",
        "location.transportation": "read as how to get there, which is ours",
        "location.url": "a place has no page of its own",
        "organization.alternate_name": "an organisation has one name",
        "organization.funding": "who pays is told of a service",
        "organization.legal_status": "the public registers are read for it",
        "organization.locations": "places are those of its services",
        "organization.programs": "services stand below their organisation alone",
        "organization.tax_id": "a number for the tax office",
        "organization.tax_status": "the public registers are read for it",
        "organization.year_incorporated": "the public registers are read for it",
        "phone.extension": "read as words about the number",
        "phone.type": "numbers are for calling; what else one is for is said in words",
        "service.alternate_name": "a service has one name",
        "service.fees_description": "read as fees",
        "service.interpretation_services": "languages tell it",
        "service.licenses": "what a body may do is told by the registers",
        "service.program": "services stand below their organisation alone",
        "service.program_id": "services stand below their organisation alone",
        "service.required_documents": "the first visit tells it, in the group's own words",
        "service.wait_time": "whether there is space is ours, and has a day on which it was said",
        "service_area.description": "an area has a name and an extent",
        "service_at_location.description": "a place has a description of its own",
        "taxonomy.taxonomy_terms": "told by the terms, which name their taxonomy",
        "taxonomy_term.language": "pages translate our own terms; others stand as they were told",
        "taxonomy_term.term": "the same as `code` of HSDS, and told under both names",
    }
)
"""Fields of Open Referral UK 3.0 and of HSDS 3.0, each "table.field"."""
