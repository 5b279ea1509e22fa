"""Agreements: what is to be done, what holds, one of them, and what is kept of it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.errors import Refused
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.quarters import quarter_named, quarter_of
from portal.core.viewer import viewer
from portal.partners import agreement_actions as actions
from portal.partners import papers, queries
from portal.partners.agreement_forms import (
    AgreementChangeForm,
    AgreementForm,
    EndAgreementForm,
    PromiseForm,
    RenewForm,
    SignForm,
)
from portal.partners.answering import done, form_page
from portal.partners.blueprint import bp
from portal.partners.due import is_open, standing
from portal.partners.kinds import AGREEMENTS
from portal.partners.models import Agreement
from portal.partners.scopes import Sight, managed, sights


@bp.get("/agreements")
@requires(Permission.PARTNERS_READ)
def agreements() -> ResponseReturnValue:
    """What is to be done about agreements, or the agreements themselves."""
    by = sights(viewer())
    wanted = papers.Wanted.of(request.args, by)
    is_tasks = wanted.view in {papers.TO_DO, papers.PUT_OFF}
    return page(
        "partners/agreements.html",
        sights=by,
        wanted=wanted,
        tasks=papers.tasks(by, wanted) if is_tasks else None,
        found=None if is_tasks else papers.agreements(by, wanted),
        counts=papers.counts(by),
        kinds=AGREEMENTS,
        keeps=managed(by),
        standing=standing,
        today=clock.today(),
    )


@bp.get("/agreements/<uuid:agreement_id>")
@requires(Permission.PARTNERS_READ)
def agreement(agreement_id: UUID) -> ResponseReturnValue:
    """One agreement: dates, who signed, what it promises, what is to be done. Reading the names of who signed is noted."""
    one, sight = queries.one_agreement(sights(viewer()), agreement_id)
    if one.signatories:
        audit.record_now("agreement.read", ("agreement", one.id), by=viewer())
        one, sight = queries.one_agreement(sights(viewer()), agreement_id)
    return page(
        "partners/agreement.html",
        agreement=one,
        sight=sight,
        standing=standing(one, clock.today()),
        is_open=is_open(one, clock.today()),
        quarters=_promises(one, sight),
        today=clock.today(),
    )


@bp.route("/<uuid:partner_id>/agreements/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_agreement(partner_id: UUID) -> ResponseReturnValue:
    """Note what was agreed with a partner."""
    one, _sight = queries.one_partner(sights(viewer()), partner_id, to_keep=True)
    form = AgreementForm()
    made: list[Agreement] = []
    key = str(form.key.data)
    if done(form, lambda: made.append(actions.add_agreement(one, form.told(), form_key=key, by=viewer()))):
        return _saved(made[0].id)
    back = (url_for(".partner", partner_id=one.id), _("Back to the partner"))
    return form_page(form, _("Add an agreement"), back, _("Add the agreement"), caption=one.organization.name)


@bp.route("/agreements/<uuid:agreement_id>/change", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def change_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Mend what was noted."""
    one = _to_keep(agreement_id)
    form = AgreementChangeForm(data={**AgreementChangeForm.standing(one), "version": one.version})
    if done(
        form,
        lambda: actions.change_agreement(one, form.told(), version=form.seen_version, by=viewer()),
        lambda: (AgreementChangeForm.standing(one), one.version),
    ):
        return _saved(one.id)
    return form_page(form, _("Change this agreement"), _back(one), caption=one.title)


@bp.route("/agreements/<uuid:agreement_id>/renew", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def renew_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """The next of its kind, from the day after this one."""
    one = _to_keep(agreement_id)
    form = RenewForm(data={**actions.as_next(one), "version": one.version, "same_capacity": True})
    form.offer_capacity(actions.last_promised(one))
    made: list[Agreement] = []

    def act() -> None:
        key = str(form.key.data)
        told, keeps = form.told(), form.keeps_capacity
        made.append(
            actions.renew_agreement(
                one, told, version=form.seen_version, form_key=key, by=viewer(), same_capacity=keeps
            )
        )

    if done(form, act, lambda: ({}, one.version)):
        flash(_("Renewed."), "done")
        return redirect(url_for(".agreement", agreement_id=made[0].id), 303)
    return form_page(form, _("Renew this agreement"), _back(one), _("Renew it"), caption=one.title)


@bp.route("/agreements/<uuid:agreement_id>/end", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def end_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """It ends before its time."""
    one = _to_keep(agreement_id)
    form = EndAgreementForm(data={**EndAgreementForm.standing(one), "version": one.version})

    def act() -> None:
        why, day = str(form.why.data), form.ended_on.day
        actions.end_agreement(one, day, why, version=form.seen_version, by=viewer())

    if done(form, act, lambda: (EndAgreementForm.standing(one), one.version)):
        return _saved(one.id)
    return form_page(form, _("End this agreement early"), _back(one), _("End it"), caption=one.title)


@bp.route("/agreements/<uuid:agreement_id>/sign", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def sign(agreement_id: UUID) -> ResponseReturnValue:
    """Note who signed."""
    one, form = _to_keep(agreement_id), SignForm()
    may = queries.may_sign(one)
    form.offer_organisations({key: row.name for key, row in may.items()})

    def act() -> None:
        organisation = may[UUID(form.organisation.data)]
        told = (str(form.name.data), form.job.data or None, form.signed_on.day)
        actions.sign(one, organisation, *told, form_key=str(form.key.data), by=viewer())

    if done(form, act):
        return _saved(one.id)
    return form_page(form, _("Note a signature"), _back(one), _("Note it"), caption=one.title)


@bp.post("/agreements/<uuid:agreement_id>/signatures/<uuid:signatory_id>/remove")
@requires(Permission.PARTNERS_MANAGE)
def unsign(agreement_id: UUID, signatory_id: UUID) -> ResponseReturnValue:
    """A signature was noted by mistake."""
    one = _to_keep(agreement_id)
    actions.unsign(one, signatory_id, by=viewer())
    return _saved(one.id)


@bp.route("/agreements/<uuid:agreement_id>/promise", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def promise(agreement_id: UUID) -> ResponseReturnValue:
    """What it promises for a quarter."""
    one = _to_keep(agreement_id)
    form = PromiseForm(data={"version": one.version, "quarter": request.args.get("quarter", "")})
    form.offer_quarters(one)

    def act() -> None:
        quarter = quarter_named(form.quarter.data or "")
        if quarter is None:
            raise Refused("quarter", _("Choose a quarter"))
        actions.promise(one, quarter.first, form.amounts(), version=form.seen_version, by=viewer())

    if done(form, act, lambda: ({}, one.version)):
        return _saved(one.id)
    return form_page(form, _("Promised capacity"), _back(one), caption=one.title)


def _to_keep(agreement_id: UUID) -> Agreement:
    one, _sight = queries.one_agreement(sights(viewer()), agreement_id, to_keep=True)
    return one


def _promises(one: Agreement, sight: Sight) -> list[tuple[str, dict[str, int]]]:
    """By quarter, newest first: its name, and what is promised in each unit. In a lead of before, those that began within it."""
    found: dict[Any, dict[str, int]] = {}
    for row in one.promises:
        if not sight.may_read(row.quarter):
            continue
        found.setdefault(quarter_of(row.quarter), {})[row.unit] = row.promised
    return [(quarter.label, amounts) for quarter, amounts in sorted(found.items(), reverse=True)]


def _back(one: Agreement) -> tuple[str, str]:
    return url_for(".agreement", agreement_id=one.id), _("Back to the agreement")


def _saved(agreement_id: UUID) -> ResponseReturnValue:
    flash(_("Saved."), "done")
    return redirect(url_for(".agreement", agreement_id=agreement_id), 303)
