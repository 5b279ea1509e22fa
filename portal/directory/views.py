"""The page of results. The pages of one listing and one organisation hang on the same blueprint in `detail_views`."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import may_be_signed_in, viewer
from portal.directory import areas, counting, detail_views, missed, urgent
from portal.directory.aged_out import aged_out
from portal.directory.asking import request_from
from portal.directory.blueprint import bp
from portal.directory.finding import MOST_AT_ONCE, find
from portal.directory.found import Found
from portal.directory.helplines import Helpline, helplines_for
from portal.directory.needs import is_any_sensitive
from portal.directory.saved import saved_here
from portal.directory.structured import list_data

__all__ = ["areas", "bp", "detail_views", "helplines_of", "note_missed"]


@bp.get("/services")
@public()
def search() -> ResponseReturnValue:
    """What was found, as a list or with a map."""
    is_staff = may_be_signed_in() and viewer().can(Permission.DIRECTORY_STAFF)
    asked = request_from(request.args.to_dict(flat=False), current_locale().code, for_staff=is_staff)
    found = find(asked, saved=saved_here())
    note_missed(found)
    missed.note(found, page=asked.page)
    note_searched(found, page=asked.page)
    return page(
        "directory/search.html",
        status=422 if found.errors else 200,
        found=found,
        urgent_cards=urgent.cards_for(found.understanding.urgent, place=found.place or found.place_problem),
        helplines=helplines_of(found),
        is_staff=is_staff,
        most_at_once=MOST_AT_ONCE,
        structured=None
        if found.is_sensitive
        else list_data(found.cards, total=found.total, offset=found.request.offset),
        may_tick=is_staff and (viewer().can(Permission.HAND_OVER) or viewer().can(Permission.CASELOAD)),
        aged_out=aged_out(found) if is_staff else None,
    )


def note_missed(found: Found) -> None:
    """Count what was looked for near a place and is not there, for groups that could offer it. Nothing private is counted."""
    needs = [need for need in found.understanding.needs if not is_any_sensitive(frozenset({need}))]
    if found.total or found.errors or found.place is None or found.place.authority_code is None:
        return
    for need in needs[:1]:
        counting.note("missed", f"{found.place.authority_code}/{need}")


def note_searched(found: Found, *, page: int) -> None:
    """Count a search near a place, by the official area that it is in, not what it was for. Its first page counts, once."""
    code = found.place.neighbourhood_code if found.place is not None else None
    if code and page == 1 and not found.errors and not found.is_sensitive and not missed.is_repeated(found):
        counting.note("searched", code)
        if not found.total:
            needs = (*found.understanding.needs, *found.request.chosen("topic"))
            counting.note("unfound", f"{code}/{next(iter(needs), '-')}")


def helplines_of(found: Found) -> tuple[Helpline, ...]:
    """Who answers the phone when nothing was found; nothing where numbers stand on the page already."""
    if found.total or found.errors or found.understanding.urgent:
        return ()
    return helplines_for("mental_health", found.place.nation if found.place else None)
