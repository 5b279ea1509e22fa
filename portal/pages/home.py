"""The home page."""

from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.pages import page
from portal.pages import navigation, today
from portal.pages.blueprint import bp

__all__ = ["navigation"]


@bp.get("/")
@public()
def home() -> ResponseReturnValue:
    """Where most people start: what do you need, and where are you."""
    return page("pages/home.html", open_today=today.open_today(), areas=today.areas())
