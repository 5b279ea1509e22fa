"""Reading ahead: the same rows in the same order, what breaks breaks where it stood, and little waits."""

import threading
from collections.abc import Iterator

import pytest

from portal.importing.lines import FileProblem
from portal.importing.rows import Row
from portal.sources.ahead import A_BATCH, MOST_BATCHES, read_ahead


def rows(count: int, told: list[int] | None = None) -> Iterator[Row]:
    for line in range(count):
        if told is not None:
            told.append(line)
        yield Row(line, {"hsds": {}})


@pytest.mark.parametrize("count", [0, 1, A_BATCH, A_BATCH * 7 + 3])
def test_rows_come_in_order_and_once(count: int) -> None:
    assert [row.line for row in read_ahead(rows(count), lambda: 0)] == list(range(count))


def test_what_breaks_off_breaks_off_after_what_was_whole() -> None:
    def breaking() -> Iterator[Row]:
        yield from rows(A_BATCH)
        raise FileProblem("The feed broke off.")

    seen: list[int] = []
    with pytest.raises(FileProblem, match="broke off"):
        seen.extend(row.line for row in read_ahead(breaking(), lambda: 0))
    assert threading.active_count() < 10


def test_no_more_is_read_ahead_than_fits_and_a_reader_that_is_left_stops() -> None:
    told: list[int] = []
    reading = read_ahead(rows(A_BATCH * 50, told), lambda: 0)
    assert next(reading).line == 0
    reading.close()  # type: ignore[attr-defined]
    assert len(told) <= A_BATCH * (MOST_BATCHES + 3)
    assert not [one for one in threading.enumerate() if one.name == "read-ahead"]


def test_large_rows_wait_in_small_batches() -> None:
    told: list[int] = []
    reading = read_ahead(rows(A_BATCH * 50, told), lambda: len(told) * 10_000_000)
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert len(told) <= MOST_BATCHES + 3
