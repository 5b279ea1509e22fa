"""Asks a feed for everything that a filter gives, page by page, to a limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import AtAddress
from portal.feedcheck.paging import Envelope, contents_of
from portal.feedcheck.walking import PER_PAGE
from portal.openreferral.ids import told_id
from portal.openreferral.tables import OURS

MOST_PAGES = 20
"""Pages of one answer that are read; of a longer one its number of items is judged, and what was read."""


@dataclass(frozen=True)
class Given:
    """What came: items without those that are gone, ids in small letters, how many there are said to be, and if all were read."""

    items: Mapping[str, Any]
    total: int | None
    is_all: bool

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all items."""
        return frozenset(self.items)


class Asking:
    """Asks one feed."""

    def __init__(self, feed: AtAddress, findings: Findings) -> None:
        self._feed, self._findings = feed, findings

    def ask(self, path: str, query: Mapping[str, object], name: str, *, is_known: bool = True) -> Given | None:
        """Everything that comes, to a limit. None where it does not answer, which is noted unless `is_known` is false."""
        items: dict[str, Any] = {}
        seen: set[str] = set()
        total: int | None = None
        for number in range(1, MOST_PAGES + 1):
            got = self._feed.get(path, {**query, "page": number, "per_page": PER_PAGE})
            contents = contents_of(got.document) if got.problem is None else None
            if contents is None:
                if is_known:
                    self._findings.add(
                        3, "filter_fails", path, name, f"{written(query)}: {got.problem or 'no page is given'}"
                    )
                return None
            told = Envelope.of(got.document)
            total = told.total_items if total is None else total
            here = {one.lower(): item for item in contents if (one := told_id(item)) is not None}
            is_new = not set(here) <= seen
            seen |= set(here)
            items |= {one: item for one, item in here.items() if not _is_gone(item)}
            if not is_new or number >= (told.total_pages or 0):
                return Given(items, total, is_all=True)
        return Given(items, total, is_all=False)


def written(query: Mapping[str, object]) -> str:
    """A query as it is shown."""
    return " ".join(f"{name}={value}" for name, value in query.items())


def _is_gone(item: Any) -> bool:
    own = item.get(OURS) if isinstance(item, dict) else None
    return isinstance(own, dict) and "gone" in own
