"""A service of an Open Referral UK 1 feed as one of 3.0. Its document is kept as it was given; this is what is read of it.

Source: the UK application profile of HSDS 1.1 ("Open Referral UK 1"), whose feeds nest what hangs on a service.
"""

from collections.abc import Callable, Mapping
from typing import Any

from portal.importing.files import older
from portal.importing.rows import Refused

OLDER = "oruk1"
Values = dict[str, Any]
DAYS = {"1": "MO", "2": "TU", "3": "WE", "4": "TH", "5": "FR", "6": "SA", "7": "SU"}
"""Days of the week as some feeds number them."""

LISTS: Mapping[str, tuple[str, str]] = {
    "regular_schedules": ("schedules", "regular_schedules"),
    "regular_schedule": ("schedules", "regular_schedules"),
    "holiday_schedules": ("schedules", "holiday_schedules"),
    "holiday_schedule": ("schedules", "holiday_schedules"),
    "holidayScheduleCollection": ("schedules", "holiday_schedules"),
    "physical_addresses": ("addresses", "physical_addresses"),
    "accessibility_for_disabilities": ("accessibility", "accessibility"),
    "accessibility_for_disabilitiess": ("accessibility", "accessibility"),
    "service_taxonomys": ("attributes", "service_taxonomy"),
    "service_taxonomies": ("attributes", "service_taxonomy"),
    "cost_options": ("cost_options", "cost_options"),
    "contacts": ("contacts", "contacts"),
    "languages": ("languages", "languages"),
    "service_areas": ("service_areas", "service_areas"),
    "service_at_locations": ("service_at_locations", "service_at_locations"),
    "fundings": ("funding", "funding"),
}
"""Lists by their name in version 1: their name in 3.0, and the table whose rows they hold."""

ROWS: Mapping[str, Callable[[str, Values], Values]] = {
    "regular_schedules": older.schedule,
    "holiday_schedules": older.schedule,
    "physical_addresses": older.address,
    "accessibility": older.accessibility,
    "cost_options": older.cost_option,
    "contacts": older.contact,
    "languages": older.language,
    "service_areas": older.service_area,
}


def as_service(document: Values) -> Values:
    """The service under the names of 3.0. What has no name there keeps its own. Raises Refused for what is none."""
    service = _renewed(document)
    if isinstance(organization := service.get("organization"), dict):
        service["organization"] = older.organization("organization", organization)
    _tell_who(service, document)
    if isinstance(times := service.get("schedules"), list):
        service["schedules"] = older.weeks(times)
    return service


def _renewed(record: Values) -> Values:
    found: Values = {}
    for key, value in record.items():
        name, table = LISTS.get(key, (key, ""))
        if key in LISTS and value is not None and not isinstance(value, list):
            raise Refused(f'its "{key}" is no list')
        if isinstance(value, list) and table:
            found[name] = [*found.get(name, []), *(_row(table, one) for one in value)]
        elif isinstance(value, dict):
            found[name] = _renewed(value)
        elif value is not None:
            found[name] = value
    return found


def _row(table: str, row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    if table == "service_taxonomy":
        return _attribute(row)
    if table == "regular_schedules":
        row = _numbered(row)
    renewed = _renewed(row)
    return ROWS[table](table, renewed) if table in ROWS else renewed


def _attribute(row: Values) -> Values:
    """A link to a term, whose vocabulary is its taxonomy."""
    rest = {key: value for key, value in row.items() if key != "taxonomy" and value is not None}
    term = row.get("taxonomy")
    return rest | {"taxonomy_term": older.term("taxonomy", _renewed(term))} if isinstance(term, dict) else rest


def _numbered(row: Values) -> Values:
    """A weekday that is told as a number, told as a day; without a rule of its own."""
    day = DAYS.get(str(row.get("weekday", "")).strip())
    if day is None or row.get("byday"):
        return row
    return {key: value for key, value in row.items() if key != "weekday"} | {"freq": "WEEKLY", "byday": day}


def _tell_who(service: Values, document: Values) -> None:
    """Ages and words of eligibility, where all that is told of them is one."""
    rows = service.pop("eligibilitys", None) or service.pop("eligibilities", None) or ()
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    for key in ("minimum_age", "maximum_age"):
        told = {row[key] for row in rows if isinstance(row.get(key), int | float) and not isinstance(row[key], bool)}
        if len(told) == 1 and len(rows) == 1 and key not in document:
            service[key] = told.pop()
    words = [str(row["eligibility"]).strip() for row in rows if isinstance(row.get("eligibility"), str)]
    if any(words) and not service.get("eligibility_description"):
        service["eligibility_description"] = "\n".join(dict.fromkeys(filter(None, words)))
