"""What only an index on disk can get wrong: other processes and threads."""

import stat
import threading
import time
from pathlib import Path
from random import Random

import pytest

from portal.search import files
from portal.search.port import Document, IndexUnavailable, Query
from portal.search.whoosh_engine import WhooshEngine
from tests.search import made_up
from tests.search.processes import another_process

REFUGE = Document("refuge", texts={"name": "Refuge"})


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
    assert process.poll() == 0


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


def test_the_folder_belongs_to_its_user_alone(worker: WhooshEngine, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_commits_leave_no_files_behind(worker: WhooshEngine, folder: Path) -> None:
    for number in range(30):
        worker.update([Document(f"listing-{number % 7}", checked=number)])
    segments = {path.name.split(".")[0] for path in folder.glob("MAIN_*.seg")}
    endings = sorted(path.suffix for path in folder.iterdir() if path.name.split(".")[0] in segments)
    assert endings == sorted([".seg", ".columns", ".seal"] * len(segments))
    assert len(list(folder.iterdir())) == len(endings) + 3  # the list of segments, its seal and the lock
    assert len(segments) < 12


def test_a_second_writer_waits_for_the_first(worker: WhooshEngine, folder: Path) -> None:
    writers = [threading.Thread(target=WhooshEngine(folder).update, args=([Document(f"{at}")],)) for at in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert worker.ids() == {"0", "1", "2", "3"}


@pytest.mark.parametrize("times", [1, files.LISTS_TRIED - 1, files.LISTS_TRIED])
def test_a_writer_whose_list_of_files_another_took_away_reads_the_next(
    worker: WhooshEngine, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    real, gone = files.FileIndex, [FileNotFoundError("_MAIN_1.toc")] * times

    def read(storage: object) -> object:
        if gone:
            raise gone.pop()
        return real(storage)

    monkeypatch.setattr(files, "FileIndex", read)
    if times == files.LISTS_TRIED:  # it does not go on for ever
        with pytest.raises(IndexUnavailable, match="_MAIN_1"):
            worker.update([Document("1")])
        assert not gone and not worker.ids()
        return
    worker.update([Document("1")])
    assert worker.ids() == {"1"} and not gone
