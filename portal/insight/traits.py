"""What is known of somebody on a day, as codes: age group, language, access needs, deprivation. Nothing that was typed."""

from datetime import date
from typing import Any

from portal.geography.places import Place
from portal.geography.queries import locate
from portal.insight.cuts import NOT_TOLD
from portal.people.models import Person

OLDEST_OF_GROUP = ((15, "under-16"), (17, "16-17"), (25, "18-25"), (49, "26-49"), (64, "50-64"), (200, "65-over"))
SAYS_NO = {False, "no", "none"}


def age_on(person: Person, day: date) -> str:
    """The age group on a day, by the birth date where it is known."""
    try:
        born = date.fromisoformat(person.birth_date or "")
    except ValueError:
        return person.age_group or ""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return next((group for oldest, group in OLDEST_OF_GROUP if 0 <= years <= oldest), "")


def language_of(person: Person) -> str:
    """The language that they told us, else the one in which they used the site: two or three letters."""
    told = (person.access or {}).get("language") or person.locale or ""
    return str(told).split("-")[0].lower()[:8]


def access_of(person: Person) -> str:
    """Which access need they told of; "none" where they were asked and have none."""
    told: dict[str, Any] = person.access or {}
    needs = {
        "interpreter": told.get("interpreter") not in (None, *SAYS_NO) or "bsl" in (told.get("formats") or ()),
        "formats": bool(set(told.get("formats") or ()) - {"bsl"}),
        "getting-in": bool(told.get("getting_in")),
        "other": bool(told.get("communication") or told.get("adjustments")),
    }
    found = [name for name, has in needs.items() if has]
    if found:
        return found[0] if len(found) == 1 else "several"
    return "none" if told.get("asked_on") else NOT_TOLD


def fifth_of(person: Person) -> int:
    """The fifth of the nation that their postcode is in, 1 the most deprived; 0 where no file of postcodes is loaded."""
    place = locate(person.postcode) if person.postcode else None
    decile = place.deprivation_decile if isinstance(place, Place) and place.kind == "postcode" else None
    return 0 if decile is None else (decile + 1) // 2
