"""How well duplicates are found: precision and recall on pairs of real listings that were judged by hand.

    PYTHONPATH=. .venv/bin/python benchmarks/duplicates.py --data DIR [--fit]

Reads `uk_listings.jsonl.gz` from the folder (or one below it) as `portal import` does, into a scratch instance, and finds
its duplicates as the worker does at night. `duplicates_judged.csv` holds the judged pairs: keys of rows, a verdict and the
draw, no names. All were drawn at random, within layers, and read without the score in sight; `stands_for` tells how many
pairs of its layer each stands for:

    1, 2, 3, 5  from pairs that share a key (`duplicates_blocks.py`)
    4, 6        from pairs that shared none then, but that a looser search gives: within 300 m; within 3 km or in one outcode
                with names alike; in one postcode; on one host of the web; with one telephone; with one name anywhere
    7           from both
    8           from both, after the last change of words, signs, keys, weights and threshold: nothing was chosen on it

A pair counts as found if it shares a key and its score is at least the threshold, so what the keys lose is in the recall.
The weights were learnt from draws 1 to 7. Their figures "unseen" are those of ten-fold cross-validation: each pair is scored
by weights learnt without it. Draws of one kind each stand for all pairs of it, so each counts for its part. Intervals are
Wilson's at 95%, of as many pairs as the unequal weights are worth (Kish). `--fit` prints weights learnt anew. Without data
it is not run, and exits 2.
"""

import argparse
import csv
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
FOLDS, SHUFFLES, RIDGE = 10, 5, 0.4
PRECISION, RECALL = 0.95, 0.8
COUNTED = {"1": 0.2, "2": 0.2, "3": 0.2, "5": 0.2, "7": 0.2, "4": 0.4, "6": 0.4, "8": 1.0}
"""Which part of its weight each pair of a draw counts for."""
FRESH = "8"
WITHOUT_KEYS = frozenset("46")
"""Draws from pairs that shared no key when they were drawn."""


class Judged(NamedTuple):
    """One pair: its records, how many pairs it stands for, whether they share a key, and whether the two are one."""

    draw: str
    one: Record
    other: Record
    stands_for: float
    meets: bool
    same: bool


class Figures(NamedTuple):
    """Precision and recall, each with the bounds of its interval, and both of the hard sample itself."""

    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    plain: tuple[float, float]

    def line(self) -> str:
        told = " | ".join(f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in (self.precision, self.recall))
        return f"{told} | {self.plain[0]:.3f} at {self.plain[1]:.3f} |"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="a folder that holds uk_listings.jsonl.gz")
    asked.add_argument("--fit", action="store_true", help="print weights learnt from the pairs of draws 1 to 7")
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
        candidates = set(pairs_of(records))
        likely = sum(likeness(records[a], records[b]).is_likely for a, b in candidates)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        print(f"{len(records):,} listings: {len(candidates):,} pairs share a key, {likely:,} are likely one")
        print(f"read and compared in {seconds:.1f} s, {worked:.1f} s of one core")
        return _judged(records, candidates)


def _judged(records: dict[UUID, Record], candidates: AbstractSet[tuple[UUID, UUID]]) -> list[Judged]:
    keys = select(Source.name, SourceRecord.external_id, SourceRecord.service_id).join(SourceRecord.source)
    ids = {(source, external): service for source, external, service in db.session.execute(keys)}
    pairs, left_out = [], Counter[str]()
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one, other = ids.get((row["source"], row["id"])), ids.get((row["other_source"], row["other_id"]))
            if row["verdict"] == "unsure":
                left_out["two people could fairly differ"] += 1
            elif one is None or other is None:
                left_out["a row is refused by the importer"] += 1
            else:
                pairs.append(
                    Judged(
                        row["draw"], records[one], records[other],
                        float(row["stands_for"]) * COUNTED[row["draw"]],
                        (one, other) in candidates or (other, one) in candidates,
                        row["verdict"] == "same",
                    )
                )  # fmt: skip
    print("judged pairs left out: " + ", ".join(f"{count} ({why})" for why, count in left_out.items()))
    return pairs


def report(pairs: Sequence[Judged], *, fit: bool) -> int:
    """Print the figures; 1 where the promise is broken."""
    seen = [pair for pair in pairs if pair.draw != FRESH]
    fresh = [pair for pair in pairs if pair.draw == FRESH]
    print(f"from a score of {LIKELY} on moderators are asked\n")
    print(
        "| Judged pairs | of them one | weights | precision | recall | of this hard sample itself |\n"
        + "|---" * 6
        + "|"
    )
    unseen = np.mean([_unseen(seen, shuffle) for shuffle in range(SHUFFLES)], axis=0)
    kept = True
    for name, some, scores in (
        ("draws 1 to 7 | as shipped, learnt from these", seen, _shipped(seen)),
        ("draws 1 to 7 | unseen: learnt without the pair", seen, unseen),
        ("draw 8, fresh | as shipped", fresh, _shipped(fresh)),
    ):
        figures = _figures(some, scores, LIKELY)
        draws, weights = name.split(" | ")
        print(f"| {len(some)}: {draws} | {sum(pair.same for pair in some)} | {weights} | {figures.line()}")
        kept = kept and figures.precision[0] >= PRECISION and figures.recall[0] >= RECALL
    print(_keys_line([pair for pair in seen if pair.draw in WITHOUT_KEYS], seen))
    print(
        "\ndraw 8, by score: " + "; ".join(_line(fresh, _shipped(fresh), limit) for limit in (0.5, 0.6, 0.7, 0.8, 0.9))
    )
    if fit:
        learnt, start = _fit(*_table(seen))
        print("\n".join(f'    "{name}": {weight:.2f},' for name, weight in zip(LEARNT, learnt, strict=True)))
        print(f"START = {start:.2f}")
    print(f"\nat least {PRECISION} precision at {RECALL} recall, unseen and fresh: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def _shipped(pairs: Sequence[Judged]) -> np.ndarray:
    return np.array([likeness(pair.one, pair.other).score for pair in pairs])


def _figures(pairs: Sequence[Judged], scores: np.ndarray, limit: float) -> Figures:
    same = np.array([pair.same for pair in pairs])
    weight = np.array([pair.stands_for for pair in pairs])
    told = (scores >= limit) & np.array([pair.meets for pair in pairs])
    return Figures(
        share(weight[told], same[told]),
        share(weight[same], told[same]),
        (float(same[told].mean()), float(told[same].mean())),
    )


def share(weight: np.ndarray, is_so: np.ndarray) -> tuple[float, float, float]:
    """The weighed share that is so, and Wilson's interval of it at 95%."""
    share, worth, z = float(weight[is_so].sum() / weight.sum()), float(weight.sum() ** 2 / (weight**2).sum()), 1.96
    middle = (share + z * z / 2 / worth) / (1 + z * z / worth)
    half = z * math.sqrt(share * (1 - share) / worth + z * z / 4 / worth**2) / (1 + z * z / worth)
    return share, max(middle - half, 0.0), min(middle + half, 1.0)


def _line(pairs: Sequence[Judged], scores: np.ndarray, limit: float) -> str:
    figures = _figures(pairs, scores, limit)
    return f"{limit}: {figures.precision[0]:.3f} at {figures.recall[0]:.3f}"


def _keys_line(without: Sequence[Judged], seen: Sequence[Judged]) -> str:
    """What the keys lose, of all that are one: by the pairs that were drawn without asking for a key."""
    ones = [pair for pair in without if pair.same]
    lost = sum(pair.stands_for for pair in ones if not pair.meets)
    every = sum(pair.stands_for for pair in seen if pair.same)
    met = sum(pair.meets for pair in ones)
    return (
        f"\nof {len(without)} pairs of draws 4 and 6, sharing no key then, {len(ones)} are one; {met} of these share one now."
        f" Keys bring together an estimated {1 - lost / every:.3f} of all pairs that are one"
    )


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
