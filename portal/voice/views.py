"""Saying what would help or what is wrong, and what was done about it. Staff's pages stand in `queue_views` and `theme_views`."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.directory import urgent
from portal.voice import actions, cleared_views, helped_views, places, queries, queue_views, theme_views
from portal.voice.blueprint import bp
from portal.voice.forms import SayForm

__all__ = ["bp", "cleared_views", "helped_views", "queue_views", "theme_views"]


@bp.route("/say", methods=["GET", "POST"])
@public()
def say() -> ResponseReturnValue:
    """Say what would help, or what is wrong. Words of danger first lead to help, and never stop the form."""
    form = SayForm(page=request.args.get("page"))
    here = form.about_page
    if request.method == "GET" and here is not None and here.neighbourhood:
        form.place.data = here.name
    if not form.validate_on_submit() or "change" in request.form:
        return page("voice/say.html", form=form, here=here, is_sensitive=here is not None and here.is_sensitive)
    kinds = form.dangers
    if kinds and "send" not in request.form:
        cards = urgent.cards_for(kinds, nation=form.where.nation)
        return page("voice/say-help-first.html", form=form, urgent_cards=cards, is_sensitive=True)
    told, language = form.told(), current_locale().code
    actions.tell(told, asked_by=request.remote_addr or "", language=language, is_urgent=bool(kinds))
    return redirect(url_for(".said"), 303)


@bp.get("/say/thanks")
@public()
def said() -> ResponseReturnValue:
    """What was said is kept."""
    return page("voice/said.html")


@bp.get("/neighbourhoods/<slug>/you-said")
@public()
def you_said(slug: str) -> ResponseReturnValue:
    """What people said in a neighbourhood, and what was done about it."""
    neighbourhood = places.with_slug(slug)
    if neighbourhood is None:
        abort(404)
    return page("voice/you-said.html", neighbourhood=neighbourhood, themes=queries.you_said(neighbourhood))
