"""What the demo's people looked for and did not find."""

import re
from collections.abc import Callable

from flask import Flask

from portal.accounts.models import User
from portal.core.extensions import db
from portal.demo import searching
from portal.demo.rows import demo_id
from portal.directory.lexicon import meant_by
from portal.directory.models import MissedSearch
from tests.support.page import Browser


def test_those_who_plan_find_figures_and_the_administrator_a_phrase(
    peopled: Flask, as_user: Callable[..., Browser]
) -> None:
    assert searching.ensure()
    db.session.commit()
    assert not searching.ensure()
    assert sum(row.count for row in db.session.query(MissedSearch)) == sum(searching.MISSED.values())
    page = as_user(db.session.get_one(User, demo_id("account", "commissioner"))).get("/insight/searches")
    assert "Getting to places" in page.main and re.search(r"LE2 ?: [1-9][05]", page.main)
    page = as_user(db.session.get_one(User, demo_id("account", searching.ADMINISTRATOR))).get("/insight/searches")
    assert "chair yoga" in page.main and "chess" not in page.main
    assert "energy" in meant_by("is there a warm hub near me").sure
