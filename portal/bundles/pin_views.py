"""Services that stand first in a section: pinned and unpinned."""

import re
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.bundles import actions, queries
from portal.bundles.blueprint import bp
from portal.bundles.curating_views import overview
from portal.bundles.forms import PressForm
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.viewer import viewer

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST = 500


@bp.post("/curate/bundles/<uuid:bundle_id>/sections/<uuid:section_id>/<any(pin,unpin):act>")
@requires(Permission.BUNDLES_CURATE)
def press_pin(bundle_id: UUID, section_id: UUID, act: str) -> ResponseReturnValue:
    """Let a service stand first, or no longer. `service`: its id, or the address of its page."""
    section, form = queries.section_for(viewer(), bundle_id, section_id), PressForm()
    try:
        if form.validate_on_submit():
            done = actions.pin if act == "pin" else actions.unpin
            done(section, _service_asked(), version=form.seen_version, by=signed_in_user())
            flash(_("Pinned. It stands first while the search finds it.") if act == "pin" else _("Unpinned."), "done")
    except DomainError as problem:
        bundle = queries.bundle_for(viewer(), bundle_id)
        return overview(bundle, status=problem.status, problem=problem.sentence)
    return redirect(url_for(".curate_bundle", bundle_id=bundle_id, _anchor=f"section-{section_id}"), 303)


def _service_asked() -> UUID:
    """The id in what was sent. Raises DomainError."""
    found = ID.search(request.form.get("service", "")[:LONGEST].lower())
    if found is None:
        raise DomainError(_("Copy the address of the service’s page, from the line at the top of your browser."))
    return UUID(found[0])
