"""Which neighbourhoods a team covers from when, and redrawing one of them from a day."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock, wording
from portal.core.access import requires
from portal.core.errors import Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.teams import places, seeing
from portal.teams.blueprint import bp
from portal.teams.ending import EndsAlready
from portal.teams.forms import CoverForm, RedrawForm, UntilForm
from portal.teams.models import Team
from portal.teams.places import PartTaken, PatchClash


@bp.route("/teams/<uuid:team_id>/places", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def cover(team_id: UUID) -> ResponseReturnValue:
    """Let the team cover one more neighbourhood, from a day."""
    team = seeing.team_to_change(viewer(), team_id)
    near = {one.slug: one for one in places.places_to_cover(team)}
    form = CoverForm(data={"since": clock.today(), "version": str(team.version)})
    form.place.offer({"": _("Choose"), **{slug: one.name for slug, one in near.items()}})
    told = _told(team, form, _("Cover a neighbourhood"))
    if not form.validate_on_submit() or form.since.data is None:
        return page("teams/form.html", **told)
    place = near[form.place.data]
    try:
        places.cover(
            team, place, form.since.data, takes_over=form.takes_over.data, seen=form.seen_version, by=viewer()
        )  # fmt: skip
    except PatchClash as clash:
        form.refuse("place", clash.sentence)
        return page("teams/form.html", status=409, **told)
    except Overtaken as clash:
        return _clash_page(form, clash, told)
    flash(_("The team covers %(place)s from %(day)s.", place=place.name, day=wording.day(form.since.data)), "done")
    return redirect(url_for(".team", team_id=team.id), 303)


@bp.route("/teams/<uuid:team_id>/places/<uuid:patch_id>/end", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def uncover(team_id: UUID, patch_id: UUID) -> ResponseReturnValue:
    """Give a neighbourhood up from a day. Huddles that were held stay with the team."""
    team = seeing.team_to_change(viewer(), team_id)
    patch = seeing.patch_of(team, patch_id)
    form = UntilForm(data={"until": clock.today()})
    told = _told(team, form, _("Stop covering %(place)s", place=patch.neighbourhood.name))
    if not form.validate_on_submit() or form.until.data is None:
        return page("teams/form.html", **told)
    try:
        places.uncover(team, patch, form.until.data, by=viewer())
    except EndsAlready as problem:
        form.refuse("until", problem.sentence)
        return page("teams/form.html", **told)
    flash(_("Saved. Huddles that were held stay where they were."), "done")
    return redirect(url_for(".team", team_id=team.id), 303)


@bp.route("/teams/<uuid:team_id>/places/<uuid:patch_id>/redraw", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def redraw(team_id: UUID, patch_id: UUID) -> ResponseReturnValue:
    """Of which official areas a neighbourhood is made from a day. Quarters that are over keep their figures."""
    team = seeing.team_to_change(viewer(), team_id)
    place = seeing.patch_of(team, patch_id).neighbourhood
    form = RedrawForm(
        data={
            "since": clock.today(),
            "areas": list(places.codes_on(place, clock.today())),
            "version": str(team.version),
        }
    )
    form.areas.offer(places.areas_near(place))
    told = _told(team, form, _("Redraw %(place)s", place=place.name)) | {"periods": places.periods_of(place)}
    if not form.validate_on_submit() or form.since.data is None:
        return page("teams/redraw.html", **told)
    try:
        is_redrawn = places.redraw(team, place, form.areas.data, form.since.data, seen=form.seen_version, by=viewer())
    except PartTaken as taken:
        form.refuse("areas", taken.sentence)
        return page("teams/redraw.html", status=422, **told)
    except Overtaken as clash:
        return _clash_page(form, clash, told, template="teams/redraw.html")
    day = wording.day(form.since.data)
    redrawn = _(
        "%(place)s is redrawn from %(day)s. Days before keep the areas that they had.", place=place.name, day=day
    )
    flash(redrawn if is_redrawn else _("Nothing was changed."), "done")
    return redirect(url_for(".redraw", team_id=team.id, patch_id=patch_id), 303)


def _told(team: Team, form: Any, title: str) -> dict[str, Any]:
    return {"team": team, "form": form, "title": title, "back": url_for(".team", team_id=team.id)}


def _clash_page(
    form: Any, clash: Overtaken, told: dict[str, Any], *, template: str = "teams/form.html"
) -> ResponseReturnValue:
    team, form.version.data = told["team"], str(clash.version)
    patches = [one.neighbourhood.name for one in seeing.patches_of(team.id)]
    stands = [team.name, wording.comma_list(patches)]
    return page(template, status=409, clash=stands, **told)
