"""What the frame of every page needs to know: what it may link to."""

from flask import current_app

from portal.pages.blueprint import bp


@bp.app_template_global()
def has_page(endpoint: str) -> bool:
    """True if this instance has the page: nothing links to one that is not there."""
    return endpoint in current_app.view_functions
