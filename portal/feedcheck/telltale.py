"""What documents tell that they should not, and what listings lack: withheld places, unconfirmed facts, empty fields."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from portal.feedcheck.facts import POSTCODE, is_withheld
from portal.feedcheck.findings import Findings
from portal.openreferral.ids import told_id
from portal.openreferral.schemas import schema_of
from portal.openreferral.tables import OURS

ASSURED_FOR = relativedelta(months=3)
_SERVICE = schema_of("service", "full")
OPTIONAL = {
    name: about["type"] in ("array", "object")
    for name, about in _SERVICE["properties"].items()
    if name not in _SERVICE["required"]
}
"""Fields of a service that may be empty, and whether only whole documents have them."""
NOWHERE = (
    "latitude", "longitude", "addresses", "external_identifier", "external_identifier_type",
)  # fmt: skip
"""What no withheld place tells."""
NOWHERE_OURS = ("getting_there",)
NOTHING = ("name", "description", "accessibility", "alternate_name", "transportation", "url")
"""What a hidden place does not tell either."""
NOTHING_OURS = ("place_name", "neighbourhood_code", "authority_code")
"""Of an area its name and codes are told: they are what everybody may know."""


class Places:
    """Which locations are withheld anywhere, and of which anything is told anywhere: of one and the same nothing may be."""

    def __init__(self) -> None:
        self._withheld: set[str] = set()
        self._told: set[str] = set()

    def look(self, document: Any, where: str, findings: Findings) -> None:
        """Note what a document tells of withheld places in it."""
        for location in locations_in(document):
            told = location.get("id")
            one = told.lower() if isinstance(told, str) else ""
            if is_withheld(location):
                self._withheld.add(one)
                for detail in leaks_of(location):
                    findings.add(3, "withheld", where, detail, f"id {told_id(document) or '?'}")
            elif any(location.get(name) not in (None, "", []) for name in NOWHERE):
                self._told.add(one)

    def finish(self, findings: Findings) -> None:
        """Note places that are withheld in one document and told in another."""
        for one in sorted(self._withheld & self._told - {""}):
            findings.add(
                3,
                "withheld",
                "all documents",
                "a place is withheld in one document and told in another",
                f"location {one}",
            )


def leaks_of(location: Mapping[str, Any]) -> Iterator[str]:
    """What a withheld location tells that it must not."""
    own = location[OURS]
    is_hidden = own.get("privacy") == "hidden"
    for name in (*NOWHERE, *(NOTHING if is_hidden else ())):
        if location.get(name) not in (None, "", [], {}):
            yield f"{name} of a place that is withheld"
    for name in (*NOWHERE_OURS, *(NOTHING_OURS if is_hidden else ())):
        if own.get(name) not in (None, "", [], {}):
            yield f"{OURS}.{name} of a place that is withheld"
    if any(POSTCODE.search(text.upper()) for text in texts_in(location)):
        yield "a postcode in a text of a place that is withheld"


def locations_in(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every location in a document: what stands under the name "location"."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            location = one.get("location")
            if isinstance(location, dict):
                yield location
            waiting.extend(value for value in one.values() if isinstance(value, dict | list))
        elif isinstance(one, list):
            waiting.extend(value for value in one if isinstance(value, dict | list))


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value but ids."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(inner for name, inner in one.items() if name != "id" and not name.endswith("_id"))
        elif isinstance(one, list):
            waiting.extend(one)


class Listings:
    """What is counted of every listing."""

    def __init__(self, today: date) -> None:
        self._oldest = today - ASSURED_FOR
        self._empty: Counter[str] = Counter()
        self._count = self._whole = 0

    def look(self, document: Mapping[str, Any], where: str, findings: Findings) -> None:
        """Count a listing."""
        self._count += 1
        is_whole = any(isinstance(value, list) for value in document.values())
        self._whole += is_whole
        self._empty.update(
            name
            for name, is_nested in OPTIONAL.items()
            if (is_whole or not is_nested) and document.get(name) in (None, "", [], {})
        )
        told = document.get("assured_date")
        try:
            assured = date.fromisoformat(told[:10]) if isinstance(told, str) else None
        except ValueError:
            assured = None
        if assured is None or assured < self._oldest:
            detail = "never, as far as it says" if assured is None else "longer ago"
            findings.add(
                3, "unassured", where, detail, f"id {told_id(document) or '?'}" + (f": {told}" if told else "")
            )

    def finish(self, findings: Findings) -> None:
        """Put down the figures."""
        findings.figures["services"] = self._count
        findings.figures["empty_fields"] = {
            name: {"empty": number, "of": self._whole if OPTIONAL[name] else self._count}
            for name, number in self._empty.most_common()
        }
