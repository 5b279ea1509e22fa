"""/api/oruk/v3: the open feed, for everybody."""

from uuid import UUID

from flask import Blueprint, Flask, Response, request

from portal.core.access import public
from portal.core.errors import DomainError
from portal.core.pages import whole_address
from portal.feed import answers, contents, everybody, limits
from portal.feed.asked import Asked, asked_of
from portal.feed.params import BASE, Endpoint

bp = Blueprint("feed", __name__, url_prefix=BASE)
bp.register_error_handler(DomainError, answers.problem_of)


def init_app(app: Flask) -> None:
    """Let every site read it, and nobody too fast."""
    everybody.init_app(app)
    limits.init_app(app, app.extensions["portal.settings"])


@bp.get("/", strict_slashes=False)
@public(cacheable=True)
def base() -> Response:
    """What this feed is."""
    asked = _asked("base")
    return answers.json_answer(contents.base(asked, whole_address("/api/openapi.json")))


@bp.get("/services", strict_slashes=False)
@public(cacheable=True)
def services() -> Response:
    """Services, a page at a time or all at once."""
    return _list("services")


@bp.get("/services/<uuid:service_id>", strict_slashes=False)
@public(cacheable=True)
def service(service_id: UUID) -> Response:
    """One service, whole; 410 where it is no longer listed."""
    return answers.json_answer(contents.service(_asked("service"), service_id))


@bp.get("/organizations", strict_slashes=False)
@public(cacheable=True)
def organizations() -> Response:
    """Organisations that offer something."""
    return _list("organizations")


@bp.get("/organizations/<uuid:organization_id>", strict_slashes=False)
@public(cacheable=True)
def organization(organization_id: UUID) -> Response:
    """One organisation with its services."""
    return answers.json_answer(contents.organization(_asked("organization"), organization_id))


@bp.get("/service_at_locations", strict_slashes=False)
@public(cacheable=True)
def service_at_locations() -> Response:
    """Services at each of their places."""
    return _list("service_at_locations")


@bp.get("/service_at_locations/<uuid:place_id>", strict_slashes=False)
@public(cacheable=True)
def service_at_location(place_id: UUID) -> Response:
    """One service at one of its places, whole."""
    return answers.json_answer(contents.place(_asked("service_at_location"), place_id))


@bp.get("/taxonomies", strict_slashes=False)
@public(cacheable=True)
def taxonomies() -> Response:
    """Vocabularies."""
    return _list("taxonomies")


@bp.get("/taxonomies/<uuid:taxonomy_id>", strict_slashes=False)
@public(cacheable=True)
def taxonomy(taxonomy_id: UUID) -> Response:
    """One vocabulary with its terms."""
    _asked("taxonomy")
    return answers.json_answer(contents.taxonomy(taxonomy_id))


@bp.get("/taxonomy_terms", strict_slashes=False)
@public(cacheable=True)
def taxonomy_terms() -> Response:
    """Terms of vocabularies."""
    return _list("taxonomy_terms")


@bp.get("/taxonomy_terms/<uuid:term_id>", strict_slashes=False)
@public(cacheable=True)
def taxonomy_term(term_id: UUID) -> Response:
    """One term."""
    _asked("taxonomy_term")
    return answers.json_answer(contents.term(term_id))


def _list(endpoint: Endpoint) -> Response:
    asked = _asked(endpoint)
    if asked.format == "ndjson":
        return answers.ndjson_answer(contents.everything(endpoint, asked))
    if asked.format == "csv":
        return answers.csv_answer(asked, contents.everything(endpoint, asked))
    return answers.json_answer(contents.page(endpoint, asked), page_links=asked)


def _asked(endpoint: Endpoint) -> Asked:
    asked = asked_of(endpoint, request.args)
    limits.take(request.remote_addr, asked)
    return asked
