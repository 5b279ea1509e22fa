"""What becomes of a record: no contact, a death, a colleague, closing and opening it, and a flag to the neighbourhood team."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.caseload import life_actions
from portal.caseload.agreements_actions import end_with
from portal.caseload.agreements_page import introductions_of
from portal.caseload.blueprint import bp
from portal.caseload.life_areas import areas_of
from portal.caseload.life_forms import BlockForm, CloseForm, DeathForm, FlagForm, GiveForm, SureForm
from portal.caseload.record_acts import handover_words, is_own
from portal.caseload.record_danger import help_with
from portal.caseload.record_fields import PartForm
from portal.caseload.record_opening import person_at
from portal.caseload.record_queries import colleagues_of
from portal.core.access import requires
from portal.core.errors import DomainError, Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.people import actions
from portal.people.models import Person
from portal.referrals import withdrawing


@bp.route("/clients/<string:reference>/do-not-contact", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def block_contact(reference: str) -> ResponseReturnValue:
    """Nobody may write to or ring the person."""
    person, form = person_at(reference, "record"), BlockForm()
    told = _("Every message to them stops at once, from everybody.")
    shown: dict[str, Any] = {"title": _("Do not contact"), "button": _("Block all contact"), "intro": told}
    if not form.validate_on_submit() or _clash(person, form):
        return _shown(person, form, **shown)
    withdrawing.block_contact(person, reason=form.reason.data, by=viewer())
    help_with(form, person)
    return _done(person, _("Nobody contacts this person any more."))


@bp.route("/clients/<string:reference>/contact-again", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def allow_contact(reference: str) -> ResponseReturnValue:
    """They may be written to again."""
    person, form = person_at(reference, "record"), SureForm()
    told = _("Only if the person said so. What is safe stands under “Safe contact”.")
    shown: dict[str, Any] = {"title": _("Allow contact again"), "button": _("Allow contact again"), "intro": told}
    if not form.validate_on_submit() or _clash(person, form):
        return _shown(person, form, **shown)
    withdrawing.allow_contact(person, by=viewer())
    return _done(person, _("Contact is allowed again, in the safe ways alone."))


@bp.route("/clients/<string:reference>/death", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def death(reference: str) -> ResponseReturnValue:
    """The person has died: what will end, and then the end of it."""
    person, form = person_at(reference, "record"), DeathForm()
    shown: dict[str, Any] = {"title": _("Record a death"), "button": _("Record the death"), "grave": True}
    if not form.validate_on_submit() or _clash(person, form):
        return _shown(person, form, ends=end_with(introductions_of(person), None), **shown)
    withdrawing.record_death(person, form.died_on.data, by=viewer())
    return _done(person, _("The death is recorded. Every message has stopped, and nothing is open any more."))


@bp.route("/clients/<string:reference>/hand-on", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def give(reference: str) -> ResponseReturnValue:
    """To the caseload of a colleague."""
    person, form = person_at(reference, "record"), GiveForm()
    colleagues = colleagues_of(person)
    form.offer(colleagues)
    shown: dict[str, Any] = {"title": _("Hand to a colleague"), "button": _("Hand over")}
    if not colleagues:
        shown |= {"intro": _("There is no colleague in your team who could take over."), "is_empty": "yes"}
    if not form.validate_on_submit() or _clash(person, form):
        return _shown(person, form, **shown)
    actions.give_to(person, UUID(form.worker.data), by=viewer())
    return _done(person, _("Handed over. It is in their caseload now."))


@bp.route("/clients/<string:reference>/close", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def close(reference: str) -> ResponseReturnValue:
    """Off the caseload: not while a referral is open."""
    person, form = person_at(reference, "record"), CloseForm()
    shown: dict[str, Any] = {"title": _("Close this record"), "button": _("Close the record")}
    every = list(introductions_of(person))
    shown["open"] = [(one, handover_words(one) if is_own(one, person) else None) for one in every if one.is_open]
    if not form.validate_on_submit() or _clash(person, form):
        return _shown(person, form, **shown)
    try:
        life_actions.close(person, every, reason=form.reason.data, by=viewer())
    except DomainError as problem:
        return _shown(person, form, problem.status, problem=problem.sentence, **shown)
    return _done(person, _("The record is closed. You find it again by name or reference."))


@bp.route("/clients/<string:reference>/open-again", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def open_again(reference: str) -> ResponseReturnValue:
    """Back on the caseload."""
    person, form = person_at(reference, "record"), SureForm()
    shown: dict[str, Any] = {"title": _("Open this record again"), "button": _("Open it again")}
    if not form.validate_on_submit() or _clash(person, form):
        return _shown(person, form, **shown)
    actions.open_again(person, by=viewer())
    return _done(person, _("The record is open again."))


@bp.route("/clients/<string:reference>/flag", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def flag(reference: str) -> ResponseReturnValue:
    """Tell the coordinator of a neighbourhood team."""
    person, form = person_at(reference, "record"), FlagForm()
    form.area.offer(dict(areas_of(person)))
    if not form.validate_on_submit():
        return _shown(person, form, title=_("Flag to the neighbourhood team"), button=_("Flag this person"))
    actions.flag(person, form.area.data, form.why.data, by=viewer(), form_key=form.key.data)
    help_with(form, person)
    return _done(person, _("The coordinator sees it now."))


def _clash(person: Person, form: PartForm) -> bool:
    """Whether somebody was quicker. Then the form shows the version that stands, and sending it again goes through."""
    try:
        actions.hold(person, form.seen_version)
    except Overtaken as clash:
        form.version.data = str(clash.version)
        form.clashed = True
        return True
    return False


def _shown(person: Person, form: Any, status: int | None = None, **shown: Any) -> ResponseReturnValue:
    is_clash = getattr(form, "clashed", False)
    if isinstance(form, PartForm) and not form.version.data:
        form.version.data = str(person.version)
    return page(
        "caseload/record-life.html",
        status=409 if is_clash else status,
        person=person,
        form=form,
        clash=is_clash,
        **shown,
    )


def _done(person: Person, sentence: str) -> ResponseReturnValue:
    flash(sentence, "done")
    return redirect(url_for(".record", reference=person.reference), 303)
