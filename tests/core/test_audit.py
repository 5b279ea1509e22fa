"""The audit chain shows whoever edits, removes or swaps an entry."""

from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from portal.core import audit
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import Make


def _recorded(count: int) -> None:
    for number in range(count):
        audit.record("test.done", ("thing", f"id-{number}"), by=None, details={"fact": "phone", "number": number})
        db.session.commit()


def test_entries_are_chained_in_order(app: Flask) -> None:
    _recorded(3)
    assert audit.verify() == (3, None)
    assert audit.head()[0] == 3


@pytest.mark.parametrize(
    ("statement", "number", "how"),
    [
        ("update audit_entry set action = 'test.undone' where number = 2", 2, "changed"),
        ("update audit_entry set subject_id = 'id-9' where number = 2", 2, "changed"),
        ("delete from audit_entry where number = 2", 2, "missing"),
        ("update audit_entry set previous = hash where number = 3", 3, "swapped"),
    ],
)
def test_what_was_tampered_with_is_named(app: Flask, statement: str, number: int, how: str) -> None:
    _recorded(4)
    db.session.execute(text(statement))
    db.session.commit()
    assert audit.verify()[1] == audit.Break(number, how)


def test_who_lacks_the_keys_cannot_chain_anew(app: Flask) -> None:
    _recorded(2)
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.number == 2))
    assert entry is not None
    entry.action = "test.forged"
    entry.hash = audit._hash(entry)
    db.session.commit()
    assert audit.verify()[1] == audit.Break(2, "seal")


def test_what_is_rolled_back_leaves_no_entry(app: Flask) -> None:
    audit.record("test.done", by=None)
    db.session.rollback()
    _recorded(1)
    assert audit.head()[0] == 1


def test_a_row_that_is_new_is_named_by_its_id(app: Flask, make: Make) -> None:
    user = make.user()
    audit.record("test.done", user, by=user)
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.subject_kind, entry.subject_id, entry.actor_kind, entry.actor_id) == (
        "account", str(user.id), "user", str(user.id),
    )  # fmt: skip


def test_acts_at_the_same_time_leave_no_gap(app: Flask) -> None:
    failed: list[Any] = []

    def act() -> None:
        try:
            with app.app_context():
                for _attempt in range(10):
                    with unit():
                        audit.record("test.done", by=None)
        except Exception as error:
            failed.append(error)

    db.session.rollback()
    threads = [Thread(target=act) for _number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    assert audit.verify() == (40, None)


def test_a_reading_is_kept_although_the_request_saves_nothing(app: Flask) -> None:
    audit.record_now("test.read", ("thing", "id-1"), by=None)
    db.session.rollback()
    assert audit.verify() == (1, None)


def test_details_come_back_as_they_were_hashed(app: Flask) -> None:
    audit.record(
        "test.done", by=None, why="because", details={"words": "Straße “so”", "list": [1, None, True], "b": 1.5}
    )
    db.session.commit()
    db.session.expire_all()
    assert audit.verify() == (1, None)
    db.session.execute(update(AuditEntry).values(why=None))
    db.session.commit()
    assert audit.verify()[1] == audit.Break(1, "changed")
