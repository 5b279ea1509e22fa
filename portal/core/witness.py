"""The head of the audit chain, written once a day to a place that this program cannot change: a file or an https address.

Each line of the file is a number, a hash and a time. Lines are only ever added. Who cuts entries off the end of the chain, or
writes it anew from some entry on, cannot make the lines fit: `portal audit verify` compares.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.connecting import Posted
from portal.core.extensions import db, settings
from portal.core.fetching import FetchProblem, fetcher
from portal.core.jobs import job


@dataclass(frozen=True)
class Line:
    """What the witness saw: the newest entry then."""

    number: int
    hash: str


class WitnessUnreadable(Exception):
    """The file of the witness cannot be read, or holds what we never wrote."""


@job("audit.witness", reads_only=True, lane="post")
def write_head() -> None:
    """Write the head to the witness, where there is one. Safe to repeat: a head that stands there already is not written."""
    place, (number, hashed) = settings().audit_witness, audit.head()
    if not place or number == 0:
        return
    text = f"{number} {hashed} {clock.now().isoformat(timespec='seconds')}\n"
    if _is_address(place):
        with fetcher() as there:
            answered = there.post(place, Posted(text.encode(), "text/plain; charset=utf-8"))
        if answered.status >= 400:
            raise FetchProblem(f"answered with the error {answered.status}", status=answered.status)
        return
    if (seen := lines()) and seen[-1] == Line(number, hashed):
        return
    _append(Path(place), text)


def check() -> tuple[int, int | None]:
    """How many lines of the witness fit the chain, and the number of the first entry that is gone or differs.

    Nothing is compared with an address, which is read by whoever keeps it. Raises WitnessUnreadable.
    """
    good = 0
    for line in lines():
        hashed = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.number == line.number))
        if hashed != line.hash:
            return good, line.number
        good += 1
    return good, None


def lines() -> list[Line]:
    """What stands in the file of the witness; nothing where there is none yet."""
    place = settings().audit_witness
    if not place or _is_address(place):
        return []
    try:
        told = Path(place).read_text(encoding="ascii").splitlines()
        return [Line(int(number), hashed) for number, hashed, *_when in (line.split() for line in told if line)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise WitnessUnreadable(
            f"PORTAL_AUDIT_WITNESS names {place}, which cannot be read as lines of ours."
        ) from error


def _append(path: Path, text: str) -> None:
    """One line in one write, brought to the disk."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(number, text.encode())
        os.fsync(number)
    finally:
        os.close(number)


def _is_address(place: str) -> bool:
    return place.startswith(("https://", "http://"))
