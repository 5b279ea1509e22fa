"""JSON documents of any size, piece by piece: one record, a list of them, or an object that holds lists of them.

A document is checked to its end before its first record is given, so one that is cut short stores nothing. Only what is
larger than can be checked in a few seconds is given as it is read.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ijson  # type: ignore[import-untyped]

from portal.importing.contents import Request
from portal.importing.files.streams import Readable, as_utf8
from portal.importing.lines import LONGEST_LINE, FileProblem
from portal.importing.rows import DEEPEST, MOST_KEYS, Refused, checked

CHECK_SECONDS = 3.0
STEP = 20_000
PIECE = 1_000_000
"""Bytes that are read at once: a long text is looked at anew with each piece."""
STARTS = frozenset({"start_map", "start_array"})
ENDS = frozenset({"end_map", "end_array"})
ENVELOPES = ("contents", "features", "items", "results", "records", "data")
"""Keys of an object that holds a list of records and a few words about it."""
OWN_NAMES = frozenset({"name", "title"})
KINDS: dict[type, str] = {bool: "true or false", str: "a text", int: "a number", float: "a number", list: "a list"}

Event = tuple[str, Any]


@dataclass
class Survey:
    """What a document is: how its top begins, its top's keys, and how many objects each list in it holds."""

    top: str = ""
    keys: list[str] = field(default_factory=list)
    objects: Counter[str] = field(default_factory=Counter)

    @property
    def lists(self) -> frozenset[str] | None:
        """The keys whose lists hold the records; "" where the top is the list; None where the top is one record."""
        if self.top == "list":
            return frozenset({""})
        for key in ENVELOPES[:2] if OWN_NAMES & set(self.keys) else ENVELOPES:
            if key in self.keys:
                return frozenset({key})
        if OWN_NAMES & set(self.keys) or not self.objects:
            return None
        return frozenset(self.objects)


@dataclass(frozen=True)
class Record:
    """A record, the list that it stands in, its number in the document from 1; or why it could not be read."""

    key: str
    number: int
    value: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None


class Document:
    """One JSON document, opened anew for each pass. Raises FileProblem where it is not whole JSON."""

    def __init__(self, name: str, opened: Callable[[], Readable], request: Request) -> None:
        self.name = name
        self._request = request
        self._opened = opened
        self.survey = self._surveyed()

    def records(self) -> Iterator[Record]:
        """The records, in order. A document that turns out not to be whole ends in a problem."""
        number = 0
        try:
            for key, value in _values(self._events(), self.survey.lists):
                number += 1
                yield _record(key, number, value)
        except FileProblem as problem:
            why = str(problem).rstrip(".")
            yield Record("", number + 1, problem=f"{why[:1].lower()}{why[1:]}; nothing after this could be read")

    def _surveyed(self) -> Survey:
        survey, depth, key, inner = Survey(), 0, "", ""
        until = self._request.began + CHECK_SECONDS
        for count, (kind, value) in enumerate(self._events(), 1):
            if depth == 0 and not survey.top:
                survey.top = {"start_map": "object", "start_array": "list"}.get(kind, "other")
            elif depth == 1 and kind == "map_key":
                key = str(value)[:200]
                survey.keys.append(key)
            elif depth == 1:
                inner = kind
            elif depth == 2 and kind == "start_map" and inner == "start_array" and survey.top == "object":
                survey.objects[key] += 1
            depth += (kind in STARTS) - (kind in ENDS)
            if len(survey.keys) > MOST_KEYS:
                raise FileProblem(f"The file {self.name} has more than {MOST_KEYS:,} keys at its top.")
            if count % STEP == 0:
                self._request.pulse()
                if time.process_time() > until:
                    break
        if survey.top not in {"object", "list"}:
            raise FileProblem(f"The file {self.name} holds neither a record nor a list of records.")
        return survey

    def _events(self) -> Iterator[Event]:
        with self._opened() as raw:
            try:
                yield from ijson.basic_parse(as_utf8(raw, self.name), use_float=True, buf_size=PIECE)
            except (ijson.JSONError, ValueError) as error:
                why = " ".join(str(error).split("\n")[0].split())[:120].rstrip(".")
                raise FileProblem(f"The file {self.name} is not whole JSON: {why}.") from error


def _values(events: Iterator[Event], lists: frozenset[str] | None) -> Iterator[tuple[str, Any]]:
    """Each record's key and value, or the Refused that says why it has none."""
    if lists is None:
        yield "", _built(next(events), events)
        return
    wanted_depth = 1 if "" in lists else 2
    depth, key, is_wanted = 0, "", "" in lists
    for event in events:
        kind, value = event
        if depth == 1 and kind == "map_key":
            key = str(value)[:200]
            is_wanted = key in lists
        elif depth == wanted_depth and is_wanted and kind not in ENDS:
            yield key, _built(event, events)
        elif depth == 1 and is_wanted and wanted_depth == 2 and kind == "start_map":
            _built(event, events)
        else:
            depth += (kind in STARTS) - (kind in ENDS)


def _built(first: Event, events: Iterator[Event]) -> Any:
    """The value that begins with an event. A Refused is given, not raised: the events of the value are used up."""
    building = _Building()
    depth = 0
    event = first
    while True:
        kind, value = event
        depth += kind in STARTS
        if building.problem is None:
            building.take(kind, value, depth)
        depth -= kind in ENDS
        if depth == 0:
            return Refused(building.problem) if building.problem else building.value
        event = next(events)


class _Building:
    """A value that grows, event by event, until a limit is broken."""

    def __init__(self) -> None:
        self.value: Any = None
        self.problem: str | None = None
        self._stack: list[Any] = []
        self._keys: list[str] = []
        self._letters = 0

    def take(self, kind: str, value: Any, depth: int) -> None:
        if depth > DEEPEST:
            self._refuse(f"it is nested more than {DEEPEST} deep")
        elif kind == "map_key":
            self._letters += len(value)
            self._keys[-1] = value
            if value in self._stack[-1]:
                self._refuse(f'"{value[:60]}" stands in it twice')
        elif kind in ENDS:
            self.value = self._stack.pop()
            self._keys.pop()
        elif kind in STARTS:
            new: Any = {} if kind == "start_map" else []
            self._put(new)
            self._stack.append(new)
            self._keys.append("")
        else:
            self._letters += len(value) if isinstance(value, str) else 8
            self._put(value)
        if self._letters > LONGEST_LINE:
            self._refuse(f"it is longer than {LONGEST_LINE:,} letters, so it was not read")

    def _put(self, value: Any) -> None:
        if not self._stack:
            self.value = value
        elif isinstance(self._stack[-1], dict):
            self._stack[-1][self._keys[-1]] = value
        else:
            self._stack[-1].append(value)
            self._letters += 1

    def _refuse(self, why: str) -> None:
        self.problem = why
        self._stack.clear()
        self.value = None


def _record(key: str, number: int, value: Any) -> Record:
    if isinstance(value, Refused):
        return Record(key, number, problem=str(value))
    if not isinstance(value, dict):
        kind = KINDS.get(type(value), "null")
        return Record(key, number, problem=f"it is {kind}, not a record with names and values")
    try:
        return Record(key, number, checked(value))
    except Refused as refusal:
        return Record(key, number, problem=str(refusal))
