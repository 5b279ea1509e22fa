"""How well incoming records are matched with what is held from other sources, and how fast.

    PYTHONPATH=. .venv/bin/python benchmarks/matching.py --data DIR [--rows 100000]

Takes the judged pairs of `duplicates_judged.csv` whose listings are of two sources (`benchmarks/duplicates.py` tells how they
were drawn): one of the two as a record that comes in, read from its original document without saving anything, the other as
the listing that is held. Prints for each limit what is told as one and how much of what is one is found, then what the three
answers of `portal/sources/matching.py` come to: of what is surely a copy how much is one; how much of what is one is either a
copy or asked about; and how many of all records a person is asked about.

`--rows`: made-up listings are put into an instance, as many come in from another source, every second of them one of those
that are held under another id, and the time and memory of matching are printed. Without data it is not run, and exits 2.
"""

import argparse
import csv
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import select

from benchmarks.duplicates import COUNTED, FRESH, GEOGRAPHY, JUDGED, share
from benchmarks.imports import run
from portal.app import create_app
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory.models import Source, SourceRecord
from portal.geography import current
from portal.importing.actions import Origin, import_rows
from portal.importing.drafts import draft_of, facts_of, read_facts
from portal.importing.rows import Row
from portal.moderation.duplicates import Record, likeness
from portal.moderation.duplicates_records import comparable_ids, records_of
from portal.operations import upgrading
from portal.sources.blocks import Blocks
from portal.sources.comparing import record_of
from portal.sources.matching import DOUBTFUL, SURE, Matcher, match_of, sure

LIMITS = (0.1, 0.2, 0.3, 0.5, 0.65, 0.8, 0.9, 0.95, 0.97)
PRECISION, FOUND = 0.99, 0.9
"""What is promised: of what is taken for a copy so much is one; so much of what is one is a copy or asked about."""
BATCH = 500
KINDS = ("choir", "lunch club", "walking group", "library", "advice desk", "knitting circle", "food bank", "youth club")
SYLLABLES = "lar kel fen mor tas wil dun bra hol ley ston wick by thor ash pen gar rin sel dov"


class Compared(NamedTuple):
    """One judged pair: its draw, how many pairs it stands for, whether it is one, how alike, and by what surely one."""

    draw: str
    stands_for: float
    same: bool
    score: float
    meets: bool
    how: str | None


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="a folder that holds uk_listings.jsonl.gz")
    asked.add_argument("--rows", type=int, default=0, help="made-up listings to match with as many")
    options = asked.parse_args()
    found = sorted(options.data.rglob("uk_listings.jsonl.gz")) if options.data else []
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        if found:
            kept = _judged(found[0], Path(folder))
    if options.rows:
        with tempfile.TemporaryDirectory() as folder:
            _timed(Path(folder), options.rows)
    if not found:
        print("not run: no data")
        return 2
    return 0 if kept else 1


def _judged(file: Path, instance: Path) -> bool:
    with _instance(instance):
        run(file)
        kept = select(Source.name, SourceRecord.external_id, SourceRecord.service_id, SourceRecord.document)
        ids, incoming = {}, {}
        with reading():
            for source, external, service, document in db.session.execute(kept.join(SourceRecord.source)):
                ids[source, external] = service
                incoming[service] = record_of(facts_of(document)[0], source)
        blocks = Blocks.of(comparable_ids())
        near = {service: blocks.near(record) for service, record in incoming.items()}
        held = records_of(comparable_ids())
        return _report(list(_pairs(ids, incoming, held, near)), incoming, held, near)


def _pairs(
    ids: Mapping[tuple[str, str], UUID],
    incoming: Mapping[UUID, Record],
    held: Mapping[UUID, Record],
    near: Mapping[UUID, frozenset[UUID]],
) -> Iterator[Compared]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one, other = ids.get((row["source"], row["id"])), ids.get((row["other_source"], row["other_id"]))
            if row["verdict"] == "unsure" or row["source"] == row["other_source"] or one is None or other is None:
                continue
            alike = likeness(incoming[one], held[other])
            meets = other in near[one]
            how = sure(incoming[one], held[other], alike) if meets else None
            weight = float(row["stands_for"]) * COUNTED[row["draw"]]
            yield Compared(row["draw"], weight, row["verdict"] == "same", alike.score, meets, how)


def _report(
    pairs: list[Compared],
    incoming: Mapping[UUID, Record],
    held: Mapping[UUID, Record],
    near: Mapping[UUID, frozenset[UUID]],
) -> bool:
    print(f"{len(pairs)} judged pairs of two sources, {sum(pair.same for pair in pairs)} of them one\n")
    print("| likeness from | pairs | precision | recall |\n|---|---|---|---|")
    for limit in LIMITS:
        told = np.array([pair.score >= limit and pair.meets for pair in pairs])
        print(f"| {limit} | {told.sum()} | {_both(pairs, told)} |")
    print(
        f"\n| taken for a copy: likeness from {SURE} and names that agree, or identifiers | pairs | precision | recall |"
    )
    print("|---|---|---|---|")
    kept = True
    for name, some in (
        ("draws 1 to 7", [pair for pair in pairs if pair.draw != FRESH]),
        ("draw 8", [pair for pair in pairs if pair.draw == FRESH]),
        ("all", pairs),
    ):
        surely = np.array([pair.how is not None for pair in some])
        print(f"| {name} | {surely.sum()} | {_both(some, surely)} |")
        kept = kept and _weighed(some, surely)[0][0] >= PRECISION
    asked = np.array([pair.meets and (pair.score >= DOUBTFUL or pair.how is not None) for pair in pairs])
    found = _weighed(pairs, asked)[1]
    print(f"\na copy or asked about (likeness from {DOUBTFUL}): {found[0]:.3f} ({found[1]:.3f} to {found[2]:.3f})")
    answers = Counter[str]()
    for service, record in incoming.items():
        others = {one: held[one] for one in near[service] if one != service and held[one].source != record.source}
        answers[match_of(record, others).answer] += 1
    print(f"of {len(incoming):,} records, each against all of other sources: " + ", ".join(
        f"{count:,} {answer}" for answer, count in answers.most_common()
    ))  # fmt: skip
    kept = kept and found[0] >= FOUND
    print(f"\nprecision of copies {PRECISION}, copy or asked {FOUND}: {'kept' if kept else 'BROKEN'}")
    return kept


def _weighed(pairs: list[Compared], told: np.ndarray) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    same = np.array([pair.same for pair in pairs])
    weight = np.array([pair.stands_for for pair in pairs])
    return share(weight[told], same[told]), share(weight[same], told[same])


def _both(pairs: list[Compared], told: np.ndarray) -> str:
    return " | ".join(f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in _weighed(pairs, told))


def _timed(instance: Path, rows: int) -> None:
    with _instance(instance):
        for _result in import_rows(iter(_made_up(rows)), Origin("held", "held")):
            pass
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        matcher, answers = Matcher(None, "incoming"), Counter[str]()
        worked, longest, reading_took, batch = time.process_time(), 0.0, 0.0, []
        for row in _made_up(rows, prefix="in", is_new=2):
            draft = draft_of(row, "incoming", "incoming")
            start = time.process_time()
            with reading():
                read_facts(draft)
            reading_took += time.process_time() - start
            batch.append(draft)
            if len(batch) == BATCH:
                start = time.process_time()
                answers.update(match.answer for match in matcher.match(batch).values())
                db.session.remove()
                longest, batch = max(longest, time.process_time() - start), []
        took = time.process_time() - worked - reading_took
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"\n{rows:,} records matched with {rows:,} listings in {took:.0f} s of one core without reading their facts"
            f" ({reading_took:.0f} s), {took / rows * 1e3:.2f} ms each; the first batch, with all that is held, {longest:.0f} s;"
            f" {more:.0f} MB more than importing them took: "
            + ", ".join(f"{count:,} {answer}" for answer, count in answers.most_common())
        )


def _made_up(rows: int, *, prefix: str = "held", is_new: int = 0) -> Iterator[Row]:
    """Rows with ids, each in a place of its own. Every `is_new`-th is of a name and a place that no other has."""
    for number in range(rows):
        seed = number + rows if is_new and number % is_new else number
        dice = Random(seed)
        word = "".join(dice.choices(SYLLABLES.split(), k=3)).title()
        town = "".join(dice.choices(SYLLABLES.split(), k=2)).title()
        told: dict[str, Any] = {
            "id": f"{prefix}-{number}",
            "name": f"{word} {dice.choice(KINDS)}",
            "organisation": f"{word} Trust",
            "description": f"Everybody of {town} is welcome. Come for an hour and talk with {word} friends.",
            "address": f"{dice.randrange(1, 200)} {word} Road, {town}",
            "lat": round(dice.uniform(50.5, 55.0), 5),
            "lon": round(dice.uniform(-3.5, 0.5), 5),
            "opening_text": f"{dice.choice(('Monday', 'Tuesday', 'Friday'))}: {dice.randrange(9, 18)}:00 - 20:00",
        }
        yield Row(number + 1, told)


def _instance(instance: Path) -> Any:
    """The context of a fresh application."""
    if GEOGRAPHY.is_dir():
        (instance / "geography").symlink_to(GEOGRAPHY, target_is_directory=True)
    url = f"sqlite:///{instance / 'portal.sqlite3'}"
    app = create_app(Settings(instance=instance, secret_key="a secret of the benchmarks, long enough", database_url=url,
                              testing=True, log_level="error"))  # fmt: skip
    context = app.app_context()
    context.push()
    upgrading.upgrade(lambda _sentence: None, None)
    current.atlas()
    context.pop()
    return app.app_context()


if __name__ == "__main__":
    sys.exit(main())
