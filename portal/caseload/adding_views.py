"""Adding a person."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.caseload import adding
from portal.caseload.adding_forms import AddForm
from portal.caseload.adding_teams import teams_of
from portal.caseload.blueprint import bp
from portal.caseload.list_words import record_at
from portal.caseload.record_danger import help_with
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer


@bp.route("/clients/new", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def add() -> ResponseReturnValue:
    """One page, then the record. Somebody whom the team knows already is shown first."""
    teams = teams_of(viewer())
    form = AddForm(teams)
    if not teams:
        flash(_("Your role names no link worker team. Ask an administrator to set one up."), "note")
        return redirect(url_for(".home"), 303)
    if not form.validate_on_submit():
        return page("caseload/adding.html", form=form, teams=teams, known=None)
    about, team_id = form.about(), UUID(form.team.data)
    known = adding.known_here(about, team_id)
    if known is not None and (known.is_certain or request.form.get("sure") != "yes"):
        return page("caseload/adding.html", form=form, teams=teams, known=known, status=409)
    person = adding.add(about, by=viewer(), team_id=team_id)
    help_with(form, person)
    flash(_("%(who)s is on your caseload.", who=person.initials), "done")
    return redirect(record_at(person.reference), 303)
