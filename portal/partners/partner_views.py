"""The register: partners as a list, one of them, and what is kept of it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.quarters import this_quarter
from portal.core.viewer import viewer
from portal.partners import actions, capacity, papers, queries, register, sheets
from portal.partners.answering import done, form_page, organisation_of
from portal.partners.blueprint import bp
from portal.partners.forms import ClosedForm, EndForm, PartnerChangeForm, PartnerForm, RoleForm
from portal.partners.kinds import LEADING, ROLES, role_label
from portal.partners.scopes import Sight, managed, sights
from portal.registers.queries import flags_for


@bp.get("")
@requires(Permission.PARTNERS_READ)
def home() -> ResponseReturnValue:
    """The register: everybody that the viewer may read, or those that an address asks for."""
    by = sights(viewer())
    wanted = register.Wanted.of(request.args, by)
    return page(
        "partners/register.html",
        sights=by,
        wanted=wanted,
        found=register.find(by, wanted, page_number()),
        leads=register.leads(by),
        roles=[(key, rules.label) for key, rules in ROLES.items()],
        keeps=managed(by),
        areas=sheets.area_names(by),
        today=clock.today(),
    )


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_partner() -> ResponseReturnValue:
    """Put an organisation into the register of a programme."""
    sight = _kept(request.args.get("programme", ""))
    form = PartnerForm()
    form.offer_partners(None, sight.programme)
    form.organisation.offer(queries.names_to_offer([sight.programme.area]))
    back = (url_for(".home", programme=sight.programme.id), _("Back to partners"))
    made: list[UUID] = []

    def act() -> None:
        partner = actions.add_partner(
            sight.programme, organisation_of(form.organisation.data), form.told(), form.does.data or None,
            form_key=str(form.key.data), by=viewer(),
        )  # fmt: skip
        made.append(partner.id)

    if done(form, act):
        flash(_("The partner was added."), "done")
        return redirect(url_for(".partner", partner_id=made[0]), 303)
    return form_page(form, _("Add a partner"), back, _("Add the partner"), caption=sight.programme.name)


@bp.get("/<uuid:partner_id>")
@requires(Permission.PARTNERS_READ)
def partner(partner_id: UUID) -> ResponseReturnValue:
    """One partner: what it does for whom, its agreements, capacity, and what is to be done."""
    by = sights(viewer())
    one, sight = queries.one_partner(by, partner_id)
    holding, over = papers.of_partner(one, by)
    quarter = capacity.newest_for(sight)
    return page(
        "partners/partner.html",
        partner=one,
        sight=sight,
        roles=queries.roles_of(one, sight),
        leading=LEADING,
        holding=holding,
        over=over,
        flags=[
            flag for flag in flags_for([one.organization_id]).get(one.organization_id, ()) if flag.looked_at is None
        ],
        figures=next(iter(capacity.lines(by, quarter, partner_id=one.id)), None),
        quarter=quarter,
        now=this_quarter(),
        today=clock.today(),
    )


@bp.route("/<uuid:partner_id>/change", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def change_partner(partner_id: UUID) -> ResponseReturnValue:
    """What it does, for whom."""
    one, _sight = queries.one_partner(sights(viewer()), partner_id, to_keep=True)
    form = PartnerChangeForm(data={**PartnerChangeForm.standing(one), "version": one.version})
    if done(
        form,
        lambda: actions.change_partner(one, form.does.data or None, version=form.seen_version, by=viewer()),
        lambda: (PartnerChangeForm.standing(one), one.version),
    ):
        return _saved(one.id)
    return form_page(form, _("What it does, for whom"), _back(one.id), caption=one.organization.name)


@bp.route("/<uuid:partner_id>/roles/add", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def add_role(partner_id: UUID) -> ResponseReturnValue:
    """Another role."""
    one, _sight = queries.one_partner(sights(viewer()), partner_id, to_keep=True)
    form = RoleForm()
    form.offer_partners(one, one.programme)
    if done(form, lambda: actions.add_role(one, form.told(), form_key=str(form.key.data), by=viewer())):
        return _saved(one.id)
    return form_page(form, _("Add a role"), _back(one.id), _("Add the role"), caption=one.organization.name)


@bp.route("/<uuid:partner_id>/roles/<uuid:role_id>/end", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def end_role(partner_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """A role ends on a day; it stays in the register."""
    role = queries.one_role(sights(viewer()), partner_id, role_id)
    form = EndForm(data={**EndForm.standing(role), "version": role.version})
    if done(
        form,
        lambda: actions.end_role(role, form.ends_on.day, version=form.seen_version, by=viewer()),
        lambda: (EndForm.standing(role), role.version),
    ):
        return _saved(partner_id)
    title = _("End this role: %(role)s", role=role_label(role.role))
    return form_page(form, title, _back(partner_id), _("End the role"), caption=role.partner.organization.name)


@bp.route("/<uuid:partner_id>/closed", methods=["GET", "POST"])
@requires(Permission.PARTNERS_MANAGE)
def close_partner(partner_id: UUID) -> ResponseReturnValue:
    """The organisation exists no more: its agreements are marked, and each asks for a decision."""
    one, _sight = queries.one_partner(sights(viewer()), partner_id, to_keep=True)
    form = ClosedForm(data={**ClosedForm.standing(one), "version": one.version})
    if done(
        form,
        lambda: actions.close_partner(
            one, form.closed_on.day, str(form.why.data), version=form.seen_version, by=viewer()
        ),
        lambda: (ClosedForm.standing(one), one.version),
    ):
        flash(_("Noted. Its agreements stay, are marked, and each asks for a decision."), "done")
        return redirect(url_for(".partner", partner_id=one.id), 303)
    intro = _("Nothing is deleted: its roles and agreements stay in the register until somebody ends them.")
    title = _("This organisation has closed")
    return form_page(form, title, _back(one.id), _("Note that it closed"), caption=one.organization.name, intro=intro)


@bp.post("/<uuid:partner_id>/opened")
@requires(Permission.PARTNERS_MANAGE)
def open_partner(partner_id: UUID) -> ResponseReturnValue:
    """That it had closed was a mistake."""
    one, _sight = queries.one_partner(sights(viewer()), partner_id, to_keep=True)
    actions.open_partner(one, by=viewer())
    flash(_("Noted: it goes on."), "done")
    return redirect(url_for(".partner", partner_id=one.id), 303)


def _kept(programme: str) -> Sight:
    """The programme that an address names, or the first that the viewer keeps. Raises NotFound."""
    kept = managed(sights(viewer()))
    found = next((one for one in kept if not programme or str(one.programme.id) == programme), None)
    if found is None:
        raise NotFound(_("There is no such programme, or it is not yours to keep."))
    return found


def _back(partner_id: UUID) -> tuple[str, str]:
    return url_for(".partner", partner_id=partner_id), _("Back to the partner")


def _saved(partner_id: UUID) -> ResponseReturnValue:
    flash(_("Saved."), "done")
    return redirect(url_for(".partner", partner_id=partner_id), 303)
