"""The outbox: noted in the transaction that causes it, sent once, and nothing of the recipient left behind."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.notifications import delivering
from portal.notifications.actions import CannotResend, resend
from portal.notifications.models import OutboxMessage
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify, take_back
from portal.shortlists.notifications import SavedList
from tests.support.mailbox import Mailbox

LIST = SavedList(code="7K4PQH", service_ids=())
ASHA = Recipient(email="Asha.Example@example.org")


def _rows() -> list[OutboxMessage]:
    return list(db.session.query(OutboxMessage).order_by(OutboxMessage.created_at))


def test_a_message_is_sent_once_its_transaction_has_committed(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        notify(LIST, to=ASHA, key="list:1")
    assert mailbox.one.to == "Asha.Example@example.org"
    assert mailbox.one.subject == "Your list from Hereabouts"
    assert _rows()[0].state == "handed_over"


def test_a_transaction_that_fails_sends_nothing(app: Flask, mailbox: Mailbox) -> None:
    with pytest.raises(ZeroDivisionError), unit():
        notify(LIST, to=ASHA, key="list:1")
        raise ZeroDivisionError
    assert mailbox.all == []


def test_the_same_key_twice_sends_once(app: Flask, mailbox: Mailbox) -> None:
    for _time in range(2):
        with unit():
            notify(LIST, to=ASHA, key="list:1")
            notify(LIST, to=ASHA, key="list:1")
    with unit():
        notify(LIST, to=ASHA, key="list:2")
    assert len(mailbox.all) == 2


def test_the_same_key_to_two_people_sends_to_both(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        for user in (uuid4(), uuid4()):
            notify(LIST, to=Recipient(email="shared@example.org", user_id=user), key="digest:1")
    assert len(mailbox.all) == 2


def test_the_database_never_holds_the_recipient_in_clear(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        notify(LIST, to=ASHA, key="list:1")
    row = str(db.session.execute(text("select * from outbox_message")).all())
    job = str(db.session.execute(text("select payload from job")).all())
    assert "asha" not in row.casefold() and "asha" not in job.casefold() and "7K4PQH" not in row


def test_nothing_of_the_recipient_is_kept_once_it_is_sent(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        notify(LIST, to=ASHA, key="list:1")
    assert mailbox.all
    row = _rows()[0]
    assert (row.recipient, row.recipient_key, row.fields, row.user_id) == (None, None, None, None)


def test_what_no_sender_carries_waits_for_one(app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "portal.senders", {})
    with unit():
        notify(LIST, to=ASHA, key="list:1")
    work_until_idle()
    assert _rows()[0].state == "waiting"


def test_what_was_taken_back_is_not_sent_and_leaves_nothing(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        for key in ("case:1:new", "case:1:again", "case:12:new"):
            notify(LIST, to=ASHA, key=key)
    with unit():
        take_back("case:1:")
    assert len(mailbox.all) == 1
    gone = [row for row in _rows() if row.state == "taken_back"]
    assert len(gone) == 2 and all(row.recipient is None and row.fields is None for row in gone)


def test_what_is_asked_for_and_taken_back_in_one_transaction_is_not_sent(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        notify(LIST, to=ASHA, key="case:1:new")
        take_back("case:1:")
    assert mailbox.all == []


def test_what_has_failed_cannot_be_sent_again_once_it_was_taken_back(app: Flask, mailbox: Mailbox) -> None:
    with unit():
        notify(LIST, to=ASHA, key="case:1:new")
        _rows()[0].state = "failed"
    with unit():
        take_back("case:1:")
    with pytest.raises(CannotResend), unit():
        resend(_rows()[0].id, by="operator")


def test_what_is_taken_back_while_a_worker_holds_it_says_what_became_of_it(
    app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the claim and the words it stays at home; while it travels it has gone, and says so."""
    for key, moment in (("early", "_written"), ("late", "_held")):
        with unit():
            notify(LIST, to=ASHA, key=f"{key}:1")
        real = getattr(delivering, moment)

        def first(*told: Any, key: str = key, real: Callable[..., Any] = real) -> Any:
            db.session.rollback()
            with unit():
                take_back(f"{key}:")
            return real(*told)

        with monkeypatch.context() as while_held:
            while_held.setattr(delivering, moment, first)
            assert len(mailbox.all) == (0 if key == "early" else 1)
    assert {row.once.partition(":")[0]: row.state for row in _rows()} == {"early": "taken_back", "late": "handed_over"}
