"""How long figures of a year take: 1,000,000 events over 200 neighbourhoods in 20 areas, on SQLite and on PostgreSQL.

    PYTHONPATH=. .venv/bin/python benchmarks/insight_year.py [--events 1000000] [--rounds 20] [--postgresql]

Facts are put in in bulk, as the worker would have in a year. Then it is measured how long the worker takes to add up the facts of
one more day, to make all sums anew, and to publish an area's quarter; and how long the server takes for each page, warm.
Exits with 1 where the median of a page is over 300 ms, or where the sums made anew are not those that were kept up.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from contextvars import Context
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import func, select, text

from benchmarks import postgresql, tables
from benchmarks.insight_world import with_geography
from portal.app import create_app
from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.geography.queries import sets_in_order
from portal.insight import noting, publishing, summing
from portal.insight.models import InsightDay, InsightFact
from tests.factories import Make
from tests.support.people import make_user, session_of
from tests.support.processes import KEY, SECRET

AREAS, PLACES = 20, 10
QUARTERS = tuple(Quarter(2025, number) for number in (1, 2, 3, 4))
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
MOST_MS = 300.0
TOLD = tuple(noting.DEFAULTS)
"""The columns of a fact that may be left out, in this order."""
SHARES = {
    "sent": 16, "answered": 15, "accepted": 10, "declined": 6, "visited": 8, "finished": 4, "searched": 20, "unfound": 8,
    "signposted": 8, "told": 3, "gap": 2,
}  # fmt: skip
PEOPLE = frozenset({"sent", "answered", "accepted", "declined", "visited", "finished", "gap"})
NEEDS = ("loneliness", "debt", "food", "carers", "bereavement", "benefits", "housing", "transport")
REASONS = ("no-capacity", "not-funded", "out-of-area", "not-eligible", "no-contact")
PAGES = (
    "/{quarter}", "/{quarter}/fairness", "/{quarter}/unmet", "/{quarter}/groups", "/{quarter}.json", "/{quarter}/referrals.csv",
    "/offers", "/offers?q=strength+and+balance", "/offers.csv",
)  # fmt: skip
LISTINGS = 1_600
"""Of the area whose pages are asked for."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--postgresql", action="store_true", help="PostgreSQL in place of SQLite")
    options = asked.parse_args()
    print(tables.machine())
    is_kept, rows = True, []
    with (
        tempfile.TemporaryDirectory() as folder,
        postgresql.running() if options.postgresql else nullcontext() as server,
    ):
        for kind, url in ({"PostgreSQL": server} if server else {"SQLite": None}).items():
            address = postgresql.database(url, "insight_year") if url else None
            told, is_well = measured(Path(folder) / kind, address, options.events, options.rounds)
            rows += [[kind, what, figure] for what, figure in told]
            is_kept &= is_well
    tables.show(["database", "what", "took"], rows, markdown=True)
    print(f"pages at most {MOST_MS:g} ms: {'kept' if is_kept else 'missed'}")
    return 0 if is_kept else 1


def measured(folder: Path, url: str | None, events: int, rounds: int) -> tuple[list[tuple[str, str]], bool]:
    """The figures of one database, and whether all is kept."""
    with_geography(folder)
    settings = Settings(
        instance=folder, secret_key=SECRET, data_keys=(KEY,), testing=True, log_level="error",
        database_url=url or f"sqlite:///{folder / 'portal.sqlite3'}",
    )  # fmt: skip
    app = create_app(settings)
    told = Told(folder.name)
    with app.app_context(), clock.freeze(NOW):
        db.create_all()
        made = _fill(events)
        told.append((f"{events:,} facts over {AREAS * PLACES} neighbourhoods put in", f"{made:.0f} s"))
        told.append(("all sums of the year made", _timed(summing.rebuild)))
        rows = db.session.scalar(select(func.count()).select_from(InsightDay))
        told.append(("daily sums", f"{rows:,} rows"))
        told.append((f"{LISTINGS:,} listings of one area put in", _timed(_list)))
        _one_more_day(events // 365)
        told.append((f"one more day of {events // 365:,} facts added up", _timed(_fold)))
        kept_up = _sums()
        told.append(("that quarter made anew from nothing", _timed(_quarter_anew)))
        is_same = _sums() == kept_up
        told.append(("made anew it is", "the same" if is_same else "NOT the same"))
        for one in _published():
            told.append(one)
        name, token = session_of(app, make_user("commissioner", area="area-00"))
        db.session.remove()
        is_fast = _pages(told, app, name, token, rounds)
    return told, is_same and is_fast


class Told(list[tuple[str, str]]):
    """What was measured, printed as soon as it is known: a run may be stopped."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def append(self, one: tuple[str, str]) -> None:
        print(f"{self.kind}: {one[0]}: {one[1]}", flush=True)
        super().append(one)


def _published() -> Iterator[tuple[str, str]]:
    times = []
    slugs = [one.slug for one in sets_in_order()]
    for quarter in QUARTERS:
        for slug in slugs if quarter == QUARTERS[-1] else slugs[:1]:
            began = perf_counter()
            with unit():
                cut = db.session.scalars(select(NeighbourhoodSet).where(NeighbourhoodSet.slug == slug)).one()
                publishing.publish(cut, quarter)
            times.append(perf_counter() - began)
    yield f"{len(times)} publications (an area's quarter), median", f"{statistics.median(times):.1f} s"
    yield "the slowest of them", f"{max(times):.1f} s"


def _pages(told: "Told", app: Flask, name: str, token: str, rounds: int) -> bool:
    client = app.test_client()
    client.set_cookie(name, token)
    is_fast = True
    for page in PAGES:
        address = f"/insight/area-00{page.format(quarter=QUARTERS[-1].slug)}"
        answered = Context().run(client.get, address)
        if answered.status_code != 200:
            raise SystemExit(f"{address} is answered with {answered.status_code}")
        times = []
        for _turn in range(rounds):
            began = perf_counter()
            Context().run(client.get, address)
            times.append((perf_counter() - began) * 1000)
        median = statistics.median(times)
        is_fast &= median <= MOST_MS
        told.append((f"page {address.replace('area-00', '<area>')}, median of {rounds}", f"{median:.0f} ms"))
    return is_fast


def _fill(events: int) -> float:
    began = perf_counter()
    places = []
    for number in range(AREAS):
        made = NeighbourhoodSet(slug=f"area-{number:02}", name=f"Area {number}", area="x", valid_from=date(2024, 1, 1))
        for turn in range(PLACES):
            part = NeighbourhoodPart(
                kind="msoa", code=f"T{number:04}{turn:04}", vintage=2021, valid_from=made.valid_from
            )
            made.neighbourhoods.append(Neighbourhood(slug=f"n-{number}-{turn}", name=f"Place {turn}", parts=[part]))
        db.session.add(made)
        db.session.flush()
        places += [(made.slug, one.id.hex) for one in made.neighbourhoods]
    _load(_facts(0, events, None, places))
    db.session.commit()
    return perf_counter() - began


def _list() -> None:
    make, names = Make(), ("Strength and balance", "Company on Tuesdays", "Advice about money", "Warm lunch")
    organisation = make.organisation()
    places = [make.location(neighbourhood_code=f"T{0:04}{place:04}") for place in range(PLACES)]
    for number in range(LISTINGS):
        need, name = NEEDS[number % len(NEEDS)], f"{names[number % len(names)]} {number}"
        make.service(name, organisation=organisation, needs=[need], location=places[number % PLACES])


def _one_more_day(count: int) -> None:
    places = [(one[0], one[1]) for one in db.session.execute(select(InsightFact.area, InsightFact.place).distinct())]
    day = QUARTERS[-1].after - timedelta(days=1)
    names = ("source", "fact", "day", *TOLD)
    noting.add(dict(zip(names, row[:-1], strict=True)) for row in _facts(10**8, count, day, places))
    db.session.commit()


def _facts(first: int, count: int, day: date | None, places: list[tuple[str, str]]) -> Iterator[tuple[object, ...]]:
    """Rows of facts: by `source`, `fact`, `day`, the columns of `TOLD`, and the moment. The same for the same numbers."""
    chance = np.random.default_rng(first)
    shares = np.array(list(SHARES.values())) / sum(SHARES.values())
    facts = chance.choice(list(SHARES), count, p=shares)
    where = np.minimum(np.abs(chance.normal(0, 0.45, count)) * len(places), len(places) - 1).astype(int)
    whole = chance.integers(0, 2**31, (count, 9))
    for turn in range(count):
        fact, (area, place), one = str(facts[turn]), places[where[turn]], whole[turn]
        is_person = fact in PEOPLE
        key = f"{one[0] % 160_000:032x}" if is_person else ""
        need = NEEDS[one[1] % len(NEEDS)] if fact in {"declined", "unfound", "told", "gap"} else ""
        reason = REASONS[one[2] % len(REASONS)] if fact == "declined" else ""
        yield (
            f"made:{first + turn}", fact, day or QUARTERS[0].first + timedelta(days=int(one[3] % 364)), area, place,
            f"{one[4] % 40:032x}" if is_person else "", "", need, reason, ("65-over", "26-49", "18-25")[one[5] % 3],
            ("en", "en", "en", "ur")[one[6] % 4], ("none", "getting-in", "-")[one[7] % 3], int(one[8] % 6),
            int(one[0] % 40) if fact in {"answered", "visited"} else None, key, key, 1, NOW,
        )  # fmt: skip


def _load(rows: Iterator[tuple[object, ...]]) -> None:
    """Put rows in past the models, as fast as the database takes them."""
    columns = ", ".join(("source", "fact", "day", *TOLD, "recorded_at"))
    raw: Any = db.session.connection().connection
    if db.engine.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"copy insight_fact ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        db.session.execute(text("analyze insight_fact"))
        return
    marks = ", ".join("?" * (len(TOLD) + 4))
    moment = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
    raw.executemany(
        f"insert into insight_fact ({columns}) values ({marks})",
        ((row[0], row[1], str(row[2]), *row[3:-1], moment) for row in rows),
    )


def _quarter_anew() -> None:
    with unit():
        summing.sum_up(QUARTERS[-1], QUARTERS[-1].first)


def _fold() -> None:
    with unit():
        summing.fold()


def _sums() -> list[tuple[object, ...]]:
    """How many rows and how much there is of each figure, cut and day."""
    day = InsightDay
    wanted = select(day.day, day.measure, day.by, func.count(), func.sum(day.count))
    return sorted(map(tuple, db.session.execute(wanted.group_by(day.day, day.measure, day.by))))


def _timed(what: object) -> str:
    began = perf_counter()
    what()  # type: ignore[operator]
    return f"{perf_counter() - began:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
