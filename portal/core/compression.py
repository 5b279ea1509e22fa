"""Compressing pages on the way out.

The gzip header carries a name of random length, so that the size of an answer does not tell what a secret in it is.
Source: BREACH, breachattack.com; the same measure as in Django's GZipMiddleware.
"""

import gzip
import io
import secrets

from flask import Flask, Response, request

COMPRESSIBLE = frozenset(
    {"text/html", "text/css", "text/plain", "application/json", "application/geo+json", "image/svg+xml"}
)
COMPRESSIBLE_TOO = frozenset({"text/javascript", "application/xml", "text/calendar", "application/problem+json"})
SMALLEST = 600
LEVEL = 3
"""Half the work of 5 for a tenth more bytes."""
LONGEST_NAME = 100


def init_app(app: Flask) -> None:
    """Compress what is worth it, for whom accepts it."""
    app.after_request(_compress)


def is_compressible(mimetype: str | None) -> bool:
    """True for the kinds of text that shrink."""
    return mimetype in COMPRESSIBLE or mimetype in COMPRESSIBLE_TOO


def gzipped(body: bytes, *, level: int = LEVEL, with_random_name: bool = True) -> bytes:
    """The body in gzip format."""
    buffer = io.BytesIO()
    name = "a" * secrets.randbelow(LONGEST_NAME) if with_random_name else ""
    with gzip.GzipFile(filename=name, fileobj=buffer, mode="wb", compresslevel=level, mtime=0) as file:
        file.write(body)
    return buffer.getvalue()


def _compress(response: Response) -> Response:
    if not is_compressible(response.mimetype) or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(gzipped(body))
    response.headers["Content-Encoding"] = "gzip"
    return response
