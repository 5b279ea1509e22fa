"""How good the first results are: the development queries of the reference data, over the demo's services.

    PYTHONPATH=. .venv/bin/python benchmarks/relevance.py --data DIR [--near "LE2 0QB"] [--show]

`--data`: the folder of the project's reference data. A service that is labelled with one of a query's needs gains 2, with one
that is fine lower down 1. Printed are nDCG at 5 and hit at 3 over queries with needs, filters read from words, and the
cards of urgent help: each that must show, and none that must not. Without data it is not run, and exits 2.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any

from benchmarks.instance import with_listings
from portal.core.extensions import db
from portal.directory import queries
from portal.directory.cli import answer_of, request_of
from portal.directory.filters import BY_NAME
from portal.directory.finding import find

Answer = tuple[Mapping[str, Any], dict[str, Any]]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="folder of the reference data")
    asked.add_argument("--near", default="LE2 0QB")
    asked.add_argument("--show", action="store_true", help="say of each query how it did")
    options = asked.parse_args()
    path = options.data / "relevance" / "queries.jsonl" if options.data else None
    if path is None or not path.is_file():
        print("not run: no data")
        return 2
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    app = with_listings(None)
    with app.app_context():
        labelled = [frozenset(one.needs) for one in queries.in_batches(queries.public_ids())]
        answers = [(line, answer(line, options.near)) for line in lines]
        db.session.remove()
    results(answers, labelled, is_shown=options.show)
    filters(answers)
    banners(answers)
    return 0


def answer(line: Mapping[str, Any], near: str) -> dict[str, Any]:
    """What `portal search batch` says to a query."""
    asked = {"query": line["query"], "near": near, "limit": 10, "language": line.get("lang", "")}
    return answer_of(find(request_of(asked)))


def gains(line: Mapping[str, Any], needs: Sequence[Any]) -> list[int]:
    wanted, fine = set(line["needs"]), set(line.get("also", ()))
    return [2 if wanted & set(one) else 1 if fine & set(one) else 0 for one in needs]


def ndcg(found: Sequence[int], best: Sequence[int], at: int = 5) -> float:
    def total(values: Sequence[int]) -> float:
        return sum(gain / log2(rank + 2) for rank, gain in enumerate(values[:at]))

    ideal = total(sorted(best, reverse=True))
    return total(found) / ideal if ideal else 0.0


def results(answers: Sequence[Answer], labelled: Sequence[frozenset[str]], *, is_shown: bool) -> None:
    scored = []
    for line, said in answers:
        if not line["needs"]:
            continue
        found = gains(line, [one["needs"] for one in said["results"]])
        scored.append((ndcg(found, gains(line, labelled)), any(gain == 2 for gain in found[:3])))
        if is_shown:
            print(
                f"{line['id']} {scored[-1][0]:.2f} {'hit ' if scored[-1][1] else 'miss'} {said['total']:4} {line['query']}"
            )
    count = len(scored)
    print(f"{count} queries with needs over {len(labelled)} services")
    print(f"nDCG at 5: {sum(score for score, _hit in scored) / count:.3f}")
    print(f"hit at 3: {sum(hit for _score, hit in scored) / count:.3f}")
    print(f"queries that find nothing: {sum(not said['total'] for _line, said in answers)} of {len(answers)}")


def filters(answers: Sequence[Answer]) -> None:
    right = read = wanted = 0
    for line, said in answers:
        ours = pairs(said["filters"])
        theirs = pairs({name: [value] if isinstance(value, str) else value for name, value in line["filters"].items()})
        right, read, wanted = right + len(ours & theirs), read + len(ours), wanted + len(theirs)
    print(f"filters read from words: {right} of {read} right, {right} of {wanted} found")


def pairs(said: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    return {(name, value) for name, values in said.items() for value in values if name in BY_NAME or name == "near"}


def banners(answers: Sequence[Answer]) -> None:
    must = [(line, said) for line, said in answers if line["banner"] == "must"]
    must_not = [(line, said) for line, said in answers if line["banner"] == "must_not"]
    shown = sum(bool(said["urgent"]) for _line, said in must)
    kinds = sum(set(line["banner_kind"]) <= set(said["urgent"]) for line, said in must)
    false = [line["query"] for line, said in must_not if said["urgent"]]
    print(f"urgent cards: {shown} of {len(must)} that must show, {kinds} of the right kind")
    print(f"urgent cards that must not show: {len(false)} of {len(must_not)}")


if __name__ == "__main__":
    raise SystemExit(main())
