"""Signing in and out: password, second step, recovery code, passkey."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.accounts import arriving, devices, limits, passkeys, recovery_codes, signing_in, steps
from portal.accounts.blueprint import bp
from portal.accounts.forms import CodeForm, PasskeyForm, SignInForm
from portal.accounts.models import AccountToken, User
from portal.accounts.person import user_or_none
from portal.accounts.queries import user as user_of
from portal.core.access import public
from portal.core.i18n import gettext as _
from portal.core.pages import page


@bp.route("/sign-in", methods=["GET", "POST"])
@public()
def sign_in() -> ResponseReturnValue:
    """With an e-mail address and a password."""
    form = SignInForm(next=arriving.wanted())
    if request.method == "GET" and "again" not in request.args and (me := user_or_none()) is not None:
        return redirect(arriving.wanted() or arriving.home_of(me), 303)
    if form.validate_on_submit():
        email = str(form.email.data)
        user = signing_in.with_password(
            email,
            str(form.password.data),
            address=request.remote_addr or "",
            device=devices.known_device(email),
        )
        if user is not None:
            return arriving.arrive(user, factor="password", is_strong=False, to=arriving.wanted())
        form.refuse_both()
    return page("accounts/sign-in.html", form=form, out=request.args.get("out", ""))


@bp.post("/sign-out")
@public()
def sign_out() -> ResponseReturnValue:
    """End the session. Anybody may: a session that has ended already is no error."""
    return arriving.leave()


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public()
def second_step() -> ResponseReturnValue:
    """A code of the app, or a passkey, after the password."""
    step = steps.current(arriving.SECOND_STEP)
    if (user := _owner(step)) is None or step is None:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        if signing_in.code_is_right(user, str(form.code.data), device=devices.known_device(user.email)):
            return arriving.arrive_by_step(step, user, factor="totp")
        form.refuse("code", _("This code is not right, or was used before. Wait for the next one, then type it."))
    return page("accounts/second-step.html", form=form, user=user)


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public()
def recovery_code() -> ResponseReturnValue:
    """A recovery code in place of the second factor that was lost."""
    step = steps.current(arriving.SECOND_STEP)
    if (user := _owner(step)) is None or step is None:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        limits.code_tried(user.id, device=devices.known_device(user.email))
        if recovery_codes.use(user, str(form.code.data), step=step):
            return _recovered(step, user)
        signing_in.refused(user.id)
        form.refuse("code", _("This is not one of your recovery codes, or it was used before."))
    return page("accounts/recovery-code.html", form=form)


@bp.post("/sign-in/passkey/options")
@public()
def passkey_options() -> ResponseReturnValue:
    """What the browser's passkey has to sign, for the whole sign-in or for the second step."""
    limits.hit("passkey", request.remote_addr or "")
    step = steps.current(arriving.SECOND_STEP) if request.args.get("as") == "second" else None
    owner = user_or_none() if request.args.get("as") == "prove" else _owner(step)
    options, challenge = passkeys.options_for_use(owner)
    if step is not None:
        steps.put(step, passkeys.CHALLENGE, challenge)
        return options
    response = jsonify(options)
    steps.put_cookie(response, steps.begin(passkeys.FIRST, challenge=challenge))
    return response


@bp.post("/sign-in/passkey")
@public()
def passkey() -> ResponseReturnValue:
    """Sign in by a passkey: alone, or after the password."""
    form, to = PasskeyForm(), arriving.wanted()
    limits.hit("passkey", request.remote_addr or "")
    step = steps.current(passkeys.FIRST, arriving.SECOND_STEP)
    owner = _owner(step)
    if step is not None and form.validate():
        try:
            user = passkeys.prove(str(form.credential.data), step=step, host=request.host, user=owner)
            return arriving.arrive_by_step(step, user, factor="passkey", to=to)
        except passkeys.NotProved:
            signing_in.refused(owner.id if owner else None)
    flash(_("This passkey did not sign you in. Try again, or sign in another way."))
    return redirect(url_for(".second_step" if owner else ".sign_in", next=to or None), 303)


def _recovered(step: AccountToken, user: User) -> ResponseReturnValue:
    left = recovery_codes.left(user)
    response = arriving.arrive_by_step(step, user, factor="recovery")
    if left <= recovery_codes.FEW:
        flash(
            ngettext(
                "You have %(num)d recovery code left. Make new ones on the page of your account.",
                "You have %(num)d recovery codes left. Make new ones on the page of your account.",
                left,
            )
        )
    return response


def _owner(step: AccountToken | None) -> User | None:
    found = user_of(step.user_id) if step is not None and step.user_id else None
    return found if found is not None and found.is_active else None
