"""Torn files, and a kill in the middle of a commit."""

import time
from pathlib import Path
from random import Random

import pytest

from portal.search.port import Document, IndexUnavailable, Query
from portal.search.whoosh_engine import WhooshEngine
from tests.search import made_up
from tests.search.processes import another_process

REFUGE = Document("refuge", texts={"name": "Refuge"})


def test_a_kill_in_the_middle_of_a_commit_leaves_the_old_index_or_the_new_one(folder: Path) -> None:
    chance = Random(8)
    WhooshEngine(folder).rebuild(made_up.documents(chance, 30))
    changing = (
        "for line in sys.stdin:\n    print('begun', flush=True)\n"
        "    engine.update([made_up.document(Random(1), f'new-{at:03}') for at in range(30)])\n    print('done', flush=True)"
    )
    seen = set()
    for wait in (0.0, 0.01, 0.03, 0.06, 0.1):
        with another_process(changing, folder) as process:
            process.stdin.write("\n")
            process.stdin.flush()
            process.stdout.readline()
            time.sleep(wait)
            process.kill()
        worker = WhooshEngine(folder)
        assert not worker.mend()
        seen.add(len(worker.ids()))
        assert len(worker.ids()) in (30, 60)
        worker.update([], [f"new-{at:03}" for at in range(30)])
        assert worker.search(Query()).total == 30
    assert 30 in seen


def test_a_missing_index_is_unavailable_and_mended(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for asked in (
        lambda: engine.search(Query()),
        engine.ids,
        lambda: engine.stored("a"),
        lambda: engine.suggest("walk"),
    ):
        with pytest.raises(IndexUnavailable):
            asked()
    assert not engine.ready()
    with pytest.raises(IndexUnavailable):
        engine.update([Document("a")])
    assert engine.mend()
    engine.rebuild([])
    assert engine.ready()
    assert engine.ids() == frozenset()


def test_a_mended_index_is_read_by_nobody_before_it_is_built(folder: Path) -> None:
    engine = WhooshEngine(folder)
    assert engine.mend()
    assert not engine.ready()
    assert WhooshEngine(folder).mend(), "a kill between mending and building must not leave an empty index"
    with pytest.raises(IndexUnavailable):
        engine.update([REFUGE])
    engine.rebuild([REFUGE])
    assert WhooshEngine(folder).ids() == {"refuge"}
    assert not engine.mend()


@pytest.mark.parametrize("seed", range(12))
def test_a_torn_file_is_found_and_mended(worker: WhooshEngine, folder: Path, seed: int) -> None:
    chance = Random(seed)
    worker.rebuild(made_up.documents(chance, 40))
    torn = chance.choice(sorted(path for path in folder.iterdir() if path.suffix in (".seg", ".toc", ".columns")))
    held = bytearray(torn.read_bytes())
    if seed % 2:
        held = held[: chance.randrange(len(held))]
    else:
        at = chance.randrange(len(held))
        held[at : at + 200] = bytes(255 - byte for byte in held[at : at + 200])
    torn.write_bytes(held)
    engine = WhooshEngine(folder)
    for words in made_up.VOCABULARY:
        try:
            engine.search(Query(words))
        except IndexUnavailable:
            break
    assert WhooshEngine(folder).mend() or torn.suffix == ".toc"
    worker.rebuild(made_up.documents(chance, 40))
    assert WhooshEngine(folder).count(Query()) == 40


def test_lost_columns_are_built_again_from_what_is_stored(worker: WhooshEngine, folder: Path) -> None:
    documents = made_up.documents(Random(9), 40)
    worker.rebuild(documents)
    query = made_up.query(Random(10))
    expected = worker.search(query)
    for path in folder.glob("*.columns"):
        path.unlink()
    again = WhooshEngine(folder).search(query)
    assert (again.hits, again.facets, again.radii) == (expected.hits, expected.facets, expected.radii)


def test_a_mended_index_is_seen_by_engines_that_had_the_old_one_open(worker: WhooshEngine, folder: Path) -> None:
    worker.update([REFUGE])
    reader = WhooshEngine(folder)
    assert reader.ids() == {"refuge"}
    for path in folder.glob("*.seg"):
        path.write_bytes(path.read_bytes()[:-100])
    assert worker.mend()
    assert not reader.ready()
    worker.rebuild([Document("other")])
    assert reader.ids() == {"other"}
