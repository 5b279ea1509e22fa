"""R6: with a mail server that is dead, slow or refusing, nothing is lost or goes twice, and what waited is out soon after."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.queue import work_once, work_until_idle
from portal.core.transactions import unit
from portal.notifications import delivering
from portal.notifications.models import Bounce, OutboxMessage
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.shortlists.notifications import SavedList
from tests.factories import MONDAY, Make
from tests.support.mail_server import Listener
from tests.support.page import Browser

LIST = SavedList(code="7K4PQH", service_ids=())


def _ask(number: int = 1, first: int = 0) -> None:
    with unit():
        for one in range(first, first + number):
            notify(LIST, to=Recipient(email=f"reader{one}@example.org"), key=f"list:{one}")


def _at(moment: datetime) -> None:
    with clock.freeze(moment):
        work_until_idle()


def _watch(begin: datetime, how_long: timedelta, every: timedelta = timedelta(seconds=10)) -> datetime:
    """Let a worker look now and then for so long. Gives when that is over."""
    moment = begin
    while moment < begin + how_long:
        moment += every
        _at(moment)
    return moment


def _states() -> list[str]:
    db.session.rollback()
    return [row.state for row in db.session.query(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.once)]


@pytest.fixture
def asked(active_app: Flask, mail_server: Listener) -> Callable[[int], None]:
    """Ask for so many e-mails on Monday."""

    def ask(number: int) -> None:
        with clock.freeze(MONDAY):
            _ask(number)

    return ask


def test_many_go_in_one_connection(app: Flask, asked: Callable[[int], None], mail_server: Listener) -> None:
    asked(12)
    _at(MONDAY)
    assert sorted(mail_server.recipients) == sorted(f"reader{one}@example.org" for one in range(12))
    assert mail_server.connections == 1
    assert set(_states()) == {"handed_over"}


def test_what_waited_for_a_dead_server_is_out_within_two_minutes_of_its_return(
    app: Flask, asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.stop()
    asked(12)
    moment = _watch(MONDAY, timedelta(minutes=6), timedelta(seconds=20))
    assert set(_states()) == {"waiting"}
    mail_server.start()
    _watch(moment, timedelta(minutes=2))
    assert set(_states()) == {"handed_over"} and len(mail_server.mails) == 12


def test_what_was_refused_for_a_while_is_out_within_two_minutes_of_its_end(
    asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.at_rcpt = lambda address: "451 4.3.0 Try again later"
    asked(4)
    moment = _watch(MONDAY, timedelta(minutes=20), timedelta(seconds=30))
    assert set(_states()) == {"waiting"}
    mail_server.at_rcpt = lambda address: "250 OK"
    _watch(moment, timedelta(minutes=2))
    assert set(_states()) == {"handed_over"} and len(mail_server.mails) == 4


def test_one_address_that_is_refused_for_now_holds_up_no_other(
    asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.at_rcpt = lambda address: "450 4.2.1 Later" if address.startswith("reader0@") else "250 OK"
    asked(5)
    _at(MONDAY)
    assert len(mail_server.mails) == 4
    mail_server.at_rcpt = lambda address: "250 OK"
    _watch(MONDAY, timedelta(minutes=2))
    assert len(mail_server.mails) == 5


def test_a_dead_server_is_asked_about_twice_a_minute_however_much_waits(
    asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.stop()
    asked(30)
    _watch(MONDAY, timedelta(minutes=8))
    db.session.rollback()
    tries = sum(row.attempts for row in db.session.query(OutboxMessage))
    assert 12 <= tries <= 28


def test_it_is_tried_for_more_than_a_day_and_then_shown_to_staff(
    asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.stop()
    asked(2)
    _watch(MONDAY, timedelta(hours=24), timedelta(hours=2))
    assert set(_states()) == {"waiting"}
    _watch(MONDAY + timedelta(hours=48), timedelta(minutes=20), timedelta(minutes=10))
    assert set(_states()) == {"failed"}


def test_an_address_that_is_not_there_bounces_at_once(
    app: Flask, asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.at_rcpt = lambda address: "550 5.1.1 No such user" if address.startswith("reader0@") else "250 OK"
    asked(2)
    _watch(MONDAY, timedelta(minutes=1))
    assert sorted(_states()) == ["bounced", "handed_over"]
    bounce = db.session.query(Bounce).one()
    assert (bounce.kind, bounce.reason) == ("hard", "smtp 550 5.1.1")


@pytest.mark.parametrize("reply", ["550 5.7.1 Relaying denied", "554 5.7.1 We do not like you"])
def test_a_refusal_for_policy_is_nobodys_bounce(
    asked: Callable[[int], None], mail_server: Listener, reply: str
) -> None:
    mail_server.at_rcpt = lambda address: reply
    asked(1)
    _at(MONDAY)
    assert _states() == ["failed"]
    assert db.session.query(Bounce).count() == 0


def test_a_server_that_does_not_let_us_in_loses_nothing(asked: Callable[[int], None], mail_server: Listener) -> None:
    mail_server.at_mail = lambda sender: "550 5.7.1 Who are you"
    asked(3)
    moment = _watch(MONDAY, timedelta(minutes=5))
    assert set(_states()) == {"waiting"}
    mail_server.at_mail = lambda sender: "250 OK"
    _watch(moment, timedelta(minutes=2))
    assert len(mail_server.mails) == 3


def test_a_slow_server_gets_each_message_once(asked: Callable[[int], None], mail_server: Listener) -> None:
    mail_server.seconds = 0.4
    asked(2)
    _watch(MONDAY, timedelta(minutes=2), timedelta(seconds=30))
    assert len(mail_server.mails) == 2


def test_a_kill_after_the_server_has_taken_it_sends_it_again_once_with_the_same_id(
    app: Flask, asked: Callable[[int], None], mail_server: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(3)
    noted = delivering._gone

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering, "_gone", killed)
    with pytest.raises(KeyboardInterrupt):
        _at(MONDAY)
    monkeypatch.setattr(delivering, "_gone", noted)
    _watch(MONDAY, timedelta(minutes=2))
    ids = [str(mail["Message-ID"]) for mail in mail_server.mails]
    assert len(ids) == 4 and len(set(ids)) == 3
    assert set(_states()) == {"handed_over"}


def test_a_server_that_hangs_up_after_taking_it_gets_the_same_id_again(
    asked: Callable[[int], None], mail_server: Listener
) -> None:
    mail_server.hangs_up = 1
    asked(1)
    _watch(MONDAY, timedelta(minutes=2))
    first, second = (str(mail["Message-ID"]) for mail in mail_server.mails)
    assert first == second
    assert _states() == ["handed_over"]


def test_one_that_cannot_be_put_into_words_holds_up_no_other(
    asked: Callable[[int], None], mail_server: Listener
) -> None:
    asked(3)
    with unit():
        broken = db.session.query(OutboxMessage).order_by(OutboxMessage.once).first()
        assert broken is not None
        broken.name = "of-a-later-version"
    _at(MONDAY)
    assert sorted(_states()) == ["failed", "handed_over", "handed_over"]


def test_the_sweep_finds_what_no_job_asks_for(asked: Callable[[int], None], mail_server: Listener) -> None:
    asked(1)
    with clock.freeze(MONDAY), unit():
        db.session.query(Job).delete()
        delivering.sweep()
    _at(MONDAY)
    assert len(mail_server.mails) == 1


def test_a_page_never_speaks_to_a_mail_server(app: Flask, mail_server: Listener, browser: Browser, make: Make) -> None:
    browser.post("/list/add", {"service": str(make.service().id)}, expect=303)
    sent = {"to": "reader@example.org", "key": "a-one-time-key-of-a-form", "send": "yes"}
    browser.post("/list/email", sent, expect=303)
    assert mail_server.connections == 0
    work_until_idle()
    assert mail_server.connections == 1 and len(mail_server.mails) == 1


def test_messages_go_in_a_lane_of_their_own(asked: Callable[[int], None], mail_server: Listener) -> None:
    asked(1)
    with clock.freeze(MONDAY):
        while work_once("main"):
            pass
        assert mail_server.mails == []
        assert work_once("post") and len(mail_server.mails) == 1
        assert not work_once("post")
