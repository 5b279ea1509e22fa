"""What search engines may read: robots.txt, and a sitemap in parts of at most 50,000 addresses, streamed.

A listing whose name holds words of a private address is listed by its public name.
"""

from collections.abc import Iterator
from datetime import date, datetime
from math import ceil
from xml.sax.saxutils import escape

from flask import Response, abort, current_app, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, exists, func, select

from portal.core import clock
from portal.core.access import public
from portal.core.extensions import db, settings
from portal.directory.cards import slug_of
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.directory.queries import public_listings
from portal.directory.reading import is_published
from portal.geography.queries import sets_shown
from portal.organisations.models import Organization
from portal.pages.blueprint import bp

MOST_ADDRESSES = 50_000
BATCH = 1_000
FIXED = (
    "pages.home",
    "pages.urgent_help",
    "pages.keep_private",
    "pages.accessibility",
    "pages.privacy",
    "pages.safety",
    "pages.languages",
    "pages.how_we_order",
    "neighbourhoods.index",
)
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

Entry = tuple[str, date | None]


@bp.get("/robots.txt")
@public(cacheable=True)
def robots() -> ResponseReturnValue:
    """What robots may fetch: not a person's list, and no searches. Nothing of a demo, whose listings are invented."""
    if settings().demo:
        return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
    shut = ("/list", "/*/list", "/services?", "/*/services?", "/services/not-found", "/*/services/not-found")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in shut), f"Sitemap: {_whole(url_for('.sitemap'))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@public()
def sitemap() -> ResponseReturnValue:
    """The index of the sitemap; with `part`, one part of it."""
    part = request.args.get("part")
    if part is None:
        addresses = (_whole(url_for(".sitemap", part=name)) for name in _parts())
        return _xml("sitemapindex", "sitemap", ((address, None) for address in addresses))
    if part not in _parts():
        abort(404)
    kind, _dash, number = part.partition("-")
    first = (int(number or 1) - 1) * MOST_ADDRESSES
    entries = {"pages": _fixed_pages, "services": _services, "organisations": _organisations}[kind]
    return _xml("urlset", "url", entries(first))


def _parts() -> list[str]:
    """Names of the parts: one for the fixed pages, and as many for listings and organisations as it takes."""
    services = db.session.scalar(select(func.count()).select_from(_services_question().subquery())) or 0
    organisations = db.session.scalar(select(func.count()).select_from(_organisations_question().subquery())) or 0
    names = ["pages"]
    for kind, count in (("services", services), ("organisations", organisations)):
        names += [f"{kind}-{number + 1}" for number in range(ceil(count / MOST_ADDRESSES))]
    return names


def _fixed_pages(_first: int) -> Iterator[Entry]:
    for endpoint in FIXED:
        if endpoint in current_app.view_functions:
            yield url_for(endpoint), None
    if "neighbourhoods.show" in current_app.view_functions:
        for cut in sets_shown(settings().area):
            for one in cut.neighbourhoods:
                yield url_for("neighbourhoods.show", slug=one.slug), None


def _services(first: int) -> Iterator[Entry]:
    for at in range(first, first + MOST_ADDRESSES, BATCH):
        rows = db.session.execute(_services_question().offset(at).limit(BATCH)).tuples().all()
        private = public_listings([service_id for service_id, _name, _changed, is_private in rows if is_private])
        for service_id, name, changed, is_private in rows:
            if is_private and service_id not in private:
                continue
            shown = private[service_id].service.name if is_private else name
            yield url_for("directory.show", service_id=service_id, slug=slug_of(shown)), _day(changed)
        if len(rows) < BATCH:
            return


def _organisations(first: int) -> Iterator[Entry]:
    for at in range(first, first + MOST_ADDRESSES, BATCH):
        rows = db.session.execute(_organisations_question().offset(at).limit(BATCH)).tuples().all()
        for organisation_id, name, changed in rows:
            address = url_for("directory.organisation", organisation_id=organisation_id, slug=slug_of(name))
            yield address, _day(changed)
        if len(rows) < BATCH:
            return


def _services_question() -> Select:  # type: ignore[type-arg]
    has_private_place = exists(
        select(ServiceAtLocation.id)
        .join(Location)
        .where(ServiceAtLocation.service_id == Service.id, Location.privacy != "public")
    )
    question = select(Service.id, Service.name, Service.last_modified, has_private_place)
    return question.where(is_published()).order_by(Service.id)


def _organisations_question() -> Select:  # type: ignore[type-arg]
    offers = exists(select(Service.id).where(Service.organization_id == Organization.id, is_published()))
    question = select(Organization.id, Organization.name, Organization.last_modified).where(offers)
    return question.order_by(Organization.id)


def _xml(root: str, element: str, entries: Iterator[Entry]) -> Response:
    def lines() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n'
        for address, changed in entries:
            when = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
            whole = address if "://" in address else _whole(address)
            yield f"<{element}><loc>{escape(whole)}</loc>{when}</{element}>\n"
        yield f"</{root}>\n"

    return Response(stream_with_context(lines()), mimetype="application/xml")


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _whole(path: str) -> str:
    return f"{settings().base_url}{path}"
