"""Websites that may show our listings, for administrators: add, change, switch off, lines to copy, how much each is used."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.core import wording
from portal.core.access import requires
from portal.core.errors import Overtaken
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.directory.filters import FILTERS
from portal.widget import actions, queries, snippets
from portal.widget.forms import WidgetForm, shown
from portal.widget.models import WidgetKey
from portal.widget.starting import SEVERAL

bp = Blueprint("widgets", __name__, url_prefix="/admin/widgets")


@bp.get("")
@requires(Permission.SITE_MANAGE)
def home() -> ResponseReturnValue:
    """Every website, and how much it was used."""
    return page("widget/home.html", section="admin", widgets=queries.widgets(), used=queries.used())


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def add() -> ResponseReturnValue:
    """Let a website show our listings."""
    form = WidgetForm(data=shown(None))
    if form.validate_on_submit():
        made = actions.add(form.told(_sent()), form_key=form.key.data or "", by=signed_in_user())
        flash(_("Saved. Copy the lines below into the pages of the website."), "done")
        return redirect(url_for(".one", widget_id=made.id), 303)
    return _form(form, None)


@bp.route("/<uuid:widget_id>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def one(widget_id: UUID) -> ResponseReturnValue:
    """One website: what it may show, the lines to copy, and its use by day."""
    found = queries.widget(widget_id) or abort(404)
    form = WidgetForm(data=shown(found))
    if not form.validate_on_submit():
        return _form(form, found)
    try:
        actions.change(widget_id, form.told(_sent()), version=form.seen_version, by=signed_in_user())
    except Overtaken as clash:
        form.version.data = str(clash.version)
        return _form(form, found, clash=clash.sentence)
    flash(_("Saved. It holds within a minute."), "done")
    return redirect(url_for(".one", widget_id=widget_id), 303)


@bp.post("/<uuid:widget_id>/switch")
@requires(Permission.SITE_MANAGE)
def switch(widget_id: UUID) -> ResponseReturnValue:
    """Stop a website showing our listings, or let it again."""
    found, is_on = queries.widget(widget_id) or abort(404), request.form.get("to") == "on"
    actions.switch(found.id, is_on=is_on, by=signed_in_user())
    flash(_("It is switched on.") if is_on else _("It is switched off. A plain link stands in its place."), "done")
    return redirect(url_for(".one", widget_id=widget_id), 303)


def _form(form: WidgetForm, found: WidgetKey | None, *, clash: str | None = None) -> Response:
    was_sent = request.method == "POST"
    ticked = {
        name: _sent().get(name, []) if was_sent else (found.filters if found else {}).get(name, []) for name in SEVERAL
    }
    return page(
        "widget/form.html",
        status=409 if clash else None,
        section="admin",
        form=form,
        widget=found,
        clash=clash,
        groups=[one for one in FILTERS if one.name in SEVERAL],
        ticked=ticked,
        alone=snippets.page_of(found) if found else None,
        by_script=snippets.by_script(found) if found else None,
        by_frame=snippets.by_frame(found) if found else None,
        rules=snippets.rules(),
        days=_days(found) if found else (),
    )


def _days(found: WidgetKey) -> list[tuple[date, str, int]]:
    return [(day, wording.full_date(day), count) for day, count in queries.uses_by_day(found.id)]


def _sent() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)
