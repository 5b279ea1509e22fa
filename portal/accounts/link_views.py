"""Pages behind links that were sent: join, a new password, another e-mail address. GET shows, POST acts."""

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import (
    arriving,
    devices,
    email_changing,
    invitations,
    links,
    passwords,
    proving,
    resetting,
    sessions,
    signing_in,
)
from portal.accounts.blueprint import bp
from portal.accounts.models import User
from portal.accounts.people_forms import AskPasswordForm, EmailForm, JoinForm, NewPasswordForm
from portal.accounts.person import signed_in_user, user_or_none
from portal.accounts.queries import user_by_email
from portal.accounts.roles import ROLES
from portal.core.access import public, signed_in
from portal.core.i18n import current_locale
from portal.core.pages import page


@bp.route("/account/join/<string:token>", methods=["GET", "POST"])
@public()
def join(token: str) -> ResponseReturnValue:
    """Take up an invitation: with an account by one button, without by making one."""
    row = links.find("invite", token)
    told, user = invitations.invited(row), user_or_none()
    label = ROLES[told.role].label
    if user is not None:
        return _join_as(token, told, user, is_theirs=invitations.is_for(row, user))
    if user_by_email(told.email) is not None:
        return page("accounts/join-sign-in.html", token=token, told=told, label=label)
    form = JoinForm()
    if form.validate_on_submit():
        problem = passwords.problem_with(
            form.password.data, passwords.own_words(form.name.data, told.email.partition("@")[0])
        )
        if problem is None:
            return _joined(token, form)
        form.refuse("password", problem)
    return page("accounts/join.html", form=form, told=told, label=label, token=token)


@bp.route("/account/new-password", methods=["GET", "POST"])
@public()
def ask_new_password() -> ResponseReturnValue:
    """Ask for a link to set a new password. The answer is the same whether there is an account or not."""
    form = AskPasswordForm()
    if not form.validate_on_submit():
        return page("accounts/ask-new-password.html", form=form)
    resetting.ask(form.email.data, asked_by=request.remote_addr or "", locale=current_locale().code)
    return redirect(url_for(".new_password_sent"), 303)


@bp.get("/account/new-password/sent")
@public()
def new_password_sent() -> ResponseReturnValue:
    """A link is on its way, if there is an account."""
    return page("accounts/new-password-sent.html")


@bp.route("/account/new-password/<string:token>", methods=["GET", "POST"])
@public()
def new_password(token: str) -> ResponseReturnValue:
    """Set a new password by a link. A second factor is asked for at sign-in as ever."""
    links.find("reset", token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            resetting.set_new(token, form.password.data)
        except passwords.EasyPassword as problem:
            form.refuse("password", problem.sentence)
        else:
            flash(_("Your new password is set. Sign in with it."), "done")
            response = redirect(url_for("accounts.sign_in"), 303)
            sessions.drop_cookie(response)
            return response
    return page("accounts/new-password.html", form=form, token=token)


@bp.route("/account/email", methods=["GET", "POST"])
@signed_in()
def change_email() -> ResponseReturnValue:
    """Ask for another e-mail address. Both addresses are told."""
    user = signed_in_user()
    if user.password_hash is None and (led := proving.led_to_proof()) is not None:
        return led
    form = EmailForm()
    if form.validate_on_submit():
        device = devices.known_device(user.email)
        has_password = user.password_hash is not None
        if not has_password or signing_in.password_is_right(user, form.password.data or "", device=device):
            email_changing.ask(signed_in_user(), form.email.data)
            flash(_("Open the link that we have sent to the new address. Until then the old one stays."), "done")
            return redirect(url_for(".change_email"), 303)
        form.refuse("password", _("This is not your password"))
    return page("accounts/change-email.html", form=form, user=user)


@bp.route("/account/email/confirm/<string:token>", methods=["GET", "POST"])
@public()
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm a new address: GET shows, POST acts."""
    if request.method == "GET":
        return page("accounts/confirm-email.html", token=token, email=links.find("email", token).email)
    email_changing.confirm(token)
    return _out(_("Your new e-mail address holds from now on. Sign in with it."))


@bp.route("/account/email/undo/<string:token>", methods=["GET", "POST"])
@public()
def undo_email(token: str) -> ResponseReturnValue:
    """Put the old address back: GET shows, POST acts."""
    if request.method == "GET":
        return page("accounts/undo-email.html", token=token, email=links.find("email-undo", token).email)
    new_password, taken = email_changing.undo(token)
    if taken.is_anything:
        told = _(
            "Your old e-mail address holds. What was added to your account since then is gone. Now set a new password."
        )
    else:
        told = _("Your old e-mail address holds. Now set a new password.")
    return _out(told, to=url_for("accounts.new_password", token=new_password))


def _join_as(token: str, told: invitations.Invited, user: User, *, is_theirs: bool) -> ResponseReturnValue:
    label = ROLES[told.role].label
    if not is_theirs:
        return page("accounts/join-other.html", status=403, told=told, label=label)
    if request.method == "GET":
        return page("accounts/join-known.html", token=token, told=told, label=label)
    invitations.accept(token, user=user)
    return _out(_("The role is yours. Sign in again to use it."))


def _joined(token: str, form: JoinForm) -> Response:
    """The account is made, and signed in; where a second factor is needed, it comes next."""
    hashed = passwords.hashed(form.password.data)
    user = invitations.accept_new(token, name=form.name.data, locale=current_locale().code)
    user.password_hash = hashed
    flash(_("Welcome. Your account is ready."), "done")
    return arriving.arrive(user, factor="password", is_strong=False)


def _out(sentence: str, *, to: str | None = None) -> Response:
    session.clear()
    flash(sentence, "done")
    response = redirect(to or url_for("accounts.sign_in"), 303)
    sessions.drop_cookie(response)
    return response
