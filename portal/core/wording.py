"""Dates, times, money, distances and lists as plain words, in the reader's language. Source: journeys.md 3.

Nothing here is glued: each form is one message with named parts, so that a language can order them its own way.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date
from flask import Flask
from flask_babel import get_locale, ngettext

from portal.core import clock
from portal.core.i18n import gettext as _

KM_A_MILE = 1.609344
NO_BREAK = "\u00a0"
SENTENCE_END = re.compile(r"[.!?۔।]\s")


def init_app(app: Flask) -> None:
    """Let every template say days and lists in these words."""
    app.jinja_env.globals |= {"full_date": full_date, "whole_day": whole_day}
    app.jinja_env.filters |= {
        "longday": day, "longdate": full_date, "wholeday": whole_day, "briefday": brief_date, "commalist": comma_list,
        "shortened": shortened,
    }  # fmt: skip


def money(pence: int) -> str:
    """ "£3" or "£3.50"."""
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02d}" if rest else f"£{pounds:,}"


def miles(km: float) -> str:
    """A distance, rounded as people say it: "under half a mile", "about 2 miles"."""
    distance = km / KM_A_MILE
    if distance < 0.5:
        return _("under half a mile")
    rounded = max(1, int(distance + 0.5))
    return str(ngettext("about %(num)s mile", "about %(num)s miles", rounded))


def month(day: date) -> str:
    """ "March 2026"."""
    return _date(day, "MMMM y")


def short_date(day: date) -> str:
    """ "5 January", with the year where it is not within ten months of today."""
    is_far = abs((day - clock.today()).days) > 300
    return full_date(day) if is_far else _date(day, "d MMMM")


def brief_date(day: date) -> str:
    """ "5 Jan", with the year where it is not within ten months of today: for tables."""
    is_far = abs((day - clock.today()).days) > 300
    return _date(day, "d MMM y" if is_far else "d MMM")


def full_date(day: date) -> str:
    """ "5 January 2027"."""
    return _date(day, "d MMMM y")


def day(day: date) -> str:
    """ "Tuesday 24 November"."""
    return _date(day, "EEEE d MMMM")


def whole_day(day: date) -> str:
    """ "Tuesday 24 November 2026"."""
    return _date(day, "EEEE d MMMM y")


def weekday(day: date) -> str:
    """ "Tuesday"."""
    return _date(day, "EEEE")


def clock_time(at: time | datetime) -> str:
    """ "10am", "9.30am", "midday", "midnight": a time on a clock in the United Kingdom."""
    if isinstance(at, datetime):
        at = clock.local(at).time()
    if (at.hour, at.minute) == (0, 0):
        return _("midnight")
    if (at.hour, at.minute) == (12, 0):
        return _("midday")
    hour = at.hour % 12 or 12
    number = f"{hour}.{at.minute:02d}" if at.minute else str(hour)
    return _("%(time)sam", time=number) if at.hour < 12 else _("%(time)spm", time=number)


def time_range(start: time | datetime, end: time | datetime | None) -> str:
    """ "10am to midday", which does not break over lines; "from 10am" where the end is not known."""
    if end is None:
        return _("from %(start)s", start=clock_time(start)).replace(" ", NO_BREAK)
    return _("%(start)s to %(end)s", start=clock_time(start), end=clock_time(end)).replace(" ", NO_BREAK)


def and_list(items: Sequence[str]) -> str:
    """ "tea, cake and company"."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s", first=_(", ").join(items[:-1]), last=items[-1])


def comma_list(items: Sequence[str]) -> str:
    """ "Grief and loss, Low mood, stress and worry": for names that hold an "and" of their own."""
    return str(_(", ")).join(items)


def shortened(text: str, most: int) -> str:
    """The start of a text in one line, so many letters at most: whole sentences where they fill half of it, else words."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain
    ends = [end.end() for end in SENTENCE_END.finditer(plain[: most + 1])]
    if ends and ends[-1] > most // 2:
        return plain[: ends[-1]].rstrip()
    return (plain[: most - 1].rpartition(" ")[0].rstrip(",;:") or plain[: most - 1]) + "…"


def or_list(items: Sequence[str]) -> str:
    """ "phone, text or e-mail"."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s or %(last)s", first=_(", ").join(items[:-1]), last=items[-1])


def _date(day: date, pattern: str) -> str:
    return _formatted(day, pattern, str(get_locale() or "en"))


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))
