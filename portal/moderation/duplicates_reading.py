"""Plain rows and free words as records to compare."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from portal.moderation.duplicates import DAYS, Record, Spot

NAMES_OF_DAYS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
A_DAY = (
    r"\b(?P<day>mon(?:day)?s?|tue(?:s|sday|sdays)?|wed(?:s|nesday|nesdays)?|thu(?:r|rs|rsday|rsdays)?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?|(?:mo|tu|we|th|fr|sa|su)(?=\s*(?:[-–—,;:]|\d|$)))\b"
)
A_TIME = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\b)?"
TOLD = re.compile(rf"{A_DAY}|{A_TIME}|(?P<noon>\b(?:noon|midday)\b)|(?P<range>\bto\b|-|–|—)", re.IGNORECASE)
CHARITY_SCHEMES = (("SC", "GB-SC"), ("NI", "GB-NIC"))


def record_of(row: Mapping[str, Any]) -> Record:
    """A plain row as a record: name, organisation, description, address, postcode, lat, lon, phone, email, url,
    charity_number, company_number, opening_hours or opening_text, source; what it lacks is unknown.
    """
    told = {key: str(value).strip() for key, value in row.items() if value is not None and not isinstance(value, list)}
    has_point = bool(told.get("lat") and told.get("lon"))
    point = (float(told["lat"]), float(told["lon"])) if has_point else None
    postcode = told.get("postcode", "")
    pattern = re.escape(postcode).replace(r"\ ", r"\s*")
    address = re.sub(pattern, "", told.get("address", ""), flags=re.IGNORECASE) if postcode else told.get("address", "")
    is_phone = told.get("url", "").startswith("tel:")
    return Record(
        name=told.get("name", ""),
        organisation=told.get("organisation", ""),
        description=re.sub(r"<[^>]+>", " ", told.get("description", ""))[:600],
        spots=(Spot(address, postcode, point),) if address or postcode or point else (),
        phones=_kept(phone_key(number) for number in (told.get("phone"), told["url"] if is_phone else None) if number),
        emails=_kept([told.get("email", "").lower()]),
        urls=frozenset() if is_phone else _kept([web_key(told.get("url"))]),
        registers=_registers(told),
        times=first_told(told.get("opening_hours") or told.get("opening_text"), told.get("description"), address),
        source=told.get("source", ""),
    )


def times_told(words: str) -> frozenset[tuple[str, int]]:
    """Days and the minutes at which something begins, as far as free words tell: "Tuesdays and Thursdays 10am to 2pm"."""
    return frozenset(_times_told(words[:600]))


def first_told(*texts: str | None) -> frozenset[tuple[str, int]]:
    """The times that the first of these tells that tells any: some lists have them in the description or the address."""
    return next((found for found in (times_told(text) for text in texts if text) if found), frozenset())


def web_key(url: str | None) -> str:
    """An address of the web as it is compared: host without www, and path."""
    if not url:
        return ""
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
    except ValueError:
        return ""
    return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/").lower()


def phone_key(number: str) -> str:
    """A telephone number as it is compared: its digits, as dialled within the United Kingdom; short ones tell nothing."""
    digits = re.sub(r"^(00)?44(0)?", "0", re.sub(r"\D", "", number.lower().split("ext")[0]))
    return digits if len(digits) >= 8 else ""


def _kept(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, keys))


def _registers(told: Mapping[str, str]) -> frozenset[str]:
    numbers = set()
    if charity := told.get("charity_number", "").upper():
        scheme = next((scheme for start, scheme in CHARITY_SCHEMES if charity.startswith(start)), "GB-CHC")
        numbers.add(f"{scheme}:{charity}")
    if company := told.get("company_number", "").upper():
        numbers.add(f"GB-COH:{company}")
    return frozenset(numbers)


def _times_told(words: str) -> Iterator[tuple[str, int]]:
    days: list[int] = []
    is_range = is_told = False
    for match in TOLD.finditer(words):
        if match["day"]:
            day = NAMES_OF_DAYS[match["day"][:2].lower()]
            if is_told:
                days, is_told = [], False
            elif is_range and days and days[-1] < day:
                days += range(days[-1] + 1, day)
            days.append(day)
            is_range = False
        elif match["range"]:
            is_range = True
        elif days and not is_told and (minute := _minute(match)) is not None:
            is_told = True
            yield from ((DAYS[day], minute) for day in days)
        else:
            is_range = False


def _minute(match: re.Match[str]) -> int | None:
    """The minute of the day that is told, or none where it may be another number."""
    if match["noon"]:
        return 12 * 60
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 23 or minute > 59 or not (match["minute"] or match["half"] or 1 <= hour <= 12):
        return None
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    elif not match["half"] and 1 <= hour <= 6:
        hour += 12
    return hour * 60 + minute
