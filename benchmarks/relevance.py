"""How good the first results are: what people type, over the demo's services, beside plain full text in the same run.

    PYTHONPATH=. .venv/bin/python benchmarks/relevance.py [--data DIR | --queries FILE] [--near "LE2 0QB"] [--postgresql] [--show]

Without `--data` our own queries are asked (`portal/directory/data/queries.jsonl`), with it the development queries of the
reference data in that folder. A service that is labelled with one of a query's needs gains 2, with one that is fine lower down
1; the ideal is the best that the area of `--near` can give. Printed by slice, language and role: nDCG at 5 and hit at 3 over
queries with needs, of us and of plain full text with stems, which is the same engine without any understanding; then how many
queries with two needs have both in the first 5, filters read from words, and the cards of urgent help: each that must show, and
none that must not.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any
from unittest.mock import patch

from flask import Flask

from benchmarks import tables
from benchmarks.databases import on_postgresql
from benchmarks.instance import with_listings
from portal.core.extensions import db
from portal.directory import finding, meanings
from portal.directory.asking import SearchRequest
from portal.directory.cli import answer_of, request_of
from portal.directory.filters import BY_NAME
from portal.directory.finding import find
from portal.directory.query_set import FILE as OURS
from portal.directory.understanding import Understanding

FIRST = 5
MOST = 2_000
MOST_APART = 0.02


@dataclass(frozen=True)
class Scored:
    """One query, what was answered, and how good that was. `plain`: nDCG of plain full text."""

    line: Mapping[str, Any]
    said: Mapping[str, Any]
    ndcg: float
    is_hit: bool
    is_among_five: bool
    has_both: bool
    plain: float
    plain_hit: bool


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="folder of the reference data")
    asked.add_argument(
        "--queries", type=Path, default=OURS, help="a file of queries, such as benchmarks/queries-unseen.jsonl"
    )
    asked.add_argument("--near", default="LE2 0QB")
    asked.add_argument("--postgresql", action="store_true", help="on both engines, and how far they are apart")
    asked.add_argument("--show", action="store_true", help="say of each query how it did")
    options = asked.parse_args()
    path = options.data / "relevance" / "queries.jsonl" if options.data else options.queries
    if not path.is_file():
        print("not run: no data")
        return 2
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    print(tables.machine())
    scored, count = scored_on(with_listings(None), lines, options.near)
    results(scored, count, is_shown=options.show)
    filters(scored, is_shown=options.show)
    banners(scored)
    if not options.postgresql:
        return 0
    with on_postgresql(None) as app:
        others, _count = scored_on(app, lines, options.near)
    return 0 if agree(scored, others) else 1


def scored_on(app: Flask, lines: Sequence[Mapping[str, Any]], near: str) -> tuple[list["Scored"], int]:
    """Every query asked of an instance, and how many services are in reach there."""
    with app.app_context():
        every = find(SearchRequest(near=near, limit=MOST, language="en"), with_rows=True)
        area = [frozenset(row["needs"]) for row in rows_of(answer_of(every))]
        scored = [score(line, near, area) for line in lines]
        db.session.remove()
    return scored, len(area)


def agree(ours: Sequence["Scored"], others: Sequence["Scored"]) -> bool:
    """Print how alike the two engines are. True where that is as promised."""
    pairs_of = [(one, other) for one, other in zip(ours, others, strict=True) if one.line["needs"]]
    alike = sum(
        [row["name"] for row in rows_of(one.said)] == [row["name"] for row in rows_of(other.said)]
        for one, other in pairs_of
    )
    means = [fmean(pair[at].ndcg for pair in pairs_of) for at in (0, 1)]
    print(f"nDCG at 5: Whoosh {means[0]:.3f}, PostgreSQL {means[1]:.3f}; the same ten for {alike} of {len(pairs_of)}")
    return tables.verdict("difference of nDCG at 5", abs(means[0] - means[1]), MOST_APART)


def rows_of(said: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = said["results"]
    return rows


def answer(line: Mapping[str, Any], near: str) -> dict[str, Any]:
    """What `portal search batch` says to a query."""
    asked = {"query": line["query"], "near": near, "limit": 10, "language": line.get("lang", "")}
    return answer_of(find(request_of(asked), with_rows=True))


def score(line: Mapping[str, Any], near: str, area: Sequence[frozenset[str]]) -> Scored:
    """Ask one query, as it is and without any understanding."""
    said = answer(line, near)
    blind = patch.object(finding, "understand", lambda _words, _language: Understanding())
    with blind, patch.object(meanings, "of_search", lambda *_said: b""):
        plain = gains(line, [row["needs"] for row in rows_of(answer(line, near))])
    best = gains(line, area)
    found = gains(line, [row["needs"] for row in rows_of(said)])
    shown = [frozenset(row["needs"]) for row in rows_of(said)[:FIRST]]
    return Scored(
        line=line,
        said=said,
        ndcg=ndcg(found, best),
        is_hit=2 in found[:3],
        is_among_five=2 in found[:FIRST],
        has_both=all(any(need in one for one in shown) for need in line["needs"]),
        plain=ndcg(plain, best),
        plain_hit=2 in plain[:3],
    )


def gains(line: Mapping[str, Any], needs: Iterable[Iterable[str]]) -> list[int]:
    wanted, fine = set(line["needs"]), set(line.get("also", ()))
    return [2 if wanted & set(one) else 1 if fine & set(one) else 0 for one in needs]


def ndcg(found: Sequence[int], best: Sequence[int], at: int = FIRST) -> float:
    def total(values: Sequence[int]) -> float:
        return sum(gain / log2(rank + 2) for rank, gain in enumerate(values[:at]))

    ideal = total(sorted(best, reverse=True))
    return total(found) / ideal if ideal else 0.0


def results(every: Sequence[Scored], count: int, *, is_shown: bool) -> None:
    scored = [one for one in every if one.line["needs"] and one.line["intent"] == "find"]
    if is_shown:
        for one in sorted(scored, key=lambda one: one.ndcg):
            line = one.line
            print(
                f"{line['id']} {one.ndcg:.2f} {one.said['total']:4} {line['query']}  {line['needs']} {one.said['needs']}"
            )
    print(f"{len(scored)} queries with needs, {count} services in reach")
    rows = [row("all", scored)]
    for field in ("slice", "lang", "role"):
        values = sorted({one.line[field] for one in scored if field in one.line})
        rows += [row(f"{field} {value}", [one for one in scored if one.line.get(field) == value]) for value in values]
    tables.show(("", "queries", "nDCG at 5", "plain", "hit at 3", "plain"), rows, markdown=True)
    others = [one.is_among_five for one in scored if not str(one.line["lang"]).startswith("en")]
    print(f"in other languages than English, a hit in the first {FIRST}: {sum(others)} of {len(others)}")
    both = [one.has_both for one in scored if len(one.line["needs"]) > 1]
    print(f"both needs in the first {FIRST}: {sum(both)} of {len(both)}")
    print(f"queries that find nothing: {sum(not one.said['total'] for one in every)} of {len(every)}")
    managing = [one.said["intent"] == "manage_listing" for one in every if one.line["intent"] == "manage_listing"]
    wrongly = sum(one.said["intent"] == "manage_listing" for one in every if one.line["intent"] == "find")
    print(f"managing a listing: {sum(managing)} of {len(managing)} seen, {wrongly} others taken for it")


def row(name: str, several: Sequence[Scored]) -> list[str]:
    figures = (
        fmean(one.ndcg for one in several), fmean(one.plain for one in several),
        fmean(one.is_hit for one in several), fmean(one.plain_hit for one in several),
    )  # fmt: skip
    return [name, str(len(several)), *(f"{figure:.3f}" for figure in figures)]


def filters(scored: Sequence[Scored], *, is_shown: bool) -> None:
    right = read = wanted = 0
    for one in scored:
        ours = pairs(one.said["filters"])
        told = one.line["filters"].items()
        theirs = pairs({name: [value] if isinstance(value, str) else value for name, value in told})
        right, read, wanted = right + len(ours & theirs), read + len(ours), wanted + len(theirs)
        if is_shown and ours != theirs:
            print(
                f"{one.line['id']} filters: {sorted(ours - theirs)} too many, {sorted(theirs - ours)} missed, {one.line['query']}"
            )
    print(
        f"filters read from words: precision {right / max(read, 1):.3f}, recall {right / max(wanted, 1):.3f} of {wanted}"
    )


def pairs(said: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    return {
        (name, value.casefold())
        for name, values in said.items()
        for value in values
        if name in BY_NAME or name == "near"
    }


def banners(scored: Sequence[Scored]) -> None:
    must = [one for one in scored if one.line["banner"] == "must"]
    must_not = [one for one in scored if one.line["banner"] == "must_not"]
    shown = sum(bool(one.said["urgent"]) for one in must)
    kinds = sum(set(one.line["banner_kind"]) <= set(one.said["urgent"]) for one in must)
    first = sum(bool(one.said["urgent"]) and one.said["urgent"][0] in one.line["banner_kind"] for one in must)
    print(
        f"urgent cards: {shown} of {len(must)} that must show, {kinds} with every right kind, {first} with a right one first"
    )
    false = [one.line["query"] for one in must_not if one.said["urgent"]]
    print(f"urgent cards that must not show: {len(false)} of {len(must_not)}{': ' if false else ''}{'; '.join(false)}")
    for one in must:
        if not one.said["urgent"]:
            print(f"missed: {one.line['query']}")


if __name__ == "__main__":
    raise SystemExit(main())
