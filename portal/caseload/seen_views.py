"""Who has seen what: a page, and a print for the person."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.caseload.blueprint import bp
from portal.caseload.record_opening import person_at
from portal.core import clock, wording
from portal.core.access import requires
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.referrals.seen import MOST_PRINTED, seen_of


@bp.get("/clients/<string:reference>/seen")
@requires(Permission.CASELOAD)
def seen(reference: str) -> ResponseReturnValue:
    """Who has opened the record or acted on it, and when."""
    person, number = person_at(reference, "seen"), page_number()
    rows, has_more = seen_of(person, page=number)
    return page("caseload/record-seen.html", person=person, rows=rows, page=number, has_more=has_more)


@bp.get("/clients/<string:reference>/seen/print")
@requires(Permission.CASELOAD)
def seen_print(reference: str) -> ResponseReturnValue:
    """The same on paper, for the person."""
    person = person_at(reference, "seen")
    rows, has_more = seen_of(person, most=MOST_PRINTED)
    is_large = request.args.get("size") == "large"
    return page(
        "caseload/record-seen-print.html",
        person=person,
        rows=rows,
        has_more=has_more,
        is_large=is_large,
        back=url_for(".seen", reference=person.reference),
        other_size=url_for(".seen_print", reference=person.reference, size=None if is_large else "large"),
        today=wording.full_date(clock.today()),
    )
