"""Words of danger with an answer to "did it help?": handed to whoever reads worries about safety, a feature above this one.

It registers here when it is imported. Nobody is named: who wrote is not known, and is not looked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Worry:
    """What was written about a service. `organisations`: whose safeguarding leads read it, the one that offers it first."""

    words: str
    service: str
    organisations: Sequence[UUID]


@dataclass
class _Reader:
    reads: Callable[[Sequence[UUID]], bool] = lambda _organisations: False
    take: Callable[[Worry], None] = lambda _worry: None


_reader = _Reader()


def read_by(reads: Callable[[Sequence[UUID]], bool], take: Callable[[Worry], None]) -> None:
    """Name who reads worries: whether anybody does of these organisations, and what is done with one."""
    _reader.reads, _reader.take = reads, take


def is_read(organisations: Sequence[UUID]) -> bool:
    """Whether a worry would be read by somebody of these organisations."""
    return _reader.reads(organisations)


def tell(worry: Worry) -> None:
    """Put a worry before those who read it."""
    _reader.take(worry)
