"""Headers of what is shown inside other websites: as strict as the site's own, but that the sites of the key may frame it."""

from flask import Response

from portal.widget.models import WidgetKey
from portal.widget.sites import sources

SHARED = "public, max-age=60"
"""Caches may keep a page for a minute: what is taken down, such as the address of a refuge, is gone soon after."""
SCRIPT_SHARED = "public, max-age=300"
NOT_KEPT = "no-store"
NOBODY = "'none'"
RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def policy(widget: WidgetKey | None) -> str:
    """The Content-Security-Policy of a page. Where no key is known, nobody may frame it."""
    allowed = sources(widget.sites, allows_local=widget.allows_local) if widget is not None else []
    return "; ".join((*RULES, f"frame-ancestors {' '.join(allowed) or NOBODY}"))


def put_on_page(response: Response, widget: WidgetKey | None, *, is_private: bool) -> None:
    """The headers of a page in the frame. `is_private`: no cache keeps it, since it is an error or about a sensitive need."""
    response.headers["Content-Security-Policy"] = policy(widget)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # So that websites that isolate themselves (Cross-Origin-Embedder-Policy) can show it too: it loads nothing but our own.
    response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = NOT_KEPT if is_private or response.status_code != 200 else SHARED


def put_on_script(response: Response) -> None:
    """The headers of the script, which pages of other origins load, as a module too. It says nothing that is not public."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = SCRIPT_SHARED
