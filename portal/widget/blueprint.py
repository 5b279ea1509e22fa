"""The blueprint of what other websites load: the script of a key and the pages of its frame. It reads no cookie and sets none."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from portal.core import problems
from portal.widget.cookieless import WithoutCookies

bp = Blueprint("widget", __name__, url_prefix="/widget")


@bp.record_once
def _bind(state: BlueprintSetupState) -> None:
    app = cast("Flask", state.app)
    app.wsgi_app = WithoutCookies(app.wsgi_app, app.extensions["portal.settings"].languages)  # type: ignore[method-assign]
    problems.own_page(app, bp.name, "widget/trouble.html")
