"""Who comes into a team, who leads it and who leaves it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import limits
from portal.accounts.person import signed_in_user
from portal.core import clock, wording
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.forms import PageForm
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.organisations.models import Organization
from portal.teams import joining, seeing
from portal.teams.blueprint import bp
from portal.teams.ending import EndsAlready
from portal.teams.forms import MemberForm, UntilForm
from portal.teams.joining import Joining


@bp.route("/teams/<uuid:team_id>/members", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def add_member(team_id: UUID) -> ResponseReturnValue:
    """Put somebody into the team by their address. The answer is the same whether or not they have an account."""
    if request.method == "POST":
        limits.hit("invite", str(viewer().id))
    team = seeing.team_to_change(viewer(), team_id)
    form = MemberForm(data={"since": clock.today(), "version": str(team.version)})
    organisation = _organisation(form) if form.validate_on_submit() else None
    if organisation is not None and form.since.data is not None:
        told = Joining(
            form.email.data, organisation.id, form.kind.data, bool(form.is_coordinator.data), form.since.data
        )
        try:
            joining.add(team, told, by=signed_in_user(), locale=current_locale().code, form_key=str(form.key.data))
        except DomainError as problem:
            form.refuse("email", problem.sentence)
        else:
            flash(_("They are told by e-mail, and are in the team once they have signed in."), "done")
            return redirect(url_for(".team", team_id=team.id), 303)
    return page("teams/add-member.html", team=team, form=form, known=seeing.organisations_known(team.area))


@bp.route("/teams/<uuid:team_id>/members/<uuid:member_id>/end", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def end_member(team_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the team from a day; an invitation, at once."""
    team = seeing.team_to_change(viewer(), team_id)
    invite = seeing.invite_of(team, member_id)
    member = None if invite is not None else seeing.member_of(team, member_id)
    form = UntilForm(data={"until": clock.today()})
    told: dict[str, Any] = {
        "title": _("Take somebody out of the team"),
        "back": url_for(".team", team_id=team.id),
        "hint": _leaving(),
    }
    if not form.validate_on_submit() or form.until.data is None:
        return page("teams/form.html", team=team, form=form, **told)
    if invite is not None:
        joining.take_back(team, invite, by=signed_in_user())
    elif member is not None:
        try:
            joining.take_out(team, member, form.until.data, by=signed_in_user())
        except EndsAlready as problem:
            form.refuse("until", problem.sentence)
            return page("teams/form.html", team=team, form=form, **told)
    day = wording.day(form.until.data)
    flash(_("From %(day)s they are no longer in the team. What they had still to do needs an owner.", day=day), "done")
    return redirect(url_for(".team", team_id=team.id), 303)


@bp.post("/teams/<uuid:team_id>/members/<uuid:member_id>/<any(leads, follows):how>")
@requires(Permission.COORDINATE)
def let_lead(team_id: UUID, member_id: UUID, how: str) -> ResponseReturnValue:
    """Say whether a member leads the team."""
    team = seeing.team_to_change(viewer(), team_id)
    if PageForm().validate_on_submit():
        joining.let_lead(seeing.member_of(team, member_id), leads=how == "leads", by=signed_in_user())
        flash(_("Saved."), "done")
    return redirect(url_for(".team", team_id=team.id), 303)


def _organisation(form: MemberForm) -> Organization | None:
    """The organisation that was meant; None where that is not clear, which the form then says."""
    found = seeing.organisations_named(form.organisation.data)
    if len(found) == 1:
        return found[0]
    if not found:
        form.refuse("organisation", _("No organisation has this name. Check the spelling"))
    else:
        names = wording.or_list([one.name for one in found])
        form.refuse(
            "organisation", _("Several organisations have such a name: %(names)s. Enter one whole", names=names)
        )
    return None


def _leaving() -> str:
    return _(
        "They see none of its cases from that day on. Their role ends with the last team that has them in this area."
    )
