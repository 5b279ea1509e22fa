"""The form for what could not be found, and its thanks."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.directory import urgent
from portal.directory.needs import NEEDS
from portal.unmet import actions, clearing
from portal.unmet.forms import TellForm

__all__ = ["bp", "clearing"]
bp = Blueprint("unmet", __name__)


@bp.route("/services/not-found", methods=["GET", "POST"])
@public()
def tell() -> ResponseReturnValue:
    """Tell us what you were looking for. Words of danger first lead to help, and never stop the form."""
    form = TellForm(need=request.args.get("need") if request.args.get("need") in NEEDS else "")
    if not form.validate_on_submit() or "change" in request.form:
        return page("unmet/tell.html", form=form)
    kinds = form.dangers
    if kinds and "send" not in request.form:
        nation = form.place.nation if form.place else None
        cards = urgent.cards_for(kinds, nation=nation, place=form.place)
        return page("unmet/help-first.html", form=form, urgent_cards=cards, is_sensitive=True)
    actions.tell(form.told(), asked_by=request.remote_addr or "", language=current_locale().code, is_urgent=bool(kinds))
    return redirect(url_for(".thanks"), 303)


@bp.get("/services/not-found/thanks")
@public()
def thanks() -> ResponseReturnValue:
    """What was told is kept."""
    return page("unmet/thanks.html")
