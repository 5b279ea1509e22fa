"""Asking for a link worker: `/ask-a-link-worker` and its pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.core import wording
from portal.core.access import public
from portal.core.errors import NotFound
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.geography.places import Place, PlaceProblem
from portal.selfreferral import actions, keeping, steps
from portal.selfreferral.actions import Asked
from portal.selfreferral.blueprint import bp
from portal.selfreferral.flows import LINK_WORKER, Flow, place_of
from portal.selfreferral.forms import AgreeAndSendForm
from portal.selfreferral.keeping import About
from portal.selfreferral.teams import team_for

FLOW = Flow(About("link-worker"), LINK_WORKER, "link_worker_", send_form=AgreeAndSendForm)
ASK = "/ask-a-link-worker"


@bp.get(ASK)
@public()
def link_worker_start() -> ResponseReturnValue:
    """What a link worker does, and what this is not."""
    return page("selfreferral/link-worker.html", flow=FLOW)


@bp.route(f"{ASK}/<any(where, about, help, contact):question>", methods=["GET", "POST"])
@public()
def link_worker_question(question: str) -> ResponseReturnValue:
    """One question page."""
    return steps.ask(FLOW, question, stops=_stops)


@bp.route(f"{ASK}/help-first", methods=["GET", "POST"])
@public()
def link_worker_help_first() -> ResponseReturnValue:
    """Numbers to call, where the words tell of danger."""
    return steps.help_first(FLOW)


@bp.get(f"{ASK}/check")
@public()
def link_worker_check() -> ResponseReturnValue:
    """All answers once more, and whether they agree."""
    return _with_team(lambda found: steps.check(FLOW, **found))


@bp.post(f"{ASK}/send")
@public()
def link_worker_send() -> ResponseReturnValue:
    """Send it."""
    return _with_team(lambda found: steps.send(FLOW, _send, **found))


@bp.get(f"{ASK}/sent")
@public()
def link_worker_sent() -> ResponseReturnValue:
    """It was sent: who calls, until when, the reference and the code."""
    return steps.sent(FLOW)


@bp.get(f"{ASK}/no-team")
@public()
def link_worker_no_team() -> ResponseReturnValue:
    """No team looks after this place yet."""
    return page("selfreferral/no-team.html")


def _stops(flow: Flow, told: dict[str, Any]) -> str | None:
    return None if team_for(place_of(told)) else url_for(".link_worker_no_team")


def _with_team(act: Callable[[dict[str, Any]], Response]) -> Response:
    """Go on with the team that would call, and until when; where it has stopped meanwhile, say so. Answers stay."""
    place = place_of(keeping.kept(FLOW.about).told)
    team = team_for(place)
    if team is None:
        return redirect(url_for(".link_worker_no_team" if place else ".link_worker_start"), 303)
    found = {"team": team, "call_by": wording.day(date.fromisoformat(actions.call_by(team, _nation(place))))}
    return act(found)


def _nation(place: Place | PlaceProblem | None) -> str:
    return (place.nation if place is not None else None) or "england"


def _send(told: dict[str, Any], form_key: str) -> dict[str, str]:
    place = place_of(told)
    team = team_for(place)
    if team is None:
        raise NotFound(_("No team looks after this place yet."))
    by = Asked(current_locale().code, form_key)
    return actions.ask_link_worker(team, told, by=by, nation=_nation(place))
