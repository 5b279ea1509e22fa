"""Handovers to the team: the list, and one with its answer."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.attachments import queries as attachments
from portal.caseload import intake_actions, intake_queries
from portal.caseload.blueprint import bp
from portal.caseload.intake_forms import HandoverForm
from portal.caseload.intake_queries import Handover
from portal.caseload.introduction_page import written_of
from portal.caseload.list_words import record_at
from portal.core.access import requires, writes_on_get
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.help_first import help_first, is_changing
from portal.matching.records import place_of
from portal.referrals.guards import Refused
from portal.referrals.moving import Moved, WrongState
from portal.referrals.queries import note_reading

FIELD_OF = {"words": "words", "reason": "reason", "has_words": "question"}


@bp.get("/caseload/new")
@requires(Permission.CASELOAD)
def intake() -> ResponseReturnValue:
    """Handovers that wait for the team, longest first."""
    return page("caseload/intake.html", handovers=intake_queries.waiting(viewer()))


@bp.route("/caseload/new/<string:reference>", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
@writes_on_get
def handover(reference: str) -> ResponseReturnValue:
    """One handover: what was told, and three answers. Its first open is told to who handed over."""
    found = intake_queries.handover_for(viewer(), reference)
    form = HandoverForm()
    if form.validate_on_submit() and not is_changing():
        stop = help_first(form.dangers, place=place_of(found.introduction.person), section=bp.name)
        return stop or _answered(found, form)
    if not form.is_submitted():
        note_reading(viewer(), found.introduction, what="handover")
        found = intake_queries.handover_for(viewer(), reference)
        intake_actions.see(found.introduction, by=viewer())
        form.version.data = found.introduction.version
    return _shown(found, form)


def _answered(found: Handover, form: HandoverForm) -> ResponseReturnValue:
    one, by, version = found.introduction, viewer(), form.seen_version
    try:
        if form.answer.data == "accept":
            same = intake_queries.known_as(one) if form.same.data == "yes" else None
            person = intake_actions.accept(one, by=by, version=version, same_as=same)
            flash(_("%(who)s is on your caseload. Call them next.", who=person.initials), "done")
            return redirect(record_at(person.reference), 303)
        if form.answer.data == "ask":
            intake_actions.ask(one, form.question.data, by=by, version=version, form_key=str(form.key.data))
            flash(_("Your question is sent. The clock stands until they answer."), "done")
        else:
            intake_actions.decline(one, form.reason.data, form.words.data, by=by, version=version)
            flash(_("Your answer is sent."), "done")
    except (Moved, WrongState) as problem:
        return _shown(intake_queries.handover_for(viewer(), one.reference), form, clash=problem)
    except Refused as problem:
        form.refuse(FIELD_OF.get(problem.field or "", "answer"), problem.sentence)
        return _shown(found, form)
    return redirect(url_for(".intake"), 303)


def _shown(found: Handover, form: HandoverForm, clash: DomainError | None = None) -> ResponseReturnValue:
    """The page. A clash keeps what was typed and takes the version that stands now."""
    if clash is not None:
        form.version.data = found.introduction.version
    known = intake_queries.known_as(found.introduction) if found.introduction.is_open else None
    return page(
        "caseload/intake-handover.html", handover=found, one=found.introduction, told=found.told, form=form, known=known,
        written=written_of(found.introduction), files=attachments.of_introduction(found.introduction),
        clash=clash, status=409 if clash is not None else None,
    )  # fmt: skip
