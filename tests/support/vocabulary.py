"""The terms of schema.org that pages use: what each belongs to, and what it may hold. Source: schema.org, release 20 and later.

A type is written with what it is a kind of; a property of a kind is one of all below it. Domains and ranges name those of the
vocabulary that are used here, no others.
"""

import json
import re
from datetime import date, time
from typing import Any

from bs4 import BeautifulSoup

TYPES = {
    "Thing": None,
    "AdministrativeArea": "Place",
    "CollectionPage": "WebPage",
    "ContactPoint": "StructuredValue",
    "Country": "AdministrativeArea",
    "CreativeWork": "Thing",
    "GeoCoordinates": "StructuredValue",
    "Intangible": "Thing",
    "ItemList": "Intangible",
    "ListItem": "Intangible",
    "Offer": "Intangible",
    "OpeningHoursSpecification": "StructuredValue",
    "Organization": "Thing",
    "Place": "Thing",
    "PostalAddress": "ContactPoint",
    "PropertyValue": "StructuredValue",
    "Service": "Intangible",
    "ServiceChannel": "Intangible",
    "StructuredValue": "Intangible",
    "WebPage": "CreativeWork",
}
PROPERTIES: dict[str, tuple[set[str], set[str]]] = {
    # property                domain                                        range
    "about":                  ({"CreativeWork"},                            {"Thing"}),
    "address":                ({"Place", "Organization"},                   {"PostalAddress", "Text"}),
    "addressCountry":         ({"PostalAddress"},                           {"Country", "Text"}),
    "areaServed":             ({"Service", "Organization", "Offer"},        {"AdministrativeArea", "Place", "Text"}),
    "availableChannel":       ({"Service"},                                 {"ServiceChannel"}),
    "availableLanguage":      ({"ServiceChannel", "ContactPoint"},          {"Language", "Text"}),
    "closes":                 ({"OpeningHoursSpecification"},               {"Time"}),
    "containedInPlace":       ({"Place"},                                   {"Place"}),
    "description":            ({"Thing"},                                   {"Text"}),
    "geo":                    ({"Place"},                                   {"GeoCoordinates"}),
    "hoursAvailable":         ({"Service", "ContactPoint"},                 {"OpeningHoursSpecification"}),
    "identifier":             ({"Thing"},                                   {"PropertyValue", "Text", "URL"}),
    "inLanguage":             ({"CreativeWork"},                            {"Language", "Text"}),
    "itemListElement":        ({"ItemList"},                                {"ListItem", "Text", "Thing"}),
    "itemOffered":            ({"Offer"},                                   {"Service"}),
    "latitude":               ({"GeoCoordinates", "Place"},                 {"Number", "Text"}),
    "longitude":              ({"GeoCoordinates", "Place"},                 {"Number", "Text"}),
    "mainEntity":             ({"CreativeWork"},                            {"Thing"}),
    "mainEntityOfPage":       ({"Thing"},                                   {"CreativeWork", "URL"}),
    "makesOffer":             ({"Organization"},                            {"Offer"}),
    "name":                   ({"Thing"},                                   {"Text"}),
    "numberOfItems":          ({"ItemList"},                                {"Integer"}),
    "offers":                 ({"Service", "CreativeWork"},                 {"Offer"}),
    "opens":                  ({"OpeningHoursSpecification"},               {"Time"}),
    "position":               ({"ListItem", "CreativeWork"},                {"Integer", "Text"}),
    "postalCode":             ({"PostalAddress"},                           {"Text"}),
    "price":                  ({"Offer"},                                   {"Number", "Text"}),
    "priceCurrency":          ({"Offer"},                                   {"Text"}),
    "propertyID":             ({"PropertyValue"},                           {"Text", "URL"}),
    "provider":               ({"Service", "CreativeWork"},                 {"Organization"}),
    "sameAs":                 ({"Thing"},                                   {"URL"}),
    "serviceLocation":        ({"ServiceChannel"},                          {"Place"}),
    "servicePhone":           ({"ServiceChannel"},                          {"ContactPoint"}),
    "serviceUrl":             ({"ServiceChannel"},                          {"URL"}),
    "streetAddress":          ({"PostalAddress"},                           {"Text"}),
    "telephone":              ({"ContactPoint", "Organization", "Place"},   {"Text"}),
    "url":                    ({"Thing"},                                   {"URL"}),
    "validFrom":              ({"OpeningHoursSpecification", "Offer"},      {"Date", "DateTime"}),
    "validThrough":           ({"OpeningHoursSpecification", "Offer"},      {"Date", "DateTime"}),
    "value":                  ({"PropertyValue"},                           {"Text", "Number", "Boolean"}),
}  # fmt: skip
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
JSON_LD = 'script[type="application/ld+json"]'


def documents_of(html: str) -> list[dict[str, Any]]:
    """The JSON-LD documents of a page, each checked against the vocabulary."""
    scripts = BeautifulSoup(html, "html.parser").select(JSON_LD)
    documents = [json.loads(script.string or "", parse_constant=_not_json) for script in scripts]
    for one in documents:
        assert one.pop("@context") == "https://schema.org"
        check(one)
    return documents


def check(thing: Any) -> None:
    """Fails where a thing says something that the vocabulary does not know of its kind, or nothing."""
    kinds = _kinds(thing["@type"])
    assert thing.keys() - {"@type"}, "a thing that says nothing"
    if "@id" in thing:
        assert ADDRESS.fullmatch(thing["@id"]), thing["@id"]
    for name, value in thing.items():
        if name in {"@type", "@id"}:
            continue
        domain, allowed = PROPERTIES[name]
        assert domain & kinds, f"{name} does not belong to {thing['@type']}"
        values = value if isinstance(value, list) else [value]
        assert values, f"{name} is empty"
        for one in values:
            assert _fits(one, allowed), f"{name} may not hold {one!r}"
            if isinstance(one, dict):
                check(one)
    if thing["@type"] == "ItemList":
        places = [one["position"] for one in thing["itemListElement"]]
        assert places == sorted(set(places)) and thing["numberOfItems"] >= len(places)


def _kinds(name: str) -> set[str]:
    above = TYPES[name]
    return {name} | (_kinds(above) if above else set())


def _fits(value: Any, allowed: set[str]) -> bool:
    if isinstance(value, dict):
        return bool(_kinds(value["@type"]) & allowed)
    if isinstance(value, bool):
        return "Boolean" in allowed
    if isinstance(value, int | float):
        return "Number" in allowed or ("Integer" in allowed and isinstance(value, int))
    if not isinstance(value, str) or not value.strip():
        return False
    if "Language" in allowed:
        return LANGUAGE.fullmatch(value) is not None
    if "Text" in allowed:
        return True
    return any(kind in allowed and reads(value) for kind, reads in READERS.items())


def _reads(read: Any) -> Any:
    def does(value: str) -> bool:
        try:
            return bool(read(value).isoformat() == value)
        except ValueError:
            return False

    return does


def _not_json(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


READERS = {
    "URL": ADDRESS.fullmatch,
    "Date": _reads(date.fromisoformat),
    "Time": _reads(time.fromisoformat),
}
