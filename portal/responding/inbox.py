"""The lines of the inbox in words: what to do, whom it is about, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.referrals.models import Introduction
from portal.referrals.states import State
from portal.responding.left import Left, left_of
from portal.responding.queries import Row, View
from portal.responding.sessions import said_at


@dataclass(frozen=True)
class Line:
    """One line. `title` is the link; `note` a soft line below; `left` how long there is to answer, while there is."""

    introduction: Introduction
    title: str
    note: str
    left: Left | None = None
    is_late: bool = False


def lines_of(rows: Sequence[Row], view: View) -> list[Line]:
    """In the order of the rows."""
    return [LINES[view.name](row) for row in rows]


def _to_answer(row: Row) -> Line:
    one = row.introduction
    sent = wording.short_date(clock.local(one.sent_at).date()) if one.sent_at else ""
    needs = wording.comma_list(row.told["needs"]) if row.told["needs"] else None
    note = _("Came on %(day)s", day=sent) if needs is None else _("%(needs)s. Came on %(day)s", needs=needs, day=sent)
    return Line(one, _title(row), note, left_of(one))


def _waiting(row: Row) -> Line:
    one = row.introduction
    since = wording.short_date(one.waiting_since) if one.waiting_since else ""
    expected = wording.short_date(one.place_expected_on) if one.place_expected_on else None
    note = _("Place %(place)s, since %(day)s.", place=row.place, day=since)
    if expected is not None:
        note = _(
            "Place %(place)s, since %(day)s. A place is expected by %(by)s.", place=row.place, day=since, by=expected
        )
    return Line(one, _title(row), note, is_late=one.review_on is not None and one.review_on <= clock.today())


def _going(row: Row) -> Line:
    one = row.introduction
    booked = [visit for visit in one.appointments if visit.status == "booked"]
    past = [visit for visit in booked if visit.starts_at <= clock.now()]
    if past:
        return Line(one, _title(row), _("Say who came on %(day)s", day=said_at(past[0].starts_at)), is_late=True)
    if booked:
        return Line(one, _title(row), _("Next: %(day)s", day=said_at(booked[0].starts_at)))
    if State(one.state) is State.PAUSED and one.review_on is not None:
        day = wording.short_date(one.review_on)
        return Line(one, _title(row), _("Look again on %(day)s", day=day), is_late=one.review_on <= clock.today())
    return Line(one, _title(row), _("No visit is booked"))


def _ended(row: Row) -> Line:
    """The reference alone where it came to nothing; the initials for some months where they came."""
    one = row.introduction
    day = wording.short_date(clock.local(one.ended_at).date()) if one.ended_at else ""
    return Line(one, _title(row), _("%(service)s, ended on %(day)s", service=one.to_what, day=day))


def _title(row: Row) -> str:
    one = row.introduction
    if initials := row.told["initials"]:
        return _("%(initials)s, %(reference)s", initials=initials, reference=one.shown_reference)
    return one.shown_reference


LINES = {"to-answer": _to_answer, "waiting": _waiting, "going": _going, "ended": _ended}
"""How a line of each view is said."""
