"""Free text about days and times read into a week, where every word of it is understood.

"Monday: 10:30 - 12:00, Tuesday: 09:30 - 15:00", "Mon-Fri 9am-5pm", "every Tuesday 2-4pm", "1st Wednesday of the month".
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from portal.importing import clocks
from portal.importing.clocks import Clock, Span

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_WORDS = {
    "monday": "MO", "mon": "MO", "tuesday": "TU", "tues": "TU", "tue": "TU", "wednesday": "WE", "weds": "WE", "wed": "WE",
    "thursday": "TH", "thurs": "TH", "thur": "TH", "thu": "TH", "friday": "FR", "fri": "FR", "saturday": "SA",
    "sat": "SA", "sunday": "SU", "sun": "SU",
}  # fmt: skip
GROUP_WORDS = {
    "weekdays": DAYS[:5], "weekday": DAYS[:5], "daily": DAYS, "every day": DAYS, "everyday": DAYS, "7 days a week": DAYS,
    "seven days a week": DAYS, "weekends": DAYS[5:], "weekend": DAYS[5:],
}  # fmt: skip
NTH_WORDS = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4, "last": -1}
MONTH = r"(?:of|in|each|every) (?:the |each |every |a )?month\b|(?:each|every) month\b|monthly\b"
TOKEN = re.compile(
    r"\s*(?:"
    rf"(?P<group>{'|'.join(sorted(map(re.escape, GROUP_WORDS), key=len, reverse=True))})\b"
    rf"|(?P<day>{'|'.join(sorted(DAY_WORDS, key=len, reverse=True))})(?:'?s)?\b"
    rf"|(?P<nth>{'|'.join(NTH_WORDS)})\b"
    rf"|(?P<month>{MONTH})"
    r"|(?P<closed>closed)\b"
    rf"|(?P<time>{clocks.TIME.pattern})"
    r"|(?P<to>[-\u2010-\u2015]+|to\b|until\b|till\b|'?til\b)"
    r"|(?P<mark>[,;:/&.()+|\n]|and\b)"
    r"|(?P<filler>open(?:ing)?(?: times| hours)?\b|times?\b|hours\b|every\b|each\b|on\b|from\b|between\b|weekly\b"
    r"|we are\b|the\b|is\b)"
    r")",
)
KINDS = ("group", "day", "nth", "month", "closed", "time", "to", "mark", "filler")
BETWEEN = re.compile(r"\bbetween\s+([^,;\n]{1,12}?)\s+and\s+")
UNKNOWN = re.compile(r"\s*(?:[^\W\d_]+|\d+|.)", re.DOTALL)
DOUBT = re.compile(
    r"month|fortnight|alternate|alternating|every other|bi-?weekly|term|holiday|except|excluding|appoint|book|closed"
    r"|week ?[12ab]\b|\b(?:1st|2nd|3rd|4th|5th|first|second|third|forth|fourth|fifth|last|once|twice|temporar|subject"
    r"|var(?:y|ies|ious)|change|winter|summer|spring|autumn|start|until|currently|not|unless|bank|please|only|some"
    r"|check|ring|phone|call|contact|cancel|suspend|paus|jan|feb|mar(?:ch)?\b|apr|may\b|jun|jul|aug|sep|oct|nov|dec)"
    r"|\b\d(?:st|nd|rd|th)\b|\b20\d\d\b|\b\d{1,2}/\d{1,2}\b"
)
"""Words that make a timetable less than certain when they stand beside one."""


@dataclass(frozen=True, order=True)
class Block:
    """One time in a week or month. `day` is an iCalendar day, "MO" or "1WE"; `span` in minutes after midnight."""

    day: str
    span: Span


@dataclass
class _Week:
    days: list[str] = field(default_factory=list)
    pairs: list[tuple[list[str], Clock, Clock]] = field(default_factory=list)
    waiting: list[tuple[Clock, Clock]] = field(default_factory=list)


Token = tuple[str, str, Clock | None]


def read_week(text: str) -> frozenset[Block] | None:
    """The week that a text tells. None unless every word of it is understood and every time can mean one thing only."""
    tokens = _tokens(text.lower())
    if not tokens:
        return None
    week = _gathered(tokens)
    if week is None or not week.pairs:
        return None
    meant = clocks.spans([(start, end) for _days, start, end in week.pairs])
    if meant is None:
        return None
    blocks = frozenset(
        Block(day, span) for (days, _start, _end), span in zip(week.pairs, meant, strict=True) for day in days
    )
    return None if clashes(blocks) else blocks


def agrees(text: str, blocks: frozenset[Block]) -> bool:
    """True where a text names the same days and clock times as a week told otherwise, and nothing that casts doubt.

    The text need not say morning or evening: that is what the other telling is for.
    """
    small = text.lower()
    if DOUBT.search(small):
        return False
    tokens = _between_times_or_days(_tokens(small, strictly=False) or [])
    week = _gathered([token for token in tokens if token[0] != "unknown"])
    if week is None:
        return False
    said = {(day, start.on_dial, end.on_dial) for days, start, end in week.pairs for day in days}
    return said == {(block.day, block.span[0] % 720, block.span[1] % 720) for block in blocks}


def is_all_known(text: str) -> bool:
    """True where a text holds nothing but days, times and the words between them."""
    return _tokens(text.lower()) is not None


def clashes(blocks: frozenset[Block]) -> bool:
    """True where two times of one day overlap: then one of them is not what it seems."""
    ordered = sorted(blocks)
    return any(one.day == other.day and other.span[0] < one.span[1] for one, other in pairwise(ordered))


def _tokens(text: str, *, strictly: bool = True) -> list[Token] | None:
    """Words in order. Strictly: none where a word is not known; else unknown words are passed over."""
    tokens: list[Token] = []
    place, text = 0, BETWEEN.sub(r"\1 to ", text).strip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            if strictly:
                return None
            skipped = UNKNOWN.match(text, place)
            place = skipped.end() if skipped else len(text)
            tokens.append(("unknown", "", None))
            continue
        place = found.end()
        kind = next(name for name in KINDS if found[name])
        clock = clocks.clock_from(found) if kind == "time" else None
        if kind == "time" and clock is None and strictly:
            return None
        value = DAY_WORDS[found["day"]] if kind == "day" else found[kind].strip()
        tokens.append((kind, value, clock))
    return tokens


def _gathered(tokens: list[Token]) -> _Week | None:
    """Days with their times, in order. None where the order is not plain."""
    week, place = _Week(), 0
    tokens = [token for token in tokens if token[0] != "filler"]
    while place < len(tokens):
        kind, _value, clock = tokens[place]
        if kind == "mark":
            place += 1
        elif kind in {"day", "group", "nth"}:
            found = _day_group(tokens, place)
            if found is None or not _begin(week):
                return None
            week.days += found[0]
            place = found[1]
        elif kind == "time" and clock is not None and place + 2 < len(tokens) and tokens[place + 1][0] == "to":
            end = tokens[place + 2][2]
            if end is None:
                return None
            week.waiting.append((clock, end))
            place += 3
        elif kind == "to" and week.days and not week.waiting:
            place += 1
        elif kind == "closed" and week.days and not week.waiting:
            week.days = []
            place += 1
        else:
            return None
    return _end(week)


def _begin(week: _Week) -> bool:
    """Days begin: what stands before is whole, or times came first and wait for their only days."""
    if week.days and week.waiting:
        _settle(week)
    elif week.waiting and week.pairs:
        return False
    return True


def _settle(week: _Week) -> None:
    week.pairs += [(list(week.days), start, end) for start, end in week.waiting]
    week.days, week.waiting = [], []


def _end(week: _Week) -> _Week | None:
    if bool(week.days) != bool(week.waiting):
        return None
    _settle(week)
    return week


def _between_times_or_days(tokens: list[Token]) -> list[Token]:
    """Without the dashes and "to"s that stand elsewhere."""
    around = [("", "", None), *tokens, ("", "", None)]
    return [
        token
        for before, token, after in zip(around, tokens, around[2:], strict=False)
        if token[0] != "to" or before[0] == after[0] in {"time", "day"}
    ]


def _day_group(tokens: list[Token], place: int) -> tuple[list[str], int] | None:
    """Days from a place on: "mon", "mon-fri", "1st and 3rd monday of the month". Gives them and the place after."""
    kind, value, _clock = tokens[place]
    if kind == "group":
        return list(GROUP_WORDS[value]), place + 1
    if kind == "day":
        if place + 2 < len(tokens) and tokens[place + 1][0] == "to" and tokens[place + 2][0] == "day":
            return _range(value, tokens[place + 2][1]), place + 3
        return [value], place + 1
    numbers = []
    while place < len(tokens) and (tokens[place][0] == "nth" or tokens[place][1] in {",", "&", "and", "/"}):
        if tokens[place][0] == "nth":
            numbers.append(NTH_WORDS[tokens[place][1]])
        place += 1
    if place + 1 >= len(tokens) or tokens[place][0] != "day" or tokens[place + 1][0] != "month":
        return None
    return [f"{number}{tokens[place][1]}" for number in numbers], place + 2


def _range(first: str, last: str) -> list[str]:
    start, end = DAYS.index(first), DAYS.index(last)
    return list(DAYS[start : end + 1]) if start <= end else [*DAYS[start:], *DAYS[: end + 1]]
