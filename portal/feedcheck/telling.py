"""A report of what was found: for people in words, for machines as one value."""

from collections.abc import Iterator
from typing import Any

from portal.feedcheck.findings import FAULTS, Findings, Group

TITLES = {
    1: "Level 1: what every feed must have",
    2: "Level 2: what a feed may have, and should have right",
    3: "Level 3: what makes a feed of use",
}
WORDS = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "finding": ("finding", "findings")}
MOST_FIELDS = 12


def as_value(findings: Findings, source: str, seed: int | None) -> dict[str, Any]:
    """The report as one JSON value."""
    return {
        "feed": source,
        "level": findings.level,
        "seed": seed,
        "passes": not findings.is_failed,
        "errors": findings.count("error"),
        "warnings": findings.count("warning"),
        "findings": findings.count("finding"),
        "faults": [
            {
                "level": one.level,
                "weight": one.weight,
                "fault": one.fault,
                "what": FAULTS[one.fault].what,
                "where": one.where,
                "detail": one.detail,
                "count": one.count,
                "example": one.example,
                "mend": FAULTS[one.fault].mend,
            }
            for one in findings.ordered()
        ],
        "kinds_not_told": findings.untold,
        "figures": findings.figures,
        "not_judged": findings.unjudged,
    }


def lines_of(findings: Findings, source: str) -> Iterator[str]:
    """The report in words."""
    yield f"{source}"
    groups = list(findings.ordered())
    for level in range(1, findings.level + 1):
        here = [one for one in groups if one.level == level]
        yield ""
        yield TITLES[level]
        if not here:
            yield "  Nothing was found."
        for one in here:
            yield from _lines_of(one)
    if findings.untold:
        yield ""
        yield f"{findings.untold:,} more faults were of other kinds than fit here."
    yield from _figures(findings)
    if findings.unjudged:
        yield ""
        yield "Not judged"
        yield from (f"  {sentence}" for sentence in findings.unjudged)
    yield ""
    counts = ", ".join(_counted(findings.count(weight), *WORDS[weight]) for weight in ("error", "warning", "finding"))
    yield f"{counts}. {'It does not pass.' if findings.is_failed else 'It passes.'}"


def _lines_of(one: Group) -> Iterator[str]:
    detail = f": {one.detail.removesuffix('.')}" if one.detail else ""
    yield f"  {_counted(one.count, *WORDS[one.weight])} at {one.where}: {FAULTS[one.fault].what}{detail}."
    if one.example:
        yield f"    For one: {one.example}"
    yield f"    To mend it: {FAULTS[one.fault].mend}"


def _figures(findings: Findings) -> Iterator[str]:
    figures = findings.figures
    if not figures:
        return
    yield ""
    yield "Figures"
    for name in ("services", "gone", "requests"):
        if name in figures:
            yield f"  {name}: {figures[name]:,}"
    empty = figures.get("empty_fields")
    if isinstance(empty, dict) and empty:
        shown = [f"{name} {100 * one['empty'] // one['of']}%" for name, one in list(empty.items())[:MOST_FIELDS]]
        yield f"  services without: {', '.join(shown)}"
    links = figures.get("links")
    if isinstance(links, dict):
        yield f"  addresses: {links['alive']:,} alive, {links['dead']:,} dead, {links['not_known']:,} not known"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
