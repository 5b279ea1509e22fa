"""What only an index on disk can get wrong: other processes, torn files, a kill in the middle of a commit."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from portal.search.port import Document, IndexUnavailable, Query
from portal.search.whoosh_engine import WhooshEngine
from tests.search import made_up

REFUGE = Document("refuge", texts={"name": "Refuge"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def worker(folder: Path) -> WhooshEngine:
    engine = WhooshEngine(folder)
    engine.mend()
    return engine


@contextmanager
def another_process(code: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Runs code that finds `engine` open on the folder, and ends it."""
    begin = (
        "import sys\nfrom pathlib import Path\nfrom random import Random\nfrom tests.search import made_up\n"
        "from portal.search.port import *\nfrom portal.search.whoosh_engine import WhooshEngine\n"
        "engine = WhooshEngine(Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", begin + code, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_every_other_engine_has_a_change_at_once(worker: WhooshEngine, folder: Path) -> None:
    reader = WhooshEngine(folder)
    for number in range(12):
        document = Document(f"listing-{number}", texts={"name": f"Refuge {number}"})
        worker.update([document, REFUGE])
        assert reader.count(Query("refuge")) == 2
        worker.update([Document(document.id, texts={"name": "Garden"})])
        assert reader.count(Query("refuge")) == 1
        worker.update([], [document.id])
        assert reader.ids() == {"refuge"}
        assert reader.stored(document.id) is None


def test_a_withdrawn_listing_is_gone_from_another_process_within_a_second(worker: WhooshEngine, folder: Path) -> None:
    worker.rebuild([REFUGE, *made_up.documents(Random(5), 50)])
    asking = "for line in sys.stdin: print(engine.count(Query('refuge')), flush=True)"
    with another_process(asking, folder) as process:
        assert process.stdin and process.stdout
        for number in range(4):
            for documents, gone, expected in (([REFUGE], [], "1"), ([], ["refuge"], "0")):
                worker.update(documents, gone)
                began = time.monotonic()
                process.stdin.write(f"{number}\n")
                process.stdin.flush()
                assert process.stdout.readline().strip() == expected
                assert number == 0 or time.monotonic() - began < 1


def test_searches_never_fail_while_another_process_commits(worker: WhooshEngine, folder: Path) -> None:
    worker.rebuild(made_up.documents(Random(6), 40))
    changing = "for at in range(40): engine.update([made_up.document(Random(at), f'document-{at % 40:03}')])"
    reader = WhooshEngine(folder)
    with another_process(changing, folder) as process:
        while process.poll() is None:
            assert reader.search(Query()).total == 40
            assert len(reader.ids()) == 40
    assert process.returncode == 0


def test_many_threads_read_one_engine(worker: WhooshEngine) -> None:
    documents = made_up.documents(Random(7), 80)
    worker.rebuild(documents)
    queries = [made_up.query(Random(seed)) for seed in range(30)]
    expected = [worker.count(query) for query in queries]
    failed: list[object] = []

    def ask() -> None:
        worker.forget()
        failed.extend(query for query, total in zip(queries, expected, strict=True) if worker.count(query) != total)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_kill_in_the_middle_of_a_commit_leaves_the_old_index_or_the_new_one(folder: Path) -> None:
    chance = Random(8)
    WhooshEngine(folder).mend()
    WhooshEngine(folder).rebuild(made_up.documents(chance, 30))
    changing = (
        "for line in sys.stdin:\n    print('begun', flush=True)\n"
        "    engine.update([made_up.document(Random(1), f'new-{at:03}') for at in range(30)])\n    print('done', flush=True)"
    )
    seen = set()
    for wait in (0.0, 0.01, 0.03, 0.06, 0.1):
        with another_process(changing, folder) as process:
            assert process.stdin and process.stdout
            process.stdin.write("\n")
            process.stdin.flush()
            process.stdout.readline()
            time.sleep(wait)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
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
    assert engine.mend()
    assert engine.ready()
    assert engine.ids() == frozenset()


def test_the_folder_belongs_to_its_user_alone(worker: WhooshEngine, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


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
    assert reader.ids() == frozenset()
    worker.update([Document("other")])
    assert reader.ids() == {"other"}


def test_commits_leave_no_files_behind(worker: WhooshEngine, folder: Path) -> None:
    for number in range(30):
        worker.update([Document(f"listing-{number % 7}", checked=number)])
    segments = {path.name.split(".")[0] for path in folder.glob("MAIN_*.seg")}
    endings = sorted(path.suffix for path in folder.iterdir() if path.name.split(".")[0] in segments)
    assert endings == sorted([".seg", ".columns", ".seal"] * len(segments))
    assert len(list(folder.iterdir())) == len(endings) + 2  # the list of segments and the lock
    assert len(segments) < 12


def test_a_second_writer_waits_for_the_first(worker: WhooshEngine, folder: Path) -> None:
    writers = [threading.Thread(target=WhooshEngine(folder).update, args=([Document(f"{at}")],)) for at in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert worker.ids() == {"0", "1", "2", "3"}
