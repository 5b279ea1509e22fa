"""What the frame of every page needs to know: what it may link to, and what was just done."""

from typing import cast

from flask import current_app, get_flashed_messages

from portal.core.access import current_mark
from portal.pages.blueprint import bp


@bp.app_template_global()
def has_page(endpoint: str) -> bool:
    """True if this instance has the page: nothing links to one that is not there."""
    return endpoint in current_app.view_functions


@bp.app_template_global()
def just_done() -> list[tuple[str, str]]:
    """Kinds and sentences about what the viewer just did. None on pages that are kept for everybody."""
    mark = current_mark()
    if mark is not None and mark.cacheable:
        return []
    return cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
