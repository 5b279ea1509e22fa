"""Putting somebody on the board, changing how a case or an action stands, and closing a case."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core import wording
from portal.core.access import requires
from portal.core.errors import DomainError, Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.huddles import actions, adding, cases
from portal.huddles.blueprint import bp
from portal.huddles.board_views import CASE, DAY
from portal.huddles.cases import MEMBER, OpenCase
from portal.huddles.forms import ENDED_AS, ActionForm, AddCaseForm, CaseForm, CloseForm
from portal.huddles.meeting import Meeting, Member
from portal.huddles.opening import meeting_on, own_meeting_on
from portal.huddles.pages import help_with, note_form
from portal.huddles.saying import back_to_case


class LeadCannotSee(DomainError):
    """Who was to lead may not see the case."""


@bp.route(f"{DAY}/cases", methods=["GET", "POST"])
@requires(Permission.TEAM_WORK)
def add_case(slug: str, day: str) -> ResponseReturnValue:
    """Put somebody on the board: from the caseload or a referral, never by a name that is typed."""
    at = own_meeting_on(slug, day)
    form = AddCaseForm()
    if not adding.holds_any(viewer(), at):
        form.without_a_list()
    form.lead.offer(_leads([one for one in at.members if one.is_now]))
    if form.validate_on_submit():
        try:
            return _added(at, form)
        except DomainError as problem:
            form.refuse("lead" if isinstance(problem, LeadCannotSee) else "reference", problem.sentence)
    elif not form.is_submitted():
        form.lead.data = next(
            (f"{MEMBER}{one.id}" for one in at.members if one.is_now and one.user_id == viewer().id), ""
        )
    return page("huddles/add-case.html", meeting=at, form=form, held=adding.held_by(viewer(), at))


@bp.route(f"{CASE}/change", methods=["GET", "POST"])
@requires(Permission.TEAM_WORK)
def change_case(slug: str, day: str, reference: str) -> ResponseReturnValue:
    """Why somebody is on the board, who leads, when to look again, and whether it is about safety."""
    at = meeting_on(slug, day)
    opened = cases.case_for(viewer(), at, reference)
    form = CaseForm(data=_standing(opened))
    form.lead.offer(_leads(opened.may_see))
    if not form.validate_on_submit():
        return _form_page(at, opened, form, _("Change how the case stands"))
    told = {"why": form.why.data, "lead_id": _member_in(form.lead.data), "review_on": form.review_on.data}
    told |= {"has_safety": form.has_safety.data}
    try:
        actions.change_case(at, opened, told, seen=form.seen_version, by=viewer())
    except Overtaken as clash:
        form.version.data = str(clash.version)
        return _form_page(at, opened, form, _("Change how the case stands"), clash=[opened.case.why])
    is_danger = help_with(form)
    return back_to_case(at, opened.reference, _("Saved."), is_danger=is_danger)


@bp.route(f"{CASE}/close", methods=["GET", "POST"])
@requires(Permission.TEAM_WORK)
def close_case(slug: str, day: str, reference: str) -> ResponseReturnValue:
    """Take somebody off the board, with a reason."""
    at = meeting_on(slug, day)
    opened = cases.case_for(viewer(), at, reference)
    form = CloseForm(data={"version": str(opened.case.version)})
    form.closed_as.offer({"": _("Choose a reason"), **ENDED_AS})
    title = _("Take this case off the board")
    if not form.validate_on_submit():
        return _form_page(at, opened, form, title, still=cases.open_actions(opened))
    try:
        actions.close_case(at, opened, form.closed_as.data, drops=form.drops.data, seen=form.seen_version, by=viewer())
    except Overtaken as clash:
        form.version.data = str(clash.version)
        return _form_page(at, opened, form, title, clash=[opened.case.why], still=cases.open_actions(opened))
    flash(_("The case is off the board. It stays in the minutes."), "done")
    return redirect(url_for(".board", **at.at), 303)


@bp.route(f"{CASE}/actions/<uuid:action_id>", methods=["GET", "POST"])
@requires(Permission.TEAM_WORK)
def change_action(slug: str, day: str, reference: str, action_id: UUID) -> ResponseReturnValue:
    """Give an action to somebody else, put it off, or say it better."""
    at = meeting_on(slug, day)
    opened = cases.case_for(viewer(), at, reference, of_action=action_id)
    action = cases.action_for(opened, action_id)
    owner = cases.owner_value(action.owner_id, action.owner_kind)
    form = ActionForm(data={"what": action.what, "owner": owner, "due": action.due_on, "version": str(action.version)})
    form.owner.offer({"": _("Choose who does it"), **cases.owners_of(opened.members, opened.shared)})
    if not form.validate_on_submit():
        return _form_page(at, opened, form, _("Change the action"))
    owner_now = cases.owner_in(form.owner.data)
    try:
        actions.change_action(
            at, action, form.what.data, owner=owner_now, due_on=form.due_on, seen=form.seen_version, by=viewer()
        )  # fmt: skip
    except Overtaken as clash:
        form.version.data = str(clash.version)
        stands = [action.what, _("Due %(day)s", day=wording.day(action.due_on))]
        return _form_page(at, opened, form, _("Change the action"), clash=stands)
    is_danger = help_with(form)
    return back_to_case(at, opened.reference, _("The action is changed."), is_danger=is_danger)


def _added(at: Meeting, form: AddCaseForm) -> ResponseReturnValue:
    found = adding.found_by(viewer(), at, form.typed)
    lead = next((one for one in at.members if one.id == _member_in(form.lead.data)), None)
    if lead is not None and not found.shared.is_with([lead.organization_id]):
        raise LeadCannotSee(
            _("The person has not agreed to share with %(organisation)s", organisation=lead.organisation)
        )
    made = actions.add_case(
        at, found.person_id, why=form.why.data, lead_id=_member_in(form.lead.data), has_safety=form.has_safety.data,
        form_key=str(form.key.data), introduction_id=found.introduction_id, by=viewer(),
    )  # fmt: skip
    is_danger = help_with(form)
    names = {one.organisation for one in at.members if one.is_now and found.shared.is_with([one.organization_id])}
    told = wording.and_list(sorted(names, key=str.casefold))
    said = _("Put on the board. Who may see it: %(organisations)s. Nobody else in the team can.", organisations=told)
    return back_to_case(at, made.person.reference, said, is_danger=is_danger)


def _standing(opened: OpenCase) -> dict[str, Any]:
    case = opened.case
    lead = f"{MEMBER}{case.lead_id}" if case.lead_id else ""
    told = {"why": case.why, "lead": lead, "review_on": case.review_on, "has_safety": case.has_safety}
    return told | {"version": str(case.version)}


def _leads(may: list[Member]) -> dict[str, str]:
    return {"": _("Nobody yet"), **{f"{MEMBER}{one.id}": one.label for one in may}}


def _member_in(value: str | None) -> UUID | None:
    return UUID(value.removeprefix(MEMBER)) if value else None


def _form_page(
    at: Meeting, opened: OpenCase, form: Any, title: str, *, clash: list[str] | None = None, still: Any = ()
) -> ResponseReturnValue:
    person_id = opened.case.person_id
    told = {"meeting": at, "opened": opened, "form": form, "title": title, "clash": clash, "still": still}
    shown = page("huddles/case-form.html", status=409 if clash else None, **told)
    note_form(person_id)
    return shown
