"""One introduction as its referrer sees it, and everything that is done with it; what was entered by mistake."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from portal.attachments.problems import NotTaken
from portal.caseload import introduction_acts as acts
from portal.caseload.blueprint import bp
from portal.caseload.introduction_page import introduction_of, mistakes_for, page_of
from portal.caseload.record_opening import person_at
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.help_first import GO_ON, SEND, help_after, help_first, is_changing
from portal.matching.records import place_of
from portal.people.consents import ConsentIncomplete
from portal.people.models import Person
from portal.referrals.guards import Refused
from portal.referrals.models import Introduction

WAY = "/clients/<string:reference>/referrals/<string:introduction>"
WRITES = frozenset({"message", "answer"})
"""What is sent as it was written."""
NAMES = ", ".join(f'"{name}"' for name in acts.ACTS)


@bp.get(WAY)
@requires(Permission.CASELOAD)
def introduction(reference: str, introduction: str) -> ResponseReturnValue:
    """Where it stands, what the group sees, what was written and done, and what can be done now."""
    person = person_at(reference, "referral")
    return _page(person, introduction_of(viewer(), person, introduction))


@bp.post(f"{WAY}/<any({NAMES}):act>")
@requires(Permission.CASELOAD)
def act_on_introduction(reference: str, introduction: str, act: str) -> ResponseReturnValue:
    """Do one thing with it. What somebody else changed meanwhile is shown, and what was typed is kept."""
    person = person_at(reference)
    one = introduction_of(viewer(), person, introduction)
    wanted = acts.ACTS[act]
    form = acts.form_of(wanted, act, one, formdata=CombinedMultiDict([request.files, request.form]))
    form.version.data = request.form.get(f"{act}-version", "")
    if not form.validate() or is_changing():
        return _page(person, one, act, form)
    go_on = SEND if act in WRITES else GO_ON
    if (stop := help_first(form.dangers, place=place_of(person), section=bp.name, go_on=go_on)) is not None:
        return stop
    try:
        wanted.run(one, form, viewer())
    except (Refused, ConsentIncomplete) as problem:
        form.refuse(problem.field if problem.field in form else _first(form), problem.sentence)
        return _page(person, one, act, form)
    except NotTaken as problem:
        form.refuse("file", problem.sentence)
        return _page(person, one, act, form)
    except DomainError as problem:
        return _page(person, one, act, form, problem)
    help_after(form.dangers, place=place_of(person), person=person.reference)
    flash(str(wanted.done), "done")
    return redirect(url_for(".introduction", reference=person.reference, introduction=one.reference), 303)


@bp.get("/caseload/mistakes")
@requires(Permission.CASELOAD)
def mistakes() -> ResponseReturnValue:
    """What colleagues say was entered by mistake, for a second person to confirm."""
    return page("caseload/introduction-mistakes.html", rows=mistakes_for(viewer()))


def _page(
    person: Person, one: Introduction, act: str | None = None, form: Any = None, problem: DomainError | None = None
) -> ResponseReturnValue:
    if problem is not None and problem.status not in {409, 422}:
        abort(problem.status)
    shown = page_of(viewer(), one, {act: form} if act else None)
    status = problem.status if problem else 422 if form is not None and form.errors else 200
    return page(
        "caseload/introduction.html", status=status, person=person, one=one, shown=shown, acted=act,
        wrong=form, clash=problem.sentence if problem else None,
    )  # fmt: skip


def _first(form: Any) -> str:
    """The field at which to say what is about none."""
    return next((one.short_name for one in form.shown if one.type != "HiddenField"), "version")
