"""Nested documents to import, written for one test."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from portal.importing.actions import Origin, import_rows
from portal.importing.results import Result
from portal.importing.rows import Refused, Row, checked

RICH: dict[str, Any] = {
    "id": "s1",
    "name": "Larkfield Welcome",
    "description": "Tea, forms and company.\n\nSomebody meets you at the door.",
    "url": "https://larkfield.org.uk/welcome",
    "email": "welcome@larkfield.org.uk",
    "status": "temporarily closed",
    "fees": "Free for members",
    "accreditations": "Charter mark",
    "minimum_age": 18,
    "maximum_age": 99,
    "alert": "Closed for a week",
    "assured_date": "2026-11-01",
    "assurer_email": "jane.smith@larkfield.org.uk",
    "last_modified": "2026-11-02T10:00:00Z",
    "hereabouts": {
        "lang": "cy",
        "summary": "Tea and forms",
        "who_for": "Anyone new in town",
        "first_visit": ["Ring the bell.", "Ask for Tea."],
        "how_to_join": "Just come",
        "joining": ["drop_in", "self_refer"],
        "audiences": ["carers", "women_only"],
        "excluded_audiences": ["children"],
        "anyone_welcome": True,
        "bring_someone": False,
        "opening_text": "Ring first in August",
        "space": {"state": "full", "full_until": "2026-12-24", "said_at": "2026-11-02T10:00:00Z", "weeks": 3},
        "assured_by": "group",
        "assured_how": "visit",
    },
    "organization": {
        "id": "o1",
        "name": "Larkfield Trust",
        "description": "We keep doors open.",
        "email": "hello@larkfield.org.uk",
        "website": "https://larkfield.org.uk",
        "logo": "https://larkfield.org.uk/logo.png",
        "uri": "https://larkfield.org.uk/id",
        "organization_identifiers": [
            {"identifier_scheme": "GB-CHC", "identifier_type": "charity", "identifier": "1000003"},
            {"identifier_type": "Local number", "identifier": "L-7"},
        ],
        "hereabouts": {"lang": "cy"},
    },
    "contacts": [
        {
            "id": "c1",
            "name": "Welcome team",
            "title": "Coordinator",
            "hereabouts": {"hours": "Weekdays"},
            "phones": [
                {"id": "p1", "number": "0116 222 2222", "description": "Office", "languages": [{"code": "gu"}]},
                {"id": "p2", "number": "0116 333 3333"},
            ],
        },
        {"id": "c2", "title": "Referrals"},
    ],
    "schedules": [
        {"id": "h1", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00", "notes": "Ring twice"},
        {"id": "h2", "freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "hereabouts": {"session": True}},
    ],
    "service_areas": [
        {"id": "a1", "name": "Leicester", "extent": "E06000016", "extent_type": "code"},
        {"id": "a2", "name": "United Kingdom", "extent_type": "nationwide"},
        {"id": "a3", "service_area": "Anywhere a bus goes", "uri": "https://areas.org.uk/1"},
    ],
    "languages": [{"id": "l1", "code": "gu", "note": "On Mondays"}, {"id": "l2", "code": "bsl"}],
    "funding": [{"id": "f1", "source": "Lottery grant"}, {"id": "f2", "source": "Gifts"}],
    "cost_options": [
        {"id": "k1", "amount": 3.5, "option": "Waged", "hereabouts": {"kind": "paid"}, "valid_from": "2026-01-01",
         "valid_to": "2027-12-31"},
        {"id": "k2", "option": "Others", "amount_description": "Say so at the door", "hereabouts": {"kind": "free"}},
    ],
    "attributes": [
        {"id": "t1", "taxonomy_term": {"id": "n1", "name": "Loneliness", "term": "loneliness",
                                       "taxonomy_detail": {"name": "Needs", "uri": "needs"}}},
        {"id": "t2", "taxonomy_term": {"id": "m1", "name": "Shared meal", "term": "meal", "description": "Eating together",
                                       "parent_id": "m0", "term_uri": "https://types.org.uk/meal",
                                       "taxonomy_detail": {"name": "Types", "uri": "https://types.org.uk", "version": "2",
                                                           "description": "Kinds of activity"}}},
        {"id": "t3", "taxonomy_term": {"id": "m0", "name": "Food", "term": "food",
                                       "taxonomy_detail": {"name": "Types", "uri": "https://types.org.uk", "version": "2",
                                                           "description": "Kinds of activity"}}},
        {"id": "t4", "taxonomy_term": {"id": "w1", "name": "Warm words", "description": "Warm words"}},
    ],
    "service_at_locations": [
        {
            "id": "x1",
            "hereabouts": {
                "delivery_modes": ["in_person"],
                "sessions": [
                    {
                        "freq": "weekly", "interval": 2, "byday": "TU", "dtstart": "2026-11-03", "valid_to": "2027-11-02",
                        "starts_at": "10:00", "ends_at": "12:00", "on_bank_holidays": True, "name": "Tea", "note": "Bring a cup",
                        "exceptions": [
                            {"date": "2026-12-15", "kind": "cancelled", "note": "Painters"},
                            {"date": "2026-12-16", "kind": "extra", "starts_at": "11:00", "ends_at": "13:00"},
                        ],
                    },
                    {"freq": "monthly", "interval": 1, "byday": "1FR", "dtstart": "2026-11-06", "starts_at": "18:00"},
                ],
            },
            "schedules": [{"id": "h3", "freq": "MONTHLY", "bymonthday": "1,15", "dtstart": "2026-11-01", "interval": 1,
                           "opens_at": "09:30", "closes_at": "12:30", "valid_from": "2026-11-01", "valid_to": "2027-10-31",
                           "description": "By appointment", "schedule_link": "https://larkfield.org.uk/book",
                           "attending_type": "in person"}],
            "location": {
                "id": "y1", "location_type": "physical", "name": "Larkfield Hall", "description": "Red door",
                "latitude": 52.63, "longitude": -1.12, "external_identifier": "100", "external_identifier_type": "UPRN",
                "addresses": [
                    {"id": "d1", "address_1": "1 Larkfield Road", "city": "Leicester", "region": "Midlands",
                     "state_province": "Leicestershire", "postal_code": "LE2 0QB", "country": "GB", "address_type": "physical",
                     "attention": "Office"},
                    {"id": "d2", "address_1": "PO Box 1", "city": "Leicester", "country": "GB", "address_type": "postal"},
                ],
                "accessibility": [
                    {"id": "e1", "hereabouts": {"fact": "step_free", "answer": True}, "details": "Ramp at the side"},
                    {"id": "e2", "hereabouts": {"fact": "parking", "answer": False}},
                    {"id": "e3", "description": "Two lifts", "accessibility": "Lifts", "url": "https://larkfield.org.uk/lifts"},
                ],
                "hereabouts": {"privacy": "public", "place_name": "Stoneygate", "getting_there": "Bus 22",
                               "authority_code": "E06000016", "neighbourhood_code": "E02002847"},
            },
        },
        {
            "id": "x2",
            "hereabouts": {"delivery_modes": ["home_visit"]},
            "location": {"id": "y2", "location_type": "physical",
                         "hereabouts": {"privacy": "area", "authority_code": "E06000016", "place_name": "Leicester"}},
        },
        {"id": "x3", "hereabouts": {"delivery_modes": ["phone", "online"]},
         "location": {"id": "y3", "location_type": "virtual", "hereabouts": {"privacy": "public"}}},
    ],
}  # fmt: skip
"""A service that says all that our tables hold."""

PLAIN: dict[str, Any] = {
    "id": "p1",
    "name": "Community Counselling",
    "description": "<p>Talking.</p><p>In <b>private</b>.</p>",
    "status": "active",
    "organization": {"id": "po", "name": "Ash Trust", "description": "Ash Trust"},
    "service_at_locations": [
        {
            "id": "px",
            "schedules": [{"freq": "WEEKLY", "byday": "TH,FR", "opens_at": "10:00:00", "closes_at": "18:00:00Z"}],
            "location": {
                "id": "py",
                "name": "Civic Centre",
                "location_type": "physical",
                "addresses": [
                    {"address_1": "1 High Street", "city": "Leicester", "postal_code": "LE2 0QB", "country": "GB"}
                ],
            },
        }
    ],
}
"""A service as another directory tells it."""


def rich(**changes: Any) -> dict[str, Any]:
    """The rich service, with changes."""
    return deepcopy(RICH) | changes


def plain(**changes: Any) -> dict[str, Any]:
    """The plain service, with changes."""
    return deepcopy(PLAIN) | changes


def edited(service: dict[str, Any], edit: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """A copy of a service, edited in place."""
    copy = deepcopy(service)
    edit(copy)
    return copy


def take(*services: Any, source: str = "Feed", dry_run: bool = False) -> list[Result]:
    """Import services, and give what became of each."""
    rows = []
    for line, service in enumerate(services, start=1):
        try:
            rows.append(Row(line, checked({"hsds": service})))
        except Refused as refusal:
            rows.append(Row(line, problem=str(refusal)))
    return list(import_rows(iter(rows), Origin(source), dry_run=dry_run))
