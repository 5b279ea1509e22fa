"""What fits a person, filled from their record. Answers are changed by a form: no address tells anything of them."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.caseload.blueprint import bp
from portal.caseload.matching_page import matched
from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.people.queries import open_record


@bp.route("/clients/<string:reference>/match", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def match(reference: str) -> ResponseReturnValue:
    """What fits them, what may fit if one asks, and what does not and why. Each look leaves an entry, also at other answers."""
    person = open_record(viewer(), reference, what="match")
    found = matched(person, request.form.to_dict(flat=False))
    return page("caseload/match.html", status=422 if found.errors else 200, person=person, found=found)
