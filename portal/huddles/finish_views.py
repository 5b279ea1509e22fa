"""Finishing a huddle, its minutes, and what changed for who was away."""

from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.core import clock, wording
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.huddles import board as boards
from portal.huddles import catching_up, finishing, minutes
from portal.huddles.blueprint import bp
from portal.huddles.board_views import DAY
from portal.huddles.finishing import NotLater
from portal.huddles.forms import FinishForm
from portal.huddles.meeting import Meeting, meeting_at
from portal.huddles.opening import NotNow, own_meeting_on


@bp.route(f"{DAY}/finish", methods=["GET", "POST"])
@requires(Permission.TEAM_WORK)
def finish(slug: str, day: str) -> ResponseReturnValue:
    """What each owner will be told, to check; then it is told, and the next day is set."""
    at = _still_open(own_meeting_on(slug, day))
    following, why = finishing.proposed(at)
    form = FinishForm(data={"next_on": following})
    if form.validate_on_submit() and form.next_on.data is not None:
        try:
            return _finished(at, form.next_on.data)
        except NotLater as problem:
            form.refuse("next_on", problem.sentence)
    check = finishing.check_of(viewer(), at)
    shown = page("huddles/finish.html", meeting=at, check=check, form=form, why=why)
    boards.note_reading(viewer(), check.board.read, "huddle-finish")
    return shown


@bp.get(f"{DAY}/minutes")
@requires(Permission.TEAM_WORK)
def print_minutes(slug: str, day: str) -> ResponseReturnValue:
    """The minutes on paper."""
    at = meeting_at(viewer(), slug, day)
    told = minutes.minutes_of(viewer(), at)
    shown = page("huddles/minutes-print.html", meeting=at, minutes=told)
    minutes.note_reading(viewer(), [one.person_id for one in told.cases], "huddle-minutes")
    return shown


@bp.get(f"{DAY}/catch-up")
@requires(Permission.TEAM_WORK)
def catch_up(slug: str, day: str) -> ResponseReturnValue:
    """What changed since the viewer was last there."""
    at = meeting_at(viewer(), slug, day)
    told = catching_up.changes_for(viewer(), at)
    shown = page("huddles/catch-up.html", meeting=at, told=told)
    minutes.note_reading(viewer(), [one.person_id for one in told.cases], "huddle-catch-up")
    return shown


def _finished(at: Meeting, next_on: date) -> ResponseReturnValue:
    told = finishing.finish(at, next_on, by=viewer())
    summaries = ngettext("%(num)s owner is told by e-mail.", "%(num)s owners are told by e-mail.", told)
    flash(_("The huddle is finished. %(told)s", told=summaries), "done")
    return redirect(url_for(".board", **at.at), 303)


def _still_open(at: Meeting) -> Meeting:
    if at.is_finished:
        raise NotNow(_("This huddle is finished already. Its minutes stand on its page."))
    if at.day > clock.today():
        raise NotNow(_("This huddle is on %(day)s. It can be finished on that day.", day=wording.day(at.day)))
    return at
