"""What a process found out lately and need not find out again for a while: for figures that may be a little old, of nobody."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from flask import current_app

KEPT = "portal.remembered"
MOST = 5_000
"""Answers that are kept of one question; the oldest goes first."""
Found = TypeVar("Found")


@dataclass
class _Answers:
    """Answers to one question, by what was asked, each with its moment by the clock that never jumps."""

    found: OrderedDict[Hashable, tuple[float, Any]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


def _always(_found: object) -> bool:
    return True


def remembered(
    question: str,
    asked: Hashable,
    find: Callable[[], Found],
    *,
    seconds: float,
    holds: Callable[[Found], bool] = _always,
) -> Found:
    """What `find` gave for this lately, at most so many seconds ago, or gives now. Must not be changed by who gets it.

    `holds` is asked of what was given lately, where it may be wrong before its time is over: where it says no, it is found anew.

    For what is the same for everybody and in every language. Two that ask at once may both find it.
    """
    answers: _Answers = current_app.extensions.setdefault(KEPT, {}).setdefault(question, _Answers())
    known = answers.found.get(asked)
    if known is not None and monotonic() - known[0] < seconds:
        found: Found = known[1]
        if holds(found):
            return found
    found = find()
    with answers.lock:
        answers.found[asked] = monotonic(), found
        answers.found.move_to_end(asked)
        if len(answers.found) > MOST:
            answers.found.popitem(last=False)
    return found


def forget() -> None:
    """Find everything out anew."""
    current_app.extensions.pop(KEPT, None)
