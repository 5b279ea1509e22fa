"""Cells of a workbook as a person sees them: dates and times by their format, numbers with their zeros, per cents as such.

What no format tells is written plainly: 2026-03-12, 10:30, 12, 0.5.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NOT_SHOWN = re.compile(r'\[[^\]]*\]|_.|\*.|"([^"]*)"|\\(.)')
"""Colours and conditions, room for a letter, what is repeated; and words in quotation marks, which are shown."""
DATE_PART = re.compile(r"y+|m+|d+|h+|s+|am/pm|a/p|[^ymdhs]", re.IGNORECASE)
DIGITS = re.compile(r"[#0?,]*[#0?](?:\.([#0?]+))?")
MOST_DECIMALS = 12
PLAIN = frozenset({"General", "@", ""})


def shown(value: Any, number_format: str) -> str:
    """The text of a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    first = _first_part(number_format or "General")
    if isinstance(value, (datetime, date, time)):
        return _moment(value, first)
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, int | float | Decimal):
        return _number(value, first)
    return str(value)


@lru_cache(maxsize=500)
def _first_part(number_format: str) -> str:
    """The format of a positive number, with only what is shown."""
    if number_format in PLAIN:
        return ""
    part = number_format[:200].split(";", maxsplit=1)[0]
    return NOT_SHOWN.sub(lambda found: found[1] or found[2] or "", part)


def _moment(value: datetime | date | time, first: str) -> str:
    small = first.lower()
    has_date, has_time = bool(re.search(r"[yd]|mmm", small)), "h" in small
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if re.fullmatch(r"d{1,2}[-/ ]mmm|mmm[-/ ]d{1,2}|d{1,2}[-/ ]mmm[-/ ]y+|mmm[-/ ]y+|d+ mmmm(?: y+)?|d{3,4}", small):
        return "".join(_part(value, token) for token in DATE_PART.findall(small))
    clock = f"{value:%H:%M}" if isinstance(value, datetime) and (value.hour or value.minute) else ""
    if has_time and not has_date and isinstance(value, datetime):
        return f"{value:%H:%M}"
    day = value.date() if isinstance(value, datetime) else value
    return f"{day.isoformat()} {clock}".strip()


def _part(day: date, token: str) -> str:
    month, weekday = MONTHS[day.month - 1], DAYS[day.weekday()]
    parts = {
        "d": str(day.day), "dd": f"{day.day:02}", "ddd": weekday[:3], "dddd": weekday, "m": str(day.month),
        "mm": f"{day.month:02}", "mmm": month[:3], "mmmm": month, "yy": f"{day.year % 100:02}", "yyyy": str(day.year),
    }  # fmt: skip
    return parts.get(token, token)


def _number(value: float | Decimal, first: str) -> str:
    found = DIGITS.search(first)
    if not found or re.search(r"[eE]\+|/", first):
        return _plain(value)
    decimals = min(len(found[1] or ""), MOST_DECIMALS)
    is_percent = "%" in first
    amount = Decimal(str(value)) * (100 if is_percent else 1)
    if not amount.is_finite():
        return str(value)
    whole = found[0].split(".")[0]
    text = f"{amount:,.{decimals}f}" if "," in whole else f"{amount:.{decimals}f}"
    zeros = whole.count("0")
    if zeros > 1 and amount >= 0:
        text = text.zfill(zeros + (decimals + 1 if decimals else 0))
    before, after = first[: found.start()], first[found.end() :]
    if re.search(r"[#0?]", after):
        return _grouped(amount, first)
    return f"{before}{text}{after}".strip()


def _grouped(amount: Decimal, first: str) -> str:
    """A number whose digits stand in groups, such as a telephone number under the format 00000 000000."""
    places = len(re.findall(r"[0#?]", first))
    digits = iter(f"{int(amount):0{places}d}")
    return "".join(next(digits, "") if letter in "0#?" else letter for letter in first) + "".join(digits)


def _plain(value: float | Decimal) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
