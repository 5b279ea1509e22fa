"""Walking through a form of several pages: showing a page, taking its answers, checking, sending, and what was sent.

Answers are kept after each page. Words of danger lead to help first, once for each kind, and never stop the form.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request
from werkzeug.wrappers import Response as Answer

from portal.core import wording
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.directory import urgent
from portal.directory.help_first import kinds_of
from portal.selfreferral import actions, checking, keeping
from portal.selfreferral.flows import Flow, Question, free_words, place_of, unsettled
from portal.selfreferral.forms import QuestionForm, SendForm, filled
from portal.selfreferral.keeping import Kept

Sender = Callable[[dict[str, Any], str], dict[str, str]]
"""Sends what was told under a one-time key; gives the reference and the code, and what else the last page says."""


def ask(flow: Flow, name: str, *, stops: Callable[[Flow, dict[str, Any]], str | None]) -> Answer:
    """One question page. `stops`: the address at which the form ends after these answers, if it does."""
    question, kept = flow.question(name), keeping.kept(flow.about)
    if kept.sent:
        kept = Kept()
    if request.method == "GET":
        if not flow.is_open(name, kept):
            return _back_to_open(flow, kept)
        return _shown(flow, question, filled(question.form, kept.told, flow.asks), kept)
    form = question.form(kept.told, flow.asks)
    if not form.validate_on_submit():
        return _shown(flow, question, form, kept)
    if not kept.is_known:
        actions.limit_begun(request.remote_addr or "")
    return _taken(flow, question, form, kept, stops)


def check(
    flow: Flow, *, form: SendForm | None = None, error: str | None = None, status: int | None = None, **more: Any
) -> Answer:
    """All answers on one page, each with a way to change it, and the button that sends."""
    kept = keeping.kept(flow.about)
    if kept.sent:
        return redirect(flow.address("sent"), 303)
    if flow.next_of(kept) is not None:
        return _back_to_open(flow, kept)
    if _dangers(flow, kept):
        return redirect(flow.address("help_first"), 303)
    return page(
        "selfreferral/check.html", status=status, flow=flow, form=form or flow.send_form(), error=error, told=kept.told,
        rows=checking.rows(flow, kept.told), agree_words=checking.agree_words(kept.told), is_sensitive=flow.is_sensitive, **more,
    )  # fmt: skip


def send(flow: Flow, sender: Sender, **more: Any) -> Answer:
    """Send what was told, once: of several that press at once each is led to the same last page."""
    actions.limit(request.remote_addr or "")
    form = flow.send_form()
    kept = keeping.kept(flow.about, is_to_be_sent=True)
    if kept.sent:
        return redirect(flow.address("sent"), 303)
    if flow.next_of(kept) is not None or not form.validate_on_submit() or _dangers(flow, kept):
        return check(flow, form=form, **more)
    try:
        kept.sent = sender(kept.told, str(form.key.data))
    except DomainError as problem:
        return check(flow, form=form, error=problem.sentence, status=problem.status, **more)
    response = redirect(flow.address("sent"), 303)
    keeping.keep(response, flow.about, kept)
    return response


def sent(flow: Flow) -> Answer:
    """What was sent: the reference, and the code, which stands nowhere else."""
    kept = keeping.kept(flow.about)
    if kept.sent is None:
        return redirect(flow.address("start"), 303)
    days: dict[str, Any] = {name: _day(kept.sent.get(name)) for name in ("answer_by", "call_by")}
    return page("selfreferral/sent.html", flow=flow, sent=kept.sent, is_sensitive=flow.is_sensitive, **days)


def help_first(flow: Flow) -> Answer:
    """Numbers to call now, and two ways on: back to the answers, or on with the form."""
    kept = keeping.kept(flow.about)
    kinds = _dangers(flow, kept)
    if not kinds:
        return redirect(flow.onward(kept), 303)
    if request.method == "GET":
        last = next((one.name for one in reversed(flow.questions) if one.free and one.name in kept.done), "check")
        cards = urgent.cards_for(kinds, place=place_of(kept.told))
        return page(
            "selfreferral/help-first.html", flow=flow, urgent_cards=cards, back=flow.address(last), is_sensitive=True
        )
    kept.told["danger"] = sorted({*kept.told.get("danger", ()), *kinds})
    response = redirect(flow.onward(kept), 303)
    keeping.keep(response, flow.about, kept)
    return response


def _day(told: str | None) -> str:
    return wording.day(date.fromisoformat(told)) if told else ""


def _shown(flow: Flow, question: Question, form: QuestionForm, kept: Kept) -> Response:
    before = flow.before(question.name)
    is_changing = flow.next_of(kept) is None
    return page(
        f"selfreferral/{question.name}.html",
        flow=flow,
        form=form,
        question=question,
        title=flow.title(question, kept.told),
        told=kept.told,
        back=flow.address("check" if is_changing else before or "start"),
        is_sensitive=flow.is_sensitive,
    )


def _taken(
    flow: Flow, question: Question, form: QuestionForm, kept: Kept, stops: Callable[[Flow, dict[str, Any]], str | None]
) -> Answer:
    """Keep the answers of a page and go on. Without those of the pages before it, which are a day old, begin with these."""
    was_lost = not flow.is_open(question.name, kept)
    before = dict(kept.told)
    kept.told |= form.told()
    if (stop := stops(flow, kept.told)) is not None:
        keeping.forget(flow.about)
        return redirect(stop, 303)
    gone = unsettled(before, kept.told)
    kept.done = [one for one in dict.fromkeys([*kept.done, question.name]) if one not in gone]
    if was_lost:
        flash(
            _("We keep answers for one day, and some of yours have gone. What you have just written is kept."), "note"
        )
    onward = flow.address("help_first") if _dangers(flow, kept) else flow.onward(kept)
    response = redirect(onward, 303)
    keeping.keep(response, flow.about, kept)
    return response


def _back_to_open(flow: Flow, kept: Kept) -> Answer:
    """To the first page that was not answered; before the first to where the form begins."""
    first = flow.next_of(kept)
    return redirect(flow.address(first if kept.done and first else "start"), 303)


def _dangers(flow: Flow, kept: Kept) -> tuple[str, ...]:
    """The kinds of danger that the words tell of and that this visitor was not shown help for yet."""
    shown = kept.told.get("danger", ())
    return tuple(kind for kind in kinds_of(free_words(flow.questions, kept.told)) if kind not in shown)
