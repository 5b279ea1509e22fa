"""The queue of words that wait to be cleared."""

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit
from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.scrubbing import masked
from portal.voice import clearing, queries
from portal.voice.blueprint import bp
from portal.voice.forms import ClearForm


@bp.get("/voice")
@requires(Permission.VOICE_ANSWER)
def queue() -> ResponseReturnValue:
    """What waits in one's own areas, oldest first."""
    kinds = {one.name: one.label for one in clearing.kinds()}
    only = request.args.get("kind") if request.args.get("kind") in kinds else None
    everything = clearing.waiting(viewer())
    audit.record_now("voice.queue_read", None, by=viewer(), details={"count": len(everything)})
    return page(
        "voice/queue.html",
        kinds=kinds,
        only=only,
        counts={name: sum(item.kind == name for item in everything) for name in kinds},
        items=[(item, masked(item.words)) for item in everything if only in {None, item.kind}],
        total=len(everything),
    )


@bp.route("/voice/words/<string:kind>/<uuid:words_id>", methods=["GET", "POST"])
@requires(Permission.VOICE_ANSWER)
def words(kind: str, words_id: UUID) -> ResponseReturnValue:
    """Read words, masked, and decide what becomes of them."""
    who, known = viewer(), clearing.kind_named(kind)
    item = clearing.one(who, kind, words_id)
    if known is None or item is None:
        abort(404)
    audit.record_now("voice.read", (kind, words_id), by=who)
    themes = queries.themes_to_choose(who, item.area) if known.has_themes else {}
    form = ClearForm(themes=themes, waits_for_answer=item.has_contact, words=masked(item.words))
    if not form.validate_on_submit():
        return page("voice/words.html", form=form, item=item, kind=known, masked=masked(item.words))
    is_clear, theme = form.decision.data == "clear", form.theme.data
    told = clearing.Decision(
        form.words.data if is_clear else None, UUID(theme) if is_clear and theme else None, form.answer.data or None
    )
    done = known.decide(words_id, told, who)
    if done:
        flash(_("Your decision is kept."), "done")
    else:
        flash(_("Somebody else had decided this already."), "note")
    return redirect(url_for(".queue"), 303)
