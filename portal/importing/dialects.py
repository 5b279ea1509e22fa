"""How versions of Open Referral feeds page their services. Another is a row here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.importing.lines import FileProblem
from portal.importing.nested.older import OLDER
from portal.importing.nested.service import WRAPPER


@dataclass(frozen=True)
class Page:
    """One page of services. `is_first` is what it says of itself, if it does."""

    contents: list[Any]
    total_pages: int
    is_first: bool | None = None


@dataclass(frozen=True)
class Dialect:
    """A version: what it is called, its names of a page's parts, and the key under which its documents are kept.

    `first`: where a page says whether it is the first, since some feeds count from 0. `says_version`: the base address tells
    the version. `extras`: parameters that ask for whole services at once; `since` is the one for what changed after a moment. A
    feed that knows neither does without.
    """

    called: str
    contents: str
    pages: str
    first: str
    wrapper: str
    says_version: bool = True
    extras: Mapping[str, str] | None = None
    since: str | None = None

    def page_of(self, found: Any, number: int) -> Page:
        """The page that a document is. Raises FileProblem for one that is none of this version."""
        for other in DIALECTS.values():
            if isinstance(found, dict) and other.contents in found and self.contents not in found:
                raise FileProblem(f"The feed is of {other.called}. What can be read so is {self.called}.")
        contents = found.get(self.contents) if isinstance(found, dict) else None
        pages = found.get(self.pages) if isinstance(found, dict) else None
        if not isinstance(contents, list):
            raise FileProblem(
                f'Page {number} of the feed is no page of {self.called}: it has no list "{self.contents}".'
            )
        if not isinstance(pages, int) or isinstance(pages, bool) or pages < 0:
            raise FileProblem(f'Page {number} of the feed is no page of {self.called}: "{self.pages}" is no number.')
        is_first = found.get(self.first)
        return Page(contents, pages, is_first if isinstance(is_first, bool) else None)


DIALECTS: Mapping[str, Dialect] = {
    "3": Dialect(
        "Open Referral UK 3", "contents", "total_pages", "", WRAPPER,
        extras={"full": "true"}, since="modified_after",
    ),
    "1": Dialect("Open Referral UK 1", "content", "totalPages", "first", OLDER, says_version=False),
}  # fmt: skip
