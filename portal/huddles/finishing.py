"""Finishing a huddle: what each owner is told, when the next one is, and that nothing of this one changes any more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core import audit, clock, wording
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.huddles import days
from portal.huddles.actions import begin
from portal.huddles.board import ActionRow, Board, CaseRow, board_of
from portal.huddles.meeting import Meeting
from portal.huddles.notifications import HuddleSummary
from portal.huddles.owing import owners
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify


class NotLater(DomainError):
    """The next huddle was to be on the day of this one or before it, where one is finished already."""


@dataclass(frozen=True)
class Check:
    """What the page before the end shows: the open actions that the viewer sees, by owner; those without one first.

    `stepless`: the cases that they see for which nothing is to be done.
    """

    board: Board
    stepless: Sequence[CaseRow]
    unowned: Sequence[tuple[CaseRow, ActionRow]]
    owned: Mapping[str, Sequence[tuple[CaseRow, ActionRow]]]


def check_of(viewer: Viewer, meeting: Meeting) -> Check:
    """What there is to check."""
    board = board_of(viewer, meeting, show_all=True)
    unowned, owned = [], defaultdict(list)
    for row, action in [*board.to_do, *board.loose]:
        if action.needs_owner or action.owner is None:
            unowned.append((row, action))
        else:
            owned[action.owner].append((row, action))
    stepless = [row for row in board.rows if not row.actions]
    return Check(board, stepless, unowned, dict(sorted(owned.items(), key=lambda one: one[0].casefold())))


def proposed(meeting: Meeting) -> tuple[date, str | None]:
    """The day that is proposed for the next huddle, and why it is not the usual one, if it is not."""
    usual, day = days.proposed_after(max(meeting.day, clock.today()), meeting.weekday, meeting.nation)
    if day == usual:
        return day, None
    return day, _(
        "%(usual)s is a bank holiday, so %(day)s is proposed: the next working day.",
        usual=wording.day(usual), day=wording.day(day),
    )  # fmt: skip


def finish(meeting: Meeting, next_on: date, *, by: Viewer) -> int:
    """End a huddle and tell each owner what is theirs to do. Gives how many are told.

    Raises NotLater for a next day that is not after it, and Finished where it ended already.
    """
    if next_on <= meeting.day:
        day, _why = proposed(meeting)
        raise NotLater(
            _("The next huddle comes on a later day than this one: %(day)s is proposed", day=wording.day(day))
        )
    huddle = begin(meeting, by=by)
    huddle.finished_at, huddle.finished_by_id, huddle.next_on = clock.now(), by.id, next_on
    audit.record("huddle.finished", huddle, by=by, details={"next": next_on.isoformat()})
    db.session.flush()
    told = 0
    for user in owners(meeting.team_id):
        notify(
            HuddleSummary(str(huddle.id), str(user.id), meeting.slug),
            to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
            key=f"huddle-summary:{huddle.id}",
        )
        told += 1
    return told
