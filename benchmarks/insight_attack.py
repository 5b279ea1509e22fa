"""Tries to work out a hidden figure from what is published, over a made-up year: over 10,000 combinations, and none may succeed.

    PYTHONPATH=. .venv/bin/python benchmarks/insight_attack.py [--seeds 3]

It reads what a commissioner of every area can get: pages, files for spreadsheets, JSON and the page as printed; and beside them
every published cell, as somebody would who had all pages there will ever be. It knows the program and its rules. It puts figures
together: totals of one table against another, differences, two tables in turn and three at once, percentages with their bases,
medians, steps one after the other over the quarters, reasons with needs, searches with what they found, two readings before and
after a late event and a redrawn boundary, the order of rows, the length of bars, and what linear programming gives of all of it.
Then it does the same where the auditor is switched off, and must find something there. Exits with 1 if it does not, or if it
finds something else.
"""

import argparse
import csv
import io
import itertools
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import insight_world, tables
from benchmarks.insight_bounds import Bounds
from portal.accounts.models import Membership
from portal.core.extensions import db
from portal.insight.models import InsightCell, InsightPublication
from tests.support.people import make_user, session_of

LEAST_TRIED = 10_000
PARTS = ("neighbourhood", "age", "language", "access", "fifth")
STEPS = ("sent", "accepted", "visited", "finished")
UNMET = ("no-capacity", "not-funded", "out-of-area")
ENDLESS = 10**6
Key = tuple[str, str, str, str]
Cells = dict[Key, tuple[str, int | None]]


@dataclass
class Attack:
    """What was tried, by kind, and what was found."""

    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def bound(self, kind: str, what: object, cell: tuple[str, int | None], low: float, high: float) -> None:
        """A range that one combination gives of a figure. Of a hidden one anything better than 1 to 7 is a leak."""
        self.tried[kind] += 1
        state, _value = cell
        low, high = max(low, 1 if state == "small" else 0), min(high, 7 if state == "small" else ENDLESS)
        if state != "told" and 0 < high < 8 and low <= high and (low > 1 or high < 7):
            self.note(kind, f"{what}: {low:g} to {high:g}")

    def same(self, kind: str, what: object, *, is_same: bool) -> None:
        """Two readings that must not differ."""
        self.tried[kind] += 1
        if not is_same:
            self.note(kind, str(what))

    def note(self, kind: str, what: str) -> None:
        self.found[kind] += 1
        self.first.setdefault(kind, what)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=3)
    seeds = asked.parse_args().seeds
    print(tables.machine())
    guarded, open_to = Attack(), Attack()
    began = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(seeds):
            hidden = attack(Path(folder) / f"guarded-{seed}", seed, guarded, is_audited=True)
            attack(Path(folder) / f"open-{seed}", seed, open_to, is_audited=False)
            print(f"year {seed + 1}: {hidden} figures not shown for another's sake", flush=True)
    rows = [
        [kind, f"{guarded.tried[kind]:,}", str(guarded.found[kind]), str(open_to.found[kind])]
        for kind in sorted(guarded.tried)
    ]
    total, found = guarded.tried.total(), guarded.found.total()
    rows.append(["all", f"{total:,}", str(found), str(open_to.found.total())])
    tables.show(["combinations", "tried", "found", "found without the auditor"], rows, markdown=True)
    for kind, what in guarded.first.items():
        print(f"FOUND by {kind}: {what}")
    print(f"{perf_counter() - began:.0f} s")
    return 0 if total >= LEAST_TRIED and not found and open_to.found.total() else 1


def attack(folder: Path, seed: int, tried: Attack, *, is_audited: bool) -> int:
    """A year of one seed: made, published, read, attacked. Gives how many figures are not shown."""
    with insight_world.world(folder) as app:
        sets = insight_world.fill(seed)
        hidden = insight_world.publish_all(sets, is_audited=is_audited)
        client = _reader(app)
        before, cells = read_outputs(client, tried), read_cells()
        for area, quarters in cells.items():
            for number, quarter in enumerate(sorted(quarters)):
                past = [quarters[one] for one in sorted(quarters)[:number]]
                look_at(tried, f"{area} {quarter}", quarters[quarter], past)
        insight_world.come_late()
        compare(tried, "before and after a late event", before, read_outputs(client, Attack()), cells, read_cells())
        insight_world.redraw()
        compare(tried, "before and after a redraw", before, read_outputs(client, Attack()), cells, read_cells())
    return hidden


def look_at(tried: Attack, where: str, cells: Cells, past: list[Cells]) -> None:
    """Everything that one quarter's figures give, with those of the quarters before."""
    parts = _tables(cells)
    for measure in STEPS:
        of_measure = {by: parts[measure, by] for by in PARTS if (measure, by) in parts}
        for size in range(2, len(of_measure) + 1):
            kind = {2: "one table less another", 3: "three tables"}.get(size, "four tables and more")
            for chosen in itertools.combinations(of_measure, size):
                _totals(tried, kind, where, {by: of_measure[by] for by in chosen}, cells)
    _steps(tried, where, cells, past)
    _declines(tried, where, cells, past)
    _searches(tried, where, cells)
    _shares(tried, where, cells)
    _medians(tried, where, cells)
    _all_at_once(tried, where, cells, past)


def range_of(cell: tuple[str, int | None]) -> tuple[int, int]:
    """What a reader knows of one figure alone."""
    state, value = cell
    if state == "hidden":
        return 0, ENDLESS
    if state == "small" or value is None:
        return 1, 7
    return (0, 0) if value == 0 else (max(8, value - 2), value + 2)


def _totals(tried: Attack, kind: str, where: str, chosen: Mapping[str, list[Key]], cells: Cells) -> None:
    """The tables add up to the same: what is left for each hidden figure."""
    sums = {
        by: tuple(map(sum, zip(*(range_of(cells[key]) for key in keys), strict=True))) for by, keys in chosen.items()
    }
    least, most = max(low for low, _high in sums.values()), min(high for _low, high in sums.values())
    for by, keys in chosen.items():
        for key in keys:
            if cells[key][0] != "told":
                low, high = range_of(cells[key])
                tried.bound(kind, (where, key), cells[key], least - (sums[by][1] - high), most - (sums[by][0] - low))


def _steps(tried: Attack, where: str, cells: Cells, past: list[Cells]) -> None:
    """Whoever is in a later step was in each before it, in this quarter or an earlier one: cell by cell and over all of them."""
    parts = _tables(cells)
    for first, then in itertools.combinations(STEPS, 2):
        for by, other in itertools.product(PARTS, PARTS):
            lower = [range_of(cells[key]) for key in parts[then, other]]
            upper = [(key, range_of(one[key])) for one in (cells, *past) for key in parts[first, by] if key in one]
            least, most = sum(low for low, _high in lower), sum(high for _key, (_low, high) in upper)
            for key in parts[first, by]:
                tried.bound(
                    "steps over quarters", (where, key), cells[key], least - (most - range_of(cells[key])[1]), ENDLESS
                )
            for key in parts[then, other]:
                own = range_of(cells[key])[0]
                tried.bound("steps over quarters", (where, key), cells[key], 0, most - (least - own))
        for by in PARTS:
            for key in parts[first, by]:
                after = (then, *key[1:])
                most = sum(range_of(one[key])[1] for one in (cells, *past) if key in one)
                tried.bound("steps of one row", (where, after), cells[after], 0, most)
                least = range_of(cells[after])[0] - (most - range_of(cells[key])[1])
                tried.bound("steps of one row", (where, key), cells[key], least, ENDLESS)


def _declines(tried: Attack, where: str, cells: Cells, past: list[Cells]) -> None:
    """Reasons and needs are of the same people."""
    for place in {key[2] for key in cells if key[0] == "unmet-declined"}:
        reasons = [("declined", "reason", place, reason) for reason in UNMET]
        needs = [key for key in cells if key[0] == "unmet-declined" and key[2] == place]
        sent = [one["sent", "neighbourhood", place, ""] for one in (cells, *past)]
        known = {key: range_of(cells[key]) for key in (*reasons, *needs)}
        least = max(low for low, _high in known.values())
        most = min(
            sum(known[key][1] for key in reasons),
            sum(known[key][1] for key in needs),
            sum(range_of(one)[1] for one in sent),
        )
        for table in (reasons, needs):
            total = sum(known[key][1] for key in table)
            for key in table:
                tried.bound("reasons with needs", (where, key), cells[key], least - (total - known[key][1]), most)


def _searches(tried: Attack, where: str, cells: Cells) -> None:
    """A search that found nothing is one of all searches."""
    by_place: dict[str, list[Key]] = defaultdict(list)
    for key in cells:
        if key[0] == "unmet-searches":
            by_place[key[2]].append(key)
    for place, keys in by_place.items():
        every: Key = ("searches", "neighbourhood", place, "")
        least, most = sum(range_of(cells[key])[0] for key in keys), range_of(cells[every])[1]
        tried.bound("searches with what they found", (where, every), cells[every], least, ENDLESS)
        for key in keys:
            low = range_of(cells[key])[0]
            tried.bound("searches with what they found", (where, key), cells[key], 0, most - (least - low))


def _shares(tried: Attack, where: str, cells: Cells) -> None:
    """A percentage that a page gives or could give is of two shown figures: were it of a hidden one, it would tell it."""
    for key, cell in cells.items():
        if key[0] in STEPS[1:] and key[1] in PARTS:
            base = cells["sent", *key[1:]]
            if cell[1] is not None and base[1]:
                share = round(100 * cell[1] / base[1])
                counts = [count for count in range(base[1] + 3) if round(100 * count / base[1]) == share]
                tried.bound(
                    "percentages with their bases", (where, key), cell, min(counts, default=0), max(counts, default=0)
                )
            else:
                tried.bound("percentages with their bases", (where, key), cell, 0, ENDLESS)


def _medians(tried: Attack, where: str, cells: Cells) -> None:
    """Days that are shown are of eight people at least, and those that are not of fewer."""
    for key, cell in cells.items():
        if key[0] == "visit-days":
            people: Key = ("visited", *key[1:])
            low, high = (8, ENDLESS) if cell[0] == "told" else (0, 7) if cell[0] == "small" else (0, ENDLESS)
            tried.bound("medians", (where, people), cells[people], low, high)
        if key[0] == "answer-days" and key[1] == "neighbourhood" and cell[0] == "small":
            for reason in UNMET:
                declined: Key = ("declined", "reason", key[2], reason)
                tried.bound("medians", (where, declined), cells[declined], 0, 7)


def _all_at_once(tried: Attack, where: str, cells: Cells, past: list[Cells]) -> None:
    """All tables of the steps together, as linear programming bounds each hidden figure. Of areas that are small enough."""
    parts = _tables(cells)
    if len(parts["sent", "neighbourhood"]) > 4:
        return
    bounds = Bounds()
    for number, one in enumerate((cells, *past)):
        for key in one:
            if key[0] in STEPS and (number == 0 or key[1] == "neighbourhood"):
                bounds.put((number, key), *range_of(one[key]))
    for measure in STEPS:
        tables_of = [[(0, key) for key in parts[measure, by]] for by in PARTS]
        for one in tables_of[1:]:
            bounds.equal(tables_of[0], one)
    for first, then in itertools.pairwise(STEPS):
        for by in PARTS:
            for key in parts[first, by]:
                earlier = [(number + 1, key) for number in range(len(past)) if by == "neighbourhood"]
                if by == "neighbourhood" or not past:
                    bounds.at_most([(0, (then, *key[1:]))], [(0, key), *earlier])
    for key in (key for key in cells if key[0] in STEPS and cells[key][0] == "small"):
        low, high = bounds.of((0, key))
        tried.bound("linear programming", (where, key), cells[key], low, high)


def compare(
    tried: Attack, kind: str, before: Mapping[str, str], after: Mapping[str, str], cells: Mapping[str, Mapping[str, Cells]],
    again: Mapping[str, Mapping[str, Cells]],
) -> None:  # fmt: skip
    """Two readings: what differs tells what happened between them."""
    for address, text in before.items():
        tried.same(kind, address, is_same=after.get(address) == text)
    for area, quarters in cells.items():
        for quarter, held in quarters.items():
            for key, cell in held.items():
                tried.same(kind, (area, quarter, key), is_same=again[area][quarter].get(key) == cell)


def read_outputs(client: FlaskClient, tried: Attack) -> dict[str, str]:
    """Pages, files and JSON of every area and quarter: the tables alone, by address. They must all tell the same."""
    found: dict[str, str] = {}
    for slug in insight_world.SIZES:
        for quarter in insight_world.QUARTERS:
            address = f"/insight/{slug}/{quarter.slug}"
            page = BeautifulSoup(_get(client, address), "html.parser")
            document = json.loads(_get(client, f"{address}.json"))
            printed = BeautifulSoup(_get(client, address, {"Sec-Fetch-Dest": "document"}), "html.parser")
            for table in document["tables"]:
                name = table["id"]
                lines = list(csv.reader(io.StringIO(_get(client, f"{address}/{name}.csv").lstrip("\ufeff"))))[1:]
                told = [[_bare(cell) for cell in row["cells"]] for row in table["rows"]]
                shown, on_paper = _rows(page, name), _rows(printed, name)
                tried.same("page, file, JSON and paper", (address, name), is_same=shown == on_paper or not shown)
                for at, line in enumerate(lines):
                    for column, cell in enumerate(line[3:]):
                        is_same = cell == told[at][column] and (
                            not shown or _plain(shown[at][column + 1]) == _plain(cell)
                        )
                        tried.same("page, file, JSON and paper", (address, name, at, column), is_same=is_same)
                names = [line[2] for line in lines]
                tried.same("order of rows", (address, name), is_same=names == sorted(names))
                found[f"{address} {name}"] = json.dumps(table["rows"])
            for chart in page.select(".chart"):
                widths = {str(bar["width"]) for bar in chart.select(".chart__small")}
                tried.same("length of bars", (address, chart["id"]), is_same=len(widths) < 2)
    return found


def read_cells() -> dict[str, dict[str, Cells]]:
    """Every published cell, by area and quarter."""
    found: dict[str, dict[str, Cells]] = defaultdict(lambda: defaultdict(dict))
    db.session.expire_all()
    wanted = select(InsightCell, InsightPublication.area, InsightPublication.quarter).join(
        InsightPublication, InsightPublication.id == InsightCell.publication_id
    )
    for cell, area, quarter in db.session.execute(wanted):
        key = (cell.measure, cell.by, cell.place, cell.category)
        found[area][quarter.isoformat()][key] = (cell.state, cell.value)
    return found


def _tables(cells: Iterable[Key]) -> dict[tuple[str, str], list[Key]]:
    found: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in cells:
        found[key[0], key[1]].append(key)
    return found


def _rows(page: BeautifulSoup, name: str) -> list[list[str]]:
    rows = page.select(f"section[aria-labelledby=t-{name}] tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in rows]


def _bare(cell: Mapping[str, object]) -> str:
    return str(cell["shown"]) if cell["value"] is None else str(cell["value"])


def _plain(words: str) -> str:
    return words.removesuffix(" days").removesuffix(" day").removesuffix("%").replace(",", "")


def _get(client: FlaskClient, address: str, headers: Mapping[str, str] | None = None) -> str:
    db.session.commit()
    answer = Context().run(client.get, address, headers=headers)  # knows nothing of the context here, as in life
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def _reader(app: Flask) -> FlaskClient:
    reader = make_user("commissioner", area=next(iter(insight_world.SIZES)), email="reader@planning.example.org")
    for slug in list(insight_world.SIZES)[1:]:
        db.session.add(Membership(user_id=reader.id, role="commissioner", area=slug))
    db.session.commit()
    name, token = session_of(app, reader)
    client = app.test_client()
    client.set_cookie(name, token)
    return client


if __name__ == "__main__":
    sys.exit(main())
