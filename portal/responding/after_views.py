"""By a link, after the group has accepted: who came, and how it ended. A GET changes nothing; a person presses a button."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.assurance.pressing import is_pressed
from portal.core.access import public
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.origin import hides_referrer
from portal.core.pages import page
from portal.directory.help_first import help_first, is_changing
from portal.referrals.actors import Actor, group_by_link
from portal.referrals.guards import Refused
from portal.referrals.links import Purpose
from portal.referrals.models import Introduction
from portal.responding import following, opening, reading
from portal.responding.blueprint import bp
from portal.responding.link_forms import EndingForm, VisitForm
from portal.responding.link_views import done, shut
from portal.responding.opening import Opening
from portal.responding.step_forms import StepForm

Said = Callable[..., None]


@bp.route("/respond/<string:token>/came", methods=["GET", "POST"])
@public()
@hides_referrer
def came(token: str) -> ResponseReturnValue:
    """Did they come?"""
    return _asked(token, "attendance", VisitForm, following.say_who_came)


@bp.route("/respond/<string:token>/ended", methods=["GET", "POST"])
@public()
@hides_referrer
def ended(token: str) -> ResponseReturnValue:
    """Is it over, and how did it go?"""
    return _asked(token, "ending", EndingForm, following.say_how_it_stands)


def _asked(token: str, purpose: Purpose, kind: type[StepForm], act: Said) -> ResponseReturnValue:
    """The page with its form, and what was said by it once its button was pressed."""
    found = opening.opened(token, purpose)
    if found.why is not None:
        return shut(found, token)
    is_sent = is_pressed(request.form, request.headers, "press", (BUTTONS[purpose],))
    form = kind.about(found.introduction, request.form if is_sent else None)
    if not is_sent or not form.validate() or is_changing():
        return _page(found, token, purpose, form)
    stop = help_first(form.dangers, nation=found.introduction.nation, section="groups")
    return stop or _said(found, token, purpose, form, act)


def _said(found: Opening, token: str, purpose: Purpose, form: Any, act: Said) -> ResponseReturnValue:
    introduction: Introduction = found.introduction
    by: Actor = group_by_link(introduction, found.link.id)
    try:
        reading.check_version(introduction, form.seen_version)
        act(introduction, form, by=by)
    except Refused as problem:
        form.refused(problem)
        return _page(found, token, purpose, form)
    except DomainError as problem:
        return _overtaken(token, purpose, form, problem)
    done(found, _("Thank you. Whoever referred them can see it."))
    return redirect(url_for(ENDPOINTS[purpose], token=token), 303)


def _overtaken(token: str, purpose: Purpose, form: Any, problem: DomainError) -> ResponseReturnValue:
    found = opening.again(token, purpose)
    if found.why is not None:
        return shut(found, token, status=problem.status, typed=form.typed_words)
    form.version.data = str(found.introduction.version)
    return _page(found, token, purpose, form, clash=problem)


def _page(
    found: Opening, token: str, purpose: Purpose, form: Any, *, clash: DomainError | None = None
) -> ResponseReturnValue:
    return page(
        TEMPLATES[purpose], form=form, token=token, introduction=found.introduction, told=found.told,
        problems=form.problems(), clash=clash.sentence if clash else None, status=clash.status if clash else None,
    )  # fmt: skip


ENDPOINTS: dict[Purpose, str] = {"attendance": "responding.came", "ending": "responding.ended"}
TEMPLATES: dict[Purpose, str] = {"attendance": "responding/came.html", "ending": "responding/ended.html"}
BUTTONS: dict[Purpose, str] = {"attendance": "came", "ending": "ended"}
