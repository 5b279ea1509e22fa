"""The one page of a handover, what comes before it where words speak of danger, and what follows."""

from collections.abc import Iterable, Sequence

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory import urgent
from portal.directory.needs import GROUPS, NEEDS
from portal.handover import actions, course, followed_views, leaflet_views, queries
from portal.handover.blueprint import bp
from portal.handover.forms import VOICEMAIL, WAYS, HandOverForm
from portal.handover.problems import say
from portal.organisations.models import Organization
from portal.people.consents import ConsentIncomplete
from portal.referrals.guards import Refused
from portal.referrals.models import LinkTeam

__all__ = ["bp", "followed_views", "leaflet_views"]
NOT_TYPED = frozenset({"csrf_token", "send", "change"})
NOT_ROUTINE = ("emergency", "mental_health")


@bp.route("/refer/link-worker", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def link_worker() -> ResponseReturnValue:
    """Hand somebody over. Words of danger lead to help first, and never stop the handover."""
    practice = queries.practice_of(viewer(), request.args.get("practice"))
    teams = queries.teams_for(practice.id)
    form = HandOverForm(teams=tuple((str(one.organization_id), one.organization.name) for one in teams))
    if not teams or not form.validate_on_submit() or "change" in request.form:
        return _ask(form, practice, teams)
    kinds = urgent.kinds_in(form.reason.data)
    if kinds and "send" not in request.form:
        return _help_first(form, practice, kinds)
    told = form.told()
    team = next(one for one in teams if one.organization_id == told.team)
    try:
        sent = actions.hand_over(told, practice_id=practice.id, team=team, by=viewer(), urgent_kinds=tuple(kinds))
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
        needs=[(group.label, [one for one in NEEDS.values() if one.group == group.id]) for group in GROUPS],
        not_routine=[cards[0] for cards in urgent.chapters() if cards[0].kind in NOT_ROUTINE],
    )


def _help_first(form: HandOverForm, practice: Organization, kinds: Iterable[str]) -> Response:
    sent = request.form.to_dict(flat=False)
    typed = {name: values for name, values in sent.items() if name not in NOT_TYPED}
    cards = urgent.cards_for(kinds)
    return page("handover/help-first.html", form=form, practice=practice, typed=typed, urgent_cards=cards)
