"""What referrals ask of a group today, for its home page: to answer, to say who came, to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select

from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.referrals.models import Appointment, Introduction
from portal.referrals.queries import is_received_by
from portal.referrals.states import State
from portal.responding.left import left_of
from portal.responding.queries import MINE

MOST_DAYS = 2
"""Visits of more days become one line."""


@dataclass(frozen=True)
class ToDo:
    """One thing. `kind`: answer, came or review; `mark`: what hurries, if anything does."""

    kind: str
    title: str
    note: str
    address: str
    mark: str | None = None


def todos_of(viewer: Viewer, organization_id: UUID) -> list[ToDo]:
    """In the order of the page. Empty for who does not answer for the organisation. At most three statements."""
    if not viewer.can(Permission.INTRODUCTION_ANSWER, organisation_id=organization_id):
        return []
    theirs = (
        (Introduction.organization_id == organization_id) & (Introduction.kind == "service") & is_received_by(viewer)
    )
    return [
        *_to_answer(theirs, organization_id),
        *_who_came(theirs, organization_id),
        *_look_again(theirs, organization_id),
    ]


def _to_answer(theirs: ColumnElement[bool], organization_id: UUID) -> list[ToDo]:
    wanted = select(Introduction).where(theirs, Introduction.state.in_([state.value for state in MINE]))
    found = db.session.scalars(wanted.order_by(Introduction.respond_by, Introduction.id)).all()
    if not found:
        return []
    first = found[0]
    came = wording.day(clock.local(first.sent_at).date()) if first.sent_at else ""
    left = left_of(first)
    note = _("The oldest came on %(day)s. Answer it by %(by)s.", day=came, by=left.by or came)
    title = ngettext("Answer %(num)s referral", "Answer %(num)s referrals", len(found))
    address = url_for("responding.referrals", organisation=organization_id)
    if len(found) == 1:
        address = url_for("responding.show", reference=first.shown_reference)
    return [ToDo("answer", title, note, address, left.tag if left.tone == "act" else None)]


def _who_came(theirs: ColumnElement[bool], organization_id: UUID) -> list[ToDo]:
    wanted = (
        select(Appointment.starts_at, Introduction.reference)
        .join(Introduction, Introduction.id == Appointment.introduction_id)
        .where(theirs, Appointment.status == "booked", Appointment.starts_at <= clock.now())
    )
    rows = [(clock.local(starts_at).date(), str(code)) for starts_at, code in db.session.execute(wanted)]
    note = _("Visits were booked. Yes or no for each.")
    address = url_for("responding.referrals", organisation=organization_id, view="going")
    days = sorted({day for day, _code in rows})
    if len(days) > MOST_DAYS:
        title = ngettext("Say who came to %(num)s visit", "Say who came to %(num)s visits", len(rows))
        return [ToDo("came", title, note, address)]
    return [_on_day(day, [code for one, code in rows if one == day], note, address) for day in days]


def _on_day(day: date, codes: Sequence[str], note: str, address: str) -> ToDo:
    title = _("Say who came on %(day)s", day=wording.day(day))
    if len(codes) == 1:
        address = url_for("responding.step", reference=codes[0], step="came")
    return ToDo("came", title, note, address)


def _look_again(theirs: ColumnElement[bool], organization_id: UUID) -> list[ToDo]:
    states = [State.WAITING_LIST.value, State.PAUSED.value]
    due = (Introduction.state.in_(states), Introduction.review_on <= clock.today())
    wanted = select(Introduction.state, func.count()).where(theirs, *due).group_by(Introduction.state)
    counts = {State(state): count for state, count in db.session.execute(wanted)}
    found = []
    if waiting := counts.get(State.WAITING_LIST):
        title = ngettext("Look again at %(num)s person who waits", "Look again at %(num)s people who wait", waiting)
        address = url_for("responding.referrals", organisation=organization_id, view="waiting")
        found.append(ToDo("review", title, _("The day on which you wanted to has come."), address))
    if paused := counts.get(State.PAUSED):
        title = ngettext("Look again at %(num)s person on hold", "Look again at %(num)s people on hold", paused)
        address = url_for("responding.referrals", organisation=organization_id, view="going")
        found.append(ToDo("review", title, _("The day on which you wanted to has come."), address))
    return found
