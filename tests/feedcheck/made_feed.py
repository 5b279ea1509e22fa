"""A whole feed of our own making, served on loopback, right in everything unless a test breaks it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from portal.core.destinations import Exceptions
from portal.core.fetching import Fetcher
from portal.feedcheck.checking import check_address
from portal.feedcheck.facts import DAYS
from portal.feedcheck.findings import Findings, Level
from portal.feedcheck.getting import AtAddress, Limits
from portal.feedcheck.nearness import between
from tests.support.remote import NAME, Remote, answer, remote

Document = dict[str, Any]
TODAY = date(2026, 11, 30)
POSTCODES = {"LE1 1AA": (52.635, -1.133), "LE2 2BB": (52.61, -1.12), "LE67 3CC": (52.73, -1.37)}
QUICK = Limits(seconds=60, requests=5_000, wait=1, waits=5)


def one(*parts: object) -> str:
    """The id of something by what it is called."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, parts))))


TAXONOMY = {"id": one("taxonomy"), "name": "Kinds", "description": "Kinds of services", "uri": "https://kinds.example"}
TERMS = [
    {
        "id": one("term", number),
        "name": f"Kind {number}",
        "description": f"The kind {number}",
        "taxonomy": "Kinds",
        "taxonomy_id": TAXONOMY["id"],
        "term": f"k{number}",
    }
    for number in range(3)
]
ORGANIZATIONS = [
    {"id": one("organization", number), "name": f"Trust {number}", "description": f"The trust {number}"}
    for number in range(4)
]


def location(number: int) -> Document:
    """Most are public at one of three postcodes; some of an area, and one is hidden."""
    postcode = list(POSTCODES)[number % 3]
    lat, lon = POSTCODES[postcode]
    found: Document = {"id": one("location", number), "location_type": "physical"}
    if number % 10 == 7:
        own = {"privacy": "area", "place_name": "Belgrave", "neighbourhood_code": f"N{number % 20}"}
        return found | {"hereabouts": own}
    if number == 19:
        return found | {"hereabouts": {"privacy": "hidden"}}
    address = {
        "id": one("address", number), "address_1": f"{number} High Street", "city": "Leicester",
        "state_province": "Leicestershire", "postal_code": postcode, "country": "GB", "address_type": "physical",
    }  # fmt: skip
    return found | {
        "latitude": lat + number * 0.00001, "longitude": lon, "addresses": [address], "hereabouts": {"privacy": "public"},
    }  # fmt: skip


def service(number: int) -> Document:
    """A service, whole."""
    day = DAYS[number % 7]
    schedule = {
        "id": one("schedule", number), "freq": "WEEKLY", "byday": day, "opens_at": f"{8 + number % 10:02}:00",
        "closes_at": f"{10 + number % 10:02}:00",
    }  # fmt: skip
    place = {"id": one("place", number), "location": location(number), "schedules": [schedule]}
    return {
        "id": one("service", number),
        "name": f"Quiet group {number} of the hall",
        "description": "Tea and company.",
        "status": "active",
        "url": f"https://trust{number % 4}.example/{number}",
        "minimum_age": number % 60,
        "maximum_age": 20 + number % 40,
        "assured_date": "2026-11-01",
        "last_modified": f"2026-11-{1 + number % 28:02}T09:00:00.{number:03}Z",
        "organization": ORGANIZATIONS[number % 4],
        "contacts": [{"id": one("contact", number), "name": "Welcome team"}],
        "attributes": [{"id": one("attribute", number), "link_type": "service", "taxonomy_term": TERMS[number % 3]}],
        "service_at_locations": [place],
    }


@dataclass
class MadeFeed:
    """Its services, how many stand on a page, and what a test changes: an answer before it is sent, or a filter."""

    services: list[Document] = field(default_factory=lambda: [service(number) for number in range(40)])
    gone: list[Document] = field(default_factory=list)
    most: int = 10
    headers: dict[str, str] = field(default_factory=lambda: {"Access-Control-Allow-Origin": "*"})
    has_tags: bool = True
    is_whole_in_lists: bool = True
    ignored: frozenset[str] = frozenset()
    change: Callable[[str, dict[str, str], Any], Any] = lambda _path, _query, document: document
    near: Callable[[Document, tuple[float, float], float], bool] | None = None
    near_place: Callable[[Document, tuple[float, float], float], bool] | None = None
    server: Remote | None = None

    def __call__(self, target: str) -> bytes:
        parts = urlsplit(target)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        status, document = self.answer_of(path, query)
        document = self.change(path, query, document) if status == 200 else document
        if isinstance(document, bytes):
            return answer(document, status, headers=self.headers)
        tag = f'"{one(json.dumps(document, sort_keys=True, default=str))}"'
        assert self.server is not None
        if self.has_tags and self.server.asked[-1].headers.get("if-none-match") == tag:
            return answer(b"", 304, headers=self.headers)
        return answer(document, status, headers=self.headers | ({"ETag": tag} if self.has_tags else {}))

    def answer_of(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """Status and document."""
        if path in ("", "/"):
            details = {"profile": "https://profile.example", "openapi_url": "https://feed.example/openapi.json"}
            return 200, {"version": "HSDS-UK-3.0"} | details
        _, endpoint, *rest = path.split("/")
        every = self.lists()[endpoint]
        if rest:
            if endpoint == "services" and any(rest[0] == item["id"] for item in self.gone):
                return 410, {"title": "Gone"}
            found = next((item for item in every if item["id"] == rest[0]), None)
            return (200, found) if found is not None else (404, {"title": "Not found"})
        if endpoint == "services":
            every = [item for item in every if self.matches(item, query)]
            if "modified_after" in query and "modified_after" not in self.ignored:
                every += [item for item in self.gone if item["last_modified"] >= query["modified_after"]]
        if endpoint == "service_at_locations" and "proximity" in query and "proximity" not in self.ignored:
            middle, metres = POSTCODES[query["postcode"]], float(query["proximity"])
            near = self.near_place or self.is_near
            every = [
                item
                for item in every
                if near({"id": item["service"]["id"], "service_at_locations": [item]}, middle, metres)
            ]
        return 200, self.page(every, query, is_whole=self.is_whole_in_lists and query.get("full") == "true")

    def lists(self) -> dict[str, list[Document]]:
        """Every list, its items whole."""
        places = [
            {**place, "service": {name: value for name, value in item.items() if name != "service_at_locations"}}
            for item in self.services
            for place in item["service_at_locations"]
        ]
        return {
            "services": list(self.services),
            "organizations": [dict(item) for item in ORGANIZATIONS],
            "service_at_locations": places,
            "taxonomies": [dict(TAXONOMY)],
            "taxonomy_terms": [dict(item) for item in TERMS],
        }

    def page(self, every: list[Document], query: dict[str, str], *, is_whole: bool) -> Document:
        """A page of a list."""
        size, number = min(self.most, int(query.get("per_page", self.most))), int(query.get("page", 1))
        pages = max(1, -(-len(every) // size))
        items = every[(number - 1) * size : number * size]
        if not is_whole:
            items = [{name: value for name, value in item.items() if not isinstance(value, list)} for item in items]
        return {
            "total_items": len(every),
            "total_pages": pages,
            "page_number": number,
            "size": len(items),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not items,
            "contents": items,
        }

    def matches(self, item: Document, query: dict[str, str]) -> bool:
        """Whether a service matches the filters of a query."""
        schedules = [each for place in item["service_at_locations"] for each in place["schedules"]]
        terms = [each["taxonomy_term"] for each in item.get("attributes", ())]
        told = {
            "organization_id": lambda value: item["organization"]["id"] == value,
            "taxonomy_term_id": lambda value: any(term["id"] == value for term in terms),
            "taxonomy_id": lambda value: any(term["taxonomy_id"] == value for term in terms),
            "minimum_age": lambda value: item["minimum_age"] >= int(value),
            "maximum_age": lambda value: item["maximum_age"] <= int(value),
            "modified_after": lambda value: moment(item["last_modified"]) >= moment(value),
            "day": lambda value: any(value in each["byday"] for each in schedules),
            "start_time": lambda value: any(each["opens_at"] >= value for each in schedules),
            "end_time": lambda value: any(each["closes_at"] <= value for each in schedules),
            "search": lambda value: value.lower() in item["name"].lower(),
            "proximity": lambda value: self.is_near(item, POSTCODES[query["postcode"]], float(value)),
        }
        return all(rule(query[name]) for name, rule in told.items() if name in query and name not in self.ignored)

    def is_near(self, item: Document, middle: tuple[float, float], metres: float) -> bool:
        """Whether a service has a public place as near as that."""
        if self.near is not None:
            return self.near(item, middle, metres)
        places = [each["location"] for each in item["service_at_locations"]]
        return any("latitude" in at and between((at["latitude"], at["longitude"]), middle) <= metres for at in places)

    @contextmanager
    def served(self) -> Iterator[Remote]:
        """The feed on loopback."""
        with remote(self, secure=False) as server:
            self.server = server
            yield server

    def checked(self, level: Level = 3, *, seed: int = 1, **options: Any) -> Findings:
        """What a check finds."""
        with self.served() as server, fetcher_of(server) as fetcher:
            feed = AtAddress(server.address("/"), fetcher, options.pop("limits", QUICK), sleep=lambda _seconds: None)
            return check_address(feed, level, today=TODAY, seed=seed, **options)

    def saved(self, folder: Path) -> Path:
        """The feed as saved documents."""
        for name, path in {
            "api_details": "/",
            "service_list": "/services",
            "service_full": f"/services/{self.services[0]['id']}",
            "taxonomy_term": f"/taxonomy_terms/{TERMS[0]['id']}",
        }.items():
            document = self.change(path, {}, self.answer_of(path, {})[1])
            (folder / f"{name}.json").write_text(json.dumps(document))
        return folder


def fetcher_of(server: Remote, **options: Any) -> Fetcher:
    """A fetcher to which the server is an exception, under its name."""
    allowed = Exceptions.of([f"{NAME}:{server.port}"])
    return Fetcher(allowed, resolve=lambda _host, _port: ["127.0.0.1"], **options)


def moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def told(findings: Findings) -> list[str]:
    """Groups in a few words: what is wrong, where, and how often."""
    return [f"{one.weight} {one.fault} {one.where} {one.detail} x{one.count}" for one in findings.ordered()]


def faults(findings: Findings) -> set[str]:
    """The kinds of faults that were found."""
    return {one.fault for one in findings.ordered()}
