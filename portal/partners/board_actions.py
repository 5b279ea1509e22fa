"""Boards, their seats and meetings, and the log of decisions: a decision is never changed, and one that is withdrawn stays."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal.core import audit, clock
from portal.core.errors import Refused
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.partners.board_models import Board, BoardDecision, BoardMeeting, BoardMember
from portal.partners.keeping import added, check_dates, hold, known, take
from portal.partners.models import Programme

MOST_SEATS = 200


@dataclass(frozen=True)
class BoardTold:
    """A board: its name, what it decides, and the neighbourhood that it is for; none: the whole area."""

    name: str
    decides: str
    neighbourhood_id: UUID | None = None


@dataclass(frozen=True)
class SeatTold:
    """Who sits on a board, as what, for which organisation."""

    name: str
    seat: str
    starts_on: date
    ends_on: date | None = None
    organization_id: UUID | None = None


@dataclass(frozen=True)
class DecisionTold:
    """What was decided, why, and who proposed it; at a meeting or between two."""

    title: str
    decided: str
    why: str
    decided_on: date
    proposed_by: str | None = None
    meeting_id: UUID | None = None


def add_board(programme: Programme, told: BoardTold, *, form_key: str, by: Viewer) -> Board:
    """Set up a board."""
    if (before := known(Board, form_key)) is not None:
        return before
    board: Board = added(Board(programme_id=programme.id, **vars(told), form_key=form_key))
    audit.record("board.added", board, by=by, details={"programme": str(programme.id)})
    return board


def change_board(board: Board, told: BoardTold, *, version: int, by: Viewer) -> None:
    """Another name, or other things that it decides. Raises Overtaken."""
    take(board, version)
    for name, value in vars(told).items():
        setattr(board, name, value)
    audit.record("board.changed", board, by=by)


def seat(board: Board, told: SeatTold, *, form_key: str, by: Viewer) -> None:
    """Somebody takes a seat."""
    hold(board.programme_id)
    if known(BoardMember, form_key) is not None:
        return
    check_dates(told.starts_on, told.ends_on)
    if len(board.members) >= MOST_SEATS:
        raise Refused("name", _("A board has at most %(most)d seats, past ones with them.", most=MOST_SEATS))
    row = added(BoardMember(board_id=board.id, **vars(told), form_key=form_key))
    audit.record("board.seated", board, by=by, details={"seat": str(row.id)})


def unseat(member: BoardMember, last_day: date, *, version: int, by: Viewer) -> None:
    """Somebody leaves a board on a day. Raises Overtaken."""
    check_dates(member.starts_on, last_day)
    take(member, version)
    member.ends_on = last_day
    audit.record("board.unseated", member.board, by=by, details={"seat": str(member.id)})


def meet(board: Board, day: date, about: str | None, *, form_key: str, by: Viewer) -> None:
    """Note a meeting, past or to come."""
    hold(board.programme_id)
    if known(BoardMeeting, form_key) is not None:
        return
    if db.session.scalar(select(BoardMeeting.id).where(BoardMeeting.board_id == board.id, BoardMeeting.held_on == day)):
        raise Refused("held_on", _("A meeting on this day is noted already."))
    row = added(BoardMeeting(board_id=board.id, held_on=day, about=about, form_key=form_key))
    audit.record("board.met", board, by=by, details={"meeting": str(row.id)})


def decide(board: Board, told: DecisionTold, *, form_key: str, by: Viewer) -> BoardDecision:
    """Put a decision into the log, under the next number of its board."""
    hold(board.programme_id)
    if (before := known(BoardDecision, form_key)) is not None:
        return before
    if told.decided_on > clock.today():
        raise Refused("decided_on", _("Enter a day that is not in the future."))
    newest = select(func.max(BoardDecision.number)).where(BoardDecision.board_id == board.id)
    row = BoardDecision(
        board_id=board.id,
        number=(db.session.scalar(newest) or 0) + 1,
        **vars(told),
        form_key=form_key,
        added_by_id=by.id,
    )
    made: BoardDecision = added(row)
    audit.record("board.decided", made, by=by, details={"board": str(board.id), "number": made.number})
    return made


def withdraw(one: BoardDecision, why: str, successor: BoardDecision | None, *, version: int, by: Viewer) -> None:
    """A decision holds no more. It stays in the log, beside what holds instead. Raises Overtaken."""
    hold(one.board.programme_id)
    take(one, version)
    if one.withdrawn_at is not None:
        raise Refused("why", _("This decision was withdrawn already."))
    if successor is not None and (
        successor.id == one.id or successor.board_id != one.board_id or successor.withdrawn_at is not None
    ):
        raise Refused("successor", _("Choose another decision of this board that holds."))
    one.withdrawn_at, one.withdrawn_why = clock.now(), why
    one.replaced_by_id = successor.id if successor else None
    audit.record("board.withdrew", one, by=by, details={"instead": str(successor.id) if successor else None})
