"""From a record to a referral that is sent: finding support, one page, check, sent. Source: journeys.md 8, five pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.caseload import referring_check as check_page
from portal.caseload import referring_choosing, referring_context, referring_drafts
from portal.caseload.blueprint import bp
from portal.caseload.record_opening import person_at
from portal.caseload.referring_context import MOST, ids_in
from portal.caseload.referring_forms import ReferForm
from portal.caseload.referring_groups import Group, groups_for
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.forms import key_of
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.numbers import whole_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.returning import own_path
from portal.core.viewer import viewer
from portal.directory import urgent
from portal.matching.records import place_of
from portal.people.models import Person
from portal.referrals.guards import Refused
from portal.referrals.models import Referral
from portal.referrals.moving import Moved

SEARCH = "directory.search"
bp.add_app_template_global(referring_context.referring)
bp.add_app_template_global(referring_choosing.record_address)


@bp.get("/clients/<string:reference>/find")
@requires(Permission.CASELOAD)
def find_support(reference: str) -> ResponseReturnValue:
    """Look for this person from now on: the directory, with what the record says of where and what."""
    person = person_at(reference, "find")
    referring_context.start(person)
    wanted: dict[str, Any] = referring_context.wanted_for(person)
    return redirect(url_for(SEARCH, **wanted), 303)


@bp.post("/clients/<string:reference>/find/stop")
@requires(Permission.CASELOAD)
def stop_finding(reference: str) -> ResponseReturnValue:
    """Look for nobody any more."""
    person_at(reference)
    referring_context.stop()
    return redirect(own_path(request.form.get("next"), url_for(SEARCH)), 303)


@bp.route("/caseload/refer/<uuid:service_id>", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def refer_choose(service_id: UUID) -> ResponseReturnValue:
    """Who is it for? Somebody of the caseload, by reference or initials."""
    service = referring_choosing.service_of(service_id)
    typed = request.form.get("who", "").strip()
    found = referring_choosing.people_for(viewer(), typed)
    if len(found) == 1 and typed:
        return redirect(url_for(".refer", reference=found[0].reference, service=service_id), 303)
    problem = _("Nobody of your caseload has this reference or these initials") if typed and not found else None
    return page(
        "caseload/refer-choose.html", service=service, people=found, typed=typed, problem=problem,
        status=422 if problem else 200,
    )  # fmt: skip


@bp.route("/clients/<string:reference>/refer", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def refer(reference: str) -> ResponseReturnValue:
    """The one page: why, what is shared, how they agreed. Words of danger first lead to help, and never stop it."""
    person = person_at(reference, "refer")
    draft, ticked = _draft(person), ids_in(request.values.getlist("service"))
    if draft is None and not ticked:
        flash(_("Tick a group first, then press the button."), "note")
        return redirect(own_path(request.values.get("next"), url_for(".find_support", reference=person.reference)), 303)
    if draft is None and len(ticked) > MOST and request.method == "GET":
        flash(
            ngettext(
                "Only the first %(num)s that you ticked is here.",
                "Only the first %(num)s that you ticked are here.",
                MOST,
            ),
            "note",
        )
    groups = groups_for(person, _wanted(draft), but=draft.id if draft else None)
    free = [one for one in groups if one.stop is None and not person.death_recorded_at]
    form = _form(person, draft, free)
    context: dict[str, Any] = {"person": person, "draft": draft, "groups": groups, "free": free, "form": form}
    if not free or not form.validate_on_submit() or "change" in request.form:
        return _refer_page(context)
    if form.dangers and "send" not in request.form:
        cards = urgent.cards_for(form.dangers, place=place_of(person))
        form.warned.data = ",".join(form.dangers)
        return page("caseload/refer-help-first.html", urgent_cards=cards, **context)
    try:
        kept = _keep(person, draft, form, free)
    except (Refused, Moved) as problem:
        return _refer_page(context, problem)
    return redirect(url_for(".check", reference=person.reference, referral=kept.reference), 303)


@bp.post("/clients/<string:reference>/refer/space")
@requires(Permission.CASELOAD)
def wish_space(reference: str) -> ResponseReturnValue:
    """Be told when a group has space."""
    person = person_at(reference)
    services = ids_in(request.form.getlist("wish"))[:1]
    for service_id in services:
        service = referring_choosing.service_of(service_id)
        referring_drafts.wish_for_space(
            service_id, by=viewer(), locale=current_locale().code, form_key=key_of(request.form.get("key"))
        )
        flash(_("We will tell you when %(name)s has space.", name=service.name), "done")
    return redirect(url_for(".refer", reference=person.reference, service=request.form.getlist("service")), 303)


@bp.get("/clients/<string:reference>/refer/<string:referral>/check")
@requires(Permission.CASELOAD)
def check(reference: str, referral: str) -> ResponseReturnValue:
    """What every group will see, once, and what each sees beside it."""
    person = person_at(reference, "check")
    return _check_page(person, referring_drafts.referral_of(person, referral))


@bp.post("/clients/<string:reference>/refer/<string:referral>/send")
@requires(Permission.CASELOAD)
def send_referral(reference: str, referral: str) -> ResponseReturnValue:
    """Send all of it. Pressed twice, it goes once."""
    person = person_at(reference)
    draft = referring_drafts.referral_of(person, referral)
    try:
        referring_drafts.send(draft, by=viewer(), version=_version())
    except referring_drafts.NothingLeft:
        return redirect(url_for(".sent", reference=person.reference, referral=draft.reference), 303)
    except DomainError as problem:
        return _check_page(person, draft, problem)
    return redirect(url_for(".sent", reference=person.reference, referral=draft.reference), 303)


@bp.post("/clients/<string:reference>/refer/<string:referral>/leave-out")
@requires(Permission.CASELOAD)
def leave_out(reference: str, referral: str) -> ResponseReturnValue:
    """Take one group out of a draft, or throw the whole of it away."""
    person = person_at(reference)
    draft = referring_drafts.referral_of(person, referral)
    try:
        if one := request.form.get("introduction"):
            referring_drafts.take_out(draft, one, by=viewer(), version=_version())
        else:
            referring_drafts.discard(draft, by=viewer(), version=_version())
    except Moved as problem:
        return _check_page(person, draft, problem)
    if referring_drafts.drafts_of(draft):
        return redirect(url_for(".check", reference=person.reference, referral=draft.reference), 303)
    flash(_("Thrown away. Nothing was sent."), "done")
    return redirect(referring_choosing.record_address(person), 303)


@bp.get("/clients/<string:reference>/refer/<string:referral>/sent")
@requires(Permission.CASELOAD)
def sent(reference: str, referral: str) -> ResponseReturnValue:
    """It went: references, what happens next, and by when."""
    person = person_at(reference, "sent")
    found = referring_drafts.referral_of(person, referral)
    if referring_drafts.drafts_of(found):
        return redirect(url_for(".check", reference=person.reference, referral=found.reference), 303)
    return page("caseload/refer-sent.html", person=person, referral=found, gone=referring_choosing.gone(found))


def _wanted(draft: Referral | None) -> list[UUID]:
    ids = ids_in(request.values.getlist("service"))
    if draft is not None:
        ids = [one.service_id for one in referring_drafts.drafts_of(draft) if one.service_id] or ids
    if not ids:
        abort(404)
    return ids[:MOST]


def _draft(person: Person) -> Referral | None:
    """The draft that is changed, where one is."""
    reference = request.values.get("draft")
    return referring_drafts.referral_of(person, reference) if reference else None


def _form(person: Person, draft: Referral | None, free: Sequence[Group]) -> ReferForm:
    instead = request.args.get("instead")
    refused = referring_drafts.refused_of(person, read_reference(instead or ""))
    if draft is not None:
        filled = check_page.form_data(draft)
    elif refused is not None:
        filled = check_page.form_data_after(person, free, refused)
    else:
        filled = check_page.new_form_data(person, free)
    filled.setdefault("instead", instead)
    return ReferForm(person, free, **filled)


def _keep(person: Person, draft: Referral | None, form: ReferForm, free: Sequence[Group]) -> Referral:
    asked = form.asked(has_chosen="send" in request.form)
    if draft is None:
        return referring_drafts.keep(person, asked, free, by=viewer())
    referring_drafts.change(draft, asked, free, by=viewer(), version=_version())
    return draft


def _refer_page(context: dict[str, Any], problem: DomainError | None = None) -> ResponseReturnValue:
    """The page again: with what a guard found wrong at its field, or what somebody else changed meanwhile."""
    form: ReferForm = context["form"]
    if isinstance(problem, Refused):
        form.refuse(problem.field if problem.field and problem.field in form else "how", problem.sentence)
    clash = problem.sentence if isinstance(problem, Moved) else None
    status = 409 if clash else None if "change" not in request.form else 200
    return page("caseload/refer.html", clash=clash, status=status, **context)


def _check_page(person: Person, draft: Referral, problem: DomainError | None = None) -> ResponseReturnValue:
    drafts = referring_drafts.drafts_of(draft)
    if not drafts:
        return redirect(url_for(".sent", reference=person.reference, referral=draft.reference), 303)
    groups = groups_for(person, [one.service_id for one in drafts if one.service_id], but=draft.id)
    asked = check_page.asked_of(draft)
    return page(
        "caseload/refer-check.html",
        status=problem.status if problem else 200,
        problem=problem.sentence if problem else None,
        person=person, draft=draft, asked=asked,
        rows=check_page.all_see(person, asked, [one.held for one in groups]),
        sheets=check_page.sheets_of(draft, groups),
    )  # fmt: skip


def _version() -> int:
    return whole_number(request.form.get("version", "")) or 0
