"""Two listings that may be one: side by side, merged fact by fact or called different."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.moderation import likely, merging, queries
from portal.moderation.blueprint import bp
from portal.moderation.forms import NoteForm, sides
from portal.moderation.merging import Side


@bp.get("/moderate/duplicates/<uuid:pair_id>")
@requires(Permission.MODERATE)
def pair(pair_id: UUID) -> ResponseReturnValue:
    """Both listings, and which fact to take from which."""
    return _shown(pair_id, NoteForm())


@bp.post("/moderate/duplicates/<uuid:pair_id>/merge")
@requires(Permission.MODERATE)
def merge(pair_id: UUID) -> ResponseReturnValue:
    """Make one of two."""
    found, form = queries.pair_for(viewer(), pair_id), NoteForm()
    side: Side = "other" if request.form.get("stays") == "other" else "one"
    names = [choice.name for choice in merging.choices(found, side)]
    if not form.validate_on_submit():
        return _shown(pair_id, form)
    kept = merging.merge(found, side, sides(names, request.form), by=viewer(), note=form.note.data)
    flash(_("Merged into %(name)s. Both addresses lead to it. You can undo this for 30 days.", name=kept.name), "done")
    return _onwards()


@bp.post("/moderate/duplicates/<uuid:pair_id>/different")
@requires(Permission.MODERATE)
def different(pair_id: UUID) -> ResponseReturnValue:
    """They are two."""
    found = queries.pair_for(viewer(), pair_id)
    if NoteForm().validate_on_submit():
        merging.call_different(found, by=viewer())
        flash(_("Kept as two. We will not ask about them again."), "done")
    return _onwards()


def _shown(pair_id: UUID, form: NoteForm) -> ResponseReturnValue:
    found = queries.pair_for(viewer(), pair_id)
    asked = request.args.get("stays")
    stays: Side = merging.stays(found) if asked not in {"one", "other"} else ("one" if asked == "one" else "other")
    return page(
        "moderation/pair.html", pair=found, form=form, stays=stays, choices=merging.choices(found, stays),
        signs=likely.signs_of(found), may_merge=queries.may_merge(viewer(), found), load=queries.load(viewer()),
    )  # fmt: skip


def _onwards() -> ResponseReturnValue:
    waiting = queries.pairs(viewer())
    if waiting:
        return redirect(url_for(".pair", pair_id=waiting[0].id), 303)
    return redirect(url_for(".queue", tab="duplicates"), 303)
