"""A group reads a question and answers it: by the link of a mail, or signed in. A GET shows and changes nothing."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.assurance.pressing import is_pressed
from portal.coordinating import answering, links, questions
from portal.coordinating.blueprint import bp
from portal.coordinating.forms import AnswerForm
from portal.coordinating.models import AskedGroup
from portal.core.access import public, requires
from portal.core.i18n import gettext as _
from portal.core.origin import hides_referrer
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import Viewer, viewer
from portal.directory.help_first import help_first, is_changing
from portal.organisations.models import Organization

GONE = 410


@bp.route("/answer/<string:token>", methods=["GET", "POST"])
@public()
@hides_referrer
def answer(token: str) -> ResponseReturnValue:
    """The question behind a link, and the way to answer it."""
    found = links.opened(token)
    is_sent = is_pressed(request.form, request.headers, "press", ("answer",))
    if found.why is not None:
        return _shut(found.asked, found.why, is_sent=is_sent)
    return _answered(found.asked, url_for(".answer", token=token), by=None, is_sent=is_sent)


@bp.route("/group/questions/<uuid:asked_id>", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def asked(asked_id: UUID) -> ResponseReturnValue:
    """The same for somebody who is signed in and speaks for the group."""
    found = questions.asked_for(viewer(), asked_id)
    is_sent = request.method == "POST" and request.form.get("press") == "answer"
    if not found.question.is_open:
        return _shut(found, "closed", is_sent=is_sent)
    return _answered(found, url_for(".asked", asked_id=asked_id), by=viewer(), is_sent=is_sent)


@bp.get("/group/questions")
@requires(Permission.LISTING_EDIT)
def asked_list() -> ResponseReturnValue:
    """Every open question to the viewer's groups, also those that were answered."""
    return page("coordinating/asked-list.html", section="groups", groups=questions.asked_of_all(viewer()))


def _answered(found: AskedGroup, here: str, *, by: Viewer | None, is_sent: bool) -> ResponseReturnValue:
    listings = answering.listings_to_say(found) if found.question.kind == "space" else []
    form = AnswerForm.about(found.question, listings, answer=found.answer, typed=request.form if is_sent else None)
    value = form.read() if is_sent else None
    if value is None or is_changing():
        return _page(found, here, form, by=by)
    if (stop := help_first(form.dangers, section="groups")) is not None:
        return stop
    try:
        answering.give(found, value, key=str(form.key.data), by=by)
    except answering.Closed:
        return _shut(found, "closed", is_sent=True)
    flash(_("Thank you. Your answer is with the team. You can change it until the question closes."), "done")
    return redirect(here, 303)


def _page(found: AskedGroup, here: str, form: AnswerForm, *, by: Viewer | None) -> ResponseReturnValue:
    shown = questions.shown_answer(found.question, found.answer) if found.answer is not None else []
    return page("coordinating/answer.html", status=422 if form.problem else None, section="groups", asked=found, form=form,
                question=found.question, group=_group(found), here=here, is_signed_in=by is not None, shown=shown)  # fmt: skip


def _shut(found: AskedGroup, why: links.Why, *, is_sent: bool) -> ResponseReturnValue:
    shown = questions.shown_answer(found.question, found.answer) if found.answer is not None and why == "closed" else []
    typed = [value for name, value in request.form.items(multi=True) if name == "words" and value.strip()]
    status = 409 if is_sent else 200 if shown else GONE
    return page("coordinating/shut.html", status=status, section="groups", why=why, question=found.question, shown=shown,
                group=_group(found), is_sent=is_sent, typed=typed)  # fmt: skip


def _group(found: AskedGroup) -> Organization:
    return found.organization
