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
from portal.moderation import queries
from portal.moderation.blueprint import bp
from portal.moderation.forms import CallForm
from portal.moderation.tabs import TABS


@bp.get("/moderate/phone-list")
@requires(Permission.MODERATE)
def phone_list() -> ResponseReturnValue:
    """Whom to ring today."""
    calls = phoning.phone_list(viewer())
    mine = queries.organisations_after(viewer(), [one.organization_id for one in calls])
    return page(
        "moderation/phone-list.html",
        calls=[one for one in calls if one.organization_id in mine],
        why=phoning.WHY,
        tabs=TABS,
        load=queries.load(viewer()),
    )


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
