"""Rows of HSDS 1.1 and 2.x under the names of 3.0. What has no name there keeps its own."""

import re
from typing import Any

Values = dict[str, Any]

DAYS = {day: day[:2].upper() for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::\d\d)? ?([ap])\.?m\.?", re.IGNORECASE)
HOURS_24 = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
LINK_TABLES = {
    "service": "service_id", "services": "service_id", "organization": "organization_id", "location": "location_id",
    "service_at_location": "service_at_location_id", "contact": "contact_id", "phone": "phone_id",
    "accessibility": "accessibility_id", "eligibility": "eligibility_id", "schedule": "schedule_id",
}  # fmt: skip
"""What a link of an attribute may lead to, and the column that we write it into."""


def service(_name: str, row: Values) -> Values:
    """A service."""
    return row


def organization(_name: str, row: Values) -> Values:
    """1.1 calls the website url."""
    return renamed(row, url="website")


def term(_name: str, row: Values) -> Values:
    """1.1 has a vocabulary, 2.x a taxonomy."""
    return renamed(row, vocabulary="taxonomy")


def address(name: str, row: Values) -> Values:
    """1.1 has a table for each kind of address."""
    kind = "postal" if name.startswith("postal") else "physical" if name.startswith("physical") else None
    return row if kind is None or "address_type" in row else row | {"address_type": kind}


def accessibility(_name: str, row: Values) -> Values:
    """1.1 says accessibility for the description."""
    return row if "description" in row else renamed(row, accessibility="description")


def contact(_name: str, row: Values) -> Values:
    """1.1 has one telephone number in three columns."""
    number = " ".join(str(row[key]) for key in ("phone_areacode", "phone_number") if row.get(key))
    rest = {key: value for key, value in row.items() if not key.startswith("phone_")}
    if not number or "phones" in row:
        return row
    phone = {"number": number} | ({"extension": row["phone_extension"]} if row.get("phone_extension") else {})
    return rest | {"phones": [phone]}


def language(_name: str, row: Values) -> Values:
    """1.1 says language for the name."""
    return row if "name" in row else renamed(row, language="name")


def service_area(_name: str, row: Values) -> Values:
    """1.1 says service_area for the name."""
    return row if "name" in row else renamed(row, service_area="name")


def cost_option(_name: str, row: Values) -> Values:
    """A table of fees has one text."""
    return renamed(row, fee="option", fees="option")


def attribute(name: str, row: Values) -> Values:
    """Links of services to terms: 1.1 by service_id and taxonomy_id, 3.0 by a link to any table."""
    row = renamed(row, taxonomy_id="taxonomy_term_id")
    if "link_id" not in row:
        return row
    entity = str(row.get("link_entity") or row.get("link_type") or "service").lower()
    column = LINK_TABLES.get(entity) or (LINK_TABLES["service"] if name != "link_taxonomy" else "other_id")
    return {key: value for key, value in row.items() if key != "link_id"} | {column: row["link_id"]}


def schedule(name: str, row: Values) -> Values:
    """1.1 has a row for each day with clock times as people write them, and a table of holidays."""
    if name.startswith("holiday"):
        return _holiday(row)
    row = renamed(row, original_text="description")
    day = DAYS.get(str(row.get("weekday", "")).strip().lower())
    if day is not None:
        row = row | {"freq": "WEEKLY", "byday": day}
    return row | {key: clock(str(row[key])) for key in ("opens_at", "closes_at") if row.get(key)}


def weeks(rows: list[Values]) -> list[Values]:
    """Schedules in which the days of 1.1 that have the same times are one."""
    found: list[Values] = []
    for row in rows:
        if "weekday" not in row or "byday" not in row:
            found.append(row)
            continue
        alike = {key: value for key, value in row.items() if key not in {"id", "weekday"}}
        same = next((one for one in found if _without_day(one) == _without_day(alike)), None)
        if same is None:
            found.append(alike)
        elif row["byday"] not in same["byday"].split(","):
            same["byday"] += f",{row['byday']}"
    return found


def _without_day(row: Values) -> Values:
    return {key: value for key, value in row.items() if key != "byday"}


def clock(text: str) -> str:
    """ "9:00am" and "09:00:00" as "09:00"; anything else as it is."""
    small = text.strip()
    if found := CLOCK.fullmatch(small):
        hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
        return f"{hour:02}:{found[2] or '00'}" if 1 <= int(found[1]) <= 12 else text
    found = HOURS_24.fullmatch(small)
    return f"{int(found[1]):02}:{found[2]}" if found else text


def renamed(row: Values, **names: str) -> Values:
    """The row with columns under other names, unless those are taken."""
    return {(names[key] if key in names and names[key] not in row else key): value for key, value in row.items()}


def _holiday(row: Values) -> Values:
    """Words only: 3.0 has no days off, and a time without a day would read as open every day."""
    kept = {key: value for key, value in row.items() if key == "id" or key.endswith("_id")}
    is_closed = str(row.get("closed", "")).strip().lower() in {"true", "t", "yes", "1"}
    times = " to ".join(clock(str(row[key])) for key in ("opens_at", "closes_at") if row.get(key))
    days = " to ".join(dict.fromkeys(str(row[key]) for key in ("start_date", "end_date") if row.get(key)))
    return kept | {"description": f"{days}: {'closed' if is_closed or not times else times}"}
