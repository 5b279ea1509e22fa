"""Writing a question, choosing groups, checking, sending; then its answers."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.coordinating import asking, questions, reminding, sheet
from portal.coordinating.areas import areas_of, team_for
from portal.coordinating.blueprint import bp
from portal.coordinating.choosing import choosing_for
from portal.coordinating.forms import QuestionForm
from portal.coordinating.kinds import KINDS
from portal.coordinating.models import GroupQuestion
from portal.coordinating.reaching import reach_of
from portal.core import audit, clock
from portal.core.access import requires
from portal.core.csv_files import csv_answer
from portal.core.errors import DomainError, Overtaken
from portal.core.forms import PageForm
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.help_first import help_first, is_changing
from portal.teams.models import Team

SECTION = "coordinating"


@bp.route("/coordinate/questions/new", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def new_question() -> ResponseReturnValue:
    """Write a question. Nobody sees it yet."""
    form = _form(None)
    if form.validate_on_submit() and not is_changing():
        if (stop := help_first(form.dangers, section=SECTION)) is not None:
            return stop
        made = asking.new_draft(
            form.area.data, form.written(), key=str(form.key.data), by=viewer(), team_id=form.team_id
        )
        return redirect(url_for(".choose_groups", question_id=made.id), 303)
    return _written(form, None)


@bp.route("/coordinate/questions/<uuid:question_id>/edit", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def edit_question(question_id: UUID) -> ResponseReturnValue:
    """Other words for a draft."""
    draft = questions.draft_for(viewer(), question_id)
    form = _form(draft)
    if not form.validate_on_submit() or is_changing():
        return _written(form, draft)
    if (stop := help_first(form.dangers, section=SECTION)) is not None:
        return stop
    try:
        asking.change_draft(draft, form.written(), version=form.seen_version)
    except Overtaken as clash:
        form.version.data = str(clash.version)
        return _written(form, draft, clash=clash)
    return redirect(url_for(".choose_groups", question_id=draft.id), 303)


@bp.route("/coordinate/questions/<uuid:question_id>/groups", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def choose_groups(question_id: UUID) -> ResponseReturnValue:
    """Which groups a draft goes to."""
    draft = questions.draft_for(viewer(), question_id)
    choosing = choosing_for(viewer(), draft)
    form = choosing.form
    if form.validate_on_submit():
        if wanted := choosing.wanted:
            asking.choose(draft, wanted)
            return redirect(url_for(".check_question", question_id=draft.id), 303)
        form.refuse("who", _("That is no group. Choose at least one."))
    return page("coordinating/choose.html", question=draft, choosing=choosing, form=form)


@bp.route("/coordinate/questions/<uuid:question_id>/check", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def check_question(question_id: UUID) -> ResponseReturnValue:
    """Whom a draft reaches and whom not, and why; then it is sent, once."""
    question = questions.question_for(viewer(), question_id)
    if question.sent_at is not None:
        return redirect(url_for(".question", question_id=question.id), 303)
    form, refused = PageForm(), None
    if form.validate_on_submit():
        try:
            reached = asking.send(question, by=viewer())
        except DomainError as problem:
            refused = problem.sentence
        else:
            flash(_sent(reached), "done")
            return redirect(url_for(".question", question_id=question.id), 303)
    chosen = questions.chosen_of(question)
    reach = reach_of(question.asked_by_id, chosen)
    return page("coordinating/check.html", status=422 if refused else None, question=question, form=form, refused=refused,
                will=[one for one in reach if not one.left_out], left_out=[one for one in reach if one.left_out],
                reminds_on=reminding.reminds_on(question))  # fmt: skip


@bp.post("/coordinate/questions/<uuid:question_id>/discard")
@requires(Permission.COORDINATE)
def discard_question(question_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    if PageForm().validate_on_submit():
        asking.discard(questions.draft_for(viewer(), question_id))
        flash(_("The draft is gone."), "done")
    return redirect(url_for(".home", view="questions"), 303)


@bp.get("/coordinate/questions/<uuid:question_id>")
@requires(Permission.COORDINATE)
def question(question_id: UUID) -> ResponseReturnValue:
    """What each group answered, and who has not."""
    found = questions.question_for(viewer(), question_id)
    if found.sent_at is None:
        return redirect(url_for(".choose_groups", question_id=found.id), 303)
    answers = questions.answers_to(found)
    silent = len(answers.silent)
    return page("coordinating/question.html", question=found, answers=answers,
                can_remind=reminding.can_remind(found, silent), waits=reminding.waits_to_remind(found, silent),
                reminds_on=reminding.reminds_on(found), closes_on=found.answer_by + reminding.STAYS_OPEN,
                form=PageForm(), today=clock.today())  # fmt: skip


@bp.post("/coordinate/questions/<uuid:question_id>/remind")
@requires(Permission.COORDINATE)
def remind(question_id: UUID) -> ResponseReturnValue:
    """Write once more to those who have not answered."""
    found = questions.sent_for(viewer(), question_id)
    if PageForm().validate_on_submit():
        count = reminding.silent_count(found)
        if reminding.remind(found, by=viewer()):
            told = ngettext("%(num)s group is reminded.", "%(num)s groups are reminded.", count)
            flash(told, "done")
        else:
            flash(_("They can be reminded once, from the day after it was sent."), "note")
    return redirect(url_for(".question", question_id=found.id), 303)


@bp.post("/coordinate/questions/<uuid:question_id>/close")
@requires(Permission.COORDINATE)
def close(question_id: UUID) -> ResponseReturnValue:
    """Take no more answers."""
    found = questions.sent_for(viewer(), question_id)
    if PageForm().validate_on_submit():
        reminding.close(found, by=viewer())
        flash(_("Closed. The answers stay here for two years."), "done")
    return redirect(url_for(".question", question_id=found.id), 303)


@bp.get("/coordinate/questions/<uuid:question_id>/print")
@requires(Permission.COORDINATE)
def print_question(question_id: UUID) -> ResponseReturnValue:
    """The table on paper. That it was taken is noted."""
    found = questions.sent_for(viewer(), question_id)
    audit.record_now("group_question.printed", found, by=viewer())
    return page("coordinating/print.html", question=found, answers=questions.answers_to(found), today=clock.today())


@bp.get("/coordinate/questions/<uuid:question_id>/answers.csv")
@requires(Permission.COORDINATE)
def download(question_id: UUID) -> Response:
    """The table for a spreadsheet. That it was taken is noted."""
    found = questions.sent_for(viewer(), question_id)
    audit.record_now("group_question.downloaded", found, by=viewer())
    answer = csv_answer(f"answers-{clock.today().isoformat()}", sheet.rows_of(questions.answers_to(found)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _form(draft: GroupQuestion | None) -> QuestionForm:
    if draft is not None:
        return QuestionForm.of([(draft.area, draft.area)], draft, None)
    if (team := _team_asked()) is not None:
        return QuestionForm.of([(team.area, team.name)], None, team.area, team.id)
    mine = [(one.areas[0], one.name) for one in areas_of(viewer())]
    asked = request.args.get("area")
    first = mine[0][0] if len(mine) == 1 else None
    return QuestionForm.of(mine, None, asked if asked in dict(mine) else first)


def _team_asked() -> Team | None:
    """The team whose groups are asked: the one from whose page the form was opened. Raises NotFound for another's."""
    team_id = request.values.get("team", type=UUID)
    return team_for(viewer(), team_id).team if team_id is not None else None


def _written(form: QuestionForm, draft: GroupQuestion | None, *, clash: Overtaken | None = None) -> ResponseReturnValue:
    return page("coordinating/write.html", status=clash.status if clash else None, form=form, draft=draft, kinds=KINDS,
                clash=clash.sentence if clash else None)  # fmt: skip


def _sent(reached: int) -> str:
    return ngettext("Sent to %(num)s group.", "Sent to %(num)s groups.", reached)
