"""Tries to work out a hidden figure from what is published, over a made-up year: over 10,000 combinations, and none may succeed.

    PYTHONPATH=. .venv/bin/python benchmarks/insight_attack.py [--seeds 3]

It reads what a commissioner of every area can get: each page, its files for spreadsheets, its JSON and the page as printed; the
home of each group and the page of each coordinator; and beside them every published cell, as somebody would who had all pages
there will ever be. It knows the program and its rules. It puts figures together: totals of one table against another,
differences, two tables in turn and three at once, percentages with their bases, medians, steps one after the other over the
quarters, reasons with needs, searches with what they found, groups with days, answers about a listing with one another and with
the other pages that tell of them, two readings before and after a late event and a redrawn boundary, the order of rows, the
length of bars, and what linear programming gives of all of it. Then it does the same with the cells that are published where the
auditor is switched off, and must find something there. Exits with 1 if it does not, or if it finds something else.
"""

import argparse
import itertools
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import insight_pages, insight_world, tables
from benchmarks.insight_bounds import Bounds
from benchmarks.insight_listings import listings_elsewhere, look_at_listings, other_pages, signed_in
from benchmarks.insight_tried import ENDLESS, Attack, Cells, Key, range_of
from portal.accounts.models import Membership, User
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.insight import figures
from portal.insight.models import InsightCell, InsightPublication
from tests.support.people import make_user

LEAST_TRIED = 10_000
PARTS = ("neighbourhood", "age", "language", "access", "fifth")
STEPS = ("sent", "accepted", "visited", "finished")
UNMET = ("no-capacity", "not-funded", "out-of-area")


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
            print(
                f"year {seed + 1}: {hidden[0]:,} of {hidden[1]:,} figures are not shown for another's sake", flush=True
            )
    rows = []
    for kind in sorted(guarded.tried):
        without = str(open_to.found[kind]) if open_to.tried[kind] else ""
        rows.append([kind, f"{guarded.tried[kind]:,}", str(guarded.found[kind]), without])
    total, found = guarded.tried.total(), guarded.found.total()
    rows.append(["all", f"{total:,}", str(found), str(open_to.found.total())])
    tables.show(["combinations", "tried", "found", "found without the auditor"], rows, markdown=True)
    for kind, what in guarded.first.items():
        print(f"FOUND by {kind}: {what}")
    print(f"{perf_counter() - began:.0f} s")
    return 0 if total >= LEAST_TRIED and not found and open_to.found.total() else 1


def attack(folder: Path, seed: int, tried: Attack, *, is_audited: bool) -> tuple[int, int]:
    """A year of one seed: made, published, read, attacked. Gives how many figures are not shown, and how many there are."""
    with insight_world.world(folder) as app:
        sets = insight_world.fill(seed)
        hidden = insight_world.publish_all(sets, is_audited=is_audited)
        cells = read_cells()
        for area, quarters in cells.items():
            for number, quarter in enumerate(sorted(quarters)):
                past = [quarters[one] for one in sorted(quarters)[:number]]
                look_at(tried, f"{area} {quarter}", quarters[quarter], past)
                listings_elsewhere(tried, area, date.fromisoformat(quarter), quarters[quarter])
        if is_audited:
            read_everything(tried, app, cells)
    return hidden, sum(len(one) for quarters in cells.values() for one in quarters.values())


def read_everything(tried: Attack, app: Flask, cells: Mapping[str, Mapping[str, Cells]]) -> None:
    """Every page in every form, beside the cells and beside other pages; then their files and JSON again after what came late."""
    client, reader = _reader(app)
    for area, quarter, form in _forms():
        edition = figures.edition(reader, area, quarter)
        assert edition is not None
        for table in insight_pages.read_all(client, form, tried.same).values():
            for key, cell in insight_pages.cells_behind(edition, table):
                told = insight_pages.words_of(key, cells[area][quarter.first.isoformat()][key])
                is_same = told == str(cell["shown"] if cell["value"] is None else cell["value"])
                tried.same("file and JSON with the published cells", (form.page, key), is_same=is_same)
    for area in insight_world.SIZES:
        insight_pages.read_offers(client, area, tried.same)
        other_pages(tried, app, area, cells[area][insight_world.QUARTERS[-1].first.isoformat()])
    before = _files(client)
    insight_world.come_late()
    compare(tried, "before and after a late event", before, _files(client), cells, read_cells())
    insight_world.redraw()
    compare(tried, "before and after a redraw", before, _files(client), cells, read_cells())


def _forms() -> Iterator[tuple[str, Quarter, insight_pages.Form]]:
    for area in insight_world.SIZES:
        for quarter in insight_world.QUARTERS:
            for form in insight_pages.forms_of(area, quarter.slug):
                yield area, quarter, form


def _files(client: FlaskClient) -> dict[str, str]:
    found: dict[str, str] = {}
    for _area, _quarter, form in _forms():
        found.update(insight_pages.read_files(client, form))
    return found


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
    _groups(tried, where, cells)
    look_at_listings(tried, where, cells)
    _shares(tried, where, cells)
    _medians(tried, where, cells)
    _all_at_once(tried, where, cells, past)


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


def _groups(tried: Attack, where: str, cells: Cells) -> None:
    """Everybody who was answered was answered by a group, and days tell of how many people they are."""
    groups = [key for key in cells if key[:2] == ("answered", "group")]
    days = [cells[key][0] for key in cells if key[:2] == ("answer-days", "neighbourhood")]
    least = sum(8 for state in days if state == "told")
    most = ENDLESS if any(state != "small" for state in days) else 7 * len(days)
    highs = sum(range_of(cells[key])[1] for key in groups)
    for key in groups:
        known = cells["answer-days", *key[1:]][0]
        low, high = (8, ENDLESS) if known == "told" else (0, 7) if known == "small" else (0, ENDLESS)
        low = max(low, least - (highs - range_of(cells[key])[1]))
        tried.bound("groups with days", (where, key), cells[key], low, min(high, most))


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


def _reader(app: Flask) -> tuple[FlaskClient, User]:
    reader = make_user("commissioner", area=next(iter(insight_world.SIZES)), email="reader@planning.example.org")
    for slug in list(insight_world.SIZES)[1:]:
        db.session.add(Membership(user_id=reader.id, role="commissioner", area=slug))
    db.session.commit()
    return signed_in(app, reader), reader


if __name__ == "__main__":
    sys.exit(main())
