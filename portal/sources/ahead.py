"""Reads on while what was read is dealt with: a feed is waited for more than it is worked on."""

from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread

from portal.importing.rows import Row

A_BATCH = 100
MOST_BATCHES = 3
MOST_BYTES = 5_000_000
"""Rows of a batch, batches that wait, and bytes after which a batch is full: what waits needs little memory."""
LOOK_SECONDS = 0.2


def read_ahead(rows: Iterator[Row], bytes_read: Callable[[], int]) -> Iterator[Row]:
    """The same rows, in order, read by a thread that is some batches ahead. What it raises is raised where it stood.

    `bytes_read`: how much was read for them so far.
    Where the rows are no longer asked for, the thread stops before the next batch, and this waits for it.
    """
    ready: Queue[list[Row] | BaseException | None] = Queue(MOST_BATCHES)
    stop = Event()

    def put(what: list[Row] | BaseException | None) -> None:
        while not stop.is_set():
            try:
                ready.put(what, timeout=LOOK_SECONDS)
            except Full:
                continue
            return

    def read() -> None:
        try:
            for batch in _batches(rows, bytes_read):
                put(batch)
                if stop.is_set():
                    return
        except BaseException as error:
            put(error)
        else:
            put(None)

    reader = Thread(target=read, daemon=True, name="read-ahead")
    reader.start()
    try:
        while True:
            try:
                got = ready.get(timeout=LOOK_SECONDS)
            except Empty:
                continue
            if got is None:
                return
            if isinstance(got, BaseException):
                raise got
            yield from got
    finally:
        stop.set()
        reader.join()


def _batches(rows: Iterator[Row], bytes_read: Callable[[], int]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    began = 0
    for row in rows:
        batch.append(row)
        if len(batch) >= A_BATCH or bytes_read() - began > MOST_BYTES:
            yield batch
            batch, began = [], bytes_read()
    if batch:
        yield batch
