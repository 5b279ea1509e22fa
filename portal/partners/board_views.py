"""Boards: one of them with its seats and meetings, and what is kept of it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.partners import board_actions as actions
from portal.partners import boards
from portal.partners.answering import done, form_page
from portal.partners.blueprint import bp
from portal.partners.board_forms import BoardChangeForm, BoardForm, MeetingForm, SeatEndForm, SeatForm
from portal.partners.board_models import Board
from portal.partners.scopes import managed, sights


@bp.get("/boards/<uuid:board_id>")
@requires(Permission.PARTNERS_READ)
def board(board_id: UUID) -> ResponseReturnValue:
    """One board: who sits on it, when it meets, what it decided. Reading the names is noted."""
    by = sights(viewer())
    one, sight = boards.one_board(by, board_id)
    if one.members:
        audit.record_now("board.read", ("board", one.id), by=viewer())
        by = sights(viewer())
        one, sight = boards.one_board(by, board_id)
    seats, past = boards.seats_of(one, sight)
    return page(
        "partners/board.html",
        board=one,
        sight=sight,
        seats=seats,
        past=past,
        meetings=boards.meetings_of(one, sight),
        decisions=boards.decisions(by, boards.Wanted(board=one.id)),
        today=clock.today(),
    )


@bp.route("/boards/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_board() -> ResponseReturnValue:
    """Set up a board."""
    kept, asked = managed(sights(viewer())), request.args.get("programme", "")
    sight = next((one for one in kept if not asked or str(one.programme.id) == asked), None)
    if sight is None:
        raise NotFound(_("There is no such programme, or it is not yours to keep."))
    form = BoardForm()
    form.offer_neighbourhoods(sight.programme)
    made: list[Board] = []
    key = str(form.key.data)
    if done(form, lambda: made.append(actions.add_board(sight.programme, form.told(), form_key=key, by=viewer()))):
        return _saved(made[0].id)
    back = (url_for(".decisions"), _("Back to boards and decisions"))
    return form_page(form, _("Add a board"), back, _("Add the board"), caption=sight.programme.name)


@bp.route("/boards/<uuid:board_id>/change", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def change_board(board_id: UUID) -> ResponseReturnValue:
    """Its name, and what it decides."""
    one = _to_keep(board_id)
    form = BoardChangeForm(data={**BoardChangeForm.standing(one), "version": one.version})
    form.offer_neighbourhoods(one.programme)
    if done(
        form,
        lambda: actions.change_board(one, form.told(), version=form.seen_version, by=viewer()),
        lambda: (BoardChangeForm.standing(one), one.version),
    ):
        return _saved(one.id)
    return form_page(form, _("Change this board"), _back(one.id), caption=one.name)


@bp.route("/boards/<uuid:board_id>/seats/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_seat(board_id: UUID) -> ResponseReturnValue:
    """Somebody takes a seat."""
    one, form = _to_keep(board_id), SeatForm()
    form.offer_organisations(one.programme)
    if done(form, lambda: actions.seat(one, form.told(), form_key=str(form.key.data), by=viewer())):
        return _saved(one.id)
    return form_page(form, _("Add a member"), _back(one.id), _("Add the member"), caption=one.name)


@bp.route("/boards/<uuid:board_id>/seats/<uuid:member_id>/end", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def end_seat(board_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Somebody leaves; that they sat there stays."""
    member = boards.one_member(sights(viewer()), board_id, member_id)
    form = SeatEndForm(data={**SeatEndForm.standing(member), "version": member.version})
    if done(
        form,
        lambda: actions.unseat(member, form.ends_on.day, version=form.seen_version, by=viewer()),
        lambda: (SeatEndForm.standing(member), member.version),
    ):
        return _saved(board_id)
    title = _("End this seat: %(seat)s", seat=member.seat)
    return form_page(form, title, _back(board_id), _("End the seat"), caption=member.board.name)


@bp.route("/boards/<uuid:board_id>/meetings/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_meeting(board_id: UUID) -> ResponseReturnValue:
    """A meeting, past or to come."""
    one, form = _to_keep(board_id), MeetingForm()

    def act() -> None:
        told = (form.held_on.day, form.about.data or None)
        actions.meet(one, *told, form_key=str(form.key.data), by=viewer())

    if done(form, act):
        return _saved(one.id)
    return form_page(form, _("Add a meeting"), _back(one.id), _("Add the meeting"), caption=one.name)


def _to_keep(board_id: UUID) -> Board:
    one, _sight = boards.one_board(sights(viewer()), board_id, to_keep=True)
    return one


def _back(board_id: UUID) -> tuple[str, str]:
    return url_for(".board", board_id=board_id), _("Back to the board")


def _saved(board_id: UUID) -> ResponseReturnValue:
    flash(_("Saved."), "done")
    return redirect(url_for(".board", board_id=board_id), 303)
