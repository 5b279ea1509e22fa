"""Whose each fact of a listing is: for those who may change it, and for administrators; and giving facts back to their source."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.person import signed_in_user
from portal.changes.applying import Clash
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.forms import key_of
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.models import Service
from portal.groups.listings import listing_for
from portal.sources import origins, queries
from portal.sources.blueprint import bp
from portal.sources.typed import uuid_or_none


@bp.route("/group/listings/<uuid:service_id>/origin", methods=["GET", "POST"])
@requires(Permission.LISTING_CHANGE)
def origin(service_id: UUID) -> ResponseReturnValue:
    """Of a listing that somebody may change, as one of its group or as a moderator who looks after it."""
    return _page(listing_for(viewer(), service_id, typed=request.method == "POST"), is_admin=False)


@bp.route("/admin/sources/listings/<uuid:service_id>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def listing_origin(service_id: UUID) -> ResponseReturnValue:
    """Of any listing, for administrators."""
    return _page(origins.listing(service_id), is_admin=True)


def _page(service: Service, *, is_admin: bool) -> ResponseReturnValue:
    came_from = _reading() if is_admin else None
    here = url_for(".listing_origin" if is_admin else ".origin", service_id=service.id, reading=came_from)
    tellers = origins.tellers_of(service)
    problem = ""
    if request.method == "POST":
        try:
            flash(_taken(service, tellers), "done")
        except Clash:
            problem = _("Someone else changed the listing just now. Look at it again.")
        except DomainError as error:
            problem = error.sentence
        else:
            return redirect(here, 303)
    return page(
        "sources/origin.html", status=422 if problem else 200, service=service, here=here, is_admin=is_admin, came_from=came_from,
        tellers=[(one, origins.rows_of(service, one)) for one in tellers], problem=problem,
    )  # fmt: skip


def _reading() -> UUID | None:
    """The reading from which somebody came here, if it says so and there is one."""
    named = uuid_or_none(request.args.get("reading", ""))
    return named if named is not None and queries.is_run(named) else None


def _taken(service: Service, tellers: list[origins.Teller]) -> str:
    """Take what was asked for, and say what became of it."""
    teller = next((one for one in tellers if one.key == request.form.get("from")), None)
    if teller is None:
        raise DomainError(_("This source tells of the listing no more."))
    fact = request.form.get("fact", "")
    names = None if fact == "*" else [fact]
    made = origins.take(service, teller, names, by=signed_in_user(), key=key_of(request.form.get("key")))
    waits = [one for one in made if one.state == "waiting"]
    if not waits:
        return _("Taken. From now on it follows the source.")
    if len(waits) == len(made):
        return _("Sent to a moderator, since this fact is one that they look at first. It is taken once they have.")
    return _("Taken, but for facts that a moderator looks at first: those are taken once they have.")
