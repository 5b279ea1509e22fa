"""Pages for a situation in life: the list, one page, and the same on paper. `?for=carer`: for who looks after somebody."""

from typing import Any

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue

from portal.bundles import curating_views, pin_views, queries, section_views, watching
from portal.bundles.assembling import direction_of, page_of
from portal.bundles.blueprint import bp
from portal.bundles.leaflet import leaflet_of
from portal.bundles.structured import bundle_data
from portal.core import clock, listed, wording
from portal.core.access import public
from portal.core.pages import page, whole_address
from portal.core.qr_codes import page_qr_svg
from portal.directory import urgent
from portal.directory.saved import saved_here

__all__ = ["bp", "curating_views", "init_app", "pin_views", "section_views", "watching"]


@bp.get("/life")
@public()
def index() -> ResponseReturnValue:
    """Every published page, by area."""
    areas = queries.published()
    return page("bundles/index.html", areas=areas, direction_of=direction_of)


@bp.get("/life/<slug>")
@public()
def show(slug: str) -> ResponseReturnValue:
    """One page, as its searches find it now."""
    bundle, for_carer = queries.published_bundle(slug), request.args.get("for") == "carer"
    told = page_of(bundle, for_carer=for_carer, saved=saved_here())
    return page(
        "bundles/show.html",
        bundle=bundle,
        told=told,
        for_carer=for_carer,
        direction=direction_of(bundle.lang),
        urgent_cards=urgent.cards_for(told.urgent_kinds, place=told.place),
        structured=bundle_data(bundle, told, whole_address(url_for(".show", slug=slug))),
        changed=wording.full_date(clock.local(bundle.changed_at).date()),
    )


@bp.get("/life/<slug>/leaflet")
@public()
def leaflet(slug: str) -> ResponseReturnValue:
    """The same on paper, with telephone numbers: 16 pt, or 18 with `large=1`."""
    bundle, for_carer = queries.published_bundle(slug), request.args.get("for") == "carer"
    told, is_large = page_of(bundle, for_carer=for_carer), request.args.get("large") == "1"
    mine: dict[str, Any] = {"slug": slug, "for": "carer" if for_carer else None}
    address = whole_address(url_for(".show", **mine))
    return page(
        "bundles/leaflet.html",
        bundle=bundle,
        told=told,
        for_carer=for_carer,
        entries=leaflet_of(told),
        direction=direction_of(bundle.lang),
        numbers=urgent.foot_numbers(told.place.nation if told.place else None),
        printed=wording.full_date(clock.today()),
        address=address,
        qr=page_qr_svg(address),
        back=url_for(".show", **mine),
        is_large=is_large,
        other_size=url_for(".leaflet", **mine, large=None if is_large else "1"),
    )


def init_app(app: Flask) -> None:
    """Let the sitemap name the pages."""
    listed.list_pages(app, _listed)


def _listed() -> list[listed.Entry]:
    bundles = [one for area in queries.published() for one in area.bundles]
    told = [(url_for("bundles.show", slug=one.slug), clock.local(one.changed_at).date()) for one in bundles]
    return [(url_for("bundles.index"), None), *told]
