"""What all pages of the frame share: whose key it is, whether it may be shown there, and how a page is made for a frame."""

from typing import Any

from flask import Response, abort, g, redirect, request, url_for

from portal.core.i18n import current_locale, path_in
from portal.core.pages import page
from portal.widget import policy, queries, uses
from portal.widget.blueprint import bp
from portal.widget.links import for_frame
from portal.widget.models import WidgetKey
from portal.widget.script import locales_of
from portal.widget.sites import may_show, origin_of

IN_FRAMES = frozenset({"iframe", "frame", "embed", "object"})
FRAMED = "widget/"


def opened(key: str) -> WidgetKey:
    """The website of a key that is on, for a request that may come from it. Answers 404 or 403 otherwise."""
    found = queries.of_key(key)
    if found is None:
        abort(404)
    g.widget = found
    if not found.is_on or not _may_come(found):
        abort(403)
    _in_its_languages(found)
    return found


def framed(template: str, widget: WidgetKey, *, is_private: bool, status: int = 200, **context: Any) -> Response:
    """A page of the frame, counted by day. `is_private`: it is about a sensitive need, or answers words of danger: no cache
    keeps it, its title does not tell, and it can be left at once.
    """
    g.widget_is_private = is_private
    response = page(
        f"{FRAMED}{template}.html",
        status=status,
        widget=widget,
        locales=locales_of(widget),
        is_sensitive=is_private,
        **context,
    )
    uses.note(widget.id)
    return response


@bp.after_request
def finish(response: Response) -> Response:
    """Headers of every answer of the frame, errors included, and links that open beside it."""
    if request.endpoint == "widget.script" and response.status_code < 400:
        policy.put_on_script(response)
        return response
    policy.put_on_page(response, g.get("widget"), is_private=g.get("widget_is_private", True))
    if response.mimetype == "text/html" and not response.is_streamed:
        own = url_for("widget.start", key=(request.view_args or {})["key"]).removeprefix(request.script_root)
        response.set_data(for_frame(response.get_data(as_text=True), own))
    return response


def _may_come(widget: WidgetKey) -> bool:
    """Whether the page around, if the browser names it, is of an allowed site. That it is, is for the policy to hold."""
    origin = origin_of(request.headers.get("Referer"))
    if origin is None or request.headers.get("Sec-Fetch-Dest", "iframe") not in IN_FRAMES:
        return True
    is_own = origin == origin_of(request.host_url)
    return is_own or may_show(origin, widget.sites, allows_local=widget.allows_local)


def _in_its_languages(widget: WidgetKey) -> None:
    """A widget in a language that it does not have goes on in its first."""
    locales = locales_of(widget)
    if current_locale() not in locales:
        abort(redirect(path_in(locales[0])))
