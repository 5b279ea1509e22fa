"""One record of a nested document: its values by name, as far as they are what their names say.

A list where a text belongs, or the other way round, is Refused, as is a text that is too long: then the whole document is
not what it says it is. A value that only cannot be used (31 February, a web address without a host) is noted.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from uuid import UUID

from portal.core import plain
from portal.importing import certain, contacts
from portal.importing.nested.trace import Trace
from portal.importing.rows import Refused
from portal.importing.texts import is_sheet_rubble, one_line, paragraphs, says_nothing
from portal.openreferral.tables import NOT_GIVEN

LONGEST_NAME = 250
LONGEST_TEXT = 20_000
LONGEST_RAW = 200_000
"""Letters with markup. A longer text is not even looked at."""
LONGEST_ID = 250
MOST_ITEMS = 300
MOST_RECORDS = 5_000
LARGEST = 10**15
OURS = "hereabouts"
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|\+00:?00|\+01:?00)?")
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?)?")
KINDS = {list: "a list", dict: "an object", str: "a text", bool: "true or false", int: "a number", float: "a number"}


class Unusable(Exception):
    """A part of a record that cannot be used, as a plain reason: it is left out whole."""


@dataclass(frozen=True)
class Node:
    """A record. `what` is what readers call it; `notes` gathers what was left out; `is_ours` if a portal like this wrote it.

    `trace` notes which values were asked for.
    """

    value: dict[str, Any]
    notes: list[str]
    what: str = "it"
    is_ours: bool = False
    trace: Trace = field(default_factory=Trace, compare=False, repr=False)

    @property
    def ours(self) -> "Node":
        """What the standard lacks and a portal like this one wrote beside it; empty where nothing was."""
        return self.one(OURS) or Node({}, self.notes, self.what, self.is_ours, self.trace)

    def note(self, text: str) -> None:
        """Say once that something was not used."""
        if text not in self.notes:
            self.notes.append(text)

    def leave(self, key: str) -> None:
        """Say that a value was looked at and is not used."""
        self.trace.leave(self.value, key)

    def settle(self, *, is_used: bool) -> None:
        """Say that all of the record is used, or said elsewhere too; or that nothing of it is."""
        self.trace.settle(self.value, is_used=is_used)

    def _asked(self, key: str) -> Any:
        self.trace.see(self.value, key)
        return self.value.get(key)

    def one(self, key: str, what: str | None = None) -> "Node | None":
        """A record within this one. Raises Refused for anything else."""
        value = self._asked(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise Refused(f'its "{key}" is {KINDS[type(value)]}, not an object')
        return Node(value, self.notes, what or self.what, self.is_ours, self.trace)

    def each(self, key: str, what: str) -> Iterator["Node"]:
        """The records of a list; none where there is no list. Raises Refused for anything else.

        One that stands there twice with its id is one. Different ones with one id are different: many packages number
        what hangs on a service by the service.
        """
        value = self._asked(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise Refused(f'its "{key}" is {KINDS[type(value)]}, not a list')
        if len(value) > MOST_ITEMS:
            raise Refused(f'its "{key}" are {len(value):,}; {MOST_ITEMS} is the most')
        seen: dict[str, list[dict[str, Any]]] = {}
        for item in value:
            if item is None:
                continue
            if not isinstance(item, dict):
                raise Refused(f'its "{key}" hold {KINDS[type(item)]} where an object belongs')
            node = Node(item, self.notes, what, self.is_ours, self.trace)
            same = seen.setdefault(node.id() or "", [])
            if node.id() is None or item not in same:
                same.append(item)
                yield node

    def id(self) -> str | None:
        """The record's id. Raises Refused for one that is no id."""
        return self.key("id")

    def own_id(self, name: str = "id") -> UUID | None:
        """The id that a portal like this one gave it, which it may keep here; of others none."""
        value = self.value.get(name)
        return uuid_in(value) if self.is_ours and isinstance(value, str) else None

    def key(self, name: str) -> str | None:
        """An id under some name. Raises Refused for one that is no id."""
        value = self._asked(name)
        if value is None:
            return None
        if not isinstance(value, str | int) or isinstance(value, bool) or (isinstance(value, int) and value > 10**100):
            raise Refused(f'its "{name}" is neither a text nor a whole number')
        text = str(value) if isinstance(value, int) else one_line(value[:LONGEST_RAW])
        if len(text) > LONGEST_ID:
            raise Refused(f'its "{name}" is {len(text):,} letters long; {LONGEST_ID} is the most')
        return text or None

    def raw(self, key: str) -> str:
        """A value as text; empty where there is none. Raises Refused for a list or an object."""
        value = self._asked(key)
        if value is None:
            return ""
        if isinstance(value, str):
            if len(value) > LONGEST_RAW:
                raise Refused(f'its "{key}" is {len(value):,} letters long; {LONGEST_TEXT:,} is the most')
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            if abs(value) > LARGEST:
                raise Refused(f'its "{key}" is a number that is too large')
            return repr(value)
        raise Refused(f'its "{key}" is {KINDS[type(value)]}, not a text')

    def text(self, key: str, most: int = LONGEST_TEXT) -> str | None:
        """A text in paragraphs, without markup; none where it says nothing. Raises Refused if too long."""
        raw = self.raw(key)
        return self._said(key, plain.plain(raw) if self.is_ours else paragraphs(raw), most) if raw else None

    def line(self, key: str, most: int = LONGEST_TEXT) -> str | None:
        """A text on one line."""
        found = self._one_line(key)
        return self._said(key, found, most) if found else None

    def _one_line(self, key: str) -> str:
        """What a portal like this one wrote has no markup: what looks like it was meant so. Most of a record is not there."""
        raw = self.raw(key)
        if not raw:
            return raw
        return plain.one_line(raw) if self.is_ours else one_line(raw)

    def _said(self, key: str, found: str, most: int) -> str | None:
        if len(found) > most:
            raise Refused(f'its "{key}" is {len(found):,} letters long; {most:,} is the most')
        if self._says_nothing(found):
            return None
        if not self.is_ours and is_sheet_rubble(found):
            self.note(f'its "{key}" is a spreadsheet\'s formula or error, so it was not used')
            return None
        return found

    def name(self, key: str = "name") -> str | None:
        """A name. Raises Refused for a formula, for one without a letter and for one that is too long."""
        found = self._one_line(key)
        if not self.is_ours and is_sheet_rubble(found):
            raise Refused(f"its {key} is a spreadsheet's formula or error")
        if len(found) > LONGEST_NAME:
            raise Refused(f"its {key} is {len(found):,} letters long; {LONGEST_NAME} is the most")
        if found and not any(letter.isalnum() for letter in found):
            raise Refused(f"its {key} has no letter in it")
        return None if self._says_nothing(found) else found

    def _says_nothing(self, text: str) -> bool:
        """A portal like this one leaves out what it does not know, or says so: there "None" is somebody's word."""
        return text in {"", NOT_GIVEN} if self.is_ours else says_nothing(text)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a text that holds such a list as JSON is one too. Raises Refused for anything else."""
        value = self._asked(key)
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                value = json.loads(value[:LONGEST_RAW])
            except (ValueError, RecursionError):
                raise Refused(f'its "{key}" is not a whole list') from None
        if value is None or value == "":
            return ()
        if not isinstance(value, list):
            raise Refused(f'its "{key}" is {KINDS[type(value)]}, not a list')
        if len(value) > MOST_ITEMS:
            raise Refused(f'its "{key}" are {len(value):,}; {MOST_ITEMS} is the most')
        if wrong := next((item for item in value if not isinstance(item, str)), None):
            raise Refused(f'its "{key}" hold {KINDS.get(type(wrong), "nothing")} where a text belongs')
        lines = (Node({key: item}, self.notes, is_ours=self.is_ours).line(key) for item in value if item is not None)
        return tuple(line for line in lines if line)

    def choice(self, key: str, allowed: frozenset[str]) -> str | None:
        """One of some words, in small letters; another is noted."""
        found = self.line(key)
        if found is None:
            return None
        if found.lower() in allowed:
            return found.lower()
        self.note(f'"{found[:40]}" is no {key.replace("_", " ")} that we know, so it was not used')
        return None

    def choices(self, key: str, allowed: frozenset[str]) -> tuple[str, ...]:
        """Some of some words, each once."""
        found = dict.fromkeys(self.texts(key))
        for word in found:
            if word not in allowed:
                self.note(f'"{word[:40]}" among its {key.replace("_", " ")} is not known here, so it was not used')
        return tuple(word for word in found if word in allowed)

    def flag(self, key: str) -> bool | None:
        """Yes or no. Anything else is noted."""
        found = self.line(key)
        answer = certain.yes_or_no(found) if found else None
        if found and answer is None:
            self.note(f'its "{key}" is "{found[:40]}", neither yes nor no, so it was not used')
        return answer

    def number(self, key: str) -> float | None:
        """A number. Anything else is noted."""
        found = self.line(key)
        if found is None:
            return None
        try:
            value = float(found)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.note(f'its "{key}" is "{found[:40]}", not a number, so it was not used')
            return None
        return value

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        """A whole number within bounds. Raises Unusable for any other."""
        found = self.line(key)
        if found is None:
            return None
        match = re.fullmatch(r"([+-]?\d{1,9})(?:\.0+)?", found)
        if match is None or not lowest <= int(match[1]) <= highest:
            raise Unusable(f'its "{key}" is "{found[:40]}"')
        return int(match[1])

    def pounds(self, key: str) -> Decimal | None:
        """An amount with at most two decimal places. Raises Unusable for any other."""
        found = self.line(key)
        if found is None:
            return None
        try:
            amount = Decimal(found.removeprefix("£").replace(",", ""))
        except InvalidOperation:
            raise Unusable(f'its "{key}" is "{found[:40]}"') from None
        if not amount.is_finite() or not 0 <= amount < 100_000_000 or amount != round(amount, 2):
            raise Unusable(f'its "{key}" is "{found[:40]}"')
        return round(amount, 2)

    def day(self, key: str) -> date | None:
        """A date. Raises Unusable for one that no calendar has."""
        found = self.line(key)
        if found is None:
            return None
        match = DAY.fullmatch(found)
        if match is None:
            _wrong(key, found)
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            _wrong(key, found)

    def clock(self, key: str) -> time | None:
        """A time on clocks in the United Kingdom; 24:00 is midnight. Raises Unusable for one that no clock shows."""
        found = self.line(key)
        if found is None:
            return None
        match = CLOCK.fullmatch(found)
        if match is None or int(match[2]) > 59 or int(match[1]) > 24 or (match[1] == "24" and match[2] != "00"):
            _wrong(key, found)
        return time(int(match[1]) % 24, int(match[2]))

    def moment(self, key: str) -> datetime | None:
        """A moment, in UTC where it does not say. Raises Unusable for one that never was."""
        found = self.line(key)
        if found is None:
            return None
        try:
            moment = datetime.fromisoformat(found)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            _wrong(key, found)

    def web(self, key: str) -> str | None:
        """A usable web address. Another is noted."""
        found = self.line(key)
        used = contacts.web_address(found) if found else None
        if found and not used:
            self.note(f'its web address "{found[:60]}" cannot be used')
        return used

    def mail(self, key: str) -> str | None:
        """A usable e-mail address. Another is noted. One for examples is taken from a portal like this one only."""
        found = self.line(key)
        used = contacts.email_address(found, may_be_example=self.is_ours) if found else None
        if found and not used:
            self.note(f'its e-mail address "{found[:60]}" cannot be used')
        return used


def uuid_in(text: str) -> UUID | None:
    """An id that is written as portals like this one write theirs, or none."""
    try:
        return found if str(found := UUID(text)) == text and found.int else None
    except ValueError:
        return None


def must_be_bounded(value: dict[str, Any]) -> None:
    """Raises Refused for a document that holds more records than a service can have."""
    waiting: list[Any] = [value]
    records = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            records += 1
            waiting += [one for one in item.values() if isinstance(one, dict | list)]
        elif isinstance(item, list):
            waiting += item
    if records > MOST_RECORDS:
        raise Refused(f"it holds {records:,} records; {MOST_RECORDS:,} is the most")


def _wrong(key: str, found: str) -> NoReturn:
    raise Unusable(f'its "{key}" is "{found[:40]}"')
