"""The blueprint of what other websites load: the script of a key and the pages of its frame. It reads no cookie and sets none."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from portal.core import problems
from portal.core.cookieless import WithoutCookies

FIRST = "widget"
bp = Blueprint("widget", __name__, url_prefix=f"/{FIRST}")
problems.own_page(bp, "widget/trouble.html")


@bp.record_once
def _bind(state: BlueprintSetupState) -> None:
    app = cast("Flask", state.app)
    languages = frozenset(app.extensions["portal.settings"].languages)
    app.wsgi_app = WithoutCookies(app.wsgi_app, lambda path: _is_of_widget(path, languages))  # type: ignore[method-assign]


def _is_of_widget(path: str, languages: frozenset[str]) -> bool:
    """Whether a path is one of these, in whatever language."""
    first, _, rest = path.removeprefix("/").partition("/")
    return FIRST in (first, rest.partition("/")[0] if first in languages else "")
