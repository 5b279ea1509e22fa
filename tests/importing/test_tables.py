import tracemalloc
from pathlib import Path

import pytest

from portal.importing.lines import FileProblem, Lines
from portal.importing.tables import Table, ends_open, open_table


def table(folder: Path, text: str | bytes) -> Table:
    path = folder / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_table(Lines(path), path.name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_letter_between_cells_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["Name", "Note, and more; or less"], ["A", "x, y"], ["B", "z; a, b"]]
    found = table(tmp_path, "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines))
    assert found.delimiter == delimiter
    assert [row.cells for row in found.rows] == [("A", "x, y"), ("B", "z; a, b")]


def test_the_header_is_found_below_a_title_and_empty_lines(tmp_path: Path) -> None:
    found = table(
        tmp_path, "Groups of Larkfield\n\nMade in 2026,,\nName,Postcode,Phone\nA,LE2 0QB,0161 1\nB,LE2 0QB,0161 2\n"
    )
    assert found.columns == ("Name", "Postcode", "Phone")
    assert [row.line for row in found.rows] == [5, 6]


def test_a_table_without_a_header_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="names of the columns"):
        table(tmp_path, "A,LE2 0QB\nB,LE2 0QB\n")


def test_cells_may_go_over_lines_and_hold_quotation_marks(tmp_path: Path) -> None:
    found = table(tmp_path, 'Name,Note\nA,"one\ntwo ""three"""\nB,a 5" pipe\n')
    assert [row.cells for row in found.rows] == [("A", 'one\ntwo "three"'), ("B", 'a 5" pipe')]


def test_columns_without_a_name_or_with_the_same_get_one(tmp_path: Path) -> None:
    assert table(tmp_path, "Name,,Name,Note\nA,b,c,d\n").columns == ("Name", "column 2", "Name (3)", "Note")


def test_a_row_of_another_width_is_refused_and_the_rest_go_on(tmp_path: Path) -> None:
    found = table(tmp_path, "Name,Note\nA,b\nhalf\nC,d,e\nD,e,\n\nE,f\n")
    rows = list(found.rows)
    assert [row.problem is None for row in rows] == [True, False, False, True, True]
    assert rows[1].problem == "it has 1 cells, but there are 2 columns"
    assert [row.line for row in rows] == [2, 3, 4, 5, 7]


def test_a_quotation_mark_that_is_never_closed_is_said_with_what_was_lost(tmp_path: Path) -> None:
    rows = list(table(tmp_path, 'Name,Note\nA,b\nB,"never\nC,d\nD,e\n').rows)
    assert (
        rows[-1].problem == "a quotation mark opens on this line and is not closed, so nothing of lines 3 to 5 was read"
    )
    assert rows[0].cells == ("A", "b")


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_cell_of_twenty_megabytes_over_many_lines_is_one_refused_row(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b'Name,Note\nA,b\nBig,"' + (b"words and words" * 50 + end) * 28_000 + b'"\nC,d\n')
    tracemalloc.start()
    rows = list(open_table(Lines(path), path.name).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.problem is None for row in rows] == [True, False, True]
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("line", "is_open"),
    [
        ('a,"b', True),
        ('a,"b""', True),
        ('a,"b"', False),
        ('a,"b""c",d', False),
        ('a,b"c', False),
        ('"",""', False),
        ("", False),
    ],
)
def test_where_a_row_ends_is_told_by_its_quotation_marks(line: str, is_open: bool) -> None:
    assert ends_open(line, ",") is is_open
