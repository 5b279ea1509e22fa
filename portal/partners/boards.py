"""Boards and their decisions as lists, and one of each, for who may read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.plain import one_line
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.organisations.models import Organization
from portal.partners.board_models import Board, BoardDecision, BoardMeeting, BoardMember
from portal.partners.models import Partner, Programme
from portal.partners.scopes import Sight, Sights, seen

MOST = 500
LONGEST_SAID = 100
MOST_CHOICES = 200
HOLDS, WITHDRAWN = "", "withdrawn"


@dataclass(frozen=True)
class Wanted:
    """Which decisions: of one programme or all, of one board or all, with words, those that hold or those withdrawn."""

    programme: UUID | None = None
    board: UUID | None = None
    words: str = ""
    show: str = HOLDS

    @classmethod
    def of(cls, told: Mapping[str, str], by: Sights, boards: Sequence[Board]) -> "Wanted":
        """What an address asks for. What it cannot have is taken for all."""
        programmes, known = {str(one): one for one in by}, {str(one.id): one.id for one in boards}
        return cls(
            programme=programmes.get(told.get("programme", "")),
            board=known.get(told.get("board", "")),
            words=one_line(told.get("q", ""))[:LONGEST_SAID],
            show=WITHDRAWN if told.get("show") == WITHDRAWN else HOLDS,
        )

    def told(self, **other: str | None) -> dict[str, str | None]:
        """The same as parameters of an address."""
        own = {
            "programme": str(self.programme) if self.programme else None, "show": self.show or None,
            "board": str(self.board) if self.board else None, "q": self.words or None,
        }  # fmt: skip
        return {**own, **other}


def boards(by: Sights) -> Sequence[Board]:
    """Boards of the programmes that the viewer reads, by name; of past ones those that were set up then."""
    wanted = select(Board).join(Board.programme).where(_is_seen(by))
    loads = (contains_eager(Board.programme), joinedload(Board.neighbourhood))
    return db.session.scalars(wanted.options(*loads).order_by(Board.name, Board.id)).all()


def next_meetings(found: Sequence[Board]) -> dict[UUID, date]:
    """The next day on which each board meets, today with it: one statement."""
    wanted = select(BoardMeeting.board_id, func.min(BoardMeeting.held_on)).where(
        BoardMeeting.board_id.in_([one.id for one in found]), BoardMeeting.held_on >= clock.today()
    )
    return {board: day for board, day in db.session.execute(wanted.group_by(BoardMeeting.board_id))}


def one_board(by: Sights, board_id: UUID, *, to_keep: bool = False) -> tuple[Board, Sight]:
    """A board with its seats and meetings. Raises NotFound."""
    wanted = select(Board).join(Board.programme).where(Board.id == board_id, _is_seen(by))
    found = db.session.scalar(
        wanted.options(contains_eager(Board.programme), joinedload(Board.neighbourhood),
                       selectinload(Board.members).joinedload(BoardMember.organization), selectinload(Board.meetings))
    )  # fmt: skip
    if found is None or (to_keep and not by[found.programme_id].may_manage):
        raise NotFound(_("There is no such board, or it is not for you to see."))
    return found, by[found.programme_id]


def seats_of(board: Board, sight: Sight) -> tuple[list[BoardMember], list[BoardMember]]:
    """Who sits on it, or will, and who did, as far as the viewer may know."""
    on = sight.until or clock.today()
    known = [one for one in board.members if sight.may_read(one.starts_on)]
    now = [one for one in known if one.ends_on is None or one.ends_on >= on]
    return now, [one for one in known if one not in now]


def meetings_of(board: Board, sight: Sight) -> list[BoardMeeting]:
    """Its meetings, the last first, as far as the viewer may know."""
    return [one for one in board.meetings if sight.may_read(one.held_on)]


def meeting_day(one: BoardDecision, sight: Sight) -> date | None:
    """The day of the meeting at which something was decided, where it was at one that the viewer may know of."""
    return one.meeting.held_on if one.meeting is not None and sight.may_read(one.meeting.held_on) else None


def one_member(by: Sights, board_id: UUID, member_id: UUID) -> BoardMember:
    """A seat that the viewer may end. Raises NotFound."""
    board, _sight = one_board(by, board_id, to_keep=True)
    found = next((one for one in board.members if one.id == member_id), None)
    if found is None:
        raise NotFound(_("There is no such seat."))
    return found


def decisions(by: Sights, wanted: Wanted | None = None, *, most: int = MOST) -> Sequence[BoardDecision]:
    """What boards decided, newest first. What was withdrawn stands in a list of its own; without `wanted`: all."""
    asked = _decisions(by)
    if wanted is not None:
        asked = asked.where(
            BoardDecision.withdrawn_at.is_not(None)
            if wanted.show == WITHDRAWN
            else BoardDecision.withdrawn_at.is_(None)
        )
        if wanted.programme is not None:
            asked = asked.where(Board.programme_id == wanted.programme)
        if wanted.board is not None:
            asked = asked.where(BoardDecision.board_id == wanted.board)
        if wanted.words:
            columns = (BoardDecision.title, BoardDecision.decided, BoardDecision.why)
            asked = asked.where(or_(*(one.icontains(wanted.words, autoescape=True) for one in columns)))
    return db.session.scalars(asked.limit(most)).all()


def one_decision(by: Sights, decision_id: UUID, *, to_keep: bool = False) -> tuple[BoardDecision, Sight]:
    """A decision. Raises NotFound."""
    found = db.session.scalar(_decisions(by).where(BoardDecision.id == decision_id))
    if found is None or (to_keep and not by[found.board.programme_id].may_manage):
        raise NotFound(_("There is no such decision, or it is not for you to see."))
    return found, by[found.board.programme_id]


def before(one: BoardDecision, by: Sights) -> Sequence[BoardDecision]:
    """Those that it took the place of."""
    return db.session.scalars(_decisions(by).where(BoardDecision.replaced_by_id == one.id)).all()


def successors_for(one: BoardDecision) -> Sequence[BoardDecision]:
    """Decisions of the same board that hold, which may take its place."""
    wanted = select(BoardDecision).where(
        BoardDecision.board_id == one.board_id, BoardDecision.id != one.id, BoardDecision.withdrawn_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(BoardDecision.number.desc()).limit(MOST_CHOICES)).all()


def neighbourhoods_of(programme: Programme) -> Sequence[Neighbourhood]:
    """The neighbourhoods of a programme's area, by name."""
    wanted = select(Neighbourhood).join(Neighbourhood.set).where(NeighbourhoodSet.slug == programme.area)
    return db.session.scalars(wanted.order_by(Neighbourhood.name, Neighbourhood.id)).all()


def organisations_of(programme: Programme) -> Sequence[Organization]:
    """The organisations of a programme's partners, by name."""
    wanted = select(Organization).join(Partner, Partner.organization_id == Organization.id)
    return db.session.scalars(
        wanted.where(Partner.programme_id == programme.id).order_by(Organization.name, Organization.id)
    ).all()


def _decisions(by: Sights) -> Select[BoardDecision]:
    wanted = select(BoardDecision).join(BoardDecision.board).join(Board.programme)
    wanted = wanted.where(seen(by, Board.programme_id, BoardDecision.decided_on))
    loads = (contains_eager(BoardDecision.board).contains_eager(Board.programme), joinedload(BoardDecision.replaced_by),
             joinedload(BoardDecision.meeting))  # fmt: skip
    return wanted.options(*loads).order_by(
        BoardDecision.decided_on.desc(), BoardDecision.number.desc(), BoardDecision.id
    )


def _is_seen(by: Sights) -> ColumnElement[bool]:
    """Of boards: those that may be read. One that was set up on the last day of a lead was set up under it."""
    whole = [one for one, sight in by.items() if sight.until is None]
    past = [
        (Board.programme_id == one)
        & (Board.created_at < datetime.combine(sight.until + timedelta(days=1), time(), clock.LONDON))
        for one, sight in by.items()
        if sight.until is not None
    ]
    return or_(Board.programme_id.in_(whole), *past)
