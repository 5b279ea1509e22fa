"""What staff may take out from the site: the list of a search."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.access import requires
from portal.core.i18n import current_locale
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.asking import request_from
from portal.directory.finding import every_id
from portal.exporting.searches import search_sheet

bp = Blueprint("exporting", __name__)


@bp.get("/services.csv")
@requires(Permission.DIRECTORY_STAFF)
def search() -> ResponseReturnValue:
    """The whole result of a search as a table. A search that was not understood leads back to its page, which says why."""
    asked = request_from(request.args.to_dict(flat=False), current_locale().code)
    ids = every_id(asked)
    if ids is None:
        values: dict[str, Any] = dict(asked.params())
        return redirect(url_for("directory.search", **values), 303)
    who = viewer()
    response = Response(search_sheet(ids, by=who, key=str(who.id)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="listings-{clock.today().isoformat()}.csv"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
