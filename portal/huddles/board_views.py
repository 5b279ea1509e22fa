"""The board of a huddle, who is there, and what stands about a case."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import wording
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.huddles import actions, cases, meeting
from portal.huddles.actions import Finished, NoteClash
from portal.huddles.blueprint import bp
from portal.huddles.cases import OpenCase
from portal.huddles.forms import HereForm, WriteForm
from portal.huddles.meeting import Meeting, meeting_at
from portal.huddles.opening import meeting_on, other_day_page
from portal.huddles.pages import board_page, finished_page, help_with, offer
from portal.huddles.saying import back_to_case

HUDDLE = "/neighbourhoods/<string:slug>/huddle"
DAY = f"{HUDDLE}/<string:day>"
CASE = f"{DAY}/cases/<string:reference>"


@bp.get("/huddle")
@requires(Permission.TEAM_WORK)
def home() -> ResponseReturnValue:
    """The huddle of the viewer's team; where there are several, their teams."""
    found = meeting.neighbourhoods_with_huddles(viewer())
    teams = {one.team_id: one for one in reversed(found)}
    if len(teams) == 1:
        return redirect(url_for(".current", slug=found[0].slug), 303)
    return page("huddles/home.html", teams=[teams[one] for one in dict.fromkeys(row.team_id for row in found)])


@bp.get(HUDDLE)
@requires(Permission.TEAM_WORK)
def current(slug: str) -> ResponseReturnValue:
    """The huddle that the team is at, else the next one."""
    return redirect(url_for(".board", slug=slug, day=meeting.next_day(viewer(), slug).isoformat()), 303)


@bp.get(DAY)
@requires(Permission.TEAM_WORK)
def board(slug: str, day: str) -> ResponseReturnValue:
    """The board; of a huddle that was finished, its minutes."""
    at = meeting_at(viewer(), slug, day)
    if at.is_finished:
        return finished_page(at)
    if not at.is_on:
        return other_day_page(at)
    return board_page(at, opened=request.args.get("open"), show_all=request.args.get("show") == "all")


@bp.post(f"{DAY}/here")
@requires(Permission.TEAM_WORK)
def attend(slug: str, day: str) -> ResponseReturnValue:
    """Say who is there."""
    at = meeting_on(slug, day)
    form = HereForm()
    if form.validate_on_submit():
        team = {str(one.id): one.id for one in at.members if one.is_now}
        ticked = {team[one] for one in form.here.data or () if one in team}
        seen = {team[one] for one in (form.shown_here.data or "").split() if one in team}
        actions.set_here(at, ticked, seen=seen, by=viewer())
        flash(_("Who is here is noted."), "done")
    return redirect(url_for(".board", **at.at), 303)


@bp.post(CASE)
@requires(Permission.TEAM_WORK)
def write(slug: str, day: str, reference: str) -> ResponseReturnValue:
    """Keep what stands about a case, and the action that was typed with it."""
    at = meeting_on(slug, day)
    opened = cases.case_for(viewer(), at, reference)
    form = WriteForm()
    offer(form, at, opened, opened.members)
    if not form.validate_on_submit():
        return board_page(at, opened=reference, form=form, status=422)
    try:
        before, said = _keep(at, opened, form)
    except NoteClash as clash:
        form.version.data = str(clash.version)
        return board_page(at, opened=reference, form=form, clash=clash.note, status=409)
    except Finished as late:
        return _too_late(at, reference, form, late)
    is_danger = help_with(form, cases.as_kept(before))
    return back_to_case(at, opened.reference, said, is_danger=is_danger)


@bp.post(f"{CASE}/actions/<uuid:action_id>/<any(done, dropped):how>")
@requires(Permission.TEAM_WORK)
def end_action(slug: str, day: str, reference: str, action_id: UUID, how: str) -> ResponseReturnValue:
    """Say that an action is done, or needed no more."""
    at = meeting_on(slug, day)
    opened = cases.case_for(viewer(), at, reference, of_action=action_id)
    if not HereForm().validate_on_submit():
        return redirect(url_for(".board", **at.at, open=opened.reference, _anchor="case"), 303)
    actions.end_action(at, opened, cases.action_for(opened, action_id), how, by=viewer())
    said = _("Marked as done.") if how == "done" else _("Taken away: it is needed no more.")
    return back_to_case(at, opened.reference, said)


def _keep(at: Meeting, opened: OpenCase, form: WriteForm) -> tuple[dict[str, str], str]:
    """What was typed, kept. Gives the texts that stood before, and what to say of it."""
    before = cases.note_at(opened.case.id, at.day, at.huddle_id).texts
    is_changed = not form.is_untouched and actions.write(at, opened, form.texts, seen=form.seen_version, by=viewer())
    if form.what.data:
        made = actions.add_action(
            at, opened, form.what.data, owner=cases.owner_in(form.owner.data), due_on=form.due_on,
            form_key=str(form.key.data), by=viewer(),
        )  # fmt: skip
        return before, _("Action added, due %(day)s.", day=wording.day(made.due_on))
    return before, _("Saved.") if is_changed else _("Nothing was changed.")


def _too_late(at: Meeting, reference: str, form: WriteForm, late: Finished) -> ResponseReturnValue:
    """The huddle was finished meanwhile: what was typed stands on the board of the next one, to be saved there."""
    following = meeting_at(viewer(), at.slug, meeting.next_day(viewer(), at.slug).isoformat())
    row = cases.case_for(viewer(), following, reference)
    standing = cases.note_at(row.case.id, following.day, following.huddle_id)
    form.version.data = str(standing.version)
    offer(form, following, row, row.members)
    return board_page(following, opened=reference, form=form, status=409, late=late.sentence)
