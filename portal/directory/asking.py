"""A search as it was asked: read from an address, cleaned, and written back into one.

Every state of the results page is an address, so each link of the page is a `SearchRequest` turned into parameters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast, get_args

from flask_babel import gettext as _

from portal.core.plain import one_line
from portal.directory.filters import ALIASES, BY_NAME, FILTERS
from portal.search.port import Sort

Params = Mapping[str, str | tuple[str, ...]]
"""Parameters of an address, as `url_for` takes them."""

LONGEST_WORDS: Final = 300
LONGEST_PLACE: Final = 120
LAST_PAGE: Final = 100
MOST_REFUSED: Final = 20
"""Guesses that can be sent away. Each stands in every link of the page, so that hundreds would fill megabytes."""
PAGE_SIZE: Final = 10
SORTS: Final = get_args(Sort)
View = Literal["list", "map"]


@dataclass(frozen=True)
class SearchRequest:
    """What somebody asked for.

    `within` is miles as text, or empty for the whole area. `filters` holds what was ticked, by filter, in the table's order.
    `refused` are guesses that were sent away with "Not this": a need's id, or "filter:value". `exact`: search these words
    as they are typed. `is_sort_chosen`: the address names the order, so it is kept. `aged_out`: those that nobody has
    confirmed for a year are wanted too, and `explain`: each result says why it is here; staff alone may have either.
    `notices` say what was dropped or changed when the address was read.
    """

    words: str = ""
    near: str = ""
    within: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "best"
    is_sort_chosen: bool = False
    view: View = "list"
    page: int = 1
    refused: tuple[str, ...] = ()
    exact: bool = False
    aged_out: bool = False
    explain: bool = False
    language: str = "en"
    limit: int = PAGE_SIZE
    notices: tuple[str, ...] = ()

    @property
    def is_too_long(self) -> bool:
        """True for more words than are searched."""
        return len(self.words) > LONGEST_WORDS

    @property
    def within_miles(self) -> float | None:
        """How far, in miles; none for the whole area."""
        return float(self.within) if self.within else None

    @property
    def offset(self) -> int:
        """How many results stand on the pages before this one."""
        return (self.page - 1) * self.limit

    def chosen(self, name: str) -> tuple[str, ...]:
        """Values of a filter that are ticked."""
        if name == "within":
            return (self.within,) if self.within else ()
        return self.filters.get(name, ())

    def with_value(self, name: str, value: str) -> "SearchRequest":
        """The same with one more tick, from the first page."""
        if name == "within":
            return replace(self, within=value, page=1)
        return self.with_filter(name, (*self.chosen(name), value))

    def without_value(self, name: str, value: str) -> "SearchRequest":
        """The same with one tick less, from the first page."""
        if name == "within":
            return replace(self, within="", page=1)
        return self.with_filter(name, tuple(one for one in self.chosen(name) if one != value))

    def with_filter(self, name: str, values: Iterable[str]) -> "SearchRequest":
        """The same with exactly these ticks in one filter, from the first page."""
        filters = {**self.filters, name: tuple(dict.fromkeys(values))}
        ordered = {one.name: filters[one.name] for one in FILTERS if filters.get(one.name)}
        return replace(self, filters=ordered, page=1)

    def without_filters(self) -> "SearchRequest":
        """Words and place alone, from the first page."""
        return replace(self, filters={}, within="", page=1)

    def without_aged_out(self) -> "SearchRequest":
        """The same for the public, from the first page."""
        return replace(self, aged_out=False, page=1)

    def explaining(self, *, is_on: bool) -> "SearchRequest":
        """The same page, where each result says why it is here, or does not."""
        return replace(self, explain=is_on)

    def refusing(self, guess: str) -> "SearchRequest":
        """The same without something that was read from the words, from the first page."""
        return replace(self, refused=tuple(dict.fromkeys((*self.refused, guess))), page=1)

    def params(self, *, page: int = 1, near: str | None = None) -> Params:
        """The address of this search at a page. `near` stands in for the place as typed."""
        said: dict[str, str | tuple[str, ...]] = {
            "q": self.words,
            "near": self.near if near is None else near,
            "within": self.within,
            **self.filters,
            "not": self.refused,
            "exact": "1" if self.exact else "",
            "aged": "1" if self.aged_out else "",
            "explain": "1" if self.explain else "",
            "sort": "" if self.sort == "best" and not self.is_sort_chosen else self.sort,
            "view": "" if self.view == "list" else self.view,
            "page": str(page) if page > 1 else "",
        }
        return {name: value for name, value in said.items() if value}


def request_from(args: Mapping[str, Sequence[str]], language: str = "en", *, for_staff: bool = False) -> SearchRequest:
    """The search that an address asks for. Unknown values are dropped and pages brought into range, each with a notice.

    `for_staff`: whoever asks may see what has aged out of public results, and why each result is here.
    """
    notices: list[str] = []
    filters = _filters(args, notices)
    within = _one_of(args, "within", BY_NAME["within"].ids, notices)
    sort = _one_of(args, "sort", SORTS, notices)
    return SearchRequest(
        words=one_line(_first(args, "q")),
        near=one_line(_first(args, "near"))[:LONGEST_PLACE],
        within="" if within == "all" else within,
        filters=filters,
        sort=cast("Sort", sort or "best"),
        is_sort_chosen=bool(sort),
        view=cast("View", _one_of(args, "view", get_args(View), notices) or "list"),
        page=_page(_first(args, "page"), notices),
        refused=tuple(dict.fromkeys(filter(_is_guess, args.get("not", ()))))[:MOST_REFUSED],
        exact=_first(args, "exact") == "1",
        aged_out=for_staff and _first(args, "aged") == "1",
        explain=for_staff and _first(args, "explain") == "1",
        language=language,
        notices=tuple(notices),
    )


def _first(args: Mapping[str, Sequence[str]], name: str) -> str:
    values = args.get(name) or ("",)
    return values[0]


def _filters(args: Mapping[str, Sequence[str]], notices: list[str]) -> dict[str, tuple[str, ...]]:
    ticked: dict[str, list[str]] = {}
    has_unknown = False
    for one in FILTERS:
        if one.source == "within":
            continue
        for asked in args.get(one.name, ()):
            name, value = ALIASES.get((one.name, asked), (one.name, asked))
            if value in BY_NAME[name].ids:
                ticked.setdefault(name, []).append(value)
            elif asked:
                has_unknown = True
    if has_unknown:
        notices.append(_("We left out a filter that we do not know."))
    return {one.name: tuple(dict.fromkeys(ticked[one.name])) for one in FILTERS if one.name in ticked}


def _one_of(args: Mapping[str, Sequence[str]], name: str, allowed: Sequence[str], notices: list[str]) -> str:
    value = _first(args, name)
    if not value or value in allowed:
        return value
    notices.append(UNKNOWN[name]())
    return ""


def _page(text: str, notices: list[str]) -> int:
    if not text:
        return 1
    is_number = re.fullmatch(r"-?[0-9]{1,12}", text) is not None
    page = min(max(int(text), 1), LAST_PAGE) if is_number else 1
    if str(page) != text:
        notices.append(_("We do not have page %(asked)s. This is page %(page)s.", asked=one_line(text)[:12], page=page))
    return page


def _is_guess(value: str) -> bool:
    """Whether something can be sent away with "Not this": a need, a value of a filter, or a place."""
    name, _colon, rest = value.partition(":")
    if not rest:
        return value in BY_NAME["topic"].ids
    return (name == "near" and len(rest) <= LONGEST_PLACE) or (name in BY_NAME and rest in BY_NAME[name].ids)


UNKNOWN = {
    "within": lambda: _("We do not know that distance, so we looked in the whole area."),
    "sort": lambda: _("We do not know that order, so the best matches come first."),
    "view": lambda: _("We do not know that view, so this is the list."),
}
