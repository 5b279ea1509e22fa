"""`portal insight`: how far figures are, publishing what is due, making sums anew."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.insight.cli import insight
from tests.insight.made import AFTER, area, people

NOW = datetime.fromisoformat(AFTER)


@pytest.fixture
def told(app: Flask) -> Flask:
    people(area(), 0, "sent", 20)
    db.session.commit()
    return app


def run(app: Flask, *words: str) -> Result:
    with clock.freeze(NOW):
        return CliRunner().invoke(insight, list(words), obj=app)


def test_what_is_due_is_published_once(told: Flask) -> None:
    assert json.loads(run(told, "status", "--json").stdout)["due"] == ["vale 2026-q3"]
    assert run(told, "publish").stdout == "Published: vale 2026-q3\n"
    found = json.loads(run(told, "status", "--json").stdout)
    assert (found["due"], found["published"], found["waiting"]) == ([], ["vale 2026-q3"], 0)
    assert json.loads(run(told, "publish", "vale", "--json").stdout)["left"] == []


def test_why_something_is_left_is_said(told: Flask) -> None:
    left = run(told, "publish", "vale", "--quarter", "2026-Q4")
    assert left.exit_code == 0 and "2026-q4 is not over" in left.stdout
    assert run(told, "publish", "--quarter", "last").exit_code == 2
    nowhere = run(told, "publish", "nowhere")
    assert nowhere.exit_code == 1 and "There is no neighbourhood set" in nowhere.stderr


def test_sums_are_made_anew(told: Flask) -> None:
    assert json.loads(run(told, "rebuild", "--json").stdout) == {"quarters": 1}
    assert "20 facts" in run(told, "status").stdout
