"""How the site looks, and which areas it shows."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.admin import actions, colours
from portal.admin.blueprint import bp
from portal.admin.forms import BrandForm, chosen_colours
from portal.core.access import requires
from portal.core.brand import current_brand
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.geography.queries import sets_shown
from portal.geography.shown import shown_areas


@bp.route("/brand", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def brand() -> ResponseReturnValue:
    """Name, colours and logo."""
    now = current_brand()
    form = BrandForm(data={"name": now.name, "operator": now.operator, "phone": now.phone})
    chosen, wrong = chosen_colours(request.form) if request.method == "POST" else (now.colours, [])
    if form.validate_on_submit() and not wrong:
        actions.choose_brand(form.look(chosen), by=signed_in_user())
        flash(_("Saved. Every page follows within a minute."), "done")
        return redirect(url_for(".brand"), 303)
    typed = {
        name: request.form.get(f"colour-{name}") or chosen.get(name) or ours for name, ours in colours.OURS.items()
    }
    return page(
        "admin/brand.html",
        status=422 if form.errors or wrong else 200,
        form=form,
        wrong=wrong,
        typed=typed,
        labels=colours.LABELS,
        ours=colours.OURS,
    )


@bp.route("/areas", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def areas() -> ResponseReturnValue:
    """Which neighbourhood sets are shown."""
    every = sets_shown()
    if request.method == "POST":
        known = {one.slug for one in every}
        actions.show_areas([slug for slug in request.form.getlist("area") if slug in known], by=signed_in_user())
        flash(_("Saved. Every page follows within a minute."), "done")
        return redirect(url_for(".areas"), 303)
    return page("admin/areas.html", sets=every, shown=set(shown_areas()))
