"""Whom a person agreed to share with: adding, a no, and an end with one organisation or with all."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.caseload import agreements_page
from portal.caseload.agreements_actions import end_with, refuse
from portal.caseload.agreements_forms import AgreementForm, EndForm
from portal.caseload.agreements_page import organisation_named, rows_of
from portal.caseload.agreements_words import words_of
from portal.caseload.blueprint import bp
from portal.caseload.record_danger import help_with
from portal.caseload.record_opening import back_to, person_at
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.people import consents
from portal.people.consents import WORDING, ConsentIncomplete
from portal.people.queries import shut_record
from portal.referrals.sending import agree
from portal.referrals.withdrawing import withdraw_consent

ALL = "all"


@bp.get("/clients/<string:reference>/agreements")
@requires(Permission.CASELOAD)
def agreements(reference: str) -> ResponseReturnValue:
    """What the person agreed to, with whom, how and until when."""
    person = person_at(reference, "agreements")
    return page("caseload/record-agreements-all.html", person=person, rows=rows_of(person))


@bp.route("/clients/<string:reference>/agreements/add", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def add_agreement(reference: str) -> ResponseReturnValue:
    """Choose an organisation, then say what the person agreed to."""
    person = person_at(reference, "agreements")
    told = request.values.get("organisation", "")
    if not told:
        choosing = agreements_page.choosing(person, request.args.get("name", ""))
        return page("caseload/record-agreement-choose.html", person=person, choosing=choosing)
    organisation, form = organisation_named(told), AgreementForm()
    shown: dict[str, Any] = {"person": person, "organisation": organisation, "form": form, **_words(organisation.name)}
    if not form.validate_on_submit():
        return page("caseload/record-agreement-add.html", **shown)
    try:
        agree(person, organisation.id, form.agreement(), by=viewer(), for_id=person.organization_id)
    except ConsentIncomplete as problem:
        form.refuse(problem.field, problem.sentence)
        return page("caseload/record-agreement-add.html", **shown)
    help_with(form, person)
    flash(_("The agreement with %(group)s is noted.", group=organisation.name), "done")
    return redirect(url_for(".agreements", reference=person.reference), 303)


@bp.route("/clients/<string:reference>/agreements/no", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def refuse_agreement(reference: str) -> ResponseReturnValue:
    """The person said no to an organisation."""
    person = person_at(reference, "agreements")
    organisation, form = organisation_named(request.values.get("organisation", "")), EndForm()
    if not form.validate_on_submit():
        ends = end_with(agreements_page.introductions_of(person), organisation.id)
        return page("caseload/record-agreement-no.html", person=person, organisation=organisation, form=form, ends=ends)
    refuse(person, organisation.id, how=form.how.data, by=viewer())
    flash(_("It is noted that they said no to %(group)s.", group=organisation.name), "done")
    return redirect(back_to(person), 303)


@bp.route("/clients/<string:reference>/agreements/end", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def end_agreement(reference: str) -> ResponseReturnValue:
    """The person agrees no more, with one organisation or with all: what ends with it, then the end."""
    person = person_at(reference, "agreements")
    told, form = request.values.get("organisation", ""), EndForm()
    organisation = None if told == ALL else organisation_named(told)
    which = organisation.id if organisation else None
    if not form.validate_on_submit():
        ends = end_with(agreements_page.introductions_of(person), which)
        return page(
            "caseload/record-agreement-end.html", person=person, organisation=organisation, form=form, ends=ends
        )
    ended = len(withdraw_consent(person, which, by=viewer(), how=form.how.data))
    flash(
        ngettext("Ended, with %(num)s referral.", "Ended, with %(num)s referrals.", ended)
        if ended
        else _("Ended. No referral stood under it."),
        "done",
    )
    return redirect(back_to(person), 303)


@bp.route("/clients/<string:reference>/agreements/again", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def agree_again(reference: str) -> ResponseReturnValue:
    """A record that is shut opens again with a new agreement. Nothing of it is shown before."""
    person = shut_record(viewer(), reference)
    if person is None or person.organization_id is None:
        raise NotFound(_("There is no record here that is shut."))
    form = AgreementForm()
    if form.validate_on_submit():
        try:
            consents.give(person, person.organization_id, form.agreement(), by=viewer(), for_id=person.organization_id)
        except ConsentIncomplete as problem:
            form.refuse(problem.field, problem.sentence)
    if not form.is_submitted() or form.errors:
        return page("caseload/record-agreement-again.html", person=person, form=form, **_words())
    flash(_("The record is open again."), "done")
    return redirect(url_for(".record", reference=person.reference), 303)


def _words(group: str | None = None) -> dict[str, Any]:
    return {"wording": WORDING, "words": words_of(WORDING, group)}
