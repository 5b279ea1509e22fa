"""The people of an organisation: who they are, invitations, roles given and ended."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import areas, granting, invitations, limits, managing, memberships, people_queries
from portal.accounts.blueprint import bp
from portal.accounts.people_forms import InviteForm
from portal.accounts.person import signed_in_user
from portal.accounts.proving import proved_lately
from portal.accounts.roles import ROLES, Role
from portal.core import audit, clock
from portal.core.access import requires, signed_in
from portal.core.errors import DomainError, NotFound
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.wording import clock_time, full_date


@bp.get("/account/people")
@requires(Permission.PEOPLE_MANAGE)
def people() -> ResponseReturnValue:
    """The organisations whose people they manage; where there is one alone, its people."""
    found = people_queries.organisations_of(signed_in_user())
    if len(found) == 1:
        return redirect(url_for(".people_of", organisation_id=found[0].id), 303)
    return page("accounts/organisations.html", organisations=found)


@bp.get("/account/people/<uuid:organisation_id>")
@requires(Permission.PEOPLE_MANAGE)
def people_of(organisation_id: UUID) -> ResponseReturnValue:
    """Who holds a role in an organisation, and who is invited. Opening the page is noted."""
    user = signed_in_user()
    organisation = people_queries.organisation_for(user, organisation_id)
    audit.record_now("people.read", ("organization", organisation_id), by=user)
    return page(
        "accounts/people.html",
        organisation=organisation,
        people=people_queries.people_of(organisation),
        waiting=invitations.waiting(organisation.id),
        label_of=memberships.label_of,
    )


@bp.route("/account/people/<uuid:organisation_id>/invite", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def invite(organisation_id: UUID) -> ResponseReturnValue:
    """Invite somebody to an organisation."""
    if request.method == "POST":
        limits.hit("invite", str(signed_in_user().id))
    user = signed_in_user()
    organisation = people_queries.organisation_for(user, organisation_id)
    form = InviteForm()
    form.choose(granting.roles_to_grant(user, organization_id=organisation.id))
    if form.validate_on_submit():
        try:
            invitations.invite(
                form.email.data,
                form.chosen,
                by=user,
                organization_id=organisation.id,
                locale=current_locale().code,
                form_key=form.key.data,
            )
        except DomainError as problem:
            form.refuse("email", problem.sentence)
        else:
            flash(_("The invitation is on its way. It works once, for 7 days."), "done")
            return redirect(url_for(".people_of", organisation_id=organisation.id), 303)
    return page("accounts/invite.html", form=form, organisation=organisation)


@bp.post("/account/people/<uuid:organisation_id>/invitations/<uuid:invitation_id>/take-back")
@requires(Permission.PEOPLE_MANAGE)
def take_back(organisation_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Let an invitation be of no use any more."""
    user = signed_in_user()
    organisation = people_queries.organisation_for(user, organisation_id)
    invitations.take_back(invitation_id, organization_id=organisation.id, by=user)
    flash(_("The invitation was taken back. Its link does nothing any more."), "done")
    return redirect(url_for(".people_of", organisation_id=organisation.id), 303)


@bp.route("/account/people/<uuid:organisation_id>/<uuid:user_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def person(organisation_id: UUID, user_id: UUID) -> ResponseReturnValue:
    """One of its people: the roles they hold, and one more to give. Opening the page is noted."""
    user = signed_in_user()
    organisation = people_queries.organisation_for(user, organisation_id)
    someone = people_queries.person_for(organisation, user_id)
    if request.method == "GET":
        audit.record_now("account.viewed", ("account", user_id), by=user)
        someone = people_queries.person_for(organisation, user_id)
    roles = [one for one in granting.roles_to_grant(user, organization_id=organisation.id) if not _holds(someone, one)]
    if request.method == "POST":
        role = next((one for one in roles if one.value == request.form.get("role")), None)
        if role is not None:
            memberships.give(someone.user, role, by=user, organization_id=organisation.id)
            flash(_("The role was given. It is theirs from their next sign-in on."), "done")
        return redirect(url_for(".person", organisation_id=organisation.id, user_id=user_id), 303)
    return page(
        "accounts/person.html",
        organisation=organisation,
        someone=someone,
        roles=roles if someone.user.id != user.id else [],
        label_of=memberships.label_of,
        may_end=lambda membership: granting.may_end(user, membership),
        may_reset=managing.may_reset_factor(someone.user, user),
    )


@bp.post("/account/people/<uuid:organisation_id>/<uuid:user_id>/second-factor")
@requires(Permission.PEOPLE_MANAGE)
@proved_lately
def reset_second_factor(organisation_id: UUID, user_id: UUID) -> ResponseReturnValue:
    """Take the second factor away from one of its people who lost it."""
    user = signed_in_user()
    organisation = people_queries.organisation_for(user, organisation_id)
    someone = people_queries.person_for(organisation, user_id)
    if not managing.may_reset_factor(someone.user, user):
        raise NotFound(_("There is nothing to take away."))
    managing.reset_factor(someone.user, by=user, why="lost")
    flash(_("The second step was taken away, and they were told. They set up a new one at their next sign-in."), "done")
    return redirect(url_for(".person", organisation_id=organisation.id, user_id=user_id), 303)


@bp.route("/account/people/<uuid:organisation_id>/roles/<uuid:membership_id>/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def end_role(organisation_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """End a role in an organisation: GET asks, which is noted as it names them; POST does it."""
    user = signed_in_user()
    organisation = people_queries.organisation_for(user, organisation_id)
    membership = people_queries.role_for(organisation, membership_id)
    if request.method == "GET":
        audit.record_now("account.viewed", ("account", membership.user_id), by=user)
        label = memberships.label_of(membership)
        return page("accounts/end-role.html", organisation=organisation, membership=membership, label=label)
    memberships.end(membership, by=user)
    flash(_("The role was ended, and they were signed out."), "done")
    if membership.user_id == user.id:
        return redirect(url_for("pages.home"), 303)
    return redirect(url_for(".people_of", organisation_id=organisation.id), 303)


@bp.get("/account/roles")
@signed_in()
def roles() -> ResponseReturnValue:
    """One's own roles."""
    user = signed_in_user()
    return page(
        "accounts/roles.html",
        user=user,
        names=people_queries.organisation_names(user),
        label_of=memberships.label_of,
    )


@bp.route("/account/roles/<uuid:membership_id>/leave", methods=["GET", "POST"])
@signed_in()
def leave(membership_id: UUID) -> ResponseReturnValue:
    """Give up a role of one's own: GET asks, POST does it."""
    user = signed_in_user()
    membership = people_queries.own_role(user, membership_id)
    if request.method == "GET":
        names = people_queries.organisation_names(user)
        return page("accounts/leave.html", membership=membership, names=names, label=memberships.label_of(membership))
    memberships.end(membership, by=user)
    flash(_("You have left. Sign in again to go on."), "done")
    return redirect(url_for("pages.home"), 303)


@bp.get("/account/editors")
@requires(Permission.TRUST_EDITORS)
def editors() -> ResponseReturnValue:
    """Editors, and whose changes go live at once: all, or for a moderator of an area those in it. Opening it is noted."""
    audit.record_now("people.read", by=signed_in_user(), details={"list": "editors"})
    words = request.args.get("q", "")[:100]
    found = people_queries.editors(signed_in_user(), words)
    return page("accounts/editors.html", words=words, found=found, label_of=memberships.label_of)


@bp.post("/account/editors/<uuid:membership_id>/trust")
@requires(Permission.TRUST_EDITORS)
def trust(membership_id: UUID) -> ResponseReturnValue:
    """Let an editor's plain changes go live at once, or wait again."""
    membership = people_queries.editor(signed_in_user(), membership_id)
    is_trusted = request.form.get("trusted") == "yes"
    memberships.trust(membership, by=signed_in_user(), is_trusted=is_trusted)
    flash(_("Saved. It holds from their next change on."), "done")
    return redirect(url_for(".editors", q=request.form.get("q", "")[:100] or None), 303)


@bp.app_template_filter("dateformat")
def date_words(at: datetime) -> str:
    """The day of a moment here, as "5 January 2027"."""
    return full_date(clock.local(at).date())


@bp.app_template_global()
def role_label(role: Role) -> str:
    """The role in words."""
    return str(ROLES[role].label)


@bp.app_template_filter("areaname")
def area_words(area: str) -> str:
    """What people call an area."""
    return areas.name_of(area)


@bp.app_template_filter("momentformat")
def moment_words(at: datetime) -> str:
    """A moment here, as "5 January 2027, 10.30am"."""
    here = clock.local(at)
    return _("%(day)s, %(time)s", day=full_date(here.date()), time=clock_time(here))


@bp.app_template_global()
def all_roles() -> list[Role]:
    """Every role there is."""
    return list(Role)


@bp.app_template_global()
def role_choices(some: Iterable[Role]) -> list[tuple[str, str]]:
    """Roles as choices of a form."""
    return [(one.value, str(ROLES[one].label)) for one in some]


def _holds(someone: people_queries.Person, role: Role) -> bool:
    return any(one.role == role.value for one in someone.roles)
