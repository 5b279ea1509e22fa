"""R5 on files: deleted, cut short, with flipped bytes, the disk full while they are written. What is wrong is never believed."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
import whoosh.index

from portal.search import files, seal
from portal.search.port import IndexUnavailable, Query
from portal.search.whoosh_engine import WhooshEngine
from tests.search import made_up
from tests.support.full_disk import full_at

OLD = made_up.documents(Random(1), 12)
NEW = [made_up.document(Random(number), f"new-{number:03}") for number in range(8)]
QUERIES = [made_up.query(Random(number)) for number in range(4)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of two segments, of which some documents are deleted."""
    folder = tmp_path_factory.mktemp("sound") / "index"
    engine = WhooshEngine(folder)
    engine.mend()
    engine.rebuild(OLD)
    engine.update(NEW, [OLD[0].id])
    engine.update([], [OLD[1].id, NEW[0].id])
    return folder


@pytest.fixture
def copied(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "index"))


def told(engine: WhooshEngine) -> tuple[frozenset[str], list[tuple[object, ...]]]:
    """What an engine says: ids, and answers to some questions."""
    found = [engine.search(query) for query in QUERIES]
    return engine.ids(), [(one.total, one.hits, one.facets) for one in found]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.stat().st_size)


def damage(path: Path, kind: str, chance: Random) -> None:
    held = bytearray(path.read_bytes())
    if kind == "deleted":
        path.unlink()
    elif kind == "cut":
        os.truncate(path, chance.randrange(len(held)))
    else:
        at = chance.randrange(len(held))
        held[at] ^= 1 << chance.randrange(8)
        path.write_bytes(held)


def holds_right_or_nothing(folder: Path, right: object) -> None:
    """An engine that opens the folder says what is true, or that it cannot say; once mended and built, all is true."""
    engine = WhooshEngine(folder)
    with suppress(IndexUnavailable):
        assert told(engine) == right
    worker = WhooshEngine(folder)
    if worker.mend():
        assert not engine.ready(), "a mended index is read before it is built"
        worker.rebuild([document for document in (*OLD, *NEW) if document.id not in {OLD[0].id, OLD[1].id, NEW[0].id}])
    assert not worker.mend()
    for one in (engine, WhooshEngine(folder)):
        assert told(one)[0] == right[0]  # type: ignore[index]
        assert all(one.stored(document.id) is not None for document in NEW[1:])


@pytest.mark.parametrize("kind", ["deleted", "cut", "flipped"])
def test_damage_to_any_file_is_known_when_it_is_opened_and_mended(sound: Path, tmp_path: Path, kind: str) -> None:
    right = told(WhooshEngine(sound))
    for number, name in enumerate(names(sound)):
        for seed in range(1 if kind == "deleted" else 2):
            folder = Path(shutil.copytree(sound, tmp_path / f"{number}-{seed}"))
            damage(folder / name, kind, Random(f"{number} {seed}"))
            holds_right_or_nothing(folder, right)


def test_twenty_flipped_bytes_are_each_found(sound: Path, tmp_path: Path) -> None:
    """Anywhere in all that a search reads: by opening for what is small, by reading all of it for the rest."""
    chance = Random(20)
    read = [path for path in sorted(sound.iterdir()) if path.suffix in {".seg", ".columns", ".toc"}]
    sizes = [path.stat().st_size for path in read]
    for number in range(20):
        folder = Path(shutil.copytree(sound, tmp_path / str(number)))
        at = chance.randrange(sum(sizes))
        for path, size in zip(read, sizes, strict=True):
            if at < size:
                held = bytearray((folder / path.name).read_bytes())
                held[at] ^= 1 << chance.randrange(8)
                (folder / path.name).write_bytes(held)
                break
            at -= size
        assert WhooshEngine(folder).mend(), f"byte {at} of {path.name}"


@pytest.mark.parametrize("ending", [".seg", ".toc", ".columns", ".seal"])
@pytest.mark.parametrize("kind", ["deleted", "cut", "flipped"])
def test_damage_under_a_running_process_does_not_end_it(copied: Path, ending: str, kind: str) -> None:
    engine = WhooshEngine(copied)
    right = told(engine)
    for path in sorted(copied.glob(f"*{ending}")):
        damage(path, kind, Random(3))
    engine.forget()
    with suppress(IndexUnavailable):
        assert told(engine) == right
    worker = WhooshEngine(copied)
    if worker.mend():
        worker.rebuild(NEW)
        assert engine.ids() == {document.id for document in NEW}


def test_a_torn_commit_is_not_tried_again_by_every_request(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in copied.glob("*.seg"):
        damage(path, "flipped", Random(1))
    _waits_little(copied, monkeypatch)


def test_a_segment_that_is_gone_is_not_waited_for(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in copied.glob("*.seg"):
        path.unlink()
    _waits_little(copied, monkeypatch)


def _waits_little(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    for module in (files, whoosh.index):
        monkeypatch.setattr(module, "sleep", waited.append)
    engine = WhooshEngine(folder)
    for _ in range(20):
        with pytest.raises(IndexUnavailable):
            engine.search(Query("tea"))
    assert len(waited) < 10


def update(engine: WhooshEngine) -> None:
    engine.update(NEW, [OLD[0].id])


def rebuild(engine: WhooshEngine) -> None:
    engine.rebuild([*OLD[1:], *NEW])


def mend(engine: WhooshEngine) -> None:
    if engine.mend():
        engine.rebuild([*OLD[1:], *NEW])


WRITES: dict[str, Callable[[WhooshEngine], None]] = {"update": update, "rebuild": rebuild, "mend": mend}
AFTER = frozenset(document.id for document in (*OLD[1:], *NEW))
BEFORE = frozenset(document.id for document in OLD)


def begun(folder: Path, what: str) -> tuple[WhooshEngine, WhooshEngine]:
    """The worker, and a process that reads. Where the index is to be mended, a segment of it is gone."""
    WhooshEngine(folder).mend()
    WhooshEngine(folder).rebuild(OLD)
    reader = WhooshEngine(folder)
    assert reader.ids() == BEFORE
    if what == "mend":
        for path in folder.glob("*.seg"):
            path.unlink()
    return WhooshEngine(folder), reader


def is_whole_after(folder: Path, what: str, worker: WhooshEngine, reader: WhooshEngine) -> None:
    """Once there is room, the same done again leaves everything right, and no file that nobody names."""
    mend(worker)
    WRITES[what](worker)
    for engine in (worker, reader, WhooshEngine(folder)):
        assert engine.ids() == AFTER
        assert engine.search(Query()).total == len(AFTER)
    assert not WhooshEngine(folder).mend()
    endings = [path.suffix for path in folder.iterdir() if path.name.startswith("MAIN_") and path.suffix]
    assert endings.count(".seg") == endings.count(".columns") == endings.count(".seal") and len(endings) % 3 == 0


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("most", [0, 300, 3_000, 9_000, 12_000])
def test_a_disk_that_is_full_while_the_index_is_written(folder: Path, what: str, most: int) -> None:
    worker, reader = begun(folder, what)
    for _ in range(3):
        with full_at(most), suppress(OSError, IndexUnavailable):
            WRITES[what](worker)
    for engine in (reader, WhooshEngine(folder)):
        with suppress(IndexUnavailable):
            assert engine.ids() in ({BEFORE, AFTER} if what != "mend" else {AFTER})
    if what != "mend" and reader.ids() == BEFORE:
        assert len(list(folder.glob("MAIN_*.*"))) == 3, "what failed is left on the full disk"
    is_whole_after(folder, what, worker, reader)


POINTS = {
    "a file is begun": "whoosh.filedb.filestore.FileStorage.create_file",
    "a commit is named": "whoosh.filedb.filestore.FileStorage.rename_file",
    "columns are saved": "portal.search.columns.save",
    "a segment is sealed": "portal.search.seal.write",
    "a commit is sealed": "portal.search.seal.write_commit",
    "a mended folder is marked": "pathlib.Path.touch",
}


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("point", POINTS)
def test_no_room_at_each_step_of_writing(folder: Path, what: str, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, reader = begun(folder, what)
    times = [0]

    def no_room(*_arguments: object, **_options: object) -> None:
        times[0] += 1
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(POINTS[point], no_room)
        with suppress(OSError, IndexUnavailable):
            WRITES[what](worker)
    assert times[0] or (point == "a mended folder is marked" and what != "mend")
    for engine in (reader, WhooshEngine(folder)):
        with suppress(IndexUnavailable):
            assert engine.ids() in ({BEFORE, AFTER} if what != "mend" else {AFTER})
    is_whole_after(folder, what, worker, reader)


def test_a_writer_that_could_not_begin_is_in_nobodys_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, reader = begun(folder, "update")
    with monkeypatch.context() as patch:
        patch.setattr(POINTS["a file is begun"], lambda *_, **__: 1 / 0)
        with pytest.raises(IndexUnavailable) as _held:
            update(worker)
    monkeypatch.setattr(files, "LOCK_SECONDS", 0)
    update(worker)
    assert reader.ids() == AFTER


def test_a_seal_is_whole_or_the_one_before(copied: Path) -> None:
    held = {path.name: path.read_bytes() for path in copied.glob("*.seal")}
    with full_at(10), pytest.raises(OSError, match="too large"):
        seal.write_commit(copied, next(copied.glob("*.toc")).name)
    assert {path.name: path.read_bytes() for path in copied.glob("*.seal")} == held
