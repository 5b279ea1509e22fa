"""Walks every page of every list, each document whole: whether each id is there once, and what each document says.

In memory stay ids and a few numbers a service, whatever the size of the feed.
"""

from collections.abc import Callable, Iterator
from typing import Any

from portal.feedcheck.endpoints import Endpoint
from portal.feedcheck.facts import Facts
from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import AtAddress, id_path
from portal.feedcheck.national import note_problem
from portal.feedcheck.paging import Envelope, contents_of, judge_envelope, judge_one
from portal.feedcheck.telltale import Listings, Places
from portal.openreferral.ids import told_id
from portal.openreferral.tables import OURS

PER_PAGE = 100
GROWTH = 5
"""Pages that may be added while a feed is read."""
MOST_PAGES = 20_000
MOST_BY_ID = 2_000
"""Documents that are asked for one by one, where lists do not give them whole."""

Step = Callable[[int, int], None]


class Walker:
    """One walk through a feed."""

    def __init__(self, feed: AtAddress, findings: Findings, facts: Facts, listings: Listings, step: Step) -> None:
        self.feed, self.findings, self.facts = feed, findings, facts
        self.places = Places()
        self.links: Callable[[Any], None] = lambda _document: None
        self._listings, self._step = listings, step
        self._gives_whole: bool | None = None
        """Whether lists give whole documents; not known before the first item with more than one-to-one fields."""

    def services(self, endpoint: Endpoint) -> None:
        """Walk all services, and remember each."""
        for one, item in self._every(endpoint):
            self._look(endpoint, one, item)

    def others(self, endpoint: Endpoint) -> None:
        """Walk another list."""
        for _one, item in self._every(endpoint):
            self._judge(endpoint, item)

    def _look(self, endpoint: Endpoint, one: str, item: dict[str, Any]) -> None:
        if self._gives_whole is None and _is_whole(item):
            document = self._whole(endpoint, one, item)
            self._gives_whole = set(document) <= set(item)
        else:
            document = item if self._gives_whole or not self.facts.is_whole else self._whole(endpoint, one, item)
        if isinstance(gone := item.get(OURS), dict) and "gone" in gone:
            self.findings.add(3, "gone_listed", endpoint.path, "", f"id {one}")
        self._judge(endpoint, document)
        self._listings.look(document, endpoint.path, self.findings)
        self.facts.add(one.lower(), document)

    def _judge(self, endpoint: Endpoint, document: Any) -> None:
        where = f"{endpoint.path} (all of them)"
        judge_one(endpoint.kind, document, self.findings, 3, where, is_item=False)
        self.places.look(document, where, self.findings)
        self.links(document)

    def _whole(self, endpoint: Endpoint, one: str, item: dict[str, Any]) -> dict[str, Any]:
        """The document at its own address; the item where it cannot be had, or where so many were asked for."""
        if len(self.facts) >= MOST_BY_ID:
            self.facts.is_whole = False
            self.findings.skip(
                f"Lists do not give whole documents, so {MOST_BY_ID:,} were asked for one by one. Of the rest only what lists"
                " tell was judged, and filters by terms, places and times were not."
            )
            return item
        got = self.feed.get(id_path(endpoint.path, one))
        if note_problem(got, self.findings, 3, endpoint.by_id, f"id {one}") or not isinstance(got.document, dict):
            return item
        return got.document

    def _every(self, endpoint: Endpoint) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every item of a list that has an id, once."""
        where, seen = endpoint.path, set[str]()
        first: Envelope | None = None
        number, pages = 1, 1
        while number <= pages:
            if number > MOST_PAGES:
                self.findings.add(3, "stopped", where, f"there are more than {MOST_PAGES:,} pages")
                return
            got = self.feed.get(where, {"page": number, "per_page": PER_PAGE, "full": "true"})
            if note_problem(got, self.findings, 3, where, f"page {number}"):
                return
            contents = contents_of(got.document)
            if contents is None:
                self.findings.add(3, "type", where, "contents is not a list", f"page {number}")
                return
            told = judge_envelope(got.document, len(contents), number, self.findings, 3, where, first)
            first = first or told
            pages = min(told.total_pages or 0, (first.total_pages or 0) + GROWTH)
            is_new = False
            for item in contents:
                if (one := told_id(item)) is None:
                    self.findings.add(3, "required", where, "an item has no id", f"page {number}")
                elif one.lower() in seen:
                    self.findings.add(3, "twice", where, "", f"id {one} on page {number}")
                else:
                    seen.add(one.lower())
                    is_new = True
                    yield one, item
            self._step(number, max(pages, number))
            if not is_new and number < pages:
                self.findings.add(3, "missed", where, "a page has nothing new, so reading stopped", f"page {number}")
                return
            number += 1
        if first is not None and first.total_items is not None and len(seen) != first.total_items:
            self.findings.add(
                3,
                "missed",
                where,
                "pages do not hold as many ids as total_items says",
                f"{len(seen):,} of {first.total_items:,}",
            )


def _is_whole(item: dict[str, Any]) -> bool:
    """Whether an item brings more than one-to-one fields."""
    return any(isinstance(value, list) for value in item.values())
