"""The pages of a group about one referral, for who is signed in with a second factor: the answer, and what follows."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.accounts import held_forms
from portal.attachments.actions import write_with
from portal.attachments.forms import words_of
from portal.attachments.problems import NotTaken
from portal.core.access import requires, writes_on_get
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.help_first import GO_ON, help_after, help_first, is_changing
from portal.referrals import messages
from portal.referrals.actors import Actor, acting
from portal.referrals.guards import Refused
from portal.referrals.models import Introduction, Message
from portal.referrals.moving import NotTheirs
from portal.responding import answers, reading
from portal.responding.answers import Answer
from portal.responding.blueprint import bp
from portal.responding.forms import AnswerForm, MessageForm
from portal.responding.reading import Page
from portal.responding.step_forms import StepForm
from portal.responding.steps import Step, can

CLASHES = 409


@bp.route("/group/referrals/<string:reference>", methods=["GET", "POST"])
@requires(Permission.INTRODUCTION_ANSWER)
@writes_on_get
def show(reference: str) -> ResponseReturnValue:
    """Who it is about, and the answer; once it was accepted, what comes next. Its first open is told to the referrer."""
    shown = reading.opened(viewer(), reference)
    if shown.is_shut:
        return _closed(shown)
    if not shown.can_answer:
        return _record(shown) if request.method == "GET" else _moved_on(shown)
    form = AnswerForm.about(shown.introduction, held_forms.typed())
    if request.method == "GET":
        return _answer_page(shown, form)
    if answers.was_sent(form.key.data):
        return redirect(url_for(".show", reference=reference), 303)
    if not form.validate() or is_changing():
        return _answer_page(shown, form)
    stop = help_first(form.dangers, nation=shown.introduction.nation, section="groups")
    return stop or _answered(shown, form)


@bp.route("/group/referrals/<string:reference>/<string:step>", methods=["GET", "POST"])
@requires(Permission.INTRODUCTION_ANSWER)
def step(reference: str, step: str) -> ResponseReturnValue:
    """One step of what follows: a page with one form."""
    known = reading.step(step)
    shown = reading.opened(viewer(), reference)
    if shown.is_shut:
        return _closed(shown)
    if not can(shown.introduction, known):
        return _moved_on(shown)
    form = known.form.about(shown.introduction, held_forms.typed())
    if request.method == "GET" or not form.validate() or is_changing():
        return _step_page(shown, known, form)
    stop = help_first(form.dangers, nation=shown.introduction.nation, section="groups", go_on=GO_ON)
    return stop or _stepped(shown, known, form)


@bp.post("/group/referrals/<string:reference>/messages")
@requires(Permission.INTRODUCTION_ANSWER)
def write(reference: str) -> ResponseReturnValue:
    """Write to who referred them, on the record."""
    shown = reading.opened(viewer(), reference)
    if shown.is_shut:
        return _closed(shown)
    form = MessageForm()
    if not form.validate_on_submit() or is_changing():
        return _not_written(shown, form)
    about: dict[str, Any] = {"nation": shown.introduction.nation}
    if (stop := help_first(form.dangers, section="groups", **about)) is not None:
        return stop
    introduction, by, key = shown.introduction, _actor(shown.introduction, "reassign"), str(form.key.data)

    def keep() -> Message:
        return messages.write(introduction, words_of(form.message), side="group", by=by, form_key=key)

    try:
        write_with(form.offered, introduction, keep, side="group", by=by, form_key=key)
    except NotTaken as problem:
        form.refuse("file", problem.sentence)
        return _not_written(shown, form)
    help_after(form.dangers, introduction=reference, **about)
    flash(_("Sent. They find it with the referral."), "done")
    return redirect(url_for(".show", reference=reference), 303)


def _not_written(shown: Page, form: MessageForm) -> ResponseReturnValue:
    if not shown.can_answer:
        return _record(shown, form)
    return _answer_page(shown, AnswerForm.about(shown.introduction, None), form)


def _answered(shown: Page, form: AnswerForm) -> ResponseReturnValue:
    answer: Answer = form.given()
    introduction = shown.introduction
    try:
        answers.give(
            introduction, answer, by=_actor(introduction, answers.VERBS[answer.kind]), version=form.seen_version
        )
    except Refused as problem:
        form.refused(problem)
        return _answer_page(shown, form)
    except DomainError as problem:
        return _overtaken(shown, problem, form)
    flash(answers.thanks(answer), "done")
    if answer.kind in {"pass", "decline"}:
        return redirect(url_for(".referrals", organisation=introduction.organization_id), 303)
    return redirect(url_for(".show", reference=introduction.shown_reference), 303)


def _stepped(shown: Page, known: Step, form: StepForm) -> ResponseReturnValue:
    introduction = shown.introduction
    by = _actor(introduction, known.verb)
    try:
        reading.check_version(introduction, form.seen_version)
        known.act(introduction, form, by)
    except Refused as problem:
        form.refused(problem)
        return _step_page(shown, known, form)
    except DomainError as problem:
        return _overtaken(shown, problem, form)
    flash(str(known.done), "done")
    return redirect(url_for(".show", reference=introduction.shown_reference), 303)


def _actor(introduction: Introduction, verb: str) -> Actor:
    found = acting(viewer(), introduction, verb)
    if found is None:
        raise NotTheirs(_("This is for somebody else to do."))
    return found


def _moved_on(shown: Page) -> ResponseReturnValue:
    """What was to be done does not fit where it stands now."""
    if request.method == "POST":
        return _record(shown, clash=_("This has changed since. Look at where it stands now."))
    flash(_("This has changed since. Look at where it stands now."), "note")
    return redirect(url_for(".show", reference=shown.introduction.shown_reference), 303)


def _overtaken(shown: Page, problem: DomainError, form: AnswerForm | StepForm) -> ResponseReturnValue:
    """Somebody else was quicker, or the person no longer shares it: what stands, and the words that were typed."""
    now = reading.again(shown)
    if now.is_shut:
        return _closed(now, typed=form.typed_words)
    if isinstance(form, AnswerForm) and now.can_answer:
        form.version.data = str(now.introduction.version)
        return _answer_page(now, form, clash=problem)
    return _record(now, clash=problem.sentence, typed=form.typed_words)


def _closed(shown: Page, typed: list[str] | None = None) -> Response:
    status = CLASHES if request.method == "POST" else None
    introduction = shown.introduction
    return page(
        "responding/closed.html", section="groups", introduction=introduction, typed=typed or [], status=status,
        sent_now=request.method == "POST",
    )  # fmt: skip


def _answer_page(
    shown: Page, form: AnswerForm, message_form: MessageForm | None = None, *, clash: DomainError | None = None
) -> Response:
    written = message_form or MessageForm(formdata=None)
    problems = [*form.problems(), *written.problems()]
    return page(
        "responding/show.html", section="groups", form=form, shown=shown, problems=problems, message_form=written,
        clash=clash.sentence if clash else None, status=clash.status if clash else 422 if problems else 200,
    )  # fmt: skip


def _record(
    shown: Page, message_form: MessageForm | None = None, *, clash: str | None = None, typed: list[str] | None = None
) -> Response:
    written = message_form or MessageForm(formdata=None)
    return page(
        "responding/record.html", section="groups", shown=shown, message_form=written, problems=written.problems(),
        clash=clash, typed=typed or [], status=CLASHES if clash else 422 if written.errors else 200,
    )  # fmt: skip


def _step_page(shown: Page, known: Step, form: StepForm) -> Response:
    return page(
        "responding/step.html", section="groups", shown=shown, step=known, form=form, problems=form.problems(),
    )  # fmt: skip
