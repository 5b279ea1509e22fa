"""The script of a key, and the pages of its frame: search, results, one listing. All works without scripts, by GET alone."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.directory import counting, missed, queries, urgent
from portal.directory.asking import SearchRequest, request_from
from portal.directory.cards import card_of, slug_of
from portal.directory.details import details_of
from portal.directory.finding import find
from portal.directory.listings import Listing
from portal.directory.needs import in_groups
from portal.directory.showing import shown
from portal.directory.standing import Standing, nation_of, standing_of
from portal.directory.views import helplines_of, note_missed
from portal.widget import framing, starting
from portal.widget import queries as widgets
from portal.widget.blueprint import bp
from portal.widget.framing import framed, opened
from portal.widget.models import WidgetKey
from portal.widget.script import script_for

__all__ = ["bp", "framing"]

PAGE_SIZE = 6
"""Results on a page: the column of a website is narrow, and its own words come after it."""
AGAIN = "again"
"""A parameter of links and forms that show the same search another way. Such a search is not counted once more: the frame tells
no address to the next page, by which the site's own pages know."""


@bp.get("/<string(maxlength=40):key>.js")
@public(cacheable=True)
def script(key: str) -> ResponseReturnValue:
    """The script of a key. One for a key that is unknown or switched off shows a plain link."""
    response = Response(script_for(key, widgets.of_key(key)), mimetype="text/javascript")
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/<string(maxlength=40):key>")
@public(cacheable=True)
def start(key: str) -> ResponseReturnValue:
    """The search as its website wants it to begin; with results at once where there is something to look for."""
    widget = opened(key)
    asked = starting.starting(widget, _args(), current_locale().code)
    return _results(widget, asked) if starting.is_search(asked) else _form(widget, asked)


@bp.get("/<string(maxlength=40):key>/results")
@public(cacheable=True)
def results(key: str) -> ResponseReturnValue:
    """What was found."""
    widget = opened(key)
    return _results(widget, request_from(_args(), current_locale().code), is_counted=AGAIN not in request.args)


@bp.get("/<string(maxlength=40):key>/services/<uuid:service_id>")
@public(cacheable=True)
def show(key: str, service_id: UUID) -> ResponseReturnValue:
    """One listing. The search that led here stands in the address, for the way back."""
    widget = opened(key)
    listing = queries.listing(service_id)
    standing = standing_of(listing)
    if listing is None or standing is Standing.UNKNOWN:
        abort(404)
    if standing is Standing.MERGED:
        return redirect(url_for(".show", key=key, service_id=listing.service.merged_into_id, **_args()), 301)
    if standing is not Standing.OPEN:
        abort(410)
    return _listing(widget, listing, request_from(_args(), current_locale().code))


def _form(widget: WidgetKey, asked: SearchRequest) -> Response:
    return framed("start", widget, is_private=False, asked=asked, topics=in_groups())


def _results(widget: WidgetKey, asked: SearchRequest, *, is_counted: bool = False) -> Response:
    found = find(replace(asked, view="list", limit=PAGE_SIZE))
    if is_counted:
        note_missed(found)
        missed.note(found, page=asked.page)
    cards = urgent.cards_for(found.understanding.urgent, place=found.place or found.place_problem)
    return framed(
        "results",
        widget,
        status=422 if found.errors else 200,
        is_private=found.is_sensitive or bool(cards),
        found=found,
        here=found.request.params(page=found.paging.page),
        urgent_cards=cards,
        helplines=helplines_of(found),
    )


def _listing(widget: WidgetKey, listing: Listing, asked: SearchRequest) -> Response:
    counting.note("viewed", str(listing.id))
    details = details_of(listing)
    facts = shown(listing, details)
    return framed(
        "show",
        widget,
        is_private=facts.is_sensitive,
        service=listing.service,
        card=card_of(listing),
        details=details,
        facts=facts,
        urgent_cards=urgent.cards_for(urgent.kinds_of_needs(listing.needs), nation=nation_of(listing)),
        back=asked.params(page=asked.page) if request.args else None,
        whole=url_for("directory.show", service_id=listing.id, slug=slug_of(listing.service.name)),
    )


def _args() -> dict[str, Any]:
    """The parameters of the address that searches have: whatever else stands there is left out."""
    return {name: values for name, values in request.args.to_dict(flat=False).items() if name in KNOWN}


KNOWN = frozenset({*starting.NAMES, "not", "exact", "page"})
