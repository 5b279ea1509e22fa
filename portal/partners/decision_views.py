"""The log of decisions: what boards decided, one decision, a new one, and one that holds no more."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.partners import board_actions as actions
from portal.partners import boards
from portal.partners.answering import done, form_page
from portal.partners.blueprint import bp
from portal.partners.board_forms import DecisionForm, WithdrawForm
from portal.partners.board_models import BoardDecision
from portal.partners.scopes import managed, sights


@bp.get("/decisions")
@requires(Permission.PARTNERS_READ)
def decisions() -> ResponseReturnValue:
    """Boards, and what they decided, newest first."""
    by = sights(viewer())
    every = boards.boards(by)
    wanted = boards.Wanted.of(request.args, by, every)
    return page(
        "partners/decisions.html",
        sights=by,
        wanted=wanted,
        boards=every,
        meets=boards.next_meetings(every),
        found=boards.decisions(by, wanted),
        keeps=managed(by),
        today=clock.today(),
    )


@bp.get("/decisions/<uuid:decision_id>")
@requires(Permission.PARTNERS_READ)
def decision(decision_id: UUID) -> ResponseReturnValue:
    """One decision: what, why, who proposed it; and what came before or after it. Reading who proposed it is noted."""
    by = sights(viewer())
    one, sight = boards.one_decision(by, decision_id)
    if one.proposed_by:
        audit.record_now("board_decision.read", ("board_decision", one.id), by=viewer())
        by = sights(viewer())
        one, sight = boards.one_decision(by, decision_id)
    meeting = boards.meeting_day(one, sight)
    return page("partners/decision.html", decision=one, sight=sight, meeting=meeting, before=boards.before(one, by))


@bp.route("/boards/<uuid:board_id>/decisions/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_decision(board_id: UUID) -> ResponseReturnValue:
    """Put a decision into the log."""
    board, _sight = boards.one_board(sights(viewer()), board_id, to_keep=True)
    form = DecisionForm()
    form.offer_meetings(board)
    made: list[BoardDecision] = []
    key = str(form.key.data)
    if done(form, lambda: made.append(actions.decide(board, form.told(), form_key=key, by=viewer()))):
        flash(_("The decision is in the log, as number %(number)s.", number=made[0].shown_number), "done")
        return redirect(url_for(".decision", decision_id=made[0].id), 303)
    back = (url_for(".board", board_id=board.id), _("Back to the board"))
    intro = _("A decision is not changed later. One that holds no more is withdrawn, and stays in the log.")
    return form_page(form, _("Log a decision"), back, _("Put it into the log"), caption=board.name, intro=intro)


@bp.route("/decisions/<uuid:decision_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def withdraw_decision(decision_id: UUID) -> ResponseReturnValue:
    """It holds no more; it stays, beside what holds instead."""
    one, _sight = boards.one_decision(sights(viewer()), decision_id, to_keep=True)
    form = WithdrawForm(data={**WithdrawForm.standing(one), "version": one.version})
    form.offer_successors(one)

    def act() -> None:
        instead = form.known.get(form.successor.data or "")
        actions.withdraw(one, str(form.why.data), instead, version=form.seen_version, by=viewer())

    if done(form, act, lambda: (WithdrawForm.standing(one), one.version)):
        flash(_("Withdrawn. It stays in the log."), "done")
        return redirect(url_for(".decision", decision_id=one.id), 303)
    back = (url_for(".decision", decision_id=one.id), _("Back to the decision"))
    return form_page(form, _("Withdraw this decision"), back, _("Withdraw it"), caption=one.title)
