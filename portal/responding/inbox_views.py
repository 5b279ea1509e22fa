"""The inbox of a group: what it was sent, in four views, each at its own address."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.responding import queries
from portal.responding.blueprint import bp
from portal.responding.inbox import lines_of


@bp.get("/group/referrals")
@requires(Permission.INTRODUCTION_ANSWER)
def referrals() -> ResponseReturnValue:
    """To answer, waiting list, going ahead, ended."""
    who, several = viewer(), queries.organisations_of(viewer())
    organisation = queries.organisation_of(several, request.args.get("organisation"))
    view, number = queries.view_of(request.args.get("view")), page_number()
    rows, has_more = queries.rows_of(who, organisation.id, view, number)
    return page(
        "responding/referrals.html", section="groups", organisation=organisation, organisations=several, view=view,
        views=queries.VIEWS, counts=queries.counts_of(who, organisation.id),
        lines=lines_of(rows, view), number=number, has_more=has_more,
    )  # fmt: skip
