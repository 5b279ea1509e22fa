"""Which pages of ours somebody can say something about: an allow-list, so that no address with a secret or a query is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException

from portal.core.extensions import db
from portal.core.i18n import lazy_gettext as _l
from portal.directory import queries as directory
from portal.directory.needs import is_any_sensitive
from portal.geography.models import Neighbourhood

LONGEST = 200
PAGES: Mapping[str, LazyString] = {
    "pages.home": _l("The first page"),
    "pages.urgent_help": _l("Urgent help"),
    "pages.keep_private": _l("Keep your visit private"),
    "pages.safety": _l("Staying safe"),
    "pages.how_we_order": _l("How results are ordered"),
    "pages.accessibility": _l("Accessibility"),
    "pages.privacy": _l("Privacy"),
    "pages.languages": _l("Languages"),
    "describing.home": _l("For developers"),
    "directory.search": _l("Find support"),
    "directory.show": _l("A listing"),
    "directory.organisation": _l("An organisation"),
    "matching.help_me_choose": _l("Help me choose"),
    "neighbourhoods.index": _l("Neighbourhoods"),
    "neighbourhoods.show": _l("A neighbourhood"),
    "neighbourhoods.show_drop_ins": _l("Drop-ins of a neighbourhood"),
    "bundles.index": _l("Situations in life"),
    "bundles.show": _l("A situation in life"),
    "voice.you_said": _l("You said, we did"),
}
"""By endpoint, what each is called. A page that is not here is said something about without its address."""


@dataclass(frozen=True)
class Page:
    """A page of ours. `name`: of the listing or neighbourhood that it shows, if it shows one. `neighbourhood`: its slug."""

    path: str
    label: str
    name: str | None = None
    neighbourhood: str | None = None
    is_sensitive: bool = False


def path_here() -> str | None:
    """The path of the page in hand, if something can be said about it by its address."""
    here = request.path
    return here if request.endpoint in PAGES and len(here) <= LONGEST else None


def page_at(path: str | None) -> Page | None:
    """The page of ours that a path leads to; None for any other address, and for what is not on the list."""
    endpoint, parts = _matched(path)
    if path is None or endpoint not in PAGES:
        return None
    label = str(PAGES[endpoint])
    if endpoint == "directory.show":
        return _of_listing(path, label, parts["service_id"])
    if "slug" in parts and endpoint.partition(".")[0] in {"neighbourhoods", "voice"}:
        found = db.session.query(Neighbourhood.name).filter_by(slug=parts["slug"]).scalar()
        return Page(path, label, found, parts["slug"] if found else None)
    return Page(path, label)


def label_of(path: str | None) -> str:
    """What the page of a path is called, without asking the database."""
    endpoint, _parts = _matched(path)
    return str(PAGES[endpoint]) if endpoint in PAGES else ""


def _of_listing(path: str, label: str, service_id: UUID) -> Page | None:
    listing = directory.listing(service_id)
    if listing is None:
        return None
    return Page(path, label, listing.service.name, is_sensitive=is_any_sensitive(frozenset(listing.needs)))


def _matched(path: str | None) -> tuple[str, Mapping[str, Any]]:
    """The endpoint that a path leads to, and its parts; an empty one where it leads to none."""
    if not path or len(path) > LONGEST or not path.startswith("/") or not path.isprintable() or "?" in path:
        return "", {}
    try:
        return current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return "", {}
