"""The fixed pages of the site. None reads the database, so they stay up when it is gone."""

from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.i18n import offered_locales
from portal.core.pages import page
from portal.directory import urgent
from portal.pages import home, sitemap
from portal.pages.blueprint import bp
from portal.pages.ordering import figures

__all__ = ["bp", "home", "sitemap"]


@bp.get("/urgent-help")
@public(cacheable=True)
def urgent_help() -> ResponseReturnValue:
    """Who to call now, for every kind of danger and every nation."""
    return page("pages/urgent_help.html", chapters=urgent.chapters())


@bp.get("/keep-your-visit-private")
@public(cacheable=True)
def keep_private() -> ResponseReturnValue:
    """How to look for help without somebody else finding out."""
    return page("pages/keep_private.html")


@bp.get("/accessibility")
@public(cacheable=True)
def accessibility() -> ResponseReturnValue:
    """How far everyone can use the site, and what to do where they cannot."""
    return page("pages/accessibility.html")


@bp.get("/privacy")
@public(cacheable=True)
def privacy() -> ResponseReturnValue:
    """What is kept about a visitor and for how long."""
    return page("pages/privacy.html")


@bp.get("/safety")
@public(cacheable=True)
def safety() -> ResponseReturnValue:
    """What the site does, and does not do, to keep people safe."""
    return page("pages/safety.html")


@bp.get("/languages")
@public(cacheable=True)
def languages() -> ResponseReturnValue:
    """The languages offered, each by its own name."""
    return page("pages/languages.html", locales=offered_locales())


@bp.get("/how-results-are-ordered")
@public(cacheable=True)
def how_we_order() -> ResponseReturnValue:
    """Why one result stands above another: the rule, with the figures that the search goes by."""
    return page("pages/how_we_order.html", figures=figures())
