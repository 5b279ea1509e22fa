"""What search engines may read: robots.txt, and a sitemap in parts of at most 50,000 addresses, streamed.

A listing whose name holds words of a private address is listed by its public name.
"""

from collections.abc import Iterator
from datetime import date, datetime
from math import ceil
from xml.sax.saxutils import escape

from flask import Flask, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, exists, func, select

from portal.core import clock
from portal.core.access import public
from portal.core.database import reading
from portal.core.extensions import db, settings
from portal.core.listed import listed_pages
from portal.core.pages import whole_address
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
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in shut), f"Sitemap: {whole_address(url_for('.sitemap'))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@public()
def sitemap() -> ResponseReturnValue:
    """The index of the sitemap; with `part`, one part of it."""
    part = request.args.get("part")
    parts = _parts()
    if part is None:
        return _xml("sitemapindex", "sitemap", iter([[(url_for(".sitemap", part=name), None) for name in parts]]))
    if part not in parts:
        abort(404)
    kind, _dash, number = part.partition("-")
    if kind == "pages":
        return _xml("urlset", "url", iter([_fixed_pages()]))
    return _xml("urlset", "url", _in_batches(kind, (int(number) - 1) * MOST_ADDRESSES))


def _parts() -> list[str]:
    """Names of the parts: one for the fixed pages, and as many for listings and organisations as it takes."""
    services = db.session.scalar(select(func.count()).select_from(_services_question().subquery())) or 0
    organisations = db.session.scalar(select(func.count()).select_from(_organisations_question().subquery())) or 0
    names = ["pages"]
    for kind, count in (("services", services), ("organisations", organisations)):
        names += [f"{kind}-{number + 1}" for number in range(ceil(count / MOST_ADDRESSES))]
    return names


def _fixed_pages() -> list[Entry]:
    found: list[Entry] = [(url_for(endpoint), None) for endpoint in FIXED if endpoint in current_app.view_functions]
    if "neighbourhoods.show" in current_app.view_functions:
        slugs = [one.slug for cut in sets_shown(settings().area) for one in cut.neighbourhoods]
        found += [(url_for("neighbourhoods.show", slug=slug), None) for slug in slugs]
        found += [(url_for("neighbourhoods.show_drop_ins", slug=slug), None) for slug in slugs]
    return found + listed_pages()


def _in_batches(kind: str, first: int) -> Iterator[list[Entry]]:
    """The addresses of one part. The answer has begun when this runs, so each batch is read in a context of its own."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    read, before = (_services, "/services") if kind == "services" else (_organisations, "/organisations")

    def batches() -> Iterator[list[Entry]]:
        for at in range(first, first + MOST_ADDRESSES, BATCH):
            with app.app_context(), reading():
                count, entries = read(at)
            yield [(f"{before}/{path}", changed) for path, changed in entries]
            if count < BATCH:
                return

    return batches()


def _services(at: int) -> tuple[int, list[Entry]]:
    """How many rows a batch of listings has, and the last parts of their addresses."""
    rows = db.session.execute(_services_question().offset(at).limit(BATCH)).all()
    private = public_listings([row.id for row in rows if row.is_private])
    names = {row.id: private[row.id].service.name if row.is_private else row.name for row in rows}
    return len(rows), [(f"{row.id}/{slug_of(names[row.id])}", _day(row.last_modified)) for row in rows]


def _organisations(at: int) -> tuple[int, list[Entry]]:
    """How many rows a batch of organisations has, and the last parts of their addresses."""
    rows = db.session.execute(_organisations_question().offset(at).limit(BATCH)).all()
    return len(rows), [(f"{row.id}/{slug_of(row.name)}", _day(row.last_modified)) for row in rows]


def _services_question() -> Select:  # type: ignore[type-arg]
    has_private_place = exists(
        select(ServiceAtLocation.id)
        .join(Location)
        .where(ServiceAtLocation.service_id == Service.id, Location.privacy != "public")
    )
    question = select(Service.id, Service.name, Service.last_modified, has_private_place.label("is_private"))
    return question.where(is_published()).order_by(Service.id)


def _organisations_question() -> Select:  # type: ignore[type-arg]
    offers = exists(select(Service.id).where(Service.organization_id == Organization.id, is_published()))
    question = select(Organization.id, Organization.name, Organization.last_modified).where(offers)
    return question.order_by(Organization.id)


def _xml(root: str, element: str, batches: Iterator[list[Entry]]) -> Response:
    base = settings().base_url

    def lines() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n'
        for batch in batches:
            yield "".join(
                f"<{element}><loc>{escape(base + path)}</loc>"
                f"{f'<lastmod>{changed.isoformat()}</lastmod>' if changed else ''}</{element}>\n"
                for path, changed in batch
            )
        yield f"</{root}>\n"

    return Response(lines(), mimetype="application/xml")


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
