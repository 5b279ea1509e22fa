"""The queues, approving several at once, what was decided, and the rules."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.assurance import reporting
from portal.core import clock
from portal.core.access import requires
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.moderation import actions, keys, queries, undoing, words
from portal.moderation.blueprint import bp
from portal.moderation.forms import KeysForm, NoteForm
from portal.moderation.reasons import REJECT, SEND_BACK
from portal.moderation.tabs import TABS

MOST_TICKED = queries.A_PAGE


@bp.get("/moderate", defaults={"tab": "changes"})
@bp.get("/moderate/<any(new, changes, reports, duplicates):tab>")
@requires(Permission.MODERATE)
def queue(tab: str) -> ResponseReturnValue:
    """One queue, longest waiting first."""
    number = page_number()
    who = viewer()
    rows = queries.rows(who, tab, page=number) if TABS[tab].kinds else []
    return page(
        "moderation/queue.html", tab=tab, tabs=TABS, load=queries.load(who), rows=rows, number=number,
        ticked=_ticked(request.args.getlist("tick")), page_size=queries.A_PAGE,
        reports=queries.reports(who) if tab == "reports" else (), report_kinds=reporting.KINDS, keys_on=keys.are_on(who),
        pairs=queries.pairs(who, page=number) if tab == "duplicates" else (),
    )  # fmt: skip


@bp.get("/moderate/changes/ticked")
@requires(Permission.MODERATE)
def check_ticked() -> ResponseReturnValue:
    """What will happen to the ticked changes, and which are left out."""
    rows = queries.ticked(viewer(), _ticked(request.args.getlist("tick")))
    if not rows:
        flash(_("Tick at least one change first."), "note")
        return redirect(url_for(".queue", tab="changes"))
    return page(
        "moderation/ticked.html",
        form=NoteForm(),
        rows=[row for row in rows if row.can_be_ticked],
        left_out=[row for row in rows if not row.can_be_ticked],
    )


@bp.post("/moderate/changes/ticked")
@requires(Permission.MODERATE)
def approve_ticked() -> ResponseReturnValue:
    """Approve them; those that somebody else decided meanwhile are named."""
    if not NoteForm().validate_on_submit():
        return redirect(url_for(".queue", tab="changes"), 303)
    approved = actions.approve_ticked(viewer(), _ticked(request.form.getlist("tick")))
    done = ngettext("%(num)d change approved.", "%(num)d changes approved.", approved.done)
    flash(done, "done" if approved.done else "note")
    for row, sentence in approved.left_out:
        flash(_("%(listing)s: %(why)s", listing=row.listing, why=sentence), "note")
    return redirect(url_for(".queue", tab="changes"), 303)


@bp.get("/moderate/undo")
@requires(Permission.MODERATE)
def decided() -> ResponseReturnValue:
    """What was approved, rejected and merged in the last 30 days."""
    found = queries.decided(viewer(), since=clock.now() - undoing.KEPT, kinds=undoing.KINDS)
    return page(
        "moderation/decided.html",
        decisions=found,
        form=NoteForm(),
        can_be_undone=undoing.can_be_undone,
        load=queries.load(viewer()),
    )


@bp.post("/moderate/undo/<uuid:decision_id>")
@requires(Permission.MODERATE)
def undo(decision_id: UUID) -> ResponseReturnValue:
    """Take one decision back."""
    decision = queries.decision_for(viewer(), decision_id)
    if NoteForm().validate_on_submit():
        undoing.undo(decision, by=viewer())
        flash(_("Taken back. Everything stands as it did before."), "done")
    return redirect(url_for(".decided"), 303)


@bp.get("/moderate/rules")
@requires(Permission.MODERATE)
def rules() -> ResponseReturnValue:
    """What waits and why, the word lists and reasons, and whether keys are on."""
    lists = {name: words.every(name) for name in ("claims", "profanity")}
    return page(
        "moderation/rules.html", form=KeysForm(keys=keys.are_on(viewer())), lists=lists, reviewed=words.reviewed(),
        send_back=SEND_BACK, reject=REJECT, load=queries.load(viewer()),
    )  # fmt: skip


@bp.post("/moderate/keys")
@requires(Permission.MODERATE)
def set_keys() -> ResponseReturnValue:
    """Turn the keys on or off."""
    form = KeysForm()
    if form.validate_on_submit():
        keys.turn(viewer(), on=bool(form.keys.data))
        flash(_("Keys are on: J next, K back, A approve.") if form.keys.data else _("Keys are off."), "done")
    return redirect(url_for(".rules"), 303)


def _ticked(values: list[str]) -> list[UUID]:
    """Ids of what was ticked; anything else is left out."""
    found = []
    for value in values[:MOST_TICKED]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


from portal.moderation import call_views, change_views, duplicates_finding, pair_views, report_views  # noqa: E402, F401
