"""A fresh link in place of one that is too old or was used up, to the address that the old one went to, if that is on file."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.assurance.pressing import is_pressed
from portal.core import throttle
from portal.core.access import public
from portal.core.i18n import gettext as _
from portal.core.origin import hides_referrer
from portal.referrals import telling
from portal.responding import opening
from portal.responding.blueprint import bp
from portal.responding.link_views import ASKED_AT

MOST_A_DAY = 5


@bp.post("/respond/<string:token>/again")
@public()
@hides_referrer
def send_again(token: str) -> ResponseReturnValue:
    """Send it again. The answer is the same whether an e-mail left or not: whose link it is, is not said."""
    found = opening.of_any_purpose(token)
    if is_pressed(request.form, request.headers, "press", ("again",)):
        throttle.hit("link again", str(found.introduction.id), limit=MOST_A_DAY, seconds=24 * throttle.HOUR_SECONDS)
        found = opening.of_any_purpose(token)
        if found.can_be_sent_again and found.link.email:
            telling.again_by_link(found.introduction, found.purpose_again, found.link.email)
        flash(
            _("If there is still something to do, and the address of this link is still on record, a new link is on its way."),
            "done",
        )  # fmt: skip
    return redirect(url_for(ASKED_AT[found.purpose], token=token), 303)
