"""Forms of boards, seats, meetings and decisions."""

from typing import Any
from uuid import UUID

from portal.codes.dates import day_field
from portal.core.form_fields import Select, line, words
from portal.core.forms import KeyedForm, PageForm, ShownVersion
from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import full_date
from portal.partners import boards
from portal.partners.board_actions import BoardTold, DecisionTold, SeatTold
from portal.partners.board_models import Board, BoardDecision, BoardMember
from portal.partners.models import Programme

LONGEST_WORDS = 4_000
FOR_ANYBODY = _l("Write it for anybody to read: name no person.")


def _id(told: str | None) -> UUID | None:
    return UUID(told) if told else None


class BoardFields(PageForm):
    """What is told of a board."""

    name = line(_l("Name"), _l("For example, Saffron neighbourhood board"), needed=_l("Enter a name"), longest=120)
    neighbourhood = Select(_l("For which part of the area"))
    decides = words(_l("What it decides"), needed=_l("Say what it decides"), longest=2_000)

    def told(self) -> BoardTold:
        """What was typed."""
        return BoardTold(self.name.data or "", self.decides.data or "", _id(self.neighbourhood.data))

    def offer_neighbourhoods(self, programme: Programme) -> None:
        """Those of the programme's area."""
        parts = {str(one.id): one.name for one in boards.neighbourhoods_of(programme)}
        self.neighbourhood.offer({"": _l("The whole area"), **parts})


class BoardForm(BoardFields, KeyedForm):
    """A new board."""


class BoardChangeForm(BoardFields, ShownVersion):
    """A board that stands."""

    @staticmethod
    def standing(one: Board) -> dict[str, Any]:
        """What stands."""
        part = str(one.neighbourhood_id) if one.neighbourhood_id else ""
        return {"name": one.name, "neighbourhood": part, "decides": one.decides}


class SeatForm(KeyedForm):
    """Somebody takes a seat."""

    name = line(
        _l("Name"), _l("It is kept encrypted, and stands on no export."), needed=_l("Enter the name"), longest=100
    )
    seat = line(_l("As what"), _l("For example, Chair, or Voluntary groups"), needed=_l("Say as what"), longest=80)
    organisation = Select(_l("For which organisation"))
    starts_on = day_field(_l("First day"), needed=_l("Enter the first day"))
    ends_on = day_field(_l("Last day"), hint=_l("Leave it empty while it goes on."))

    def offer_organisations(self, programme: Programme) -> None:
        """Those of the programme's partners; or none, for somebody who speaks for themselves."""
        told = {str(one.id): one.name for one in boards.organisations_of(programme)}
        self.organisation.offer({"": _l("None: for themselves"), **told})

    def told(self) -> SeatTold:
        """What was typed."""
        return SeatTold(
            self.name.data or "",
            self.seat.data or "",
            self.starts_on.day,
            self.ends_on.data,
            _id(self.organisation.data),
        )


class SeatEndForm(ShownVersion):
    """Somebody leaves."""

    ends_on = day_field(_l("Last day"), needed=_l("Enter the last day"))

    @staticmethod
    def standing(one: BoardMember) -> dict[str, Any]:
        """What stands."""
        return {"ends_on": one.ends_on}


class MeetingForm(KeyedForm):
    """A meeting."""

    held_on = day_field(_l("Day"), needed=_l("Enter the day"))
    about = words(_l("What it is about"), longest=1_000)


class DecisionForm(KeyedForm):
    """A decision."""

    title = line(_l("Title"), _l("In one line, for the log"), needed=_l("Enter a title"), longest=160)
    decided = words(_l("What was decided"), FOR_ANYBODY, needed=_l("Say what was decided"), longest=LONGEST_WORDS)
    why = words(_l("Why"), FOR_ANYBODY, needed=_l("Say why"), longest=LONGEST_WORDS)
    proposed_by = line(_l("Who proposed it"), _l("It is kept encrypted, and stands on no export."), longest=100)
    meeting = Select(_l("At which meeting"))
    decided_on = day_field(_l("On which day"), needed=_l("Enter the day"))

    def offer_meetings(self, board: Board) -> None:
        """Those of the board; or none."""
        told = {str(one.id): full_date(one.held_on) for one in board.meetings[: boards.MOST_CHOICES]}
        self.meeting.offer({"": _l("Between meetings"), **told})

    def told(self) -> DecisionTold:
        """What was typed."""
        return DecisionTold(
            title=self.title.data or "", decided=self.decided.data or "", why=self.why.data or "",
            decided_on=self.decided_on.day, proposed_by=self.proposed_by.data or None,
            meeting_id=_id(self.meeting.data),
        )  # fmt: skip


class WithdrawForm(ShownVersion):
    """A decision holds no more."""

    why = words(_l("Why?"), needed=_l("Say why it is withdrawn"), longest=1_000)
    successor = Select(_l("What holds instead"))

    def offer_successors(self, one: BoardDecision) -> None:
        """Decisions of the same board that hold; or none."""
        self.known = {str(other.id): other for other in boards.successors_for(one)}
        told = {key: f"{other.shown_number} {other.title}" for key, other in self.known.items()}
        self.successor.offer({"": _l("Nothing"), **told})

    @staticmethod
    def standing(one: BoardDecision) -> dict[str, Any]:
        """What stands."""
        return {"why": one.withdrawn_why, "successor": str(one.replaced_by_id) if one.replaced_by_id else ""}
