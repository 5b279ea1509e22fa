"""The pages of those who keep grants: rounds, and where nothing is funded. Those of one grant stand in `grant_views`."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.core import clock
from portal.core.access import requires
from portal.core.csv_files import csv_answer
from portal.core.errors import NotFound, Overtaken, Refused
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.quarters import quarter_named, this_quarter
from portal.core.viewer import viewer
from portal.core.wording import money
from portal.grants import actions, exports, gaps, grant_views, queries, reminding
from portal.grants.amounts import band
from portal.grants.areas import areas_of
from portal.grants.blueprint import bp
from portal.grants.communities import communities_label
from portal.grants.forms import RoundForm
from portal.grants.gaps import Gaps
from portal.grants.models import GrantRound

__all__ = ["bp", "grant_views", "reminding"]
QUARTERS_BACK = 8


@bp.get("")
@requires(Permission.GRANTS_MANAGE, instead=(Permission.LISTING_EDIT, "group_grants.held"))
def home() -> ResponseReturnValue:
    """Rounds of the viewer's areas, and reports that groups owe. Who speaks for a group is led on to the group's own grants."""
    who = viewer()
    return page(
        "grants/home.html",
        lines=queries.round_lines(who),
        late=queries.late_reports(who),
        sets={one.slug: one.name for one in areas_of(who).sets},
        today=clock.today(),
        money=money,
    )


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(Permission.GRANTS_MANAGE)
def add_round() -> ResponseReturnValue:
    """A new round."""
    form = RoundForm(areas_of(viewer()).sets)
    if form.validate_on_submit():
        made = actions.add_round(form.told(), by=signed_in_user(), form_key=form.key.data)
        flash(_("Round added. Now give grants out of it."), "done")
        return redirect(url_for(".show_round", round_id=made.id), 303)
    return page("grants/round-form.html", form=form, round=None)


@bp.get("/rounds/<uuid:round_id>")
@requires(Permission.GRANTS_MANAGE)
def show_round(round_id: UUID) -> ResponseReturnValue:
    """One round with its grants."""
    one = queries.round_for(viewer(), round_id)
    found = queries.grants_of(one)
    return page(
        "grants/round.html",
        round=one,
        grants=found,
        given=queries.given_of(one.id),
        today=clock.today(),
        band=band,
        money=money,
        due_of=queries.due_of,
        communities_label=communities_label,
    )


@bp.get("/rounds/<uuid:round_id>.csv")
@requires(Permission.GRANTS_MANAGE)
def export_round(round_id: UUID) -> ResponseReturnValue:
    """The grants of a round and what was reported, as a table."""
    one = queries.round_for(viewer(), round_id)
    return csv_answer(f"grants-{one.opens_on.isoformat()}", exports.round_rows(one, queries.grants_of(one)))


@bp.route("/rounds/<uuid:round_id>/edit", methods=["GET", "POST"])
@requires(Permission.GRANTS_MANAGE)
def edit_round(round_id: UUID) -> ResponseReturnValue:
    """Change a round."""
    one = queries.round_for(viewer(), round_id)
    form = RoundForm(areas_of(viewer()).sets, data=_round_data(one))
    if form.validate_on_submit():
        try:
            actions.change_round(one, form.told(), form.seen_version, by=signed_in_user())
        except Refused as problem:
            form.refuse(problem.field, problem.sentence)
        except Overtaken as problem:
            form.clashes_with(_round_data(one), problem.version, {"amount": money(form.pence)})
        else:
            flash(_("Saved."), "done")
            return redirect(url_for(".show_round", round_id=round_id), 303)
    return page("grants/round-form.html", status=form.clash_status, form=form, round=one)


@bp.get("/gaps")
@requires(Permission.GRANTS_MANAGE)
def gaps_page() -> ResponseReturnValue:
    """Neighbourhoods and communities without a funded session in a quarter: the last whole one, unless another is asked for."""
    now, sets = this_quarter(), areas_of(viewer()).sets
    quarters = [now]
    while len(quarters) < QUARTERS_BACK:
        quarters.append(quarters[-1].before)
    found = _gaps() if sets else None
    return page("grants/gaps.html", found=found, sets=sets, quarters=quarters, said=exports.said)


@bp.get("/gaps.csv")
@requires(Permission.GRANTS_MANAGE)
def export_gaps() -> ResponseReturnValue:
    """The same as a table: a row for each neighbourhood with each community. Where there is no area, the page says so."""
    if not areas_of(viewer()).sets:
        return redirect(url_for(".gaps_page"), 303)
    found = _gaps()
    return csv_answer(f"funding-gaps-{found.area.slug}-{found.quarter.slug}", exports.gap_rows(found))


def _gaps() -> Gaps:
    """What the address asks for: an area of the viewer's and a quarter; without one the last whole one."""
    areas = areas_of(viewer())
    quarter = quarter_named(request.args.get("quarter", "")) or this_quarter().before
    asked = request.args.get("area", "")
    area = areas.named(asked) if asked else next(iter(areas.sets), None)
    if area is None:
        raise NotFound(_("There is no such area, or you do not keep its grants."))
    return gaps.gaps_in(area, quarter)


def _round_data(one: GrantRound) -> dict[str, object]:
    return {
        "name": one.name, "area": one.area, "purpose": one.purpose, "amount": money(one.total_pence),
        "opens_on": one.opens_on, "closes_on": one.closes_on, "version": str(one.version),
    }  # fmt: skip
