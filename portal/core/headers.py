"""Headers on every answer. Source: `docs/assurance.md` B1 and B2."""

from flask import Flask, Response

from portal.core.access import current_mark
from portal.core.extensions import settings
from portal.core.viewer import may_be_signed_in

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
NOBODY = "frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
CACHEABLE = "public, max-age=300"
NOT_SHARED = "private, no-cache"
NOT_KEPT = "no-store"


def init_app(app: Flask) -> None:
    """Put the headers on every answer, errors and downloads included."""
    app.after_request(_put)


def _put(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # X-Frame-Options knows no list: it would shut out those whom the policy lets frame the page.
    if "frame-ancestors" in (told := response.headers["Content-Security-Policy"]) and NOBODY not in told:
        del response.headers["X-Frame-Options"]
    if settings().base_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "Cache-Control" not in response.headers:
        mark = current_mark()
        is_private = may_be_signed_in() or (mark is not None and mark.signed_in)
        is_shared = mark is not None and mark.cacheable and response.status_code == 200 and not is_private
        response.headers["Cache-Control"] = CACHEABLE if is_shared else NOT_KEPT if is_private else NOT_SHARED
    return response
