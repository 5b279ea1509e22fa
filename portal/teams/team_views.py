"""Teams: whose the viewer is in or coordinates, one of them, a new one, and its name and usual day."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.errors import Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.geography.holding import sets_within
from portal.teams import actions, queries, seeing
from portal.teams.blueprint import bp
from portal.teams.forms import TeamForm, weekday_words
from portal.teams.models import Team


@bp.get("/teams")
@requires(Permission.TEAM_WORK)
def home() -> ResponseReturnValue:
    """The viewer's teams, and those of areas that they coordinate."""
    teams = queries.teams_of(viewer())
    can_add = viewer().can(Permission.COORDINATE)
    return page("teams/home.html", teams=teams, can_add=can_add, weekday=weekday_words)


@bp.get("/teams/<uuid:team_id>")
@requires(Permission.TEAM_WORK)
def team(team_id: UUID) -> ResponseReturnValue:
    """What a team covers and who is in it. That the names were read is noted."""
    seeing.team_for(viewer(), team_id)
    audit.record_now("people.read", ("team", team_id), by=viewer())
    one = seeing.team_for(viewer(), team_id)
    return page(
        "teams/team.html",
        team=one,
        may_change=seeing.may_change(viewer(), one),
        patches=seeing.patches_of(one.id),
        people=seeing.people_of(one.id),
        weekday=weekday_words(one.huddle_weekday),
        today=clock.today(),
    )


@bp.route("/teams/add", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def add_team() -> ResponseReturnValue:
    """A new team of an area that the viewer coordinates."""
    form = TeamForm(data={"weekday": "1", "minutes": "36"})
    areas = _areas()
    form.area.offer(areas)
    if not form.validate_on_submit():
        return page("teams/form.html", form=form, title=_("Add a team"), back=url_for(".home"))
    made = actions.make(
        form.name.data, form.area.data, int(form.weekday.data), int(form.minutes.data), form_key=str(form.key.data),
        by=viewer(),
    )  # fmt: skip
    flash(_("The team is there. Say next which neighbourhoods it covers, and who is in it."), "done")
    return redirect(url_for(".team", team_id=made.id), 303)


@bp.route("/teams/<uuid:team_id>/change", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def change_team(team_id: UUID) -> ResponseReturnValue:
    """Its name, and when it usually meets."""
    one = seeing.team_to_change(viewer(), team_id)
    form = TeamForm(data=_standing(one))
    del form.area
    told: dict[str, Any] = {"form": form, "title": _("Change the team"), "back": url_for(".team", team_id=one.id)}
    if not form.validate_on_submit():
        return page("teams/form.html", **told)
    try:
        actions.change(one, _told(form), seen=form.seen_version, by=viewer())
    except Overtaken as clash:
        form.version.data = str(clash.version)
        stands = [one.name, weekday_words(one.huddle_weekday)]
        return page("teams/form.html", status=409, clash=stands, **told)
    flash(_("Saved."), "done")
    return redirect(url_for(".team", team_id=one.id), 303)


def _standing(one: Team) -> dict[str, str]:
    return {
        "name": one.name, "weekday": str(one.huddle_weekday), "minutes": str(one.huddle_minutes), "version": str(one.version),
    }  # fmt: skip


def _told(form: TeamForm) -> dict[str, Any]:
    return {"name": form.name.data, "huddle_weekday": int(form.weekday.data), "huddle_minutes": int(form.minutes.data)}


def _areas() -> dict[str, str]:
    """Areas that the viewer coordinates, by slug, with their names."""
    return {one.slug: one.name for one in sets_within(viewer().areas_with(Permission.COORDINATE))}
