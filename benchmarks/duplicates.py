"""How well duplicates are found: precision and recall on pairs of real listings that were judged by hand.

    PYTHONPATH=. .venv/bin/python benchmarks/duplicates.py --data DIR [--fit]

Reads `uk_listings.jsonl.gz` from the folder (or one below it) as `portal import` does, into a scratch instance, and finds
its duplicates as the worker does at night. `duplicates_judged.csv` holds the judged pairs: keys of rows and a verdict, no
names. They were drawn at random, within layers, from all pairs that share a key (`duplicates_blocks.py`), and read without
the score in sight; `stands_for` tells how many pairs of its layer each stands for. So recall is of the duplicates among
pairs that share any key; a duplicate that shares neither number, postcode, web address nor a word of its name within a
kilometre is not counted. Each of the two draws estimates the whole, so both together are weighed as one.

The weights were learnt from these pairs. Figures "unseen" are therefore those of ten-fold cross-validation: each pair is
scored with weights learnt without it. `--fit` prints weights learnt anew. Without data it is not run, and exits 2.
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import select

from benchmarks.imports import run
from portal.app import create_app
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory.models import Source, SourceRecord
from portal.geography import current
from portal.moderation import duplicates_records
from portal.moderation.duplicates import Record, likeness, signs_of
from portal.moderation.duplicates_blocks import pairs_of
from portal.moderation.duplicates_weights import BY_HAND, LEARNT, LIKELY
from portal.operations import upgrading

HERE = Path(__file__).parent
JUDGED = HERE / "duplicates_judged.csv"
GEOGRAPHY = HERE.parent / ".pytest_cache" / "geography"
FOLDS, SHUFFLES, RIDGE = 10, 5, 0.6
PRECISION, RECALL = 0.95, 0.8


class Judged(NamedTuple):
    """One pair: its records, how many pairs it stands for, and whether the two are one."""

    one: Record
    other: Record
    stands_for: float
    same: bool


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="a folder that holds uk_listings.jsonl.gz")
    asked.add_argument("--fit", action="store_true", help="print weights learnt from all judged pairs")
    options = asked.parse_args()
    found = sorted(options.data.rglob("uk_listings.jsonl.gz")) if options.data else []
    if not found:
        print("not run: no data")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        pairs = judged_pairs(found[0], Path(folder))
    return report(pairs, fit=options.fit)


def judged_pairs(file: Path, instance: Path) -> list[Judged]:
    """Import the file, find its duplicates and time that; gives the judged pairs as they stand in the database."""
    if GEOGRAPHY.is_dir():
        (instance / "geography").symlink_to(GEOGRAPHY, target_is_directory=True)
    url = f"sqlite:///{instance / 'portal.sqlite3'}"
    app = create_app(Settings(instance=instance, secret_key="a secret of the benchmarks, long enough", database_url=url,
                              testing=True, log_level="error"))  # fmt: skip
    with app.app_context():
        upgrading.upgrade(lambda _sentence: None, None)
        current.atlas()
        run(file)
        began, worked = time.perf_counter(), time.process_time()
        records = duplicates_records.records_of(duplicates_records.comparable_ids())
        candidates = list(pairs_of(records))
        likely = sum(likeness(records[a], records[b]).is_likely for a, b in candidates)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        print(f"{len(records):,} listings: {len(candidates):,} pairs share a key, {likely:,} are likely one")
        print(f"compared in {seconds:.1f} s, {worked:.1f} s of one core")
        return _judged(records)


def _judged(records: dict[UUID, Record]) -> list[Judged]:
    keys = select(Source.name, SourceRecord.external_id, SourceRecord.service_id).join(SourceRecord.source)
    ids = {(source, external): service for source, external, service in db.session.execute(keys)}
    pairs, left_out = [], 0
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["verdict"] == "unsure":
                continue
            one, other = ids.get((row["source"], row["id"])), ids.get((row["other_source"], row["other_id"]))
            if one is None or other is None:
                left_out += 1
                continue
            pairs.append(Judged(records[one], records[other], float(row["stands_for"]), row["verdict"] == "same"))
    print(f"{left_out} judged pairs left out: a row of theirs is refused by the importer, having no name")
    return pairs


def report(pairs: Sequence[Judged], *, fit: bool) -> int:
    """Print the figures; 1 where the promise is broken."""
    same = sum(pair.same for pair in pairs)
    print(f"{len(pairs)} judged pairs, {same} of them one; from a score of {LIKELY} on moderators are asked\n")
    print("| | precision | recall | of this hard sample: precision | recall |\n|---|---|---|---|---|")
    shipped = np.array([likeness(pair.one, pair.other).score for pair in pairs])
    unseen = np.mean([_unseen(pairs, shuffle) for shuffle in range(SHUFFLES)], axis=0)
    for name, scores in (("weights as shipped", shipped), ("unseen", unseen)):
        figures = _figures(pairs, scores, LIKELY)
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    print("\nunseen, by score: " + "; ".join(_line(pairs, unseen, limit) for limit in (0.5, 0.6, 0.7, 0.8, 0.9)))
    if fit:
        weights, start = _fit(*_table(pairs))
        print("\n".join(f'    "{name}": {weight:.2f},' for name, weight in zip(LEARNT, weights, strict=True)))
        print(f"START = {start:.2f}")
    precision, recall, *_rest = _figures(pairs, unseen, LIKELY)
    kept = precision >= PRECISION and recall >= RECALL
    print(f"\nat least {PRECISION} precision at {RECALL} recall, unseen: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def _figures(pairs: Sequence[Judged], scores: np.ndarray, limit: float) -> tuple[float, float, float, float]:
    same = np.array([pair.same for pair in pairs], dtype=float)
    weight = np.array([pair.stands_for for pair in pairs])
    told = scores >= limit
    return (
        float((weight * same)[told].sum() / weight[told].sum()),
        float((weight * same)[told].sum() / (weight * same).sum()),
        float(same[told].mean()),
        float(same[told].sum() / same.sum()),
    )


def _line(pairs: Sequence[Judged], scores: np.ndarray, limit: float) -> str:
    precision, recall, *_rest = _figures(pairs, scores, limit)
    return f"{limit}: {precision:.2f} at {recall:.2f}"


def _table(pairs: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray]:
    signs = [signs_of(pair.one, pair.other) for pair in pairs]
    return (
        np.array([[sign.get(name, 0.0) for name in LEARNT] for sign in signs]),
        np.array([pair.same for pair in pairs], dtype=float),
    )


def _fit(table: np.ndarray, same: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression with a ridge, by Newton's steps."""
    with_start = np.c_[table, np.ones(len(same))]
    weights = np.zeros(with_start.shape[1])
    ridge = np.diag([RIDGE] * table.shape[1] + [1e-6])
    for _step in range(60):
        odds = 1 / (1 + np.exp(-(with_start @ weights)))
        slope = with_start.T @ (odds - same) + ridge @ weights
        bend = with_start.T @ (with_start * (odds * (1 - odds))[:, None]) + ridge
        weights -= (step := np.linalg.solve(bend, slope))
        if abs(step).max() < 1e-6:
            break
    return weights[:-1], float(weights[-1])


def _unseen(pairs: Sequence[Judged], shuffle: int) -> np.ndarray:
    """Scores of each pair by weights that were learnt without it; those set by hand count as they are."""
    table, same = _table(pairs)
    by_hand = np.array(
        [
            sum(BY_HAND.get(sign, 0.0) * value for sign, value in signs_of(pair.one, pair.other).items())
            for pair in pairs
        ]
    )
    order = np.arange(len(same))
    np.random.default_rng(shuffle).shuffle(order)
    scores = np.zeros(len(same))
    for fold in range(FOLDS):
        left_out = order[fold::FOLDS]
        kept = np.setdiff1d(order, left_out)
        weights, start = _fit(table[kept], same[kept])
        scores[left_out] = 1 / (1 + np.exp(-(table[left_out] @ weights + start + by_hand[left_out])))
    return scores


if __name__ == "__main__":
    sys.exit(main())
