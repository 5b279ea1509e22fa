"""One change: what it says, and the moderator's decision. Each decision lands on the next change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.changes import compare
from portal.changes.applying import Clash
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core import audit
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.groups import claims
from portal.moderation import actions, checks, history, keys, queries
from portal.moderation.blueprint import bp
from portal.moderation.forms import WRITTEN, NoteForm, ReasonForm, mended
from portal.moderation.reasons import REJECT, SEND_BACK, Reason
from portal.moderation.tabs import tab_of


@dataclass(frozen=True)
class Turn:
    """Where a change stands in its queue."""

    tab: str
    number: int
    total: int
    previous: UUID | None
    next: UUID | None


@bp.get("/moderate/changes/<uuid:change_id>")
@requires(Permission.MODERATE)
def item(change_id: UUID) -> ResponseReturnValue:
    """One change with all that helps to decide. Whoever asks for rights is named, and that is an entry of the chain."""
    change = queries.change_for(viewer(), change_id)
    if change.kind == "claim":
        audit.record_now("claim.read", ("change_request", change_id), by=viewer())
        change = queries.change_for(viewer(), change_id)
    return _shown(change, NoteForm())


@bp.get("/moderate/<any(new, changes):tab>/first")
@requires(Permission.MODERATE)
def first(tab: str) -> ResponseReturnValue:
    """The one that has waited longest."""
    waiting = queries.turn_of(viewer(), tab)
    return redirect(url_for(".item", change_id=waiting[0]) if waiting else url_for(".queue", tab=tab))


@bp.post("/moderate/changes/<uuid:change_id>/approve")
@requires(Permission.MODERATE)
def approve(change_id: UUID) -> ResponseReturnValue:
    """Let it go live; what is live already is fine."""
    change, form = queries.change_for(viewer(), change_id), NoteForm()
    act = actions.review if change.state == "live" and change.is_sampled else actions.approve
    return _decided(change, form, lambda: act(change, by=viewer(), note=form.note.data), _("Approved: %(listing)s."))


@bp.route("/moderate/changes/<uuid:change_id>/send-back", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def send_back(change_id: UUID) -> ResponseReturnValue:
    """Give it back with a reason."""
    change = queries.change_for(viewer(), change_id)
    return _with_reason(change, SEND_BACK, actions.send_back, _("Sent back: %(listing)s."), "moderation/send-back.html")


@bp.route("/moderate/changes/<uuid:change_id>/reject", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def reject(change_id: UUID) -> ResponseReturnValue:
    """Refuse it, or take back what is live."""
    change = queries.change_for(viewer(), change_id)
    if change.state == "live" and change.is_sampled:
        return _with_reason(change, REJECT, actions.take_back, _("Taken back: %(listing)s."), "moderation/reject.html")
    return _with_reason(change, REJECT, actions.reject, _("Rejected: %(listing)s."), "moderation/reject.html")


@bp.route("/moderate/changes/<uuid:change_id>/edit", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def edit(change_id: UUID) -> ResponseReturnValue:
    """Approve it after mending its words, or only some of its facts."""
    change, form = queries.change_for(viewer(), change_id), NoteForm()
    facts, wrong = mended(change.facts, request.form) if request.method == "POST" else (dict(change.facts), {})
    if request.method == "GET" or wrong or not facts or not form.validate_on_submit():
        empty = _("Take at least one fact, or send the change back") if request.method == "POST" and not facts else None
        return page(
            "moderation/edit.html", status=200 if request.method == "GET" else 422, change=change, form=form, facts=facts,
            wrong=wrong, empty=empty, typed=request.form, written=WRITTEN, differences=_differences(change), labels=FACTS,
        )  # fmt: skip
    return _decided(
        change,
        form,
        lambda: actions.approve(change, by=viewer(), note=form.note.data, facts=facts),
        _("Approved: %(listing)s."),
    )


def _with_reason(
    change: ChangeRequest, reasons: Mapping[str, Reason], act: Callable[..., None], told: str, template: str
) -> ResponseReturnValue:
    chosen = request.args.get("reason", "")
    start = {"reason": chosen, "words": str(reasons[chosen].words)} if chosen in reasons else {}
    form = ReasonForm(reasons, **start)
    if not form.validate_on_submit():
        return page(template, form=form, change=change, reasons=reasons, row=queries.row_of(viewer(), change))
    decide = {"by": viewer(), "reason": form.reason.data, "words": form.words.data, "note": form.note.data}
    return _decided(change, form, lambda: act(change, **decide), told)


def _decided(change: ChangeRequest, form: NoteForm, act: Callable[[], None], told: str) -> ResponseReturnValue:
    """Do it and go on to the next in the queue. Where somebody was quicker, the page says what stands now."""
    if not form.validate_on_submit():
        return _shown(change, form)
    change_id, turn, row = change.id, _turn(change), queries.row_of(viewer(), change)
    try:
        actions.attempt(act)
    except DomainError as error:
        if error.status != 409:
            raise
        return _shown(queries.change_for(viewer(), change_id), form, clash=error)
    flash(told % {"listing": row.listing}, "done")
    onwards = turn.next or turn.previous
    return redirect(url_for(".item", change_id=onwards) if onwards else url_for(".queue", tab=turn.tab), 303)


def _shown(change: ChangeRequest, form: NoteForm, *, clash: DomainError | None = None) -> ResponseReturnValue:
    row = queries.row_of(viewer(), change)
    found = checks.checks_of(change)
    return page(
        "moderation/item.html", status=409 if clash else None, change=change, row=row, turn=_turn(change), form=form, clash=clash,
        standing=_standing(clash), differences=_differences(change), checks=found, load=queries.load(viewer()),
        to_look=sum(one.state == "look" for one in found), history=history.history_of(change),
        claimant=claims.claimant_of(change) if change.kind == "claim" else None,
        phone_first=checks.old_phone(change), keys_on=keys.are_on(viewer()), last=queries.last_decision_of(change.id),
    )  # fmt: skip


def _differences(change: ChangeRequest) -> list[compare.Difference]:
    named = {name: value for name, value in change.facts.items() if name in FACTS}
    return compare.compared(change.before, named)


def _standing(clash: DomainError | None) -> Sequence[compare.Difference]:
    """Where facts clash: what stands now beside what was asked for."""
    return compare.compared(clash.standing, clash.own) if isinstance(clash, Clash) else ()


def _turn(change: ChangeRequest) -> Turn:
    tab = tab_of(change.kind)
    ids = list(queries.turn_of(viewer(), tab))
    if change.id not in ids:
        return Turn(tab, 0, len(ids), None, ids[0] if ids else None)
    place = ids.index(change.id)
    before, after = ids[:place], ids[place + 1 :]
    return Turn(tab, place + 1, len(ids), before[-1] if before else None, after[0] if after else None)
