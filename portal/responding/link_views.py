"""The pages behind the links of mails about a referral. A GET shows and changes nothing; a person presses a button."""

from collections.abc import Sequence

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.assurance.pressing import is_pressed
from portal.core.access import public
from portal.core.errors import DomainError
from portal.core.origin import hides_referrer
from portal.core.pages import page
from portal.directory.help_first import help_first, is_changing
from portal.referrals.actors import group_by_link
from portal.referrals.guards import Refused
from portal.responding import answers, opening
from portal.responding.blueprint import bp
from portal.responding.forms import AnswerForm
from portal.responding.left import left_of
from portal.responding.opening import Opening

GONE = 410
CLASHES = 409
ASKED_AT = {"answer": "responding.answer", "attendance": "responding.came", "ending": "responding.ended"}
"""The page of a link, by its purpose."""
JUST_NOW = "answered-link"
"""In the session: the link by which somebody answered a moment ago."""


@bp.route("/respond/<string:token>", methods=["GET", "POST"])
@public()
@hides_referrer
def answer(token: str) -> ResponseReturnValue:
    """What is asked, without who asks; and the four answers."""
    found = opening.opened(token, "answer")
    if found.why is not None:
        return shut(found, token)
    is_sent = is_pressed(request.form, request.headers, "press", ("answer",))
    form = AnswerForm.about(found.introduction, request.form if is_sent else None)
    if is_sent and answers.was_sent(form.key.data):
        return redirect(url_for(".answer", token=token), 303)
    if not is_sent or not form.validate() or is_changing():
        return _page(found, token, form)
    stop = help_first(form.dangers, nation=found.introduction.nation, section="groups")
    return stop or _answered(found, token, form)


def shut(found: Opening, token: str, *, status: int | None = None, typed: Sequence[str] = ()) -> ResponseReturnValue:
    """Why nothing is to be done by this link any more; thanks where it was answered. `typed`: words that were not sent."""
    is_beaten = request.method == "POST" and found.why == "answered" and found.link.used_at is None
    usual = CLASHES if is_beaten else 200 if found.why == "answered" else GONE
    is_just_now = request.method == "GET" and session.pop(JUST_NOW, None) == str(found.link.id)
    return page(
        "responding/shut.html", status=status or usual, found=found, token=token, introduction=found.introduction,
        typed=typed, is_beaten=is_beaten, is_just_now=is_just_now,
    )  # fmt: skip


def done(found: Opening, thanks: str) -> None:
    """It was answered by this link: thanks on the next page, which does not say that it had been answered before."""
    opening.use_up(found)
    session[JUST_NOW] = str(found.link.id)
    flash(thanks, "done")


def _answered(found: Opening, token: str, form: AnswerForm) -> ResponseReturnValue:
    said, by = form.given(), group_by_link(found.introduction, found.link.id)
    try:
        answers.give(found.introduction, said, by=by, version=form.seen_version)
    except Refused as problem:
        form.refused(problem)
        return _page(found, token, form)
    except DomainError as problem:
        return overtaken(token, form, problem)
    if said.kind == "ask":
        flash(answers.thanks(said), "done")
    else:
        done(found, answers.thanks(said))
    return redirect(url_for(".answer", token=token), 303)


def overtaken(token: str, form: AnswerForm, problem: DomainError) -> ResponseReturnValue:
    """Somebody else was quicker: what stands now, and what was typed. Nothing of it is kept here."""
    found = opening.again(token, "answer")
    if found.why is not None:
        return shut(found, token, status=problem.status, typed=form.typed_words)
    form.version.data = str(found.introduction.version)
    return _page(found, token, form, clash=problem)


def _page(found: Opening, token: str, form: AnswerForm, *, clash: DomainError | None = None) -> ResponseReturnValue:
    return page(
        "responding/answer.html", form=form, token=token, introduction=found.introduction, told=found.told,
        left=left_of(found.introduction), problems=form.problems(), has_reply=found.has_reply,
        clash=clash.sentence if clash else None, status=clash.status if clash else None,
    )  # fmt: skip
