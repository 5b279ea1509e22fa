"""Sending a list to a phone or by e-mail: where to, whether that is right, sent."""

from flask import Blueprint, abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.notifications.notification import Channel
from portal.notifications.senders.current import can_email, can_text
from portal.shortlists import actions
from portal.shortlists.cookie import keep, kept
from portal.shortlists.forms import EmailForm, PhoneForm, SendForm

bp = Blueprint("list_sending", __name__)
bp.add_app_template_global(can_text, "can_text")
bp.add_app_template_global(can_email, "can_email")


@bp.route("/list/text", methods=["GET", "POST"])
@public()
def text() -> ResponseReturnValue:
    """Text a list to a phone, where texts can be sent."""
    if not can_text():
        abort(404)
    return _ask(PhoneForm(), "sms")


@bp.route("/list/email", methods=["GET", "POST"])
@public()
def email() -> ResponseReturnValue:
    """E-mail a list, where e-mails can be sent."""
    if not can_email():
        abort(404)
    return _ask(EmailForm(), "email")


@bp.get("/list/sent")
@public()
def sent() -> ResponseReturnValue:
    """It is on its way. Says by which way, never to whom."""
    return page("shortlists/sent.html", channel=session.get("list_sent", "email"))


def _ask(form: SendForm, channel: Channel) -> ResponseReturnValue:
    """The form, then the same once more to be confirmed, then off it goes."""
    try:
        if not kept().ids or not form.validate_on_submit() or "change" in request.form:
            actions.shareable(kept())
            return page("shortlists/send.html", form=form, channel=channel)
        if "send" not in request.form:
            return page("shortlists/send-check.html", form=form, channel=channel)
        to = form.recipient(current_locale().code)
        code = actions.send(kept(), to, key=str(form.key.data), asked_by=request.remote_addr or "")
    except actions.CannotSave as problem:
        flash(problem.sentence, "note")
        return redirect(url_for("shortlists.show"), 303)
    session["list_sent"] = channel
    response = redirect(url_for(".sent"), 303)
    keep(response, kept().with_code(code))
    return response
