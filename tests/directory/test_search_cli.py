"""`portal search`: the keys that programs rely on, one answer a line, and the health of the index."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from portal.directory.cli import search
from portal.directory.filters import FILTERS
from portal.search import current

pytestmark = pytest.mark.usefixtures("monday")

KEYS = ("intent", "place", "urgent", "needs", "filters", "corrected", "total", "results", "facets", "took_ms")


@pytest.fixture
def run(sqlite_app: Any, make: Any, index_now: Any) -> Any:
    """A function that runs the program against a few services."""
    make.service("Tea table", place={"point": (52.6316, -1.1243)}, needs=["loneliness"], sessions=[make.session()])
    make.service("Yoga", place={"point": (52.70, -1.12)}, needs=["physical-activity"], cost=700, description="Stretch.")
    make.service("Ring round", is_online=True, needs=["befriending"], cost="donation", description="We phone you.")
    index_now()

    def invoke(*args: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(search, list(args), obj=sqlite_app, input=typed)

    return invoke


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_query_answers_with_the_promised_keys(run: Any) -> None:
    found = answer(run("query", "tea", "--near", "LE2 0QB", "--json"))
    assert set(KEYS) <= found.keys()
    assert found["total"] == 1
    (one,) = found["results"]
    assert {"id", "name", "organisation", "needs", "distance_miles"} <= one.keys()
    assert (one["name"], one["needs"], one["distance_miles"]) == ("Tea table", ["loneliness"], 0.0)
    assert found["place"]["authority"] == "Leicester"


def test_filters_distance_and_limit_narrow(run: Any) -> None:
    found = answer(
        run("query", "", "--near", "LE2 0QB", "--within", "2.5", "--filter", "cost=free", "--limit", "5", "--json")
    )
    assert [one["name"] for one in found["results"]] == ["Tea table"]
    assert found["filters"] == {"cost": ["free"]}


def test_a_query_without_json_speaks_plainly(run: Any) -> None:
    assert "1 found" in run("query", "tea").output


@pytest.mark.parametrize(
    "args", [["--filter", "cost"], ["--filter", "cost=gold"], ["--filter", "colour=red"], ["--within", "far"]]
)
def test_wrong_use_exits_2(run: Any, args: list[str]) -> None:
    assert run("query", "tea", *args).exit_code == 2


def test_an_unknown_place_is_refused(run: Any) -> None:
    result = run("query", "tea", "--near", "Zanzibar")
    assert result.exit_code == 1
    assert "Enter a full UK postcode" in result.output


def test_a_batch_answers_each_line_in_order_with_defaults(run: Any, tmp_path: Path) -> None:
    lines = [
        {"query": "yoga"},
        {"query": "", "near": "LE2 0QB", "filters": {"topic": ["befriending"]}},
        {"query": "", "filters": {"cost": ["free", "donation"]}, "limit": 1},
        {"query": "tea", "near": "LE2 0QB", "within": 1, "language": "gu-Latn"},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    result = run("batch", str(path))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [[one["name"] for one in found["results"]] for found in answers[:2]] == [["Yoga"], ["Ring round"]]
    assert (answers[2]["total"], len(answers[2]["results"])) == (2, 1)
    assert "Tea table" in [one["name"] for one in answers[3]["results"]]


def test_a_line_that_cannot_be_read_is_answered_in_its_place(run: Any) -> None:
    odd = ["nonsense", "[]", '{"query": 7}', '{"query": "x", "within": "x"}', '{"query": "x", "filters": {"a": ["b"]}}']
    typed = "\n".join([*odd, '{"query": "tea"}'])
    result = run("batch", "-", typed=typed)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one.get("line") for one in answers] == [1, 2, 3, 4, 5, None]
    assert result.exit_code == 0


def test_every_filter_can_be_asked_for_by_each_of_its_ids(run: Any) -> None:
    lines = [{"query": "", "filters": {one.name: [value]}} for one in FILTERS for value in one.ids]
    result = run("batch", "-", typed="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert not [found for found in answers if "problem" in found]


def test_a_check_says_equal_or_what_differs(run: Any) -> None:
    assert run("check").output == "Equal: 3 listings.\n"
    gone = min(current.engine().ids())
    current.engine().update([], [gone])
    result = run("check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["missing"] == [gone]
    assert run("rebuild").exit_code == 0
    assert run("check").exit_code == 0
