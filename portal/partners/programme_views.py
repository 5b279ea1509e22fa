"""For administrators: programmes, and who leads them. A lead opens an area's figures to an organisation: nobody takes it."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.person import signed_in_user
from portal.core import clock
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.geography.queries import sets_shown
from portal.partners import actions, programmes, queries
from portal.partners.answering import done, form_page, organisation_of
from portal.partners.blueprint import bp
from portal.partners.forms import LeadForm, ProgrammeChangeForm, ProgrammeForm


@bp.get("/programmes")
@requires(Permission.SITE_MANAGE)
def every_programme() -> ResponseReturnValue:
    """Every programme, who leads it, and who did. What is in its register is for others."""
    found = programmes.every()
    return page("partners/programmes.html", found=found, areas=programmes.area_names(found), today=clock.today())


@bp.route("/programmes/add", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def add_programme() -> ResponseReturnValue:
    """A new programme under its first lead."""
    form = ProgrammeForm()
    form.offer_areas()
    form.organisation.offer(queries.names_to_offer(one.slug for one in sets_shown()))

    def act() -> None:
        lead = organisation_of(form.organisation.data)
        actions.start_programme(form.told(), lead, form_key=str(form.key.data), by=signed_in_user())

    return _saved() if done(form, act) else form_page(form, _("Add a programme"), _back(), _("Add it"), section="admin")


@bp.route("/programmes/<uuid:programme_id>/change", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def change_programme(programme_id: UUID) -> ResponseReturnValue:
    """Its name, area and dates."""
    one = programmes.one(programme_id)
    form = ProgrammeChangeForm(data={**ProgrammeChangeForm.standing(one), "version": one.version})
    form.offer_areas(one.area)
    if done(
        form,
        lambda: actions.change_programme(one, form.told(), version=form.seen_version, by=signed_in_user()),
        lambda: (ProgrammeChangeForm.standing(one), one.version),
    ):
        return _saved()
    return form_page(form, _("Change this programme"), _back(), caption=one.name, section="admin")


@bp.route("/programmes/<uuid:programme_id>/lead", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def change_lead(programme_id: UUID) -> ResponseReturnValue:
    """Another organisation leads from a day on."""
    one, form = programmes.one(programme_id), LeadForm()
    form.organisation.offer(queries.names_to_offer([one.area]))

    def act() -> None:
        lead, day = organisation_of(form.organisation.data), form.from_day.day
        actions.change_lead(one, lead, day, by=signed_in_user(), form_key=str(form.key.data))

    if done(form, act):
        return _saved()
    intro = _("Who leads until then keeps reading what began in their time, and changes nothing of it any more.")
    return form_page(
        form, _("Change who leads"), _back(), _("Change the lead"), caption=one.name, intro=intro, section="admin"
    )


def _back() -> tuple[str, str]:
    return url_for(".every_programme"), _("Back to programmes")


def _saved() -> ResponseReturnValue:
    flash(_("Saved."), "done")
    return redirect(url_for(".every_programme"), 303)
