"""The page of a board, as it is opened and as it comes back with what is wrong or what somebody else has written."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.references import read_reference
from portal.core.viewer import viewer
from portal.directory.help_first import FreeWords, help_after
from portal.huddles import cases, days, minutes
from portal.huddles.board import Board, CaseRow, board_of, note_reading
from portal.huddles.cases import Note
from portal.huddles.forms import HereForm, WriteForm, mark_of
from portal.huddles.meeting import Meeting
from portal.huddles.saying import said_of

BOARD = "huddles/board.html"


def board_page(
    meeting: Meeting,
    *,
    opened: str | None = None,
    show_all: bool = False,
    form: WriteForm | None = None,
    clash: Note | None = None,
    status: int | None = None,
    late: str | None = None,
) -> ResponseReturnValue:
    """The board with one case opened. That its people were read is noted after all of it was asked, and before it is shown.

    `form`: what was typed into the opened case; `clash`: what somebody else wrote meanwhile; `late`: why it was not kept.
    """
    known = read_reference(opened) if opened else None
    board = board_of(viewer(), meeting, show_all=show_all, wanted=known)
    row = board.by_reference.get(known) if known else None
    said, said_above = said_of(row.reference if row is not None else None)
    told = page(
        BOARD,
        status=status,
        board=board,
        meeting=meeting,
        opened=row,
        form=(form or _form_of(board, row, board.note)) if row is not None and board.note is not None else None,
        here=HereForm(formdata=None),
        clash=clash,
        late=late,
        said=said,
        said_above=said_above,
        holiday=holiday_words(meeting),
        today=clock.today(),
        sharers=_sharers(board, row) if row is not None else [],
    )
    note_reading(viewer(), board.read)
    return told


def finished_page(at: Meeting) -> ResponseReturnValue:
    """A huddle that was finished: what was said and agreed, and where the next one is."""
    told = minutes.minutes_of(viewer(), at)
    shown = page("huddles/finished.html", meeting=at, minutes=told, holiday=holiday_words(at))
    minutes.note_reading(viewer(), [one.person_id for one in told.cases], "huddle-minutes")
    return shown


def offer(form: WriteForm, meeting: Meeting, opened: Any, members: Any) -> None:
    """Who may do something for a case, and by when. `opened`: whatever tells with whom it is shared."""
    form.owner.offer({"": _("Choose who does it"), **cases.owners_of(members, opened.shared)})
    form.due.offer(cases.due_days(meeting))


def help_with(form: FreeWords, known: Mapping[str, Any] | None = None) -> bool:
    """Let the next page begin with numbers where words of danger were typed, but for what was `known` before, by field.

    Gives whether it does.
    """
    dangers = form.dangers_beside(known or {})
    help_after(dangers)
    return bool(dangers)


def note_form(person_id: UUID) -> None:
    """Leave an entry that a form with what stands about somebody was put before the viewer. After it was drawn."""
    minutes.note_reading(viewer(), [person_id], "huddle")


def holiday_words(meeting: Meeting) -> str | None:
    """That the day is a bank holiday, and which working day comes next. None for any other day."""
    if not days.is_bank_holiday(meeting.day, meeting.nation):
        return None
    free = days.working_from(meeting.day, meeting.nation)
    return _(
        "%(day)s is a bank holiday. The huddle works on it too, if the team chose it. The next working day is %(next)s.",
        day=wording.day(meeting.day), next=wording.day(free),
    )  # fmt: skip


def _form_of(board: Board, row: CaseRow, note: Note) -> WriteForm:
    form = WriteForm(formdata=None, data={**note.texts, "version": str(note.version), "stood": mark_of(note.texts)})
    offer(form, board.meeting, row, board.meeting.members)
    owners = {choice.value: str(choice.label) for choice in form.owner.choices}
    form.owner.data = cases.first_owner(viewer(), row.lead_id, owners, board.meeting.members)
    form.due.data = next_due(board.meeting, [choice.value for choice in form.due.choices])
    return form


def next_due(meeting: Meeting, offered: list[str]) -> str:
    """By when something is due if nobody says otherwise: the next huddle."""
    wanted: date = cases.next_huddle_after(meeting)
    return wanted.isoformat() if wanted.isoformat() in offered else offered[-1]


def _sharers(board: Board, row: CaseRow) -> list[str]:
    """Names of the team's organisations that may see a case."""
    names = {one.organisation for one in board.now if row.shared.is_with([one.organization_id])}
    return sorted(names, key=str.casefold)
