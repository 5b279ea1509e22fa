"""What waits for the demo's moderators."""

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from portal.changes.models import ChangeRequest
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo import accounts, to_review
from portal.demo.actions import load
from portal.moderation import queries
from portal.moderation.models import DuplicatePair
from tests.factories import Make


def test_each_queue_holds_something_and_a_second_start_adds_nothing(
    sqlite_app: Flask, make: Make, tmp_path: Path
) -> None:
    with unit():
        load()
    with unit():
        accounts.ensure(tmp_path)
        assert to_review.ensure()
    moderator = make.user("moderator")
    load_of = queries.load(moderator)
    assert load_of.counts["new"] == 1
    assert load_of.counts["changes"] >= 4
    assert load_of.counts["duplicates"] == len(to_review.COPIES)
    assert load_of.days >= 2
    rows = queries.rows(moderator, "changes")
    assert any(row.is_live for row in rows)
    assert any(row.can_be_ticked for row in rows)
    assert any("contact_changed" in row.risks for row in rows)
    before = [db.session.scalars(select(kind.id)).all() for kind in (ChangeRequest, DuplicatePair)]
    with unit():
        assert not to_review.ensure()
    assert before == [db.session.scalars(select(kind.id)).all() for kind in (ChangeRequest, DuplicatePair)]
