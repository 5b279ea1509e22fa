import gzip
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.geography import reading
from portal.geography.reading import Row, UnreadableFileError

LINES = ["pcds,lat,long", "LE2 0QB,52.6,-1.1"]


def rows(path: Path) -> list[Row | None]:
    with ExitStack() as stack:
        return list(reading.open_table(path, stack, lambda _share: None).rows)


@pytest.mark.parametrize("name", ["list.csv", "list.csv.gz", "list.zip"])
def test_a_table_is_read_plain_or_packed(name: str, file_of: Callable[..., Path]) -> None:
    assert rows(file_of(name, LINES)) == [{"pcds": "LE2 0QB", "lat": "52.6", "long": "-1.1"}]


def test_a_mark_at_the_start_capitals_and_tabs_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_bytes("\ufeffName\tType\r\nYnys Môn\tv\r\n".encode())
    assert rows(path) == [{"name": "Ynys Môn", "type": "v"}]


def test_a_line_in_an_older_encoding_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"name,type\nYnys M\xf4n,v\n")
    assert rows(path) == [{"name": "Ynys Môn", "type": "v"}]


@pytest.mark.parametrize("line", ["LE2 0QB,52.6", "LE2 0QB,52.6,-1.1,more", '"LE2 0QB,52.6,-1.1', "x" * 50_000])
def test_a_broken_line_is_told_apart_and_the_next_is_read(line: str, file_of: Callable[..., Path]) -> None:
    assert [row is None for row in rows(file_of("list.csv", [LINES[0], line, LINES[1]]))] == [True, False]


def test_the_whole_table_of_an_archive_is_taken_and_not_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "onspd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Data/multi_csv/ONSPD_LE.csv", "pcds,lat\n" + "LE1 1AA,1\n" * 500)
        archive.writestr("Documents/names.csv", "code,name\n")
        archive.writestr("Data/ONSPD_UK.csv", "pcds,lat\nLE2 0QB,52.6\n")
    assert rows(path) == [{"pcds": "LE2 0QB", "lat": "52.6"}]


def test_all_tiles_of_open_names_are_read_with_their_official_columns(tmp_path: Path) -> None:
    path = tmp_path / "opname_csv_gb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for tile in ("SK50", "TQ28"):
            archive.writestr(f"Data/{tile}.csv", f"osgb{tile}" + "," * 33 + "\n")
        archive.writestr("Doc/OS_Open_Names_Header.csv", "ID,NAMES_URI\n")
    assert [(row or {})["id"] for row in rows(path)] == ["osgbSK50", "osgbTQ28"]


def test_progress_is_told_up_to_the_end(file_of: Callable[..., Path]) -> None:
    shares: list[float] = []
    with ExitStack() as stack:
        list(reading.open_table(file_of("list.csv.gz", LINES * 30_000), stack, shares.append).rows)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_file_cut_short_is_said_to_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    packed = gzip.compress(("pcds,lat\n" + "".join(f"LE2 {n},{n}\n" for n in range(20_000))).encode())
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UnreadableFileError, match="ends too early"):
        rows(path)


def test_a_damaged_archive_is_said_to_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "list.zip"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(UnreadableFileError, match="cannot be unpacked"):
        rows(path)


def test_a_damaged_member_is_said_to_be_broken(file_of: Callable[..., Path]) -> None:
    path = file_of("list.zip", [LINES[0], *(f"LE2 0QB,{n},-1.1" for n in range(9_000))])
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 3 + 40] = b"\x00" * 40
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        rows(path)


def test_a_locked_archive_is_refused(file_of: Callable[..., Path]) -> None:
    path = file_of("list.zip", LINES)
    content = bytearray(path.read_bytes())
    flags_of_last_member = content.rindex(b"PK\x01\x02") + 8
    content[flags_of_last_member] |= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match="password"):
        rows(path)


def test_an_archive_without_a_table_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("readme.md", "hello")
    with pytest.raises(UnreadableFileError, match="no CSV"):
        rows(tmp_path / "list.zip")


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"one column only\n1\n", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_table_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(UnreadableFileError):
        rows(tmp_path / "list.csv")


def test_a_file_that_swells_without_end_is_stopped(
    file_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", 10_000)
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        rows(file_of("list.csv.gz", [LINES[0], *["LE2 0QB,52.6,-1.1"] * 2_000]))


def test_a_file_that_is_too_large_is_refused(file_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with pytest.raises(UnreadableFileError, match="larger than"):
        reading.digest(file_of("list.csv", LINES))
