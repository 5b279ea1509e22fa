"""A listing for search engines: JSON-LD in the words of schema.org, as data inside the page.

What a venue keeps private stays out, since it is made from what the public may know. Nothing is said of a sensitive need's
coming sessions.
"""

import json
from typing import Any

from markupsafe import Markup

from portal.core import clock
from portal.directory.listings import Listing, Venue
from portal.directory.needs import is_any_sensitive
from portal.directory.occurrences import Occurrence

SPECIAL = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def structured_data(
    listing: Listing, address: str, *, telephone: str | None = None, coming: tuple[Occurrence, ...] = ()
) -> Markup:
    """One JSON-LD document for a script element. `address` is that of the page, whole; `telephone` as text."""
    service = listing.service
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Service",
        "@id": address,
        "url": address,
        "name": service.name,
        "description": service.summary or service.description,
        "inLanguage": service.lang,
        "provider": {"@type": "Organization", "name": listing.organisation},
        "availableLanguage": list(listing.languages) or None,
        "isAccessibleForFree": True if listing.costs and all(one.kind == "free" for one in listing.costs) else None,
        "telephone": telephone,
        "areaServed": "GB" if listing.is_everywhere else None,
        "location": [_place(venue) for venue in listing.visited if venue.privacy != "hidden"] or None,
    }
    if coming and not is_any_sensitive(frozenset(listing.needs)):
        about["hoursAvailable"] = [_hours(occurrence) for occurrence in coming]
    return _for_script(_told(about))


def _place(venue: Venue) -> dict[str, Any]:
    if venue.privacy == "area":
        return {"@type": "Place", "name": venue.place_name}
    return {
        "@type": "Place",
        "name": venue.name or venue.place_name,
        "address": {"@type": "PostalAddress", "streetAddress": venue.address or None, "postalCode": venue.postcode},
        "geo": {"@type": "GeoCoordinates", "latitude": venue.point[0], "longitude": venue.point[1]}
        if venue.point
        else None,
    }


def _hours(occurrence: Occurrence) -> dict[str, Any]:
    start, end = clock.local(occurrence.start), clock.local(occurrence.known_end)
    return {
        "@type": "OpeningHoursSpecification",
        "validFrom": start.date().isoformat(),
        "validThrough": start.date().isoformat(),
        "opens": f"{start:%H:%M}",
        "closes": f"{end:%H:%M}",
    }


def _told(value: Any) -> Any:
    """The same without what is not known."""
    if isinstance(value, dict):
        return {key: _told(inner) for key, inner in value.items() if inner is not None}
    return [_told(inner) for inner in value] if isinstance(value, list) else value


def _for_script(value: Any) -> Markup:
    """JSON that cannot end a script element, whatever was typed."""
    text = json.dumps(value, ensure_ascii=False)
    for character, escaped in SPECIAL.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 - every character that HTML could take for markup is escaped above
