""" "Did it help?": a link of one use, without an account and without a name."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.errors import NotFound
from portal.core.pages import page
from portal.directory import queries as directory
from portal.directory import urgent
from portal.directory.needs import is_any_sensitive
from portal.voice import helped as asking
from portal.voice import worries
from portal.voice.blueprint import bp
from portal.voice.forms import HelpedForm


@bp.route("/helped/<string:token>", methods=["GET", "POST"])
@public()
def helped(token: str) -> ResponseReturnValue:
    """Ask whether a first visit helped, and count the answer. Words of danger first lead to help, and never stop it."""
    try:
        asked = asking.asked_by(token)
    except NotFound:
        return page("voice/helped-gone.html", status=404)
    form = HelpedForm()
    if not form.validate_on_submit() or "change" in request.form:
        return page("voice/helped.html", form=form, asked=asked, token=token, is_sensitive=_is_sensitive(asked))
    kinds = form.dangers
    if kinds and "send" not in request.form:
        goes_on = form.helped.data == "worse" and worries.is_read(asked.organisations)
        cards = urgent.cards_for(kinds)
        template = "voice/helped-help-first.html"
        return page(template, form=form, token=token, urgent_cards=cards, goes_on=goes_on, is_sensitive=True)
    given = asking.Answer(form.helped.data, form.again.data or "", form.words.data or None, is_danger=bool(kinds))
    asking.answer(token, given, came_from=request.remote_addr or "")
    return redirect(url_for(".helped_thanks"), 303)


@bp.get("/helped")
@public()
def helped_thanks() -> ResponseReturnValue:
    """It is counted."""
    return page("voice/helped-thanks.html")


def _is_sensitive(asked: asking.Asked) -> bool:
    listing = directory.listing(asked.service.id)
    return listing is not None and is_any_sensitive(frozenset(listing.needs))
