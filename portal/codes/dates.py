"""Dates that people know by heart, such as when they were born: day, month and year in three boxes of one question."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from babel import Locale
from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation, ValidationError

from portal.codes.typed import plain_digits
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line

LABELS = {"day": _l("Day"), "month": _l("Month"), "year": _l("Year")}
PARTS = tuple(LABELS)
LONGEST = 20
OLDEST = 130
"""Years. Nobody has lived longer. Source: referrals.md 2."""
LATELY = timedelta(days=730)
"""How far back what a group or a team did with somebody may lie: further back a year was typed wrongly."""
FARTHEST = timedelta(days=365 * 60)
"""How far from today the day of an agreement, a meeting or a grant may lie: further off, its year was typed wrongly."""
MONTHS = 12
DAYS = 31
FEBRUARY = 2
LEAP_DAY = 29
YEAR = re.compile(r"[1-9][0-9]{3}")
SMALL = re.compile(r"[0-9]{1,2}")
MISSING: Mapping[tuple[str, ...], LazyString] = {
    ("day",): _l("Enter the day as well, like 27"),
    ("month",): _l("Enter the month as well, like 3"),
    ("year",): _l("Enter the year as well, like 1964"),
    ("day", "month"): _l("Enter the day and the month as well"),
    ("day", "year"): _l("Enter the day and the year as well"),
    ("month", "year"): _l("Enter the month and the year as well"),
}
WRONG: Mapping[str, LazyString] = {
    "day": _l("Enter the day as a number from 1 to 31"),
    "month": _l("Enter the month as a number from 1 to 12"),
    "year": _l("Enter the year with all 4 digits, like 1964"),
}
GROUPS = (18, 30, 40, 50, 60, 70, 80, 90)
"""Ages at which the next group begins."""


class Unclear(ValueError):
    """Why three parts are no date: the sentence to show, and which of the parts to look at."""

    def __init__(self, sentence: LazyString | str, *parts: str) -> None:
        super().__init__(str(sentence))
        self.parts = frozenset(parts)


def read(parts: Mapping[str, str]) -> date | None:
    """The date that was typed into the three boxes; None where all are empty. Raises Unclear."""
    missing = tuple(part for part in PARTS if not parts.get(part))
    if len(missing) == len(PARTS):
        return None
    if missing:
        raise Unclear(MISSING[missing], *missing)
    day, month = _small(parts["day"], DAYS), _small(parts["month"], MONTHS) or _named_month(parts["month"])
    year = int(parts["year"]) if YEAR.fullmatch(parts["year"]) else None
    numbers = {"day": day, "month": month, "year": year}
    if wrong := [part for part in PARTS if numbers[part] is None]:
        raise Unclear(WRONG[wrong[0]], *wrong)
    return _date(year or 0, month or 0, day or 0)


def age_on(born: date, day: date) -> int:
    """How many birthdays somebody has had on a day. Who was born on 29 February has theirs on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_group(born: date, day: date) -> str:
    """About how old somebody is on a day, for who need not know more: "Under 18", "60 to 69", "90 and over"."""
    age = age_on(born, day)
    if age < GROUPS[0]:
        return _("Under %(age)s", age=GROUPS[0])
    if age >= GROUPS[-1]:
        return _("%(age)s and over", age=GROUPS[-1])
    following = next(first for first in GROUPS if age < first)
    return _("%(first)s to %(last)s", first=GROUPS[GROUPS.index(following) - 1], last=following - 1)


class DateField(Field):
    """One date in three boxes, named "<name>-day", "-month" and "-year". `needed` is said where nothing was typed.

    `parts`: what stands in each box. `wrong`: the boxes that the error is about. Draw it with components/date-fields.html.
    """

    data: date | None

    def __init__(
        self,
        label: LazyString | str,
        *checks: Any,
        needed: LazyString | str | None = None,
        hint: LazyString | str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, checks, description=hint or "", **options)
        self.needed = needed
        self.parts: dict[str, str] = dict.fromkeys(PARTS, "")
        self.wrong: frozenset[str] = frozenset()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take what was sent, or what is on record."""
        super().process(None, data)
        self.parts = {part: str(getattr(self.data, part)) if self.data else "" for part in PARTS}
        if formdata is not None:
            self.parts = {part: _plain(formdata.get(f"{self.name}-{part}")) for part in PARTS}
            self.data = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Read the boxes, before the checks of this field."""
        try:
            self.data = read(self.parts)
        except Unclear as problem:
            self.wrong = problem.parts
            raise StopValidation(str(problem)) from problem
        if self.data is None:
            self.wrong = frozenset(PARTS) if self.needed else frozenset()
            raise StopValidation(str(self.needed) if self.needed else "")

    @property
    def day(self) -> date:
        """The date that was typed into a field that needs one, once the form has passed its checks."""
        if self.data is None:
            raise ValueError(f"{self.name} was not typed")
        return self.data

    @property
    def boxes(self) -> list[tuple[str, str, LazyString]]:
        """The part, id and label of each box. The first that is wrong has the id of the field: problems lead to it."""
        first = next((part for part in PARTS if part in self.wrong), PARTS[0])
        return [(part, self.id if part == first else f"{self.id}-{part}", LABELS[part]) for part in PARTS]


def check_born(born: date) -> None:
    """Raise Unclear where nobody who lives can have been born on this day."""
    if born > clock.today():
        raise Unclear(_("This date is in the future. Enter the date of birth, like 27 3 1964"), *PARTS)
    if age_on(born, clock.today()) > OLDEST:
        raise Unclear(_("This date is more than 130 years ago. Check the year of birth"), "year")


class BirthDate:
    """A check: somebody who lives can have been born on this day."""

    def __call__(self, _form: FlaskForm, field: DateField) -> None:
        if field.data is None:
            return
        try:
            check_born(field.data)
        except Unclear as problem:
            field.wrong = problem.parts
            raise ValidationError(str(problem)) from problem


class Lately:
    """A check: it was on this day that somebody was met or spoken to, so it lies neither ahead nor long ago."""

    def __call__(self, _form: FlaskForm, field: DateField) -> None:
        if field.data is not None and not clock.today() - LATELY <= field.data <= clock.today():
            field.wrong = frozenset(PARTS)
            raise ValidationError(_("Enter a day that is not in the future and not more than 2 years ago"))


class NotFar:
    """A check: the year was typed rightly."""

    def __call__(self, _form: FlaskForm, field: DateField) -> None:
        if field.data is not None and abs(field.data - clock.today()) > FARTHEST:
            field.wrong = frozenset({"year"})
            raise ValidationError(_("Check the year."))


def day_field(
    label: LazyString | str, *, needed: LazyString | str | None = None, hint: LazyString | str | None = None
) -> DateField:
    """On which day something begins, ends or was. `needed` is said where it has to be told and was not."""
    return DateField(label, NotFar(), needed=needed, hint=hint)


def birth_date_field(*, needed: LazyString | None = None, label: LazyString | None = None) -> DateField:
    """The question when somebody was born. `needed` is said where it has to be answered and was not."""
    return DateField(label or _l("Date of birth"), BirthDate(), needed=needed, hint=_l("For example, 27 3 1964"))


def _plain(typed: str | None) -> str:
    return plain_digits(one_line(typed))[:LONGEST]


def _small(text: str, most: int) -> int | None:
    return int(text) if SMALL.fullmatch(text) and 1 <= int(text) <= most else None


def _named_month(text: str) -> int | None:
    """The month of a name in English or the language in hand, whole or shortened."""
    told = text.casefold().rstrip(".")
    for locale in (get_locale(), Locale("en")):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=locale).items():
                if told == name.casefold().rstrip("."):
                    return int(number)
    return None


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        if (month, day) == (FEBRUARY, LEAP_DAY):
            told = _("February %(year)s has 28 days. Check the day and the year", year=year)
            raise Unclear(told, "day", "year") from error
        raise Unclear(_("That month has no such day. Check the day and the month"), "day", "month") from error
