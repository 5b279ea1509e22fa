"""What the frame of every page needs to know: what it may link to."""

from flask import current_app

from portal.directory import helplines
from portal.pages.blueprint import bp
from portal.pages.topics import TOPICS, Topic


@bp.app_template_global()
def has_page(endpoint: str) -> bool:
    """True if this instance has the page: nothing links to one that is not there."""
    return endpoint in current_app.view_functions


@bp.app_template_global()
def fixed_topics() -> tuple[Topic, ...]:
    """The topics of the home page, which stand on the page of an error too: they need no database."""
    return TOPICS


@bp.app_template_global()
def first_numbers() -> tuple[helplines.FootNumber, ...]:
    """Numbers to call at once, for the page that says that the site cannot answer."""
    return helplines.foot_numbers()
