"""Where a signed-in person can go: the places in the header, by what they may do. A new one is a row."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Nobody, Viewer, may_be_signed_in, viewer

MOST = 4


@dataclass(frozen=True)
class Part:
    """A page within a section of signed-in pages; its header names them."""

    endpoint: str
    label: LazyString


PARTS: dict[str, tuple[Part, ...]] = {
    "groups": (
        Part("groups.home", _l("Home")),
        Part("groups.listings", _l("Listings")),
        Part("accounts.people", _l("People")),
    ),
    "moderation": (
        Part("moderation.queue", _l("To review")),
        Part("moderation.phone_list", _l("Phone list")),
        Part("moderation.decided", _l("Undo")),
        Part("moderation.rules", _l("Rules")),
    ),
    "admin": (
        Part("admin.home", _l("Administration")),
        Part("admin.users", _l("Users")),
        Part("admin.organisations", _l("Organisations")),
        Part("admin.messages", _l("Messages")),
    ),
}
"""The pages that the header of a section names, by blueprint: at most four, of those that this instance has."""


@dataclass(frozen=True)
class Place:
    """A page that the header leads to. `blueprint` is the part of the site in which it is the current one."""

    endpoint: str
    label: LazyString
    permission: Permission
    blueprint: str


PLACES = (
    Place("groups.home", _l("My listings"), Permission.LISTING_EDIT, "groups"),
    Place("moderation.queue", _l("Moderation"), Permission.MODERATE, "moderation"),
    Place("admin.home", _l("Administration"), Permission.SITE_MANAGE, "admin"),
    Place("admin.audit", _l("Audit"), Permission.AUDIT_READ, "admin"),
)


def places_of(who: Viewer) -> list[Place]:
    """The places that somebody may go to, of those that this instance has."""
    return [one for one in PLACES if one.endpoint in current_app.view_functions and who.can(one.permission)][:MOST]


def parts_of(blueprint: str | None) -> list[Part]:
    """The pages of a section that this instance has."""
    return [one for one in PARTS.get(blueprint or "", ()) if one.endpoint in current_app.view_functions][:MOST]


def init_app(app: Flask) -> None:
    """Give every page `seen_by` and `places_of`. A request without a session's cookie costs no question."""
    app.jinja_env.globals.update(places_of=places_of, parts_of=parts_of)

    @app.context_processor
    def _seen_by() -> dict[str, Viewer]:
        return {"seen_by": viewer() if may_be_signed_in() else Nobody()}
