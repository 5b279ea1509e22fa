"""One's own account: name and language, password, devices, and showing once more who one is."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import arriving, devices, own_account, passkeys, proving, sessions, signing_in, steps
from portal.accounts.blueprint import bp
from portal.accounts.forms import CodeForm, DetailsForm, NewPasswordForm, PasskeyForm, ProveForm
from portal.accounts.person import signed_in_user
from portal.core.access import signed_in
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page


@bp.get("/account")
@signed_in()
def home() -> ResponseReturnValue:
    """What the account holds, with a link to change each."""
    user = signed_in_user()
    return page("accounts/home.html", user=user, account=own_account.account_of(user))


@bp.route("/account/details", methods=["GET", "POST"])
@signed_in()
def details() -> ResponseReturnValue:
    """Name and language."""
    user = signed_in_user()
    form = DetailsForm(obj=user)
    if not form.validate_on_submit():
        return page("accounts/details.html", form=form)
    own_account.change_details(user, name=str(form.name.data), locale=str(form.locale.data))
    flash(_("Your name and language are saved."), "done")
    return redirect(url_for(".home"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in()
def password() -> ResponseReturnValue:
    """Change the password. All other sessions end."""
    user = signed_in_user()
    if user.password_hash is None and (led := proving.led_to_proof()) is not None:
        return led
    form = NewPasswordForm(user)
    if form.validate_on_submit():
        if own_account.may_change(user, str(form.old_password.data or ""), device=devices.known_device(user.email)):
            own_account.change_password(user, str(form.new_password.data))
            flash(_("Your password is changed. You are signed out everywhere else."), "done")
            return redirect(url_for(".home"), 303)
        form.refuse("old_password", _("This is not your password now."))
    return page("accounts/password.html", form=form, user=user)


@bp.get("/account/devices", endpoint="devices")
@signed_in()
def show_devices() -> ResponseReturnValue:
    """Where one is signed in, and what happened lately."""
    user, current = signed_in_user(), sessions.current()
    return page(
        "accounts/devices.html",
        devices=own_account.devices_of(user, current),
        events=own_account.events_of(user),
    )


@bp.post("/account/devices/<uuid:session_id>/end")
@signed_in()
def end_device(session_id: UUID) -> ResponseReturnValue:
    """Sign out on one device."""
    if not own_account.end_device(signed_in_user(), session_id):
        raise NotFound(_("There is no such device."))
    flash(_("That device is signed out."), "done")
    return redirect(url_for(".devices"), 303)


@bp.post("/account/devices/end-others")
@signed_in()
def end_other_devices() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    own_account.end_others(signed_in_user())
    flash(_("You are signed out everywhere else."), "done")
    return redirect(url_for(".devices"), 303)


@bp.route("/account/prove", methods=["GET", "POST"])
@signed_in(even_before=True)
def prove() -> ResponseReturnValue:
    """Show once more who one is: by the password, or by a code where there is none."""
    user, to = signed_in_user(), arriving.wanted()
    ways, device = proving.ways_of(user), devices.known_device(user.email)
    form = CodeForm() if ways[0] == "code" else ProveForm(next=to)
    if form.validate_on_submit():
        if isinstance(form, ProveForm) and signing_in.password_is_right(user, str(form.password.data), device=device):
            return _proved(to)
        if isinstance(form, CodeForm) and signing_in.code_is_right(user, str(form.code.data), device=device):
            return _proved(to)
        form.refuse("password" if isinstance(form, ProveForm) else "code", _("This is not right. Try again."))
    return page("accounts/prove.html", form=form, ways=ways, to=to)


@bp.post("/account/prove/passkey")
@signed_in(even_before=True)
def prove_by_passkey() -> ResponseReturnValue:
    """The same by a passkey."""
    user, form, step, to = signed_in_user(), PasskeyForm(), steps.current(passkeys.FIRST), arriving.wanted()
    try:
        if step is not None and form.validate() and steps.spend(step):
            passkeys.prove(str(form.credential.data), step=step, host=request.host, user=user)
            return _proved(to)
    except passkeys.NotProved:
        pass
    flash(_("This passkey was not taken. Try again, or use your password."))
    return redirect(url_for(".prove", next=to or None), 303)


def _proved(to: str) -> ResponseReturnValue:
    proving.proved()
    return redirect(to or url_for(".home"), 303)
