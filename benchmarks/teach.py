"""Learns from our sentences which words speak for which need, and says how well that holds for sentences it did not see.

    PYTHONPATH=. .venv/bin/python benchmarks/teach.py [--check]

Reads `portal/directory/data/examples/`, writes `portal/directory/data/needs-model.npz`; `--check` writes nothing. Run it
after each change of a sentence. A support vector machine tells each need from all others (scikit-learn, linear, C = 0.3), over
stems, pairs of stems and pieces of words, each weighed by how rare it is. Printed: how often the first, one of the first two and
one of the first three needs is right, for sentences left out in turn (five parts) and for our queries in English.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import peers

QUERIES = Path(__file__).resolve().parent.parent / "portal" / "directory" / "data" / "queries.jsonl"
STRENGTH = 0.3
FOLDS = 5
SEED = 7


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--check", action="store_true", help="write no model")
    options = asked.parse_args()
    peers.inside()
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    from portal.directory.examples import ORDER, sentences_of

    sentences = np.array([sentence for need in ORDER for sentence in sentences_of(need)], dtype=object)
    needs = np.array([need for need in ORDER for _sentence in sentences_of(need)], dtype=object)
    print(f"{len(sentences):,} sentences of {len(ORDER)} needs")
    wanted: list[set[str]] = []
    given: list[Any] = []
    for known, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(sentences, needs):
        judge = Learned(sentences[known], needs[known]).judge
        given += list(judge(sentences[unseen]))
        wanted += [{need} for need in needs[unseen]]
    told("sentences left out in turn", given, wanted)
    learned = Learned(sentences, needs)
    queries = [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    queries = [one for one in queries if one["lang"] == "en" and one["needs"] and one["banner"] != "must"]
    told(
        "our queries in English",
        learned.judge([one["query"] for one in queries]),
        [set(one["needs"]) for one in queries],
    )
    if not options.check:
        learned.save()
    return 0


def told(what: str, given: Sequence[Any], wanted: Sequence[set[str]]) -> None:
    """Print how often a right need stands first, among the first two, among the first three."""
    from portal.directory.examples import ORDER

    shares = []
    for first in (1, 2, 3):
        hits = [
            bool({ORDER[at] for at in (-row).argsort()[:first]} & needs)
            for row, needs in zip(given, wanted, strict=True)
        ]
        shares.append(f"{sum(hits) / len(hits):.3f}")
    print(f"{what}: first {shares[0]}, first two {shares[1]}, first three {shares[2]}, of {len(wanted):,}")


class Learned:
    """A model learned from sentences."""

    def __init__(self, sentences: Sequence[str], needs: Sequence[str]) -> None:
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        from portal.directory.examples import ORDER, PARTS

        self.readers = {
            part: TfidfVectorizer(analyzer=_reader(read), binary=True, sublinear_tf=True, min_df=LEAST[part])
            for part, read in PARTS.items()
        }
        seen = hstack([reader.fit_transform(sentences) for reader in self.readers.values()]).tocsr()
        machine = LinearSVC(C=STRENGTH, random_state=SEED).fit(seen, [ORDER.index(need) for need in needs])
        self.weights, self.start = machine.coef_, machine.intercept_

    def judge(self, texts: Sequence[str]) -> Any:
        """What each text says of each need."""
        from scipy.sparse import hstack

        return (
            hstack([reader.transform(texts) for reader in self.readers.values()]).tocsr() @ self.weights.T + self.start
        )

    def save(self) -> None:
        """Write the model: each weight as a signed byte."""
        import numpy as np

        from portal.directory.examples import MODEL, digest

        scale = np.abs(self.weights).max() / 127
        kept: dict[str, Any] = {"scale": np.float64(scale), "start": self.start.astype(np.float32)}
        kept["digest"] = np.frombuffer(digest().encode(), dtype=np.uint8)
        first = 0
        for part, reader in self.readers.items():
            names = reader.get_feature_names_out()
            rows = self.weights[:, first : first + len(names)].T
            first += len(names)
            kept[part] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
            kept[f"{part}_rarity"] = reader.idf_.astype(np.float32)
            kept[f"{part}_weights"] = np.rint(rows / scale).astype(np.int8)
        np.savez_compressed(MODEL, **kept)
        print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB, {first:,} terms and pieces")


LEAST = {"terms": 1, "pieces": 2}
"""In so many sentences a term or a piece must stand to be learned."""


def _reader(read: Callable[..., Any]) -> Callable[[str], list[str]]:
    from portal.search.words import cut

    return lambda text: list(read(list(cut(text))))


if __name__ == "__main__":
    raise SystemExit(main())
