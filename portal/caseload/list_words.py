"""Days and times of the caseload in words, and where its links lead."""

from datetime import date, datetime, time

from portal.caseload.list_page import Row
from portal.caseload.list_rows import Case, Intro
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.templating import address_of

THIS_WEEK = 7


def day_words(day: date) -> str:
    """ "Tuesday 24 November"; with the year where it is far."""
    return wording.day(day) if abs((day - clock.today()).days) < 300 else wording.full_date(day)


def whole_day_words(day: date) -> str:
    """ "Tuesday 24 November 2026"."""
    return _("%(weekday)s %(date)s", weekday=wording.weekday(day), date=wording.full_date(day))


def date_words(moment: datetime) -> str:
    """The date of a moment, short."""
    return wording.short_date(clock.local(moment).date())


def time_words(at: time | datetime) -> str:
    """ "10.30am"."""
    return wording.clock_time(at)


def moment_words(moment: datetime) -> str:
    """ "Monday 4.50pm" within a week, else "20 November, 4.50pm"."""
    day, at = clock.local(moment).date(), wording.clock_time(moment)
    if (clock.today() - day).days < THIS_WEEK:
        return _("%(day)s %(time)s", day=wording.weekday(day), time=at)
    return _("%(day)s, %(time)s", day=wording.short_date(day), time=at)


def record_at(reference: str) -> str:
    """The record of a person."""
    return address_of("caseload.record", reference=reference)


def way_of(row: Row) -> str:
    """Where the next step of a row is done."""
    step = row.step
    if step is None or step.introduction is None:
        return record_at(row.case.reference)
    if step.where == "record":
        return record_at(row.case.reference)
    return way_to(row.case, step.introduction)


def way_to(case: Case, one: Intro) -> str:
    """Where an introduction is worked on: its own page, which after a refusal offers others."""
    return address_of("caseload.introduction", reference=case.reference, introduction=one.reference)
