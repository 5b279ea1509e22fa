"""Pages of neighbourhoods."""

from datetime import timedelta

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.access import public
from portal.core.pages import page, whole_address
from portal.directory import calendars
from portal.directory.queries import listings_in
from portal.geography.queries import codes_of
from portal.neighbourhoods import drop_in_views, queries
from portal.neighbourhoods.blueprint import bp
from portal.neighbourhoods.calendars import meetings_here
from portal.neighbourhoods.structured import neighbourhood_data
from portal.neighbourhoods.week import DAYS, week_of

__all__ = ["bp", "drop_in_views"]
LAST_WEEK = 8
"""How many weeks ahead can be looked at."""


@bp.get("/neighbourhoods")
@public()
def index() -> ResponseReturnValue:
    """Every neighbourhood of this instance."""
    sets = queries.sets_here()
    return page("neighbourhoods/index.html", sets=sets, counts=queries.counts_of(sets))


@bp.get("/neighbourhoods/<slug>")
@public()
def show(slug: str) -> ResponseReturnValue:
    """One neighbourhood: what is here, and a week of sessions."""
    sets = queries.sets_here()
    neighbourhood = queries.one_of(sets, slug)
    if neighbourhood is None:
        abort(404)
    number = _week_asked()
    codes = codes_of(neighbourhood)
    listings = listings_in(codes)
    first = clock.today() + timedelta(days=DAYS * number)
    week = week_of(listings, codes, first, queries.nation_of(codes) or "england")
    return page(
        "neighbourhoods/show.html",
        neighbourhood=neighbourhood,
        week=week,
        structured=neighbourhood_data(neighbourhood, week, url_for(".show", slug=slug)),
        total=len(listings),
        topics=queries.topics_of(listings),
        near=queries.searched_as(neighbourhood),
        next_door=queries.next_door(neighbourhood),
        number=number,
        last_week=LAST_WEEK,
    )


@bp.get("/neighbourhoods/<slug>.ics")
@public()
def calendar(slug: str) -> ResponseReturnValue:
    """The sessions of all weeks that can be looked at, for a calendar."""
    neighbourhood = queries.one_of(queries.sets_here(), slug)
    if neighbourhood is None:
        abort(404)
    codes = codes_of(neighbourhood)
    start, until = calendars.span(timedelta(days=DAYS * (LAST_WEEK + 1)))
    about = calendars.About(neighbourhood.name, whole_address(url_for(".show", slug=slug)))
    return calendars.calendar_answer(about, meetings_here(listings_in(codes), codes, start, until), until, slug)


def _week_asked() -> int:
    """Which week the address asks for, 0 for this one; anything else it may say counts as this one."""
    asked = request.args.get("week", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 3 and int(asked) <= LAST_WEEK else 0
