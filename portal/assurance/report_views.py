""" "Is something wrong?": a form on every listing, without a login."""

from collections.abc import Mapping
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString

from portal.assurance import reporting
from portal.assurance.blueprint import bp
from portal.assurance.forms import ReportForm
from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.directory import queries, urgent
from portal.directory.listings import Listing
from portal.directory.needs import is_any_sensitive
from portal.directory.standing import Standing, nation_of, standing_of
from portal.shortlists.codes import read_code

CAN_BE_WRONG = frozenset({Standing.OPEN, Standing.EXPIRED})


@bp.app_template_global("report_kinds")
def report_kinds() -> Mapping[reporting.Kind, LazyString]:
    """What can be wrong, in the order of the form."""
    return reporting.KINDS


@bp.route("/services/<uuid:service_id>/report", methods=["GET", "POST"])
@public()
def report(service_id: UUID) -> ResponseReturnValue:
    """Say what is wrong. Words of danger first lead to help, and never stop the form."""
    listing = _listing(service_id)
    form = ReportForm()
    is_sensitive = is_any_sensitive(frozenset(listing.needs))
    if not form.validate_on_submit() or "change" in request.form:
        return page("assurance/report.html", form=form, listing=listing, is_sensitive=is_sensitive)
    kinds = form.dangers
    if kinds and "send" not in request.form:
        cards = urgent.cards_for(kinds, nation=nation_of(listing))
        template = "assurance/report-help-first.html"
        return page(template, form=form, listing=listing, urgent_cards=cards, is_sensitive=True)
    asked_by, language = request.remote_addr or "", current_locale().code
    reference = reporting.report(service_id, form.told(), asked_by=asked_by, language=language, urgent_kinds=kinds)
    return redirect(url_for(".reported", service_id=service_id, code=reference), 303)


@bp.get("/services/<uuid:service_id>/report/<code>")
@public()
def reported(service_id: UUID, code: str) -> ResponseReturnValue:
    """It is kept; this is its reference."""
    listing, reference = _listing(service_id), read_code(code)
    if reference is None or not reporting.is_known(service_id, reference):
        abort(404)
    is_sensitive = is_any_sensitive(frozenset(listing.needs))
    return page("assurance/reported.html", listing=listing, reference=reference, is_sensitive=is_sensitive)


def _listing(service_id: UUID) -> Listing:
    listing = queries.listing(service_id)
    if listing is None or standing_of(listing) not in CAN_BE_WRONG:
        abort(404)
    return listing
