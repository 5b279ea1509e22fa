import errno
import json
from pathlib import Path

import pytest

from portal.exporting.folders import MARK, FolderProblem, writing_to


def export(path: Path, **files: str) -> None:
    with writing_to(path) as folder:
        for name, text in files.items():
            folder.open(name).write(text)
        folder.finish({"format": "made up"})


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_a_folder_is_made_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out"
    export(path, a="one", b="two")
    assert names(path) == [MARK, "a", "b"]
    export(path, a="three")
    assert names(path) == [MARK, "a"] and (path / "a").read_text() == "three"
    assert json.loads((path / MARK).read_text()) == {"format": "made up", "files": ["a"]}


@pytest.mark.parametrize("name", ["notes.txt", "services.json", ".hidden", ".other.partial.txt"])
def test_nobodys_files_are_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(FolderProblem, match=f'holds "{name}", which no export put there'):
        export(tmp_path, **{"services.json": "ours"})
    assert names(tmp_path) == [name] and (tmp_path / name).read_text() == "mine"


def test_a_file_that_was_put_beside_an_export_is_not_touched_either(tmp_path: Path) -> None:
    export(tmp_path, a="one")
    (tmp_path / "mine.csv").write_text("mine")
    with pytest.raises(FolderProblem, match=r"mine\.csv"):
        export(tmp_path, a="two")
    assert (tmp_path / "a").read_text() == "one"


def test_a_mark_that_names_files_elsewhere_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / MARK).write_text(json.dumps({"files": ["../kept", "..", 3]}))
    export(out, a="one")
    assert (tmp_path / "kept").read_text() == "mine"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(FolderProblem, match="out is a file"):
        export(path, a="one")


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    export(tmp_path, a="one")
    (tmp_path / ".a.partial").write_text("ha")
    export(tmp_path, a="two")
    assert names(tmp_path) == [MARK, "a"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(tmp_path, a="one")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FolderProblem, match="The disk is full"):
        export(tmp_path, a="two", b="new")
    assert names(tmp_path) == [MARK, "a"] and (tmp_path / "a").read_text() == "one"


def test_two_exports_at_once_do_not_mix(tmp_path: Path) -> None:
    with writing_to(tmp_path) as folder:
        folder.open("a").write("one")
        with pytest.raises(FolderProblem, match="Another export is writing"):
            export(tmp_path, a="two")
        folder.finish({})
    assert (tmp_path / "a").read_text() == "one"
    export(tmp_path, a="three")
    assert (tmp_path / "a").read_text() == "three"


def test_a_fault_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    export(tmp_path, a="one")
    with pytest.raises(ValueError, match="half way"), writing_to(tmp_path) as folder:
        folder.open("a").write("half")
        raise ValueError("half way")
    assert names(tmp_path) == [MARK, "a"] and (tmp_path / "a").read_text() == "one"
