"""Messages: those that failed, and the words of each."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.admin.blueprint import bp
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.i18n import current_locale, offered_locales
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.notifications import actions, queries, wording
from portal.notifications.rendering import Written


@bp.get("/messages")
@requires(Permission.SITE_MANAGE)
def messages() -> ResponseReturnValue:
    """Messages that were given up, and every message whose words can be changed."""
    return page(
        "admin/messages.html",
        failed=queries.failed_messages(),
        states=queries.count_by_state(),
        kinds=wording.messages(),
        code=current_locale().code,
    )


@bp.post("/messages/<uuid:message_id>/resend")
@requires(Permission.SITE_MANAGE)
def resend(message_id: UUID) -> ResponseReturnValue:
    """Send a failed message again."""
    try:
        actions.resend(message_id, by=signed_in_user())
    except actions.CannotResend as problem:
        flash(problem.sentence, "note")
    else:
        flash(_("It is being sent again."), "done")
    return redirect(url_for(".messages"), 303)


@bp.route("/messages/words/<name>/<code>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def message_words(name: str, code: str) -> ResponseReturnValue:
    """The words of one message in one language: GET shows them, POST previews, saves, or goes back to ours."""
    parts = wording.parts_of(name, code)
    wrong: dict[str, list[str]] = {}
    typed = {one.part: request.form.get(one.part, one.own or one.ours) for one in parts}
    if request.method == "POST":
        wrong = {
            one.part: found
            for one in parts
            if typed[one.part].strip() != one.ours
            and (found := wording.problems(name, one.part, code, typed[one.part]))
        }
        if not wrong and request.form.get("do") == "save":
            return _saved(name, code, parts, typed)
    return page(
        "admin/message-words.html",
        status=422 if wrong else 200,
        name=name,
        code=code,
        parts=parts,
        typed=typed,
        wrong=wrong,
        locales=offered_locales(),
        previews=None if wrong else _previews(name, code, parts, typed),
    )


def _saved(name: str, code: str, parts: list[wording.Part], typed: dict[str, str]) -> ResponseReturnValue:
    try:
        for one in parts:
            if typed[one.part].strip() == one.ours.strip():
                wording.take_back(name, one.part, code, by=signed_in_user())
            elif typed[one.part] != one.own:
                wording.put(name, one.part, code, typed[one.part], by=signed_in_user())
    except DomainError as problem:
        flash(problem.sentence, "note")
    else:
        flash(_("Saved. It holds for every message that is sent from now on."), "done")
    return redirect(url_for(".message_words", name=name, code=code), 303)


def _previews(name: str, code: str, parts: list[wording.Part], typed: dict[str, str]) -> dict[str, Written]:
    own = {one.part: typed[one.part] for one in parts if typed[one.part].strip() != one.ours.strip()}
    channels = ["email", *(["sms"] if any(one.part == "sms" for one in parts) else [])]
    return {channel: wording.preview(name, code, channel=channel, own=own) for channel in channels}
