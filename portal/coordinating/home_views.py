"""The first page of a coordinator: all their areas, one area, or one team."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.coordinating import areas, stale
from portal.coordinating.areas import Patch
from portal.coordinating.blueprint import bp
from portal.coordinating.page import VIEWS, Asked, Overview
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import PageForm
from portal.core.i18n import gettext as _
from portal.core.numbers import page_number, whole_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.plain import one_line
from portal.core.viewer import viewer
from portal.directory.queries import listings_in
from portal.neighbourhoods.week import DAYS, week_of

LONGEST_WORDS = 60
LAST_WEEK = 4


@bp.get("/coordinate")
@requires(Permission.COORDINATE)
def home() -> ResponseReturnValue:
    """Everything that somebody coordinates."""
    mine = areas.areas_of(viewer())
    return _page(areas.all_of(mine), mine)


@bp.get("/coordinate/<string:area>")
@requires(Permission.COORDINATE)
def area(area: str) -> ResponseReturnValue:
    """One area of theirs."""
    mine = areas.areas_of(viewer())
    return _page(areas.one_of(mine, area), mine)


@bp.get("/coordinate/teams/<uuid:team_id>")
@requires(Permission.COORDINATE)
def team(team_id: UUID) -> ResponseReturnValue:
    """What one team of theirs covers."""
    return _page(areas.team_for(viewer(), team_id), areas.areas_of(viewer()))


@bp.post("/coordinate/listings/<uuid:service_id>/ask")
@requires(Permission.COORDINATE)
def ask_about(service_id: UUID) -> ResponseReturnValue:
    """Ask the group whether a listing is still right, now and not when its turn comes."""
    if PageForm().validate_on_submit():
        done = stale.ask(viewer(), areas.areas_of(viewer()), service_id)
        if done == "written":
            flash(_("Asked by e-mail. The link in it works for 30 days."), "done")
        elif done == "to_phone":
            flash(_("There is no e-mail address for it, so it is on the telephone list of the moderators."), "done")
        else:
            flash(_("Somebody was asked about this listing already."), "note")
    return redirect(url_for(".home", view="stale"), 303)


def _page(patch: Patch, mine: list[Patch]) -> ResponseReturnValue:
    told = request.args
    view = told.get("view", "overview")
    asked = Asked(
        view=view if view in VIEWS else "overview",
        number=page_number(),
        words=one_line(told.get("words", ""))[:LONGEST_WORDS],
        place=told.get("in", "")[:80],
    )
    seen = Overview(viewer(), patch, asked)
    week = _week(patch) if asked.view == "week" else None
    return page(
        f"coordinating/{asked.view}.html",
        seen=seen,
        patch=patch,
        mine=mine,
        views=VIEWS,
        week=week,
        number=_digit("week", LAST_WEEK),
        day_number=_digit("day", DAYS - 1),
        last_week=LAST_WEEK,
        here=_here(patch, mine),
        today=clock.today(),
    )


def _week(patch: Patch) -> object:
    codes = frozenset(areas.owners_of(patch))
    return week_of(listings_in(codes), codes, clock.today() + timedelta(days=DAYS * _digit("week", LAST_WEEK)))


def _digit(name: str, most: int) -> int:
    """A small number that the address asks for: which week, or which of its days, 0 for the first; 0 for anything else."""
    told = whole_number(request.args.get(name, ""), 1)
    return told if told is not None and told <= most else 0


def _here(patch: Patch, mine: list[Patch]) -> tuple[str, dict[str, object]]:
    """The view and the parts of the address of this page, which its links keep."""
    if patch.team is not None:
        return "coordinating.team", {"team_id": patch.team.id}
    if patch.area is not None and (len(mine) > 1 or patch not in mine):
        return "coordinating.area", {"area": patch.area}
    return "coordinating.home", {}
