"""Drop-ins and crisis cafes of a neighbourhood: what is open now and next, and the week on paper."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock, wording
from portal.core.access import public
from portal.core.pages import page, whole_address
from portal.core.qr_codes import page_qr_svg
from portal.directory import urgent
from portal.directory.queries import listings_in
from portal.geography.models import Neighbourhood
from portal.geography.queries import codes_of
from portal.neighbourhoods import drop_ins, queries
from portal.neighbourhoods.blueprint import bp
from portal.neighbourhoods.structured import drop_in_data


@bp.get("/neighbourhoods/<slug>/drop-ins")
@public()
def show_drop_ins(slug: str) -> ResponseReturnValue:
    """What can be walked into: open now, next, and day by day; crisis cafes next door where none is open here."""
    neighbourhood = _neighbourhood(slug)
    codes = codes_of(neighbourhood)
    listings = listings_in(codes)
    board, nation = drop_ins.board_of(listings, codes), queries.nation_of(codes)
    return page(
        "neighbourhoods/drop-ins.html",
        neighbourhood=neighbourhood,
        board=board,
        week=drop_ins.week_of(listings, codes, clock.today(), nation or "england", not_over=True),
        nearby=() if board.has_open_cafe else queries.cafes_near(neighbourhood),
        numbers=urgent.foot_numbers(nation),
        now=wording.clock_time(clock.now()),
        near=queries.searched_as(neighbourhood),
        structured=drop_in_data(neighbourhood, board, url_for(".show_drop_ins", slug=slug)),
    )


@bp.get("/neighbourhoods/<slug>/timetable")
@public()
def timetable(slug: str) -> ResponseReturnValue:
    """A week of drop-ins on paper, for a wall or a waiting room."""
    neighbourhood = _neighbourhood(slug)
    codes = codes_of(neighbourhood)
    is_large = request.args.get("large") == "1"
    nation = queries.nation_of(codes)
    listings, address = listings_in(codes), whole_address(url_for(".show_drop_ins", slug=slug))
    return page(
        "neighbourhoods/timetable.html",
        neighbourhood=neighbourhood,
        week=drop_ins.week_of(listings, codes, clock.today(), nation or "england"),
        every=drop_ins.board_of(listings, codes).every,
        numbers=urgent.foot_numbers(nation),
        printed=wording.full_date(clock.today()),
        address=address,
        qr=page_qr_svg(address),
        back=url_for(".show_drop_ins", slug=slug),
        is_large=is_large,
        other_size=url_for(".timetable", slug=slug, large=None if is_large else "1"),
    )


def _neighbourhood(slug: str) -> Neighbourhood:
    found = queries.one_of(queries.sets_here(), slug)
    if found is None:
        abort(404)
    return found
