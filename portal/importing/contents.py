"""What a file holds, before anybody says which of it tells which fact."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from portal.importing.rows import Row


class Progress(Protocol):
    """How far reading has come, in bytes of the file on disk."""

    @property
    def size(self) -> int: ...

    @property
    def read_bytes(self) -> int: ...


@dataclass
class Counted:
    """Progress that its reader counts."""

    size: int = 0
    read_bytes: int = 0


@dataclass(frozen=True)
class Request:
    """A file to read, the sheet that is wanted of a workbook, and a folder for what does not fit in memory.

    `flat`: records of JSON are to be told by a mapping, whatever names they use. `pulse` is called where reading goes on
    without a row; `began` is the time of the process when it began.
    """

    path: Path
    sheet: str | None = None
    flat: bool = False
    scratch: Path | None = None
    pulse: Callable[[], None] = lambda: None
    began: float = field(default_factory=time.process_time)


@dataclass(frozen=True)
class Contents:
    """Rows of a file. With `columns`, each document is {"row": {column: value}} and wants a mapping; else it is whole.

    `sample` holds cells of the first rows. `sheets` names the sheets that were read of a workbook, the listings' first.
    """

    rows: Iterator[Row]
    progress: Progress
    columns: tuple[str, ...] | None = None
    sample: list[tuple[str, ...]] = field(default_factory=list)
    encoding: str = "utf-8"
    sheets: tuple[str, ...] = ()
