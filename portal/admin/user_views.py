"""Users: found by their exact address or by role, invited, given roles, deactivated, helped to a new second factor."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import granting, invitations, managing, memberships, people_queries
from portal.accounts.person import signed_in_user
from portal.accounts.queries import user_by_email
from portal.accounts.roles import ROLES, Role
from portal.admin import queries
from portal.admin.blueprint import bp
from portal.admin.forms import GiveRoleForm, InviteUserForm
from portal.admin.typed import uuid_or_none
from portal.core import audit
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.i18n import current_locale
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.organisations.queries import organisation

VERBS = {"deactivate": managing.deactivate, "reactivate": managing.reactivate, "factor": managing.reset_factor}


@bp.get("/users")
@requires(Permission.USERS_MANAGE)
def users() -> ResponseReturnValue:
    """Users by role and organisation; opening it is noted. One is found by their whole address alone, which is posted."""
    role = request.args.get("role", "")
    within = uuid_or_none(request.args.get("organisation", ""))
    role = role if role in set(Role) else ""
    told = {"list": "users", "role": role, "organisation": str(within or "")}
    audit.record_now("people.read", by=signed_in_user(), details=told)
    found = queries.users(role, within, page_number())
    return page(
        "admin/users.html",
        found=found,
        role=role,
        organisation=organisation(within) if within else None,
        params={"role": role or None, "organisation": within},
        label_of=memberships.label_of,
        waiting=invitations.waiting(None),
    )


@bp.post("/users/find")
@requires(Permission.USERS_MANAGE)
def find_user() -> ResponseReturnValue:
    """The user with exactly this address."""
    found = user_by_email(request.form.get("email", "")[:254])
    if found is None:
        flash(_("Nobody has an account with this address."), "note")
        return redirect(url_for(".users"), 303)
    return redirect(url_for(".user", user_id=found.id), 303)


@bp.route("/users/invite", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def invite_user() -> ResponseReturnValue:
    """Invite anybody to any role."""
    user, form = signed_in_user(), InviteUserForm()
    if form.validate_on_submit():
        try:
            role = Role(form.role.data)
            within, area = form.place()
            code = current_locale().code
            invitations.invite(
                form.email.data, role, by=user, organization_id=within, area=area, locale=code, form_key=form.key.data
            )
        except DomainError as problem:
            form.refuse(getattr(problem, "field", "email"), problem.sentence)
        else:
            flash(_("The invitation is on its way. It works once, for 7 days."), "done")
            return redirect(url_for(".users"), 303)
    return page("admin/invite-user.html", form=form, told_of=queries.tells_apart)


@bp.post("/users/invitations/<uuid:invitation_id>/take-back")
@requires(Permission.USERS_MANAGE)
def take_back(invitation_id: UUID) -> ResponseReturnValue:
    """Let an invitation to a role of the whole site be of no use any more."""
    invitations.take_back(invitation_id, organization_id=None, by=signed_in_user())
    flash(_("The invitation was taken back. Its link does nothing any more."), "done")
    return redirect(url_for(".users"), 303)


@bp.get("/users/<uuid:user_id>")
@requires(Permission.USERS_MANAGE)
def user(user_id: UUID) -> ResponseReturnValue:
    """One user. Opening the page is noted."""
    queries.user(user_id)
    audit.record_now("account.viewed", ("account", user_id), by=signed_in_user())
    return _shown(user_id, GiveRoleForm(formdata=None))


@bp.post("/users/<uuid:user_id>/change")
@requires(Permission.USERS_MANAGE)
def change_user(user_id: UUID) -> ResponseReturnValue:
    """Deactivate, reactivate, or take a lost second factor away, with a reason."""
    someone, why = queries.user(user_id), request.form.get("why", "")
    change = VERBS.get(request.form.get("verb", ""))
    if change is None or why not in managing.REASONS:
        flash(_("Choose what to do, and why."), "note")
        return redirect(url_for(".user", user_id=user_id), 303)
    change(someone, by=signed_in_user(), why=why)
    flash(_("Done. They were told, and signed out."), "done")
    return redirect(url_for(".user", user_id=user_id), 303)


@bp.post("/users/<uuid:user_id>/roles")
@requires(Permission.USERS_MANAGE)
def give_role(user_id: UUID) -> ResponseReturnValue:
    """Give a user a role."""
    someone, form = queries.user(user_id), GiveRoleForm()
    if form.validate_on_submit():
        try:
            role = Role(form.role.data)
            within, area = form.place()
            memberships.give(someone, role, by=signed_in_user(), organization_id=within, area=area)
        except DomainError as problem:
            form.refuse(getattr(problem, "field", "role"), problem.sentence)
        else:
            flash(_("The role was given. It is theirs from their next sign-in on."), "done")
            return redirect(url_for(".user", user_id=user_id), 303)
    return _shown(user_id, form)


@bp.post("/users/<uuid:user_id>/roles/<uuid:membership_id>/end")
@requires(Permission.USERS_MANAGE)
def end_role(user_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """End a role of a user."""
    membership = people_queries.own_role(queries.user(user_id), membership_id)
    memberships.end(membership, by=signed_in_user())
    flash(_("The role was ended, and they were signed out."), "done")
    return redirect(url_for(".user", user_id=user_id), 303)


def _shown(user_id: UUID, form: GiveRoleForm) -> ResponseReturnValue:
    someone, own = queries.user(user_id), signed_in_user()
    return page(
        "admin/user.html",
        someone=someone,
        form=form,
        is_self=someone.id == own.id,
        names=people_queries.organisation_names(someone),
        label_of=memberships.label_of,
        may_end=lambda membership: granting.may_end(own, membership),
        sessions=queries.count_sessions(someone),
        reasons=managing.REASONS,
        roles=ROLES,
        told_of=queries.tells_apart,
    )
