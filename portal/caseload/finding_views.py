"""Finding a person. What is typed is sent in the body, never in an address."""

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.caseload.blueprint import bp
from portal.caseload.finding import find as find_people
from portal.core.access import requires
from portal.core.forms import PageForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.plain import one_line
from portal.core.viewer import viewer

LONGEST = 100


class FindForm(PageForm):
    """One box."""

    who = StringField(
        _l("Name, reference or NHS number"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter a name, a reference or an NHS number")),
            Length(max=LONGEST, message=_l("Use 100 characters or fewer")),
        ],
    )


@bp.route("/caseload/find", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def find() -> ResponseReturnValue:
    """Among the worker's own people and those of their team."""
    form = FindForm()
    found = find_people(viewer(), form.who.data) if form.validate_on_submit() else None
    return page("caseload/finding.html", form=form, found=found, is_asked=request.method == "POST")
