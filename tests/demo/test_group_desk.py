"""What the demo's editor finds in the morning."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.models import User
from portal.changes import queries
from portal.core.extensions import db
from portal.demo import group_desk
from portal.demo.rows import demo_id
from tests.support.page import Browser


def test_a_history_a_draft_something_sent_back_and_figures(peopled: Flask, as_user: Callable[..., Browser]) -> None:
    assert group_desk.ensure()
    db.session.commit()
    assert not group_desk.ensure()
    editor = db.session.get_one(User, demo_id("account", group_desk.EDITOR))
    listings = group_desk._listings_of(editor)
    assert [one.number for one in queries.versions_of(listings[0].id)] == [4, 3, 2, 1]
    page = as_user(editor).get("/group")
    assert "Sent back to you" in page.text and "Go on with" in page.text
    assert "People near you looked for" in page.text and "views of your listings" in page.text
