"""The one page of a handover, what comes before it where words speak of danger, and what follows."""

from collections.abc import Sequence

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory import urgent
from portal.directory.needs import in_groups
from portal.handover import actions, course, followed_views, leaflet_views, queries
from portal.handover.blueprint import bp
from portal.handover.forms import VOICEMAIL, WAYS, HandOverForm, Told
from portal.handover.problems import say
from portal.organisations.models import Organization
from portal.people.actions import match_of
from portal.people.consents import ConsentIncomplete
from portal.referrals.guards import Refused
from portal.referrals.models import LinkTeam

__all__ = ["bp", "followed_views", "leaflet_views"]
NOT_TYPED = frozenset({"csrf_token", "send", "again", "change"})
NOT_ROUTINE = ("emergency", "mental_health")


@bp.route("/refer/link-worker", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def link_worker() -> ResponseReturnValue:
    """Hand somebody over. Words of danger lead to help first, and what was handed over before is named; neither stops it."""
    practice = queries.practice_of(viewer(), request.args.get("practice"))
    teams = queries.teams_for(practice.id)
    form = HandOverForm(teams=tuple((str(one.organization_id), one.organization.name) for one in teams))
    if not teams or not form.validate_on_submit() or "change" in request.form:
        return _ask(form, practice, teams)
    told, kinds = form.told(), form.dangers
    team = next(one for one in teams if one.organization_id == told.team)
    if (stop := _stop(form, told, practice, team)) is not None:
        return stop
    try:
        sent = actions.hand_over(told, practice_id=practice.id, team=team, by=viewer(), urgent_kinds=kinds)
    except (Refused, ConsentIncomplete) as problem:
        say(form, problem)
        return _ask(form, practice, teams)
    return redirect(url_for(".sent", reference=sent.reference), 303)


@bp.get("/refer/link-worker/<string:reference>/sent")
@requires(Permission.HAND_OVER)
def sent(reference: str) -> ResponseReturnValue:
    """It has gone, or the person was asked: its reference, what happens next, and by when."""
    introduction = queries.handover_for(viewer(), reference)
    return page("handover/sent.html", introduction=introduction, promise=course.promise_of(introduction))


def _ask(form: HandOverForm, practice: Organization, teams: Sequence[LinkTeam]) -> Response:
    return page(
        "handover/link-worker.html",
        form=form,
        practice=practice,
        practices=queries.practices_of(viewer()),
        teams=teams,
        by=[course.promised(one) for one in teams],
        ways=list(WAYS.items()),
        voicemail=VOICEMAIL,
        needs=[(group.label, needs) for group, needs in in_groups()],
        not_routine=[cards[0] for cards in urgent.chapters() if cards[0].kind in NOT_ROUTINE],
    )


def _stop(form: HandOverForm, told: Told, practice: Organization, team: LinkTeam) -> Response | None:
    """A page that comes before the handover is made: help first, or that it was made before. Each is passed by its button."""
    if form.dangers and "send" not in request.form:
        cards = urgent.cards_for(form.dangers, nation=queries.nation_of(team))
        return page("handover/help-first.html", form=form, practice=practice, typed=_typed(), urgent_cards=cards)
    _given, family = actions.split(told.name)
    match = match_of(family, told.identity.born)
    number = told.identity.nhs_number
    twin = queries.open_twin(practice.id, nhs_number=number, match=match, form_key=told.form_key)
    if twin is None or "again" in request.form:
        return None
    typed = _typed() | ({"send": ["yes"]} if "send" in request.form else {})
    return page("handover/twice.html", form=form, practice=practice, typed=typed, twin=twin, short_day=course.day_of)


def _typed() -> dict[str, list[str]]:
    """What was typed and ticked, to go on in hidden fields."""
    sent = request.form.to_dict(flat=False)
    return {name: values for name, values in sent.items() if name not in NOT_TYPED}
