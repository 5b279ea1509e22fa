"""When a service is to be had: what a source says of it, turned into sessions and opening hours where certain.

A time is a **session**, at which people meet, where it is in some weeks of the month only, or where the whole week has
at most three days and twelve hours and no time is longer than four hours. Else it is **opening hours**: a place is open.
What is not certain stays in the source's own words, whole.
"""

import re
from dataclasses import dataclass, replace
from datetime import time

from opening_hours import validate

from portal.importing import clocks
from portal.importing.weeks import DAYS, Block, agrees, clashes, is_all_known, read_week

LONGEST_TEXT = 400
"""Letters. A longer text is a description; nobody reads it for certain."""
MOST_SESSION_DAYS = 3
MOST_SESSION_HOURS = 12
LONGEST_SESSION_HOURS = 4

OSM_DAYS = dict(zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), DAYS, strict=True))
OSM_RULE = re.compile(
    r"(?P<days>[A-Z][A-Za-z,\-\[\]0-9 ]*?) (?P<times>\d\d:\d\d-\d\d:\d\d(?:, ?\d\d:\d\d-\d\d:\d\d)*|off|closed)"
)
OSM_DAY = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su)|\[(-?\d(?:, ?-?\d)*)\])?")
HOLIDAYS_OFF = re.compile(r"PH (?:off|closed)")
EARLIEST = 6 * 60


@dataclass(frozen=True, order=True)
class Times:
    """The same time on one or more days: `byday` as iCalendar has it, "MO,TU" or "1WE,3WE". British clocks."""

    byday: str
    starts_at: time
    ends_at: time

    @property
    def is_monthly(self) -> bool:
        """True for nth weekdays of a month."""
        return self.byday[0] in "-0123456789"


@dataclass(frozen=True)
class Opening:
    """Sessions and opening hours that are certain, and the text that is not."""

    sessions: tuple[Times, ...] = ()
    hours: tuple[Times, ...] = ()
    text: str | None = None


UNTOLD = Opening()


def read_opening(text: str | None, osm: str | None = None) -> Opening:
    """What a source's free text and its OpenStreetMap `opening_hours` say together. Either may be missing.

    A text that can be read alone is; if both are there they must tell the same. A text that leaves morning or evening open
    is settled by the other, unless it names other days or times or says "monthly", a date, "by appointment" or the like;
    its other words are kept beside what it was settled to.
    """
    from_osm = read_osm(osm) if osm else None
    if not text:
        return _sorted_out(from_osm) if from_osm else Opening(text=osm or None)
    if len(text) > LONGEST_TEXT:
        return Opening(text=text)
    from_text = read_week(text)
    if from_text is not None:
        return _sorted_out(from_text) if not osm or from_text == from_osm else Opening(text=text)
    if from_osm and _is_by_day(from_osm) and agrees(text, from_osm):
        return replace(_sorted_out(from_osm), text=None if is_all_known(text) else text)
    return Opening(text=text)


def read_osm(value: str) -> frozenset[Block] | None:
    """A plain week or month of OpenStreetMap's `opening_hours`. None for seasons, comments, sunsets and wrong syntax."""
    value = " ".join(value.split())
    if len(value) > LONGEST_TEXT or not validate(value):
        return None
    if value == "24/7":
        return frozenset(Block(day, (0, clocks.DAY)) for day in DAYS)
    blocks: set[Block] = set()
    off: set[str] = set()
    for part in filter(None, (part.strip() for part in value.split(";"))):
        if HOLIDAYS_OFF.fullmatch(part):
            continue
        rule = OSM_RULE.fullmatch(part)
        days = _osm_days(rule["days"]) if rule else None
        if rule is None or days is None:
            return None
        if rule["times"] in {"off", "closed"}:
            off |= set(days)
            continue
        spans = [_osm_span(*times.strip().split("-")) for times in rule["times"].split(",")]
        if None in spans:
            return None
        blocks |= {Block(day, span) for day in days for span in spans if span is not None}
    kept = frozenset(block for block in blocks if block.day not in off)
    return None if clashes(kept) else kept


def _osm_days(text: str) -> list[str] | None:
    days: list[str] = []
    rest = OSM_DAY.sub("", text)
    if rest.replace(",", "").strip():
        return None
    for first, last, nths in OSM_DAY.findall(text):
        if nths:
            days += [f"{int(nth)}{OSM_DAYS[first]}" for nth in nths.split(",")]
        elif last:
            start, end = DAYS.index(OSM_DAYS[first]), DAYS.index(OSM_DAYS[last])
            days += DAYS[start : end + 1] if start <= end else (*DAYS[start:], *DAYS[: end + 1])
        else:
            days.append(OSM_DAYS[first])
    return days


def _osm_span(start: str, end: str) -> tuple[int, int] | None:
    """Minutes of one time. None for what is more often a slip than a night's work: 00:00-00:00, 02:00-04:00."""
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    if first < EARLIEST:
        return None
    if last <= first:
        last += clocks.DAY
        return (first, last) if first >= 17 * 60 and last - first <= clocks.LONGEST_NIGHT else None
    return (first, last) if last - first <= clocks.LONGEST else None


def _is_by_day(blocks: frozenset[Block]) -> bool:
    return all(block.day in DAYS for block in blocks)


def _sorted_out(blocks: frozenset[Block]) -> Opening:
    monthly = {block for block in blocks if block.day not in DAYS}
    weekly = blocks - monthly
    if _is_meeting(weekly):
        return Opening(sessions=_times(weekly | monthly))
    return Opening(sessions=_times(monthly), hours=_times(weekly))


def _is_meeting(weekly: frozenset[Block]) -> bool:
    lengths = [last - first for first, last in (block.span for block in weekly)]
    return (
        len({block.day for block in weekly}) <= MOST_SESSION_DAYS
        and max(lengths, default=0) <= LONGEST_SESSION_HOURS * 60
        and sum(lengths) <= MOST_SESSION_HOURS * 60
    )


def _times(blocks: set[Block] | frozenset[Block]) -> tuple[Times, ...]:
    """Blocks of one time together, in the order of the week."""
    byday: dict[tuple[tuple[int, int], bool], list[str]] = {}
    for block in sorted(blocks, key=lambda block: (DAYS.index(block.day[-2:]), block.day, block.span)):
        byday.setdefault((block.span, block.day in DAYS), []).append(block.day)
    return tuple(
        sorted(
            Times(",".join(days), clocks.as_time(span[0]), clocks.as_time(span[1])) for (span, _), days in byday.items()
        )
    )
