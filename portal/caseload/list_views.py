"""The caseload, and what is done with several of its people at once."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.caseload import list_chasing, list_day
from portal.caseload.blueprint import bp
from portal.caseload.list_forms import MoveForm, TokenForm
from portal.caseload.list_page import ORDERS, VIEWS, Asked, list_page
from portal.caseload.list_rows import A_PAGE, closed_people
from portal.caseload.list_seen import last_looked
from portal.core import clock, wording
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.plain import one_line
from portal.core.references import read_reference
from portal.core.viewer import viewer
from portal.referrals.dispatching.queries import is_any_to_see_to_for

CLOSED = "closed"
LONGEST_WORDS = 40


@bp.get("/caseload")
@requires(Permission.CASELOAD)
def home() -> ResponseReturnValue:
    """Who is due, who waits, and what happened since the worker last looked."""
    if request.args.get("view") == CLOSED:
        number = page_number()
        people = closed_people(viewer(), page=number)
        more = len(people) > A_PAGE
        return page("caseload/list-closed.html", people=people[:A_PAGE], number=number, more=more, views=VIEWS)
    asked = _asked()
    found = list_page(viewer(), asked, last_looked(viewer()))
    return page(
        "caseload/list.html",
        list=found,
        asked=asked,
        views=VIEWS,
        orders=ORDERS,
        today=clock.today(),
        has_undelivered=is_any_to_see_to_for(viewer()),
    )


@bp.route("/caseload/chase", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def chase() -> ResponseReturnValue:
    """Which groups will be reminded and which not, and why; then the reminders."""
    ticked = _ticked()
    form = TokenForm()
    if form.validate_on_submit():
        done = list_chasing.chase(viewer(), ticked)
        again = wording.day(list_chasing.next_chase())
        told = ngettext("%(num)s reminder sent.", "%(num)s reminders sent.", done)
        flash(
            _("%(done)s You can chase these groups again on %(day)s.", done=told, day=again) if done else told, "done"
        )
        return redirect(url_for(".home"), 303)
    plan = list_chasing.plan_of_chasing(viewer(), ticked)
    return _or_back(plan, "caseload/list-chase.html", form, again=list_chasing.next_chase())


@bp.route("/caseload/move", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def move() -> ResponseReturnValue:
    """Whose next step moves to another day and whose cannot; then the day."""
    ticked = _ticked()
    form = MoveForm()
    if form.validate_on_submit() and form.day.data is not None:
        done = list_chasing.move_to(viewer(), ticked, form.day.data)
        told = ngettext(
            "%(num)s person moved to %(day)s.", "%(num)s people moved to %(day)s.", done, day=wording.day(form.day.data)
        )
        flash(told, "done")
        return redirect(url_for(".home"), 303)
    return _or_back(list_chasing.plan_of_moving(viewer(), ticked), "caseload/list-move.html", form)


@bp.get("/caseload/day")
@requires(Permission.CASELOAD)
def day() -> ResponseReturnValue:
    """Today's people on paper: initials, unless the worker asks for names. Each reading is noted."""
    with_names = request.args.get("names") == "yes"
    return page("caseload/list-day.html", day=list_day.day_of(viewer(), with_names=with_names), with_names=with_names)


def _asked() -> Asked:
    view, order = request.args.get("view", "due"), request.args.get("order", "urgent")
    return Asked(
        view=view if view in VIEWS else "due",
        words=one_line(request.args.get("words", ""))[:LONGEST_WORDS],
        neighbourhood=request.args.get("area", "")[:12],
        order=order if order in ORDERS else "urgent",
        ticked=frozenset(_ticked()),
    )


def _ticked() -> list[str]:
    """References of those who were ticked; anything else is left out."""
    told = (read_reference(one) for one in request.values.getlist("tick")[: list_chasing.MOST])
    return list(dict.fromkeys(one for one in told if one))


def _or_back(plan: list_chasing.Plan, template: str, form: TokenForm | MoveForm, **told: Any) -> ResponseReturnValue:
    """The page to check, or the list where nobody of it was ticked."""
    if not plan.will and not plan.left_out:
        flash(_("Tick at least one person first."), "note")
        return redirect(url_for(".home"))
    return page(template, plan=plan, form=form, **told)
