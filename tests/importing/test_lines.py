import gzip
import tracemalloc
from pathlib import Path

import pytest

from portal.importing.lines import LONGEST_LINE, FileProblem, Lines, encoding_of


def texts(path: Path) -> list[str]:
    return [line.text for line in Lines(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"])
def test_the_encoding_of_a_file_is_found(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "file.csv"
    words = "name,note\nCafé £5 – it’s “warm”,ŵ" if encoding.startswith("utf") else "name,note\nCafé £5 – it’s “warm”,w"
    path.write_bytes(words.encode(encoding))
    assert texts(path) == words.split("\n")


def test_a_line_in_another_encoding_is_a_problem_of_that_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_bytes("Café\nOlé\n".encode() + "Café\n".encode("cp1252") + "Tŷ\n".encode())
    lines = list(Lines(path))
    assert [line.problem is None for line in lines] == [True, True, False, True]
    assert "not text in the encoding" in str(lines[2].problem)


def test_a_sample_cut_in_the_middle_of_a_letter_is_still_utf_8() -> None:
    assert encoding_of(("é" * 600_000).encode()[:1_000_000]) == "utf-8"


def test_a_field_of_twenty_megabytes_is_one_problem_and_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_bytes(b"first\n" + b"x" * 20_000_000 + b"\nlast\n")
    tracemalloc.start()
    lines = list(Lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.text for line in lines] == ["first", "", "last"]
    assert f"{LONGEST_LINE:,}" in str(lines[1].problem)
    assert peak < 40_000_000


def test_a_packed_file_that_is_cut_short_says_so_after_what_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl.gz"
    whole = gzip.compress("\n".join(f"line {number * 7919}" for number in range(200_000)).encode())
    path.write_bytes(whole[: len(whole) * 9 // 10])
    lines = list(Lines(path))
    assert len(lines) > 1_000 and lines[0].problem is None
    assert "cut short" in str(lines[-1].problem)


@pytest.mark.parametrize(("content", "words"), [(b"", "empty"), (b"\x1f\x8bnonsense", "damaged")])
def test_a_file_that_cannot_be_read_at_all_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=words):
        Lines(path)
    with pytest.raises(FileProblem, match="cannot be opened"):
        Lines(tmp_path / "missing.csv")
