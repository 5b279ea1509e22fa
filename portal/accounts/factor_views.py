"""The second step: set it up, change it, take it away; recovery codes and passkeys."""

from uuid import UUID

from flask import flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.accounts import arriving, factors, limits, passkeys, recovery_codes, steps
from portal.accounts.blueprint import bp
from portal.accounts.forms import CodeForm, PasskeyForm, RenameForm
from portal.accounts.models import Passkey, User
from portal.accounts.person import signed_in_user
from portal.accounts.proving import proved_lately
from portal.core.access import signed_in
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.qr_codes import qr_svg


@bp.get("/account/second-factor")
@signed_in(even_before=True)
def second_factor() -> ResponseReturnValue:
    """What is set up, and what can be."""
    user = signed_in_user()
    return page("accounts/second-factor.html", user=user, left=recovery_codes.left(user))


@bp.route("/account/second-factor/app", methods=["GET", "POST"])
@signed_in(even_before=True)
@proved_lately
def app() -> ResponseReturnValue:
    """Set up an app that shows codes: nothing counts before a code of it was right."""
    user, form = signed_in_user(), CodeForm()
    secret = factors.secret_of(str(form.setup.data or ""), user)
    if secret is None:
        form.setup.data, secret = factors.new_setup(user)
    if form.validate_on_submit():
        limits.code_tried(user.id, device="setup")
        if (step := factors.step_of(secret, str(form.code.data))) is not None:
            factors.put_app(user, secret, step)
            return _set_up(user, _("The app is set up."))
        form.refuse("code", _("This code is not right. Check the time on your phone, then type the code it shows now."))
    return page("accounts/app.html", form=form, secret=secret, picture=qr_svg(factors.address_of(secret, user)))


@bp.post("/account/second-factor/app/remove")
@signed_in()
@proved_lately
def remove_app() -> ResponseReturnValue:
    """Use the app no more."""
    user = signed_in_user()
    factors.take_app(user)
    flash(_("The app is no longer used."), "done")
    return redirect(url_for(".second_factor"), 303)


@bp.get("/account/second-factor/recovery-codes")
@signed_in(even_before=True)
def codes() -> ResponseReturnValue:
    """The codes that were just made. Nobody can see them later."""
    made = recovery_codes.unsealed(str(session.get(recovery_codes.CODE) or ""))
    user = signed_in_user()
    return page("accounts/recovery-codes.html", codes=made, left=recovery_codes.left(user), user=user)


@bp.post("/account/second-factor/recovery-codes")
@signed_in(even_before=True)
@proved_lately
def make_codes() -> ResponseReturnValue:
    """Make ten new ones; those of before work no more."""
    user = signed_in_user()
    factors.check_is_set_up(user)
    session[recovery_codes.CODE] = recovery_codes.sealed(recovery_codes.make(user))
    factors.changed(user, "codes-made", by=user)
    return redirect(url_for(".codes"), 303)


@bp.post("/account/second-factor/recovery-codes/kept")
@signed_in(even_before=True)
def codes_kept() -> ResponseReturnValue:
    """They are written down: show them no more, and go on."""
    session.pop(recovery_codes.CODE, None)
    return redirect(session.pop(arriving.AFTER, None) or arriving.home_of(signed_in_user()), 303)


@bp.post("/account/second-factor/passkeys/options")
@signed_in(even_before=True)
@proved_lately
def new_passkey_options() -> ResponseReturnValue:
    """What the browser needs to make a passkey."""
    user = signed_in_user()
    options, challenge = passkeys.options_for_new(user)
    response = jsonify(options)
    steps.put_cookie(response, steps.begin(passkeys.NEW, user=user, challenge=challenge))
    return response


@bp.post("/account/second-factor/passkeys")
@signed_in(even_before=True)
@proved_lately
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that the browser made."""
    user, form, step = signed_in_user(), PasskeyForm(), steps.current(passkeys.NEW)
    try:
        if step is None or step.user_id != user.id or not form.validate() or not steps.spend(step):
            raise passkeys.NotProved
        name = str(form.name.data or "") or _("Passkey %(number)s", number=len(user.passkeys) + 1)
        passkeys.add(user, str(form.credential.data), name=name, step=step, host=request.host)
    except passkeys.NotProved:
        flash(_("No passkey was made. Try again, or use an app."))
        return redirect(url_for(".second_factor"), 303)
    return _set_up(user, _("The passkey is set up."))


@bp.route("/account/second-factor/passkeys/<uuid:passkey_id>", methods=["GET", "POST"])
@signed_in()
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Call a passkey something else."""
    own = _own(passkey_id)
    form = RenameForm(obj=own)
    if not form.validate_on_submit():
        return page("accounts/rename-passkey.html", form=form, passkey=own)
    own.name = str(form.name.data)
    flash(_("The name is saved."), "done")
    return redirect(url_for(".second_factor"), 303)


@bp.post("/account/second-factor/passkeys/<uuid:passkey_id>/remove")
@signed_in()
@proved_lately
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Take a passkey away."""
    passkeys.remove(signed_in_user(), _own(passkey_id))
    flash(_("The passkey is removed."), "done")
    return redirect(url_for(".second_factor"), 303)


def _own(passkey_id: UUID) -> Passkey:
    for one in signed_in_user().passkeys:
        if one.id == passkey_id:
            return one
    raise NotFound(_("There is no such passkey."))


def _set_up(user: User, sentence: str) -> Response:
    """A factor was added: the session is strong now, and who has no recovery codes is given ten."""
    is_first = not recovery_codes.left(user)
    response = redirect(url_for(".codes" if is_first else ".second_factor"), 303)
    sealed = recovery_codes.sealed(recovery_codes.make(user)) if is_first else None
    arriving.strengthen(user, response)
    if sealed:
        session[recovery_codes.CODE] = sealed
    flash(sentence, "done")
    return response
