"""Times and dates as people type them: "7.30pm", "midday", "22 to 29 December", "22/12/2026"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import get_month_names
from flask_babel import get_locale

from portal.core import clock, wording
from portal.core.i18n import gettext as _

TIME = re.compile(r"(\d{1,2})(?:[.: ]?(\d{2}))?\s*([ap])?\.?\s*m?\.?")
WORDS = {"midday": time(12), "noon": time(12), "12 noon": time(12), "12 midday": time(12), "midnight": time(0)}
NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2}|\d{4})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
WORDED = re.compile(r"(?:[^\d\s,]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?(?:\s+(?:of\s+)?([^\d\s,.]+)\.?)?(?:,?\s+(\d{4}))?")
TO = re.compile(r"\s+(?:to|until|till|-|–|—)\s+|(?<=\d)\s*[-–—]\s*(?=\d)|(?<=[^\W\d])\s*[–—]\s*(?=\d)")
MOST_DAYS = 92
"""A longer time closed is a pause."""
MOST_DATES = 200
YEARS = range(2000, 2101)


class Unclear(ValueError):
    """What was typed is no date or time. Its text is the sentence to show."""


def typed_time(text: str) -> time:
    """A time of day. Raises Unclear, also for one that may be morning or evening."""
    told = " ".join(text.lower().split())
    if told in WORDS:
        return WORDS[told]
    found = TIME.fullmatch(told)
    if found is None and (ours := _as_we_say(told)) is not None:
        return ours
    if found is None:
        raise Unclear(_("Enter a time, like 10am or 7.30pm"))
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise Unclear(_("Enter a time, like 10am or 7.30pm"))
    if half:
        if hour == 12 and half == "a":
            raise Unclear(_("Enter midday or midnight instead of 12am"))
        return time(hour % 12 + (12 if half == "p" else 0), minute)
    if hour < 13 and not (found[1].startswith("0") and found[2]):
        raise Unclear(_("Say if it is am or pm, like 10am or 7.30pm"))
    return time(hour, minute)


def _as_we_say(told: str) -> time | None:
    """The time that our own words in the reader's language name, which is how the form shows it."""
    every = (time(minute // 60, minute % 60) for minute in range(24 * 60))
    return next((one for one in every if wording.clock_time(one).lower() == told), None)


def typed_date(text: str, *, today: date | None = None) -> date:
    """One day. Without a year it is the next such day. Raises Unclear."""
    return _date(" ".join(text.split()), today or clock.today())


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both within."""

    first: date
    last: date

    @property
    def days(self) -> Iterator[date]:
        """Each of its days."""
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


def typed_spans(text: str, *, today: date | None = None) -> list[Span]:
    """A date or a range a line, or parted by commas or semicolons. Raises Unclear, with the line that is meant."""
    day = today or clock.today()
    spans = [_span(line.strip(), day) for line in re.split(r"[\n;]|,(?!\s*\d{4})", text) if line.strip()]
    if sum(1 for span in spans for _day in span.days) > MOST_DATES:
        raise Unclear(_("Give at most %(most)s dates", most=MOST_DATES))
    return spans


def lines_of(days: Iterable[date]) -> str:
    """Days as lines that can be typed again: neighbouring days as one range."""
    spans: list[Span] = []
    for day in sorted(set(days)):
        if spans and day - spans[-1].last == timedelta(days=1):
            spans[-1] = Span(spans[-1].first, day)
        else:
            spans.append(Span(day, day))
    return "\n".join(_line(span) for span in spans)


def _line(span: Span) -> str:
    if span.first == span.last:
        return wording.full_date(span.first)
    return _("%(first)s to %(last)s", first=wording.full_date(span.first), last=wording.full_date(span.last))


def _span(line: str, today: date) -> Span:
    is_iso = ISO.search(line) is not None
    parts = re.split(r"\s+(?:to|until|-|–|—)\s+", line) if is_iso else TO.split(line)
    parts = _parted_by_own_word(parts)
    if len(parts) == 1:
        day = _date(parts[0], today)
        return Span(day, day)
    if len(parts) != 2:
        raise _unclear(line)
    last = _date(parts[1], today)
    first = _first(parts[0], last, today)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Unclear(_("“%(line)s” is longer than three months or ends before it begins", line=line[:60]))
    return Span(first, last)


def _parted_by_own_word(parts: list[str]) -> list[str]:
    """Our own lines are written in the reader's language, so its word for "to" parts them too."""
    own = str(_("%(first)s to %(last)s", first="\0", last="\0")).strip("\0")
    return [piece.strip() for part in parts for piece in part.split(own)] if own.strip() else parts


def _first(text: str, last: date, today: date) -> date:
    """The start of a range, which may leave out what its end says: "22 to 29 December"."""
    if text.strip().isdigit():
        try:
            return last.replace(day=int(text))
        except (ValueError, OverflowError) as error:
            raise _unclear(text) from error
    found = WORDED.fullmatch(text.strip().lower())
    first = _date(text, today)
    if found is not None and not found[3]:
        first = first.replace(year=last.year)
        if first > last:
            first = first.replace(year=last.year - 1)
    return first


def _date(text: str, today: date) -> date:
    told = text.strip().lower()
    try:
        if found := ISO.fullmatch(told):
            return _in_reach(date(int(found[1]), int(found[2]), int(found[3])))
        if found := NUMBERS.fullmatch(told):
            year = int(found[3])
            return _in_reach(date(year if year > 99 else 2000 + year, int(found[2]), int(found[1])))
        found = WORDED.fullmatch(told)
        month = _months().get(found[2] or "") if found else None
        if found and month:
            if found[3]:
                return _in_reach(date(int(found[3]), month, int(found[1])))
            return _next(int(found[1]), month, today)
    except ValueError as error:
        raise _unclear(text) from error
    raise _unclear(text)


def _next(day: int, month: int, today: date) -> date:
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no such day")


def _in_reach(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError("out of reach")
    return day


def _unclear(text: str) -> Unclear:
    return Unclear(_("We cannot read “%(text)s” as a date. Write it like 22 December 2026", text=text[:60]))


def _months() -> dict[str, int]:
    return _months_of(str(get_locale() or "en"))


@lru_cache(maxsize=32)
def _months_of(locale: str) -> dict[str, int]:
    """Names of months, long and short, in English and in the reader's language."""
    found: dict[str, int] = {}
    for code in ("en", "en_GB", locale):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, Locale.parse(code, sep="_"))
                found |= {str(name).lower().rstrip("."): number for number, name in names.items()}
    return found | {"sept": 9}
