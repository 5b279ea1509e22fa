"""Pages of a new listing: a task list of four sections, saved as it goes, a look at the whole, and sending it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import held_forms
from portal.accounts.person import signed_in_user
from portal.changes.facts import FACTS, SECTIONS
from portal.changes.models import ChangeRequest
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.forms import new_key
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.cards import card_of
from portal.groups import adding
from portal.groups.adding_form import SectionForm
from portal.groups.blueprint import bp
from portal.groups.listings import organisation_of, organisations_of
from portal.groups.sent import form_key
from portal.groups.session_rows import DAYS, OFTEN
from portal.groups.sessions_form import STAND


@bp.route("/group/listings/new", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def add_listing() -> ResponseReturnValue:
    """Begin a new listing, or go on with one."""
    if request.method == "POST":
        organisation = organisation_of(viewer(), request.form.get("organisation"))
        draft = adding.begin(organisation, by=viewer(), key=form_key())
        return redirect(url_for(".new_listing", change_id=draft.id), 303)
    organisations = organisations_of(viewer())
    drafts = [draft for one in organisations for draft in adding.drafts_of(one.id)]
    return page("groups/add-begin.html", organisations=organisations, drafts=drafts, key=new_key())


@bp.get("/group/listings/new/<uuid:change_id>")
@requires(Permission.LISTING_EDIT)
def new_listing(change_id: UUID) -> ResponseReturnValue:
    """The four sections: what is told, and what is missing."""
    draft = adding.draft_for(signed_in_user(), change_id)
    return page("groups/add.html", draft=draft, tasks=adding.sections_of(draft.facts))


@bp.route("/group/listings/new/<uuid:change_id>/<string:section>", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def new_section(change_id: UUID, section: str) -> ResponseReturnValue:
    """One section. Saved when it is whole; saved as far as it is right by who comes back later."""
    user = signed_in_user()
    draft = adding.draft_for(user, change_id)
    if section not in SECTIONS or draft.state not in adding.OPEN:
        raise NotFound(_("There is no such page."))
    if (typed := held_forms.typed()) is None:
        return _section_page(draft, SectionForm.of(section, draft.facts))
    form, action = SectionForm.sent(section, typed, draft.facts), request.form.get("action", "")
    if request.method == "GET":
        return _section_page(draft, form)
    if form.sessions is not None and (action == "dates" or form.sessions.pressed(action)):
        if action == "dates":
            form.check_times()
        return _section_page(draft, form)
    facts = form.told(may_lack=action == "later")
    if form.errors and action != "later":
        return _section_page(draft, form)
    adding.save(draft, facts)
    if action == "later":
        return _kept(draft, form)
    return redirect(url_for(".new_listing", change_id=draft.id), 303)


@bp.get("/group/listings/new/<uuid:change_id>/preview")
@requires(Permission.LISTING_EDIT)
def preview_new(change_id: UUID) -> ResponseReturnValue:
    """The listing as the public would see it."""
    draft = adding.draft_for(signed_in_user(), change_id)
    seen = adding.preview(draft)
    rows = [(fact.label, fact.shown(draft.facts[name])) for name, fact in FACTS.items() if draft.facts.get(name)]
    is_whole = not adding.missing(draft.facts)
    return page("groups/add-preview.html", draft=draft, card=card_of(seen.listing), rows=rows, is_whole=is_whole)


@bp.post("/group/listings/new/<uuid:change_id>/send")
@requires(Permission.LISTING_EDIT)
def send_new(change_id: UUID) -> ResponseReturnValue:
    """Send it to a moderator."""
    draft = adding.draft_for(signed_in_user(), change_id)
    try:
        adding.send(draft, by=viewer())
    except adding.NotWhole as lack:
        return page(
            "groups/add.html", draft=draft, tasks=adding.sections_of(draft.facts), lack=lack.sentence, status=422
        )
    return redirect(url_for(".new_listing", change_id=draft.id), 303)


def _section_page(draft: ChangeRequest, form: SectionForm) -> ResponseReturnValue:
    return page(
        "groups/add-section.html",
        status=422 if form.errors else 200,
        draft=draft,
        asked=form,
        label=SECTIONS[form.name],
        errors=dict(form.errors),
        days=DAYS,
        often=OFTEN,
        stand=STAND,
        kept=form.kept,
        dates=form.next_dates(),
    )


def _kept(draft: ChangeRequest, form: SectionForm) -> ResponseReturnValue:
    is_sent = adding.send_link(draft, signed_in_user())
    if form.errors:
        flash(_("Kept, but for what could not be read: %(what)s", what=form.errors[0][1]), "note")
    elif not is_sent:
        flash(_("Kept for later. Nobody else sees it until you send it."), "done")
    else:
        flash(_("Kept. We have sent you a link to go on with it."), "done")
    return redirect(url_for(".new_listing", change_id=draft.id), 303)
