import json
import subprocess
import sys
from pathlib import Path

import pytest

from portal.geography import building, sources
from portal.geography.atlas import Atlas
from portal.geography.postcodes import Postcode


@pytest.fixture
def home(tmp_path: Path, atlas: Atlas) -> Path:
    """A copy of the structure by links, so that a test may spoil it."""
    copy = tmp_path / building.stamp()
    copy.mkdir()
    for file in atlas.home.iterdir():
        (copy / file.name).write_bytes(file.read_bytes()) if file.suffix == ".json" else (copy / file.name).symlink_to(
            file
        )
    return copy


def test_a_structure_that_is_there_is_not_built_again(home: Path) -> None:
    told: list[str] = []
    assert building.ensure_built(home.parent, lambda what, _share: told.append(what)) == home
    assert told == []


def test_a_torn_file_is_noticed(home: Path) -> None:
    assert building.is_whole(home)
    names = home / building.NAMES
    names.write_bytes(names.read_bytes()[:-1] + b" ")
    assert not building.is_whole(home)


def test_a_missing_file_is_noticed(home: Path) -> None:
    (home / "keys.npy").unlink()
    assert not building.is_whole(home)


def test_a_torn_structure_is_replaced_and_older_ones_are_swept(
    home: Path, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(beside: Path, _step: building.Progress) -> None:
        for file in atlas.home.iterdir():
            (beside / file.name).symlink_to(file)

    (home / "keys.npy").unlink()
    older = home.parent / "2-0123456789ab"
    older.mkdir()
    monkeypatch.setattr(building, "_write", write)
    assert building.is_whole(building.ensure_built(home.parent))
    assert [path.name for path in home.parent.iterdir()] == [home.name]


def test_a_build_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(beside: Path, _step: building.Progress) -> None:
        (beside / "keys.npy").write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(building, "_write", write)
    with pytest.raises(OSError, match="full"):
        building.ensure_built(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_structure_has_another_name_when_our_tables_or_the_packages_change(monkeypatch: pytest.MonkeyPatch) -> None:
    before = building.stamp()
    monkeypatch.setattr(sources, "version", lambda: "newer")
    assert building.stamp() != before


def test_a_missing_data_package_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PACKAGES", ("no-such-data-package",))
    with pytest.raises(sources.SourceMissing, match=r"no-such-data-package is not installed.*requirements-data"):
        sources.version()


@pytest.mark.parametrize("library", ["brotli", "msgpack"])
def test_the_program_starts_without_what_reads_the_data_packages_and_says_so(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    without = f"import sys; sys.modules[{library!r}] = None; import portal.cli"
    assert subprocess.run([sys.executable, "-c", without], check=False, timeout=120).returncode == 0
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(sources.SourceMissing, match=rf"{library} is not installed.*requirements-data"):
        sources.directory()


def test_the_structure_stays_under_sixty_megabytes(atlas: Atlas) -> None:
    size = sum(file.stat().st_size for file in atlas.home.iterdir())
    assert size < 60_000_000


def test_the_structure_says_what_it_was_made_of(atlas: Atlas) -> None:
    description = json.loads((atlas.home / building.DESCRIPTION).read_text(encoding="utf-8"))
    assert description["sources"] == sources.version()
    assert atlas.vintage == 2011


def test_an_opened_structure_goes_on_when_a_newer_version_sweeps_its_folder(home: Path) -> None:
    opened = Atlas(home)
    for file in home.iterdir():
        file.unlink()
    assert opened.named("Camden Town")
    assert opened.rings(frozenset({"E02002856"}))
    assert opened.spread(Postcode("LE2", "0")) is not None


def test_of_two_that_build_at_once_the_second_throws_its_own_away(
    home: Path, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home.rename(home.parent / "2-0123456789ab")

    def write(beside: Path, _step: building.Progress) -> None:
        for file in atlas.home.iterdir():
            (beside / file.name).symlink_to(file)
        elsewhere.rename(home)  # the other was quicker
        (home / "mark").touch()

    monkeypatch.setattr(building, "_write", write)
    assert building.ensure_built(home.parent) == home
    assert (home / "mark").exists()
    assert [path.name for path in home.parent.iterdir()] == [home.name]
