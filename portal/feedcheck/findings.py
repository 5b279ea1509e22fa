"""What a check found: put together by what is wrong and where, each with how often, an example and how to mend it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Weight = Literal["error", "warning", "finding"]
Level = Literal[1, 2, 3]

MOST_KINDS = 500
"""Groups that are kept: a hostile feed may be wrong in a new way at every record."""
LONGEST = 300
LONGEST_WHERE = 120


@dataclass(frozen=True)
class Fault:
    """A kind of fault: what it is, and how to mend it."""

    what: str
    mend: str


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "unreachable": Fault("It cannot be read", "Answer with status 200 and a JSON document."),
        "not_json": Fault(
            "It is not JSON",
            "Answer with one whole JSON document in UTF-8. If it is a web page, give the check the address of the feed.",
        ),
        "version": Fault(
            "The version is not the word that the standard wants",
            'Let "version" at the base address be HSDS-UK-3.0, to the letter.',
        ),
        "type": Fault("A value has the wrong type", "Write it in the type that the schema names; leave out what has no value."),
        "required": Fault("A field is missing that the standard requires", "Give the field."),
        "format": Fault("A text has not the form that the standard requires", "Write it in that form, or leave the field out."),
        "enum": Fault("A value is none of those that the standard permits", "Use one of the values that it permits."),
        "schema": Fault("A document breaks the schema", "Write it as the schema asks."),
        "nested": Fault(
            "A part inside an item of a list breaks the schema of the whole document",
            "Write the part as at the document's own address, or leave it out of lists.",
        ),
        "empty": Fault("A list is empty", "See whether the feed should hold something here."),
        "no_ids": Fault("No document by its id could be asked for", "Give a list whose items have ids."),
        "page_key": Fault("A page lacks one of its keys, or has it in the wrong type", "Give all eight keys of a page."),
        "page_number": Fault("A page says another number than was asked for", "Give the page that is asked for, and its number."),
        "first_page": Fault('"first_page" is wrong', "Let it be true on page 1 alone."),
        "last_page": Fault('"last_page" is wrong', "Let it be true on the last page alone."),
        "empty_flag": Fault('"empty" is wrong', "Let it be true where a page has no contents, and false elsewhere."),
        "size": Fault('"size" is not the number of items on the page', "Count what is in contents."),
        "totals": Fault("The totals of pages do not fit each other", "Count total_items and total_pages from the same list."),
        "not_filled": Fault("A page before the last is not full", "Fill each page before the last alike."),
        "twice": Fault("An id stands in a list more than once", "Order lists by something that is unique, such as the id."),
        "missed": Fault(
            "Pages do not hold as many ids as they say in all", "Order lists by something that is unique, such as the id."
        ),
        "other": Fault("Another record is given than the one that was asked for", "Give the record of that id, or status 404."),
        "not_whole": Fault(
            "A document differs from what the list says of it", "Make both from the same record."
        ),
        "filter_extra": Fault("A filter gives what does not match", "Leave out what does not match."),
        "filter_missing": Fault("A filter leaves out what matches", "Give everything that matches."),
        "filter_fails": Fault("A filter that the standard names cannot be used", "Answer it."),
        "cors": Fault(
            "Other websites may not read it in a browser", "Send the header Access-Control-Allow-Origin: *."
        ),
        "etag": Fault("Nobody can ask whether anything is new", "Send an ETag, and status 304 to whoever has it."),
        "withheld": Fault(
            "Something of a withheld place is told", "Tell no address, point or postcode of a place that is withheld."
        ),
        "withheld_near": Fault(
            "A distance filter tells where a withheld place is",
            "Leave withheld places out of distance filters, or let all of one area match alike.",
        ),
        "unassured": Fault(
            "Nobody confirmed the facts within three months", "Have somebody confirm the listing, and tell assured_date."
        ),
        "dead_link": Fault("A link leads nowhere", "Correct the address, or leave it out."),
        "gone_listed": Fault("What is marked as gone still stands in the list", "Take it out of the list."),
        "gone_unmarked": Fault(
            "Something changed is told that no list holds, without a mark that it is gone",
            "Mark it as gone, with a status that says so.",
        ),
        "gone_leads": Fault("What was merged leads to nothing that is listed", "Name the id of the record that took its place."),
        "stopped": Fault("The check came to a limit, so the rest was not checked", "Limits stand in docs/feed-check.md."),
    }
)  # fmt: skip
"""Every kind of fault that can be found."""

WEIGHTS: Mapping[Level, Weight] = MappingProxyType({1: "error", 2: "warning", 3: "finding"})


@dataclass
class Group:
    """One fault in one place, however often it was found."""

    level: Level
    weight: Weight
    fault: str
    where: str
    detail: str
    example: str
    count: int = 0


@dataclass
class Findings:
    """All that was found. What is of a level above `level` was not asked for, and is not kept."""

    level: Level = 3
    groups: dict[tuple[Level, str, str, str], Group] = field(default_factory=dict)
    untold: int = 0
    figures: dict[str, object] = field(default_factory=dict)
    unjudged: list[str] = field(default_factory=list)

    def add(
        self, level: Level, fault: str, where: str, detail: str = "", example: str = "", *, weight: Weight | None = None
    ) -> None:
        """Note one fault. `where` is an endpoint, `detail` what of it, both without ids; `example` one case."""
        if level > self.level:
            return
        where, detail = shown(where, LONGEST_WHERE), shown(detail)
        key = (level, fault, where, detail)
        group = self.groups.get(key)
        if group is None:
            if len(self.groups) >= MOST_KINDS:
                self.untold += 1
                return
            group = Group(level, weight or WEIGHTS[level], fault, where, detail, shown(example))
            self.groups[key] = group
        group.count += 1

    def skip(self, sentence: str) -> None:
        """Note what was not judged, and why."""
        if sentence not in self.unjudged:
            self.unjudged.append(sentence)

    def count(self, weight: Weight) -> int:
        """How many faults of this weight there are."""
        return sum(group.count for group in self.groups.values() if group.weight == weight)

    def ordered(self) -> Iterator[Group]:
        """Groups, the gravest first."""
        rank = {"error": 0, "warning": 1, "finding": 2}
        yield from sorted(self.groups.values(), key=lambda one: (one.level, rank[one.weight], one.where, -one.count))

    @property
    def is_failed(self) -> bool:
        """True where there is an error of level 1 or a finding of level 3. Warnings fail nothing."""
        return bool(self.count("error") or self.count("finding") or self.untold)


def shown(text: str, most: int = LONGEST) -> str:
    """A text of a feed as it may be printed: on one line, without letters that move the cursor, not too long."""
    seen = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in text[: most * 2])).strip()
    return seen if len(seen) <= most else f"{seen[: most - 3]}..."
