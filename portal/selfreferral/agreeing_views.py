"""Behind the link by which a person is asked whether they agree: `/agree/<token>`. A GET shows; a person presses a button."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.assurance.pressing import is_pressed
from portal.core.access import public
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.origin import hides_referrer
from portal.core.pages import page
from portal.referrals import links
from portal.referrals.links import Opened
from portal.selfreferral import agreeing
from portal.selfreferral.blueprint import bp


@bp.route("/agree/<string:token>", methods=["GET", "POST"])
@public()
@hides_referrer
def agree(token: str) -> ResponseReturnValue:
    """Who would see what, and yes or no."""
    found = links.opened(token, "agree")
    if found.is_dead:
        return _over(found)
    if not is_pressed(request.form, request.headers, "answer", ("yes", "no")):
        return _shown(found, token)
    is_yes = request.form["answer"] == "yes"
    if is_yes and agreeing.needs_parent(found) and "parent" not in request.form:
        return _shown(found, token, error=_("Tick the box to say that you are their parent or guardian"), status=422)
    try:
        agreeing.say_yes(found) if is_yes else agreeing.say_no(found)
    except DomainError as problem:
        return _shown(found, token, refused=problem.sentence, status=problem.status)
    return redirect(url_for(".agree", token=token), 303)


def _shown(found: Opened, token: str, *, status: int | None = None, **more: str) -> Response:
    context = {"error": None, "refused": None, **more}
    asked = agreeing.asked_of(found)
    return page(
        "selfreferral/agree.html", status=status, asked=asked, token=token, is_sensitive=asked.is_sensitive, **context
    )


def _over(found: Opened) -> Response:
    """Thanks where it was answered by this link; else why it opens nothing any more."""
    asked = agreeing.asked_of(found)
    is_answered = asked.answer is not None
    return page(
        "selfreferral/agreed.html" if is_answered else "selfreferral/agree-dead.html",
        status=200 if is_answered else 410, asked=asked, is_sensitive=asked.is_sensitive,
    )  # fmt: skip
