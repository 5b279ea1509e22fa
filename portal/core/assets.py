"""Static files: addresses with a hash of the content, long caching, compressed once and kept in memory."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for
from werkzeug.security import safe_join

from portal.core.access import public
from portal.core.compression import gzipped, is_compressible

FOLDER = Path(__file__).parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"
IMPORT = re.compile(rb'@import "([\w./-]+)";\n')

bp = Blueprint("assets", __name__)
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/geo+json", ".geojson")


@dataclass(frozen=True)
class Asset:
    """One static file, read once."""

    body: bytes
    compressed: bytes | None
    mimetype: str
    digest: str


@bp.get("/static/<path:name>")
@public(cacheable=True)
def static(name: str) -> Response:
    """A static file; kept for a year when the address carries its hash."""
    found = load(name) if name in _names() else None
    if found is None:
        abort(404)
    is_compressed = found.compressed is not None and bool(request.accept_encodings["gzip"])
    response = Response(found.compressed if is_compressed else found.body, mimetype=found.mimetype)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == found.digest else SHORTLY
    response.vary.add("Accept-Encoding")
    response.set_etag(found.digest)
    response.make_conditional(request)
    return response


@bp.get("/favicon.ico")
@public(cacheable=True)
def favicon() -> Response:
    """The icon that browsers ask for by themselves."""
    return static("images/favicon.svg")


def asset(name: str) -> str:
    """The address of a static file, the same in every language, with the hash of its content."""
    known: dict[str, str] = current_app.extensions["portal.assets"]
    if name not in known:
        found = load(name)
        if found is None:
            raise LookupError(f"there is no static file {name}")
        known[name] = url_for("assets.static", name=name, v=found.digest).removeprefix(request.script_root)
    return known[name]


@cache
def _names() -> frozenset[str]:
    """Names of all static files. Only these are looked for, so that no stranger's name is remembered."""
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


@cache
def load(name: str) -> Asset | None:
    """The static file of this name, or None. Files do not change while the site runs."""
    path = safe_join(str(FOLDER), name)
    if path is None or not Path(path).is_file():
        return None
    body = _joined(Path(path))
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    compressed = gzipped(body, level=9, with_random_name=False) if is_compressible(mimetype) else None
    return Asset(body, compressed, mimetype, hashlib.sha256(body).hexdigest()[:12])


def _joined(path: Path) -> bytes:
    """The bytes of a file. A style sheet gets the sheets that it imports in their place, so that a page asks once."""
    body = path.read_bytes()
    if path.suffix != ".css":
        return body
    return IMPORT.sub(lambda found: _joined(path.parent / found[1].decode()), body)


def init_app(app: Flask) -> None:
    """Serve static files and give templates `asset`."""
    app.register_blueprint(bp)
    app.extensions["portal.assets"] = {}
    app.jinja_env.globals["asset"] = asset
