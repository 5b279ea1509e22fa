"""Tables in text files: which letter parts the cells, which line is the header, and where a row ends.

Rows are found by our own count of quotation marks and only then given to the `csv` module, so that one bad row, or a cell
of twenty megabytes over many lines, is one refused row and takes no memory.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from portal.importing.lines import LONGEST_LINE, FileProblem, Line, Lines
from portal.importing.texts import one_line

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 1_000
SAMPLE_RECORDS = 60
FARTHEST_HEADER = 20
DATA = re.compile(r"^[\d.,/:+\-£%\s]+$|@|://|^[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}$")
"""A cell like this is data: a number, a date, an address of the web, a postcode. A header has none."""

NO_HEADER = "No row with the names of the columns was found among the first {most} lines of {name}."
UNCLOSED = "a quotation mark opens on this line and is not closed, so nothing of lines {first} to {last} was read"


class NoTable(FileProblem):
    """There is no header, so no table."""


@dataclass(frozen=True)
class Record:
    """The text of one row, over one line or more, or why it has none."""

    line: int
    text: str
    problem: str | None = None


@dataclass(frozen=True)
class Cells:
    """The cells of one row, or why it has none."""

    line: int
    cells: tuple[str, ...] = ()
    problem: str | None = None


@dataclass
class Table:
    """A table: its columns by name, and its rows below the header. `sample` holds the first rows again."""

    columns: tuple[str, ...]
    delimiter: str
    sample: list[tuple[str, ...]]
    rows: Iterator[Cells]


def open_table(lines: Lines, name: str) -> Table:
    """The table in a file. Raises FileProblem where no header is found."""
    head = list(islice(lines_iterator := iter(lines), SAMPLE_RECORDS))
    delimiter = delimiter_of([line.text for line in head if line.problem is None])
    rows = (_cells(record, delimiter) for record in records(chain(head, lines_iterator), delimiter))
    first = list(islice(rows, SAMPLE_RECORDS))
    place = header_of(first)
    return _below(place, first, rows, name, delimiter)


def table_of(rows: Iterator[Cells], name: str) -> Table:
    """The table in a sheet, whose rows end at their last cell. Raises FileProblem where no header is found."""
    first = list(islice((row for row in rows if _is_there(row)), SAMPLE_RECORDS))
    width = max((len(row.cells) for row in first), default=0)
    filled = max((sum(map(bool, row.cells)) for row in first), default=0)
    place = next((place for place, row in enumerate(first[:FARTHEST_HEADER]) if _names_columns(row, filled)), None)
    padded = [_padded(row, width) for row in first]
    return _below(place, padded, (_padded(row, width) for row in rows), name, "")


def _below(place: int | None, first: list[Cells], rows: Iterator[Cells], name: str, delimiter: str) -> Table:
    """The table whose header stands at a place among the first rows."""
    if place is None:
        raise NoTable(NO_HEADER.format(most=FARTHEST_HEADER, name=name))
    columns = _named(first[place].cells)
    below = first[place + 1 :]
    sample = [row.cells for row in below if len(row.cells) == len(columns)]
    return Table(columns, delimiter, sample, (_fitted(row, columns) for row in chain(below, rows) if _is_there(row)))


def _names_columns(row: Cells, filled: int) -> bool:
    """True for a row of a sheet that names most columns and holds no data."""
    named = [cell.strip() for cell in row.cells if cell.strip()]
    return len(named) * 2 > filled and not any(DATA.search(cell) for cell in named)


def _padded(row: Cells, width: int) -> Cells:
    return Cells(row.line, row.cells + ("",) * (width - len(row.cells)), row.problem)


def delimiter_of(texts: list[str]) -> str:
    """The letter that parts the cells: the one that gives most lines the same number of cells, and the more cells."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(_width(text, delimiter) for text in texts if text.strip())
        wide = [(count, width) for width, count in widths.items() if width > 1]
        count, width = max(wide, default=(0, 0))
        return count / max(widths.total(), 1), width

    return max(DELIMITERS, key=score)


def _width(text: str, delimiter: str) -> int:
    """How many cells a line has with this delimiter; none where a quotation mark closes in the middle of one."""
    try:
        return len(next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def header_of(rows: list[Cells]) -> int | None:
    """Which of the first rows names the columns: the first as wide as most, with no data in it. None where none does."""
    widths = Counter(len(row.cells) for row in rows if sum(map(bool, row.cells)) > 1)
    if not widths:
        return None
    width = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    for place, row in enumerate(rows[:FARTHEST_HEADER]):
        named = [cell.strip() for cell in row.cells if cell.strip()]
        if len(row.cells) == width and len(named) * 2 > width and not any(DATA.search(cell) for cell in named):
            return place
    return None


def records(lines: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """Rows of a table as whole texts. A cell in quotation marks may go over lines."""
    parts: list[str] = []
    first, letters, is_open, problem, number = 0, 0, False, None, 0
    for line in lines:
        number = line.number
        if not is_open:
            parts, first, letters, problem = [], line.number, 0, None
        problem = problem or line.problem
        letters += len(line.text) + 1
        is_open = ends_open(line.text, delimiter, is_open=is_open)
        if letters > LONGEST_LINE:
            parts, problem = [], f"this row is longer than {LONGEST_LINE:,} letters, so it was not read"
        if problem is None:
            parts.append(line.text)
        if not is_open:
            yield Record(first, "\n".join(parts), problem)
    if is_open:
        yield Record(first, "", problem or UNCLOSED.format(first=first, last=number))


def ends_open(text: str, delimiter: str, *, is_open: bool = False) -> bool:
    """True where a line ends inside a cell in quotation marks. `is_open`: it began inside one."""
    place = 0
    while True:
        if not is_open and not text.startswith('"', place):
            place = text.find(delimiter, place) + 1
            if place == 0:
                return False
            continue
        place = _after_closing(text, place if is_open else place + 1)
        if place < 0:
            return True
        is_open = False
        place = text.find(delimiter, place) + 1
        if place == 0:
            return False


def _after_closing(text: str, place: int) -> int:
    """The place after the quotation mark that closes a cell; -1 where none does. Two together stand for one."""
    while True:
        place = text.find('"', place)
        if place < 0:
            return -1
        if not text.startswith('""', place):
            return place + 1
        place += 2


def _cells(record: Record, delimiter: str) -> Cells:
    if record.problem is not None:
        return Cells(record.line, problem=record.problem)
    csv.field_size_limit(LONGEST_LINE + 1)
    try:
        found = next(csv.reader(record.text.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error as error:
        return Cells(record.line, problem=f"its cells could not be told apart: {error}")
    if len(found) > MOST_COLUMNS:
        return Cells(record.line, problem=f"it has more than {MOST_COLUMNS:,} cells")
    return Cells(record.line, tuple(found))


def _is_there(row: Cells) -> bool:
    return row.problem is not None or any(cell.strip() for cell in row.cells)


def _fitted(row: Cells, columns: tuple[str, ...]) -> Cells:
    """The row with as many cells as there are columns. A row that is cut or has cells too many is refused."""
    if row.problem is not None or len(row.cells) == len(columns):
        return row
    if len(row.cells) > len(columns) and not any(row.cells[len(columns) :]):
        return Cells(row.line, row.cells[: len(columns)])
    return Cells(row.line, problem=f"it has {len(row.cells)} cells, but there are {len(columns)} columns")


def _named(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns, each once: an empty one is called by its number, a second of a name gets a number."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = one_line(cell) or f"column {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return tuple(names)
