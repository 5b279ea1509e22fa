"""What became of those whom a practice handed over: the list, one of them, and what the practice can still do about it."""

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.attachments import queries as attachments
from portal.attachments.forms import words_of
from portal.attachments.problems import NotTaken
from portal.core import clock, wording
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.numbers import page_number, whole_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.help_first import GO_ON, help_after, help_first, is_changing
from portal.handover import actions, course, queries, signposts
from portal.handover.blueprint import bp
from portal.handover.forms import AgreedForm, ReplyForm, WithdrawForm
from portal.handover.problems import say
from portal.people.consents import USUAL, Agreement, ConsentIncomplete
from portal.referrals import documents, messages
from portal.referrals.dispatching import queries as dispatches
from portal.referrals.guards import Given, Refused
from portal.referrals.messages import NobodyThere
from portal.referrals.models import Introduction
from portal.referrals.moving import Moved, WrongState
from portal.referrals.states import ACTED_ON, WITH_GROUP, State

ENDED = "ended"
FHIR_JSON = "application/fhir+json"
CHANGED = (Moved, WrongState)


@bp.get("/refer/followed")
@requires(Permission.HAND_OVER)
def following() -> ResponseReturnValue:
    """What became of those whom the practice handed over: what goes on, or what has ended."""
    is_ended = request.args.get("view") == ENDED
    practices = queries.practices_of(viewer())
    return page(
        "handover/following.html",
        found=queries.handed_over(viewer(), is_open=not is_ended, page=page_number()),
        is_ended=is_ended,
        counts=[queries.count_of(viewer(), is_open=is_open) for is_open in (True, False)],
        practices=practices,
        short_day=course.day_of,
        leaflets=[(one, count) for one in practices if (count := signposts.this_month(one.id)) is not None],
    )


@bp.route("/refer/followed/<string:reference>", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def followed(reference: str) -> ResponseReturnValue:
    """One handover: how far it has come, and what practice and team write to each other: a question is answered here."""
    introduction = queries.open_handover(viewer(), reference, what="handover")
    form = ReplyForm()
    if not form.validate_on_submit() or is_changing():
        return _shown(introduction, form)
    if (stop := help_first(form.dangers, nation=introduction.nation, section=bp.name)) is not None:
        return stop
    words, key = words_of(form.words), str(form.key.data)
    try:
        if request.form.get("kind") == "message":
            actions.write(introduction, words, form.offered, by=viewer(), form_key=key)
        else:
            actions.reply(introduction, words, form.offered, by=viewer(), version=_version(), form_key=key)
    except (*CHANGED, NobodyThere) as problem:
        return _shown(introduction, form, clash=problem)
    except NotTaken as problem:
        form.refuse("file", problem.sentence)
        return _shown(introduction, form)
    help_after(form.dangers, nation=introduction.nation, introduction=reference)
    flash(_("The team can read it now."), "done")
    return redirect(url_for(".followed", reference=reference), 303)


@bp.route("/refer/followed/<string:reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def withdraw(reference: str) -> ResponseReturnValue:
    """Call it off."""
    introduction = queries.open_handover(viewer(), reference, what="handover")
    form, clash = WithdrawForm(), None
    if form.validate_on_submit() and not is_changing():
        stop = help_first(form.dangers, nation=introduction.nation, section=bp.name, go_on=GO_ON)
        if stop is not None:
            return stop
        given = Given(reason=form.reason.data, words=form.words.data or None)
        try:
            actions.withdraw(introduction, given, by=viewer(), version=_version())
        except CHANGED as problem:
            clash = problem
        except Refused as problem:
            say(form, problem)
        else:
            flash(_("It is called off. The team sees nothing of it any more."), "done")
            return redirect(url_for(".followed", reference=reference), 303)
    status = 409 if clash else None
    return page("handover/withdraw.html", status=status, introduction=introduction, form=form, clash=clash)


@bp.route("/refer/followed/<string:reference>/agreed", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def agreed(reference: str) -> ResponseReturnValue:
    """Who was asked by link has said yes at the practice."""
    introduction = queries.open_handover(viewer(), reference, what="handover")
    form, clash = AgreedForm(), None
    if form.validate_on_submit():
        agreement = Agreement(how=form.how.data, scopes=USUAL)
        try:
            actions.note_agreed(introduction, agreement, tells_outcome=bool(form.tells_outcome.data), by=viewer())
        except CHANGED as problem:
            clash = problem
        except (Refused, ConsentIncomplete) as problem:
            say(form, problem)
        else:
            return redirect(url_for(".sent", reference=reference), 303)
    status = 409 if clash else None
    return page("handover/agreed.html", status=status, introduction=introduction, form=form, clash=clash)


@bp.post("/refer/followed/<string:reference>/refused")
@requires(Permission.HAND_OVER)
def refused(reference: str) -> ResponseReturnValue:
    """Who was asked by link has said no."""
    actions.note_refused(queries.open_handover(viewer(), reference, what="handover"), by=viewer())
    flash(_("Noted: the person said no. Nothing was sent."), "done")
    return redirect(url_for(".followed", reference=reference), 303)


@bp.post("/refer/followed/<string:reference>/seen")
@requires(Permission.HAND_OVER)
def seen(reference: str) -> ResponseReturnValue:
    """The practice has seen to what came after a refusal."""
    actions.see_to(queries.open_handover(viewer(), reference, what="handover"))
    flash(_("Moved to what has ended."), "done")
    return redirect(url_for(".following"), 303)


@bp.get("/refer/followed/<string:reference>/report")
@requires(Permission.HAND_OVER)
def report(reference: str) -> ResponseReturnValue:
    """How it ended, on paper, under the headings of the standard's message back."""
    introduction = queries.open_report(viewer(), reference, what="report")
    return page(
        "handover/report.html",
        introduction=introduction,
        told=documents.message_back(introduction, hears_outcome=queries.hears_outcome(introduction)),
        back=url_for(".followed", reference=reference),
        other_size=None,
        is_large=False,
        printed=wording.full_date(clock.today()),
    )


@bp.get("/refer/followed/<string:reference>/report.json")
@requires(Permission.HAND_OVER)
def report_file(reference: str) -> ResponseReturnValue:
    """The same as a file for the record system: a document of FHIR R4."""
    introduction = queries.open_report(viewer(), reference, what="report file")
    told = documents.message_back(introduction, hears_outcome=queries.hears_outcome(introduction))
    response = make_response(documents.as_json(documents.bundle(told)))
    response.mimetype = FHIR_JSON
    response.headers["Content-Disposition"] = f'attachment; filename="{introduction.reference}.json"'
    return response


def _shown(introduction: Introduction, form: ReplyForm, *, clash: DomainError | None = None) -> Response:
    return page(
        "handover/followed.html",
        status=409 if clash else 422 if form.errors else None,
        introduction=introduction,
        course=course.course_of(introduction),
        written=messages.of(introduction),
        files=attachments.of_introduction(introduction),
        may_write=State(introduction.state) in WITH_GROUP,
        sent=dispatches.of_introduction(introduction),
        has_report=State(introduction.state) in documents.TOLD_AT,
        waits_for_us=State(introduction.state) in ACTED_ON and not introduction.is_acted_on,
        short_day=course.day_of,
        form=form,
        clash=clash,
    )


def _version() -> int | None:
    """The version that the page showed."""
    return whole_number(request.form.get("version", ""))
