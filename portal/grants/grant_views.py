"""The pages of one grant, for those who keep grants."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.core import clock
from portal.core.access import requires
from portal.core.errors import NotFound, Overtaken, Refused
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.quarters import Quarter, quarter_named
from portal.core.small_numbers import told
from portal.core.viewer import viewer
from portal.core.wording import money
from portal.grants import actions, queries
from portal.grants.amounts import band
from portal.grants.areas import areas_of
from portal.grants.blueprint import bp
from portal.grants.communities import communities_label
from portal.grants.forms import GrantForm, ReportForm, VoidForm
from portal.grants.models import Grant
from portal.grants.pages import rows_of
from portal.partners.queries import names_to_offer


@bp.route("/rounds/<uuid:round_id>/give", methods=["GET", "POST"])
@requires(Permission.GRANTS_MANAGE)
def add_grant(round_id: UUID) -> ResponseReturnValue:
    """Give a grant out of a round. Which listings it pays for is asked once the group is known."""
    one = queries.round_for(viewer(), round_id)
    form = GrantForm(areas_of(viewer()).named(one.area), (), asks_group=True)
    form.group.offer(names_to_offer([one.area]))
    if form.validate_on_submit() and form.organization is not None:
        checked, by = bool(form.is_checked.data), signed_in_user()
        try:
            made = actions.add_grant(
                one, form.organization, form.told(), by=by, form_key=form.key.data, is_checked=checked
            )
        except Refused as problem:
            form.refuse(problem.field, problem.sentence)
        else:
            flash(_("Grant added. Say which listings it pays for, so that their sessions are counted."), "done")
            return redirect(url_for(".edit_grant", reference=made.shown_reference, _anchor="services"), 303)
    return page("grants/grant-form.html", form=form, round=one, grant=None)


@bp.get("/<string:reference>")
@requires(Permission.GRANTS_MANAGE)
def show_grant(reference: str) -> ResponseReturnValue:
    """One grant: what was promised, what the timetable holds, and what was reported, by quarter."""
    grant = queries.grant_for(viewer(), reference)
    return page(
        "grants/grant.html",
        grant=grant,
        rows=rows_of(grant),
        band=band,
        money=money,
        told=told,
        voided_on=clock.local(grant.voided_at).date() if grant.voided_at else None,
        communities_label=communities_label,
    )


@bp.route("/<string:reference>/edit", methods=["GET", "POST"])
@requires(Permission.GRANTS_MANAGE)
def edit_grant(reference: str) -> ResponseReturnValue:
    """Change a grant."""
    grant = queries.grant_for(viewer(), reference)
    actions.check_counts(grant)
    form = _edit_form(grant)
    if form.validate_on_submit():
        checked, by = bool(form.is_checked.data), signed_in_user()
        try:
            actions.change_grant(grant, form.told(), form.seen_version, by=by, is_checked=checked)
        except Refused as problem:
            form.refuse(problem.field, problem.sentence)
        except Overtaken as problem:
            form.clashes_with(_grant_data(grant), problem.version, {"amount": money(form.pence)})
        else:
            flash(_("Saved."), "done")
            return redirect(url_for(".show_grant", reference=grant.shown_reference), 303)
    return page("grants/grant-form.html", status=form.clash_status, form=form, round=grant.round, grant=grant)


@bp.route("/<string:reference>/void", methods=["GET", "POST"])
@requires(Permission.GRANTS_MANAGE)
def void_grant(reference: str) -> ResponseReturnValue:
    """Say that a grant was entered by mistake."""
    grant = queries.grant_for(viewer(), reference)
    form = VoidForm(data={"version": str(grant.version)})
    back = url_for(".show_grant", reference=grant.shown_reference)
    if grant.voided_at is not None:
        return redirect(back, 303)
    if form.validate_on_submit():
        try:
            actions.void_grant(grant, form.reason.data or "", form.seen_version, by=signed_in_user())
        except Overtaken as problem:
            form.clashes_with({}, problem.version)
        else:
            flash(_("The grant is void. It stands in no figure, and its money can be given again."), "done")
            return redirect(back, 303)
    return page("grants/void.html", status=form.clash_status, form=form, grant=grant, money=money)


@bp.route("/<string:reference>/report/<string:quarter>", methods=["GET", "POST"])
@requires(Permission.GRANTS_MANAGE)
def report(reference: str, quarter: str) -> ResponseReturnValue:
    """Type for a group what it reported on paper or by phone."""
    grant = queries.grant_for(viewer(), reference)
    back = url_for(".show_grant", reference=grant.shown_reference)
    return report_page(grant, quarter, told_by="manager", back=back)


def report_page(grant: Grant, asked: str, *, told_by: str, back: str) -> ResponseReturnValue:
    """The form of one quarter, for a manager or the group. What the group told of people a manager does not read here."""
    actions.check_counts(grant)
    quarter = _quarter_of(grant, asked)
    standing = next((one for one in grant.reports if one.quarter == quarter.first), None)
    form = ReportForm(data=_report_data(standing, told_by))
    if form.validate_on_submit():
        try:
            actions.report(grant, quarter, form.told(), form.seen_version, by=signed_in_user(), told_by=told_by)
        except Refused as problem:
            form.refuse(problem.field, problem.sentence)
        except Overtaken as problem:
            form.clashes_with(_standing(standing, told_by), problem.version)
        else:
            flash(_("Report sent."), "done")
            return redirect(back, 303)
    return page("grants/report.html", status=form.clash_status, form=form, grant=grant, quarter=quarter, back=back,
                is_group=told_by == "group", why_not=None if queries.may_report(grant, quarter)
                else actions.why_not_yet(grant, quarter))  # fmt: skip


def _quarter_of(grant: Grant, asked: str) -> Quarter:
    quarter = quarter_named(asked)
    if quarter is None or quarter not in queries.quarters_of(grant):
        raise NotFound(_("This grant does not run in that quarter"))
    return quarter


def _report_data(standing: Any, told_by: str) -> dict[str, object]:
    if standing is None:
        return {"version": "0"}
    people = {"people": standing.people} if told_by == "group" and standing.told_by == "group" else {}
    return {"version": str(standing.version), "sessions": standing.sessions, **people}


def _standing(report: Any, told_by: str) -> dict[str, object]:
    if report is None:
        return {}
    people = report.people if told_by == "group" and report.told_by == "group" else told(report.people)
    return {"sessions": report.sessions, "people": people}


def _edit_form(grant: Grant) -> GrantForm:
    kept = [(str(one.neighbourhood_id), one.neighbourhood.name) for one in grant.places]
    open_now = queries.open_services(grant.organization_id)
    paid = [one.service for one in grant.services if one.service_id not in {service.id for service in open_now}]
    area = areas_of(viewer()).named(grant.round.area)
    return GrantForm(area, [*open_now, *paid], kept=kept, asks_group=False, data=_grant_data(grant))


def _grant_data(grant: Grant) -> dict[str, object]:
    return {
        "name": grant.name, "amount": money(grant.amount_pence), "communities": list(grant.communities),
        "neighbourhoods": [str(one.neighbourhood_id) for one in grant.places], "starts_on": grant.starts_on,
        "ends_on": grant.ends_on, "promised_sessions": grant.promised_sessions,
        "promised_people": grant.promised_people, "services": [str(one.service_id) for one in grant.services],
        "version": str(grant.version),
    }  # fmt: skip
