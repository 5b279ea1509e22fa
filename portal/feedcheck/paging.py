"""What is wrong with one page of a list: its keys, its numbers, and each of its items.

The numbers are those that the national validator looked at while it had checks of its own for pages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.feedcheck.findings import Findings, Level
from portal.feedcheck.judging import judge_of
from portal.openreferral.ids import told_id

NUMBERS = ("total_items", "total_pages", "page_number", "size")
FLAGS = ("first_page", "last_page", "empty")


@dataclass(frozen=True)
class Envelope:
    """What a page says of itself; None for what it does not say rightly."""

    total_items: int | None
    total_pages: int | None
    page_number: int | None
    size: int | None
    first_page: bool | None
    last_page: bool | None
    empty: bool | None

    @classmethod
    def of(cls, page: Mapping[str, Any]) -> "Envelope":
        """Read a page."""
        numbers = {name: one if is_whole(one := page.get(name)) else None for name in NUMBERS}
        flags = {name: one if isinstance(one := page.get(name), bool) else None for name in FLAGS}
        return cls(**numbers, **flags)


def is_whole(value: object) -> bool:
    """True for a whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def contents_of(page: Any) -> list[Any] | None:
    """The items of a page; None for what is no page."""
    found = page.get("contents") if isinstance(page, dict) else None
    return found if isinstance(found, list) else None


def judge_envelope(
    page: Mapping[str, Any],
    count: int,
    asked: int,
    findings: Findings,
    level: Level,
    where: str,
    first: Envelope | None = None,
) -> Envelope:
    """What a page says of itself, after noting what of it is wrong.

    `count`: its items. `asked`: the page that was asked for. `first`: what page 1 said, for the pages after it.
    """
    told = Envelope.of(page)

    def note(fault: str, detail: str) -> None:
        findings.add(level, fault, where, detail, f"page {asked}")

    for name in (*NUMBERS, *FLAGS):
        if getattr(told, name) is None:
            note("page_key", f"{name} is missing" if name not in page else f"{name} has the wrong type")
    if told.page_number not in (None, asked):
        note(
            "page_number",
            f"page_number is {told.page_number} on page {asked}" if asked == 1 else "page_number is another",
        )
    if told.first_page not in (None, asked == 1):
        note("first_page", f"first_page is {str(told.first_page).lower()} on page {'1' if asked == 1 else 'after 1'}")
    total = told.total_pages if first is None else first.total_pages
    if total and told.last_page not in (None, asked == total):
        note(
            "last_page",
            f"last_page is {str(told.last_page).lower()} on {'the last page' if asked == total else 'another'}",
        )
    if told.empty not in (None, count == 0):
        note(
            "empty_flag", f"empty is {str(told.empty).lower()} where there are {'no items' if count == 0 else 'items'}"
        )
    if told.size not in (None, count):
        note("size", "")
    for detail in _totals(told, count, asked, first):
        note("totals", detail)
    if first is not None and total and asked < total and first.size is not None and count != first.size:
        note("not_filled", "the page has another number of items than page 1")
    return told


def _totals(told: Envelope, count: int, asked: int, first: Envelope | None) -> Iterable[str]:
    if first is not None:
        if told.total_items is not None and told.total_items != first.total_items:
            yield "total_items changes from page to page"
        if told.total_pages is not None and told.total_pages != first.total_pages:
            yield "total_pages changes from page to page"
        return
    items, pages = told.total_items, told.total_pages
    if items is None or pages is None:
        return
    if count > items or (items and not pages):
        yield "total_items or total_pages is less than what is there"
    elif asked == 1 and count and pages != -(-items // count) and told.size == count:
        yield "total_pages is not total_items divided by the items of a page"
    elif not count and items:
        yield "the page is empty, though total_items is not 0"


def judge_items(
    kind: str, items: Iterable[Any], findings: Findings, level: Level, where: str, *, nested: bool = False
) -> int:
    """Note what is wrong with items of a list, and count them. `nested`: look, for level 3, inside what lists need not hold."""
    count = 0
    for one in items:
        count += 1
        judge_one(kind, one, findings, level, where, is_item=True, nested=nested)
    return count


def judge_one(
    kind: str, document: Any, findings: Findings, level: Level, where: str, *, is_item: bool, nested: bool = False
) -> None:
    """Note what is wrong with a document by its schema."""
    example = f"id {told_id(document) or '?'}"
    is_right = True
    for broken in judge_of(kind, "list" if is_item else "full").broken(document):
        is_right = False
        findings.add(
            level, broken.fault, where, broken.sentence, f"{example}: {broken.value}" if broken.value else example
        )
    if is_item and nested and is_right:
        for broken in judge_of(kind, "full").broken(document):
            findings.add(3, "nested", where, broken.sentence, f"{example}: {broken.value}" if broken.value else example)
