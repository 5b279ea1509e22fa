"""Whose service it is: name, colours and logo. What an administrator chose on the pages of the site comes first, then the file
that PORTAL_BRAND names, then ours, which is neutral.

The file is YAML: `name`, `operator` (a sentence for the footer), `phone` (shown when the site is in trouble), `logo`
(an SVG or PNG beside the file), `colours` (names of design tokens, such as `pine`, to `#rrggbb`). See `docs/brand.md`.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Flask, Response, abort, current_app
from werkzeug.local import LocalProxy

from portal.core import choices
from portal.core.access import public

COLOURS = frozenset(
    {"pine", "pine-deep", "pine-edge", "dew", "mist", "line", "lamp", "ink", "stone", "alert", "visited"}
)
LARGEST_LOGO = 200_000
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

KEPT = "portal.brand.kept"
CHOICE = "brand"

LOGO_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""For a logo that is opened by itself: an SVG is a page then."""

bp = Blueprint("brand", __name__)


class BrandProblem(Exception):
    """A brand file that cannot be used, said in a sentence."""


@dataclass(frozen=True)
class Brand:
    """Name, colours and logo of one instance. `logo` is the file's bytes and type, or None for ours."""

    name: str = "Hereabouts"
    operator: str = ""
    phone: str = ""
    colours: dict[str, str] = field(default_factory=dict)
    logo: tuple[bytes, str] | None = None

    @property
    def mark(self) -> str:
        """A word that changes with colours and logo, for addresses that browsers keep."""
        told = repr((sorted(self.colours.items()), self.logo))
        return hashlib.sha256(told.encode()).hexdigest()[:8]


@dataclass
class _Kept:
    """The brand of the file, and the one in force with the version of the choices that it was made from."""

    of_file: Brand
    brand: Brand
    version: int = 0


def read_brand(path: str) -> Brand:
    """The brand in a file, or the neutral one where no file is named. Raises BrandProblem."""
    if not path:
        return Brand()
    file = Path(path)
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BrandProblem(f"PORTAL_BRAND names {path}, which cannot be read as YAML.") from error
    if not isinstance(told, dict) or set(told) - {"name", "operator", "phone", "logo", "colours"}:
        raise BrandProblem(f"{path} may hold name, operator, phone, logo and colours only.")
    return Brand(
        name=str(told.get("name") or "Hereabouts"),
        operator=str(told.get("operator") or ""),
        phone=str(told.get("phone") or ""),
        colours=_colours(told.get("colours") or {}),
        logo=_logo(file.parent, told.get("logo")),
    )


def current_brand() -> Brand:
    """The brand as it is now: what was chosen over what the file says."""
    kept: _Kept = current_app.extensions[KEPT]
    told = choices.chosen(CHOICE)
    if kept.version != choices.version():
        kept.brand, kept.version = chosen_over(kept.of_file, told), choices.version()
    return kept.brand


def chosen_over(brand: Brand, told: dict[str, Any]) -> Brand:
    """A brand with what was chosen put over it. `told`: name, operator, phone, colours, logo (base64) and its type."""
    logo = (base64.b64decode(told["logo"]), str(told["logo_type"])) if told.get("logo") else brand.logo
    return replace(
        brand,
        **{name: str(told[name]) for name in ("name", "operator", "phone") if told.get(name)},
        colours={**brand.colours, **told.get("colours", {})},
        logo=logo,
    )


def init_app(app: Flask, brand: Brand) -> None:
    """Give templates `brand`, and serve its colours and logo."""
    app.extensions[KEPT] = _Kept(brand, brand)
    now = LocalProxy(current_brand)
    app.extensions["portal.brand"] = now
    app.register_blueprint(bp)
    app.jinja_env.globals["brand"] = now


@bp.get("/brand.css")
@public(cacheable=True)
def colours() -> Response:
    """The brand's colours as custom properties over ours."""
    brand = current_brand()
    rules = "".join(f"--{name}:{value};" for name, value in sorted(brand.colours.items()))
    return Response(f":root{{{rules}}}", mimetype="text/css")


@bp.get("/brand-logo")
@public(cacheable=True)
def logo() -> Response:
    """The brand's logo."""
    brand = current_brand()
    if brand.logo is None:
        abort(404)
    headers = {"Content-Security-Policy": LOGO_POLICY}
    return Response(brand.logo[0], mimetype=brand.logo[1], headers=headers)


def _colours(told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        raise BrandProblem("colours must be a list of names and values, like pine: '#0b5351'.")
    for name, value in told.items():
        if name not in COLOURS:
            raise BrandProblem(f"There is no colour “{name}”. There are: {', '.join(sorted(COLOURS))}.")
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise BrandProblem(f"The colour {name} must be written like '#0b5351'.")
    return dict(told)


def _logo(folder: Path, name: Any) -> tuple[bytes, str] | None:
    if not name:
        return None
    file = folder / str(name)
    kind = LOGO_TYPES.get(file.suffix.lower())
    if kind is None or not file.is_file() or file.stat().st_size > LARGEST_LOGO:
        raise BrandProblem(
            f"The logo {name} must be an SVG or PNG of at most {LARGEST_LOGO:,} bytes beside the brand file."
        )
    return file.read_bytes(), kind
