"""Referrals, for administrators: the clocks of the network, and the link worker teams."""

from dataclasses import asdict
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import areas
from portal.accounts.person import signed_in_user
from portal.admin import queries
from portal.admin import referral_actions as actions
from portal.admin.blueprint import bp
from portal.admin.referral_forms import CLOCKS, ClocksForm, TeamForm
from portal.codes import phones
from portal.core.access import requires
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.referrals.clocks import clocks
from portal.referrals.models import LinkTeam


@bp.route("/referrals", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def referrals() -> ResponseReturnValue:
    """The clocks of the network."""
    form = ClocksForm(data=asdict(clocks()))
    if form.validate_on_submit():
        actions.set_clocks(form.clocks(), by=signed_in_user())
        flash(_("Saved. The clocks that run now follow with the worker’s next look."), "done")
        return redirect(url_for(".referrals"), 303)
    return page("admin/referrals.html", form=form, sheets=CLOCKS)


@bp.get("/link-teams")
@requires(Permission.SITE_MANAGE)
def link_teams() -> ResponseReturnValue:
    """Every link worker team, and organisations to make one of."""
    words = request.args.get("q", "").strip()[:100]
    found = queries.organisations(words, page_number()) if words else None
    return page("admin/link-teams.html", teams=actions.teams(), words=words, found=found, area_name=areas.name_of)


@bp.route("/link-teams/<uuid:organisation_id>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def link_team(organisation_id: UUID) -> ResponseReturnValue:
    """One organisation as a link worker team."""
    organisation, team = queries.organisation(organisation_id), actions.team_of(organisation_id)
    form = TeamForm(data=_shown(team))
    if form.validate_on_submit():
        actions.set_team(organisation_id, _told(form), by=signed_in_user())
        flash(_("Saved."), "done")
        return redirect(url_for(".link_team", organisation_id=organisation_id), 303)
    kept = [area for area in team.areas if not areas.is_known(area)]
    return page("admin/link-team.html", form=form, organisation=organisation, areas=areas, unknown=kept)


def _shown(team: LinkTeam) -> dict[str, object]:
    return {
        "areas": team.areas,
        "practices": "\n".join(one.name for one in actions.practices_of(team)),
        "phone": phones.shown(read) if team.phone and (read := phones.read(team.phone)) else team.phone,
        "calls_within_days": team.calls_within_days,
        "is_active": team.is_active,
    }


def _told(form: TeamForm) -> actions.TeamTold:
    phone = phones.read(form.phone.data)
    return actions.TeamTold(
        areas=form.areas.data or [],
        practices=form.practice_ids,
        phone=phones.shown(phone) if phone else None,
        calls_within_days=form.calls_within_days.data,
        is_active=form.is_active.data,
    )
