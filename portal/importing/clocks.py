"""Times as people write them: "9.30am", "10:00 - 12:00", "2-4pm", "midday". Only what can mean one thing is told.

What each form may be taken for stands in docs/import.md. A clock time that could be morning or evening is no time.
"""

import re
from dataclasses import dataclass
from datetime import time

TIME = re.compile(
    r"(?P<word>12 ?noon|12 ?midday|12 ?midnight|noon|midday|midnight)\b"
    r"|(?P<hour>\d{1,2})(?:(?P<point>[:.])(?P<minute>\d{2}))?(?!\d)(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"(?: ?(?P<after>noon|midday)\b)?(?: ?hrs?\b)?"
)
EARLIEST = 6 * 60
EARLIEST_SAID = 5 * 60
DAY = 24 * 60
LONGEST = 16 * 60
LONGEST_NIGHT = 12 * 60
LONGEST_AFTERNOON = 5 * 60


@dataclass(frozen=True)
class Clock:
    """A time as written. `half` is "a", "p" or empty; `is_colon`: two digits, a colon and two digits."""

    hour: int
    minute: int
    half: str = ""
    is_colon: bool = False
    has_zero: bool = False

    @property
    def on_dial(self) -> int:
        """Minutes past twelve on a clock with twelve hours."""
        return self.hour % 12 * 60 + self.minute

    @property
    def says_24(self) -> bool:
        """True where this alone shows that its writer counts hours to 24."""
        return not self.half and (self.hour >= 13 or self.has_zero)


Span = tuple[int, int]
"""Start and end in minutes after midnight; an end past 1440 is on the next day."""


def clock_from(found: re.Match[str]) -> Clock | None:
    """The time that a match of `TIME` holds. None where no clock shows it."""
    if word := found["word"]:
        return Clock(0, 0, "a") if "midnight" in word else Clock(12, 0, "p")
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"] or ""
    if hour > (12 if half else 24) or minute > 59 or (half and hour == 0):
        return None
    if found["after"]:
        return Clock(12, 0, "p") if (hour, minute) == (12, 0) and half in {"", "p"} else None
    is_colon = not half and found["point"] == ":" and len(found["hour"]) == 2
    return Clock(hour, minute, half, is_colon, is_colon and found["hour"].startswith("0"))


def spans(pairs: list[tuple[Clock, Clock]]) -> list[Span] | None:
    """What all the times of one text mean. None where a single one is in doubt: its writer may mean the rest otherwise."""
    counts_to_24 = any(clock.says_24 for pair in pairs for clock in pair)
    found = [_span(start, end, counts_to_24) for start, end in pairs]
    return None if None in found else [span for span in found if span is not None]


def as_time(minutes: int) -> time:
    """Minutes after midnight as a time of day."""
    return time(minutes % DAY // 60, minutes % 60)


def _span(start: Clock, end: Clock, counts_to_24: bool) -> Span | None:
    if start.half and end.half:
        return _both_said(start, end)
    if end.half:
        return _end_said(start, end)
    if start.half:
        return _start_said(start, end)
    if counts_to_24 or (start.is_colon and end.is_colon):
        return _checked(start.hour * 60 + start.minute, end.hour * 60 + end.minute)
    return None


def _both_said(start: Clock, end: Clock) -> Span | None:
    first, last = _minutes(start), _minutes(end)
    if first is None or last is None or first < EARLIEST_SAID:
        return None
    if last > first:
        return first, last
    last += DAY
    return (first, last) if first >= 12 * 60 and last - first <= LONGEST_NIGHT else None


def _end_said(start: Clock, end: Clock) -> Span | None:
    """ "2-4pm" is in the afternoon, "9-5pm" and "11-1pm" begin in the morning; "8-10pm" may be either."""
    last = _minutes(end)
    if last is None or last == 0 or start.hour > 12:
        return None
    morning, evening = start.on_dial, start.on_dial + 12 * 60
    if start.hour == 12:
        morning = DAY
    if last <= 12 * 60 or evening >= last:
        return _checked(morning, last) if 5 <= start.hour <= 11 else None
    if start.hour in {12, 1, 2, 3, 4, 5, 6, 7} and last - evening <= LONGEST_AFTERNOON:
        return evening, last
    return None


def _start_said(start: Clock, end: Clock) -> Span | None:
    """ "10am-12" ends at noon, "9am-5" and "2pm-4" in the afternoon; "9am-11" may end in the morning or at night."""
    first = _minutes(start)
    if first is None or first < EARLIEST_SAID:
        return None
    if end.hour > 12:
        return _checked(first, end.hour * 60 + end.minute)
    last = end.on_dial + 12 * 60
    if start.half == "a" and end.hour != 12 and end.on_dial > start.on_dial:
        return None
    return (first, last) if first < last and last - first <= LONGEST_NIGHT else None


def _checked(first: int, last: int) -> Span | None:
    return (first, last) if EARLIEST <= first < last <= DAY and last - first <= LONGEST else None


def _minutes(clock: Clock) -> int | None:
    """Minutes after midnight of a time that says which half of the day. "12am" is noon to some: none."""
    if clock.half == "a":
        return (0 if clock.hour == 0 else None) if clock.hour in {0, 12} else clock.hour * 60 + clock.minute
    return (clock.hour % 12 + 12) * 60 + clock.minute
