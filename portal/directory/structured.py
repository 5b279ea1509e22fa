"""Pages for machines that read pages: JSON-LD in the words of schema.org, as data inside the page.

What a venue keeps private stays out, since it is made from what the public may know. Nothing is said of a sensitive need.
Terms, with what they belong to and what they may hold, stand in `tests/support/vocabulary.py`.
"""

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from portal.core import clock
from portal.core.i18n import current_locale
from portal.directory import costs
from portal.directory.addresses import web_address
from portal.directory.cards import Card
from portal.directory.details import Details
from portal.directory.listings import Cost, Listing, Venue
from portal.directory.needs import is_any_sensitive
from portal.directory.occurrences import Occurrence
from portal.directory.page_addresses import page_called, page_of, page_of_organisation
from portal.directory.related import About
from portal.directory.showing import where_of

CONTEXT = "https://schema.org"
SPECIAL = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
Thing = dict[str, Any]


def structured_data(
    listing: Listing, address: str, *, telephone: str | None = None, coming: tuple[Occurrence, ...] = ()
) -> Markup | None:
    """A listing. `address` is that of its page, whole; `telephone` as text. None for a sensitive need."""
    if is_any_sensitive(frozenset(listing.needs)):
        return None
    service = listing.service
    return document(
        {
            "@type": "Service",
            "@id": address,
            "url": address,
            "name": service.name,
            "description": service.summary or service.description,
            "mainEntityOfPage": page_about(address),
            "provider": _organisation(listing),
            "areaServed": {"@type": "Country", "name": "United Kingdom"} if listing.is_everywhere else None,
            "availableChannel": _channels(listing, telephone),
            "offers": [_offer(cost.pence or 0) for cost in costs.current(listing.costs) if _is_priced(cost)],
            "hoursAvailable": [_hours(occurrence) for occurrence in coming],
        }
    )


def organisation_data(about: About, listings: Iterable[Listing]) -> Markup:
    """An organisation and what it offers, without what is for a sensitive need."""
    address = page_of_organisation(about.id, about.name)
    return document(
        {
            "@type": "Organization",
            "@id": address,
            "url": about.website or address,
            "name": about.name,
            "description": "\n".join(about.text),
            "mainEntityOfPage": page_about(address),
            "sameAs": [one.link for one in about.identifiers if one.link],
            "identifier": [
                {"@type": "PropertyValue", "propertyID": one.label, "value": one.number} for one in about.identifiers
            ],
            "makesOffer": [
                {"@type": "Offer", "itemOffered": {"@type": "Service", "@id": page_of(one), "name": one.service.name}}
                for one in listings
                if not is_any_sensitive(frozenset(one.needs))
            ],
        }
    )


def list_data(cards: Iterable[Card], *, total: int, offset: int) -> Markup | None:
    """Results as a list. `offset`: how many stand before these. None where none of them may be told."""
    told = list_of(cards, total=total, offset=offset)
    return document(told) if told["itemListElement"] else None


def list_of(cards: Iterable[Card], *, total: int, offset: int = 0) -> Thing:
    """Results at their places, without what is for a sensitive need."""
    return {
        "@type": "ItemList",
        "numberOfItems": total,
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": card.name, "url": page_called(card.id, card.name)}
            for place, card in enumerate(cards, offset + 1)
            if card.can_save
        ],
    }


def page_about(address: str) -> Thing:
    """The page itself, which has a language."""
    return {"@type": "WebPage", "@id": address, "inLanguage": current_locale().code}


def document(about: Thing) -> Markup:
    """One JSON-LD document for a script element, without what is not known."""
    return _for_script({"@context": CONTEXT, **_told(about)})


def _organisation(listing: Listing) -> Thing:
    address = page_of_organisation(listing.service.organization_id, listing.organisation)
    return {"@type": "Organization", "@id": address, "name": listing.organisation}


def _channels(listing: Listing, telephone: str | None) -> list[Thing]:
    """Ways to it: each place that may be known, the telephone, the website; with the languages that are spoken."""
    channel = {"@type": "ServiceChannel", "availableLanguage": list(listing.languages)}
    places = [place for venue in listing.visited if (place := _place(venue))]
    ways: list[Thing] = [{**channel, "serviceLocation": place} for place in places]
    if telephone:
        ways.append({**channel, "servicePhone": {"@type": "ContactPoint", "telephone": telephone}})
    if website := web_address(listing.service.url):
        ways.append({**channel, "serviceUrl": website})
    return ways


def _place(venue: Venue) -> Thing | None:
    if venue.privacy == "hidden":
        return None
    if venue.privacy == "area":
        return {"@type": "Place", "name": venue.place_name} if venue.place_name else None
    told = where_of(venue, Details())
    return {
        "@type": "Place",
        "name": venue.name or venue.place_name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": told.lines,
            "postalCode": told.postcode,
            "addressCountry": "GB",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": venue.point[0], "longitude": venue.point[1]}
        if venue.point
        else None,
    }


def _is_priced(cost: Cost) -> bool:
    """Whether a sum is known: a gift has none."""
    return cost.kind == "free" or (cost.kind == "paid" and bool(cost.pence))


def _offer(pence: int) -> Thing:
    return {"@type": "Offer", "price": f"{pence / 100:.2f}", "priceCurrency": "GBP"}


def _hours(occurrence: Occurrence) -> Thing:
    """One date. An end before the beginning is on the next day, as schema.org has it."""
    start, end = clock.local(occurrence.start), clock.local(occurrence.known_end)
    return {
        "@type": "OpeningHoursSpecification",
        "validFrom": start.date().isoformat(),
        "validThrough": start.date().isoformat(),
        "opens": f"{start:%H:%M:%S}",
        "closes": f"{end:%H:%M:%S}",
    }


def _told(value: Any) -> Any:
    """The same without what is not known: nothing empty, and nothing that has a type alone."""
    if isinstance(value, dict):
        known = {key: told for key, inner in value.items() if (told := _told(inner)) not in (None, "", [], {})}
        return known if known.keys() - {"@type"} else None
    return [told for inner in value if (told := _told(inner)) is not None] if isinstance(value, list) else value


def _for_script(value: Any) -> Markup:
    """JSON that cannot end a script element, whatever was typed."""
    text = json.dumps(value, ensure_ascii=False)
    for character, escaped in SPECIAL.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 - every character that HTML could take for markup is escaped above
