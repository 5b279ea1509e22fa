"""The telephone list: whom to ring because no mail was answered, and what came of it."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.assurance import phoning
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.looked_after import looked_after
from portal.moderation import queries, removed
from portal.moderation.blueprint import bp
from portal.moderation.forms import CallForm, NoteForm
from portal.moderation.tabs import TABS


@bp.get("/moderate/phone-list")
@requires(Permission.MODERATE)
def phone_list() -> ResponseReturnValue:
    """Whom to ring today, and who was removed from their public register."""
    return _phone_list(NoteForm())


@bp.route("/moderate/phone-list/<uuid:round_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def call(round_id: UUID) -> ResponseReturnValue:
    """One call: the numbers, what to ask, and what came of it."""
    found = phoning.to_phone(viewer(), round_id)
    if not queries.organisations_after(viewer(), [found.organization_id]):
        raise NotFound(_("There is no such call."))
    form = CallForm()
    if not form.validate_on_submit():
        return page(
            "moderation/call.html",
            form=form,
            call=found,
            may_change=looked_after(viewer(), [service_id for service_id, _name in found.listings]),
            why=phoning.WHY,
            script=phoning.SCRIPT,
            outcomes=phoning.OUTCOMES,
        )
    phoning.answer_call(
        round_id, form.outcome.data, minutes=int(form.minutes.data), by=viewer(), email=form.email.data or None
    )
    flash(_("Noted: %(group)s.", group=found.organisation), "done")
    return redirect(url_for(".phone_list"), 303)


@bp.post("/moderate/phone-list/removed/<uuid:flag_id>")
@requires(Permission.MODERATE)
def goes_on(flag_id: UUID) -> ResponseReturnValue:
    """A group that its public register has removed goes on all the same."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _phone_list(form, about=flag_id)
    flash(_("Noted: %(group)s.", group=removed.goes_on(viewer(), flag_id, note=form.note.data)), "done")
    return redirect(url_for(".phone_list"), 303)


def _phone_list(form: NoteForm, about: UUID | None = None) -> ResponseReturnValue:
    """`about`: the flag whose note is to be mended."""
    calls = phoning.phone_list(viewer())
    mine = queries.organisations_after(viewer(), [one.organization_id for one in calls])
    flags = removed.removed(viewer())
    listings = removed.listings_of(flags)
    return page(
        "moderation/phone-list.html",
        form=form,
        about=about,
        flags=flags,
        listings=listings,
        may_change=looked_after(viewer(), [own_id for some in listings.values() for own_id, _name in some]),
        calls=[one for one in calls if one.organization_id in mine],
        why=phoning.WHY,
        tabs=TABS,
        load=queries.load(viewer()),
    )
