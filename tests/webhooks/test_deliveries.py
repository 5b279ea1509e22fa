"""Webhooks: every change once, signed so that the receivers' own library agrees, tried again under the same id."""

import json
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from standardwebhooks import Webhook, WebhookVerificationError

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.directory.models import Service
from portal.operations import doctor
from portal.webhooks import actions, noticing, sending, waiting
from portal.webhooks.models import WebhookSubscription
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.webhooks.conftest import Got, Receiver, change, deliveries, do, later, subscribe, worked


def states() -> list[tuple[str, int]]:
    return [(one.state, one.attempts) for one in deliveries()]


def test_a_change_arrives_once_and_the_receivers_own_library_agrees(app: Flask, make: Make, allowed: Receiver) -> None:
    service = make.service("Tuesday Table").id
    one = subscribe(allowed)
    change(service)
    worked()
    worked()
    (got,) = allowed.got
    told = got.verified(one.secret)
    assert told["type"] == "listing.changed" and set(told) == {"type", "timestamp", "data"}
    assert told["data"]["id"] == str(service) and set(told["data"]) == {"id", "url", "changed_at"}
    assert told["data"]["url"] == f"http://127.0.0.1:8000/api/oruk/v3/services/{service}"
    assert got.headers["content-type"] == "application/json" and got.path == "/hook?key=of-the-receiver"
    assert b"Tuesday" not in got.body and states() == [("delivered", 1)]


def test_what_is_gone_is_told_with_why_and_what_it_was_merged_into(app: Flask, make: Make, allowed: Receiver) -> None:
    closed, merged, kept = make.service("Closing").id, make.service("Twice").id, make.service("Once").id
    change(closed, merged, kept)
    one = subscribe(allowed, "gone")
    with unit():
        db.session.get_one(Service, closed).status = "inactive"
        db.session.get_one(Service, merged).merged_into_id = kept
    change(closed, merged, kept)
    worked()
    told = {each.verified(one.secret)["data"]["id"]: each.verified(one.secret) for each in allowed.got}
    assert set(told) == {str(closed), str(merged)}
    assert {each["type"] for each in told.values()} == {"listing.gone"}
    assert told[str(closed)]["data"]["reason"] == "closed"
    assert told[str(merged)]["data"]["merged_into"] == str(kept)


def test_many_changes_are_noted_a_part_at_a_time(
    app: Flask, make: Make, allowed: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "A_LOOK", 2)
    ids = [make.service(f"Group {number}").id for number in range(5)]
    one = subscribe(allowed)
    with clock.freeze(clock.now()):
        change(*ids)
    worked()
    told = [got.verified(one.secret)["data"]["id"] for got in allowed.got]
    assert sorted(told) == sorted(map(str, ids)) and len({got.message_id for got in allowed.got}) == 5
    assert one.now.read_until > max(each.created_at for each in deliveries()) - timedelta(seconds=5)


def test_what_was_merged_into_one_that_is_not_public_does_not_name_it(
    sqlite_app: Flask, make: Make, allowed: Receiver
) -> None:
    merged, hidden = make.service("Twice").id, make.service("Draft", status="inactive").id
    change(merged)
    one = subscribe(allowed)
    with unit():
        db.session.get_one(Service, merged).merged_into_id = hidden
    change(merged)
    worked()
    assert "merged_into" not in allowed.got[0].verified(one.secret)["data"]


def test_what_was_before_a_subscription_is_not_told(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    service = make.service("Before").id
    change(service)
    subscribe(allowed)
    worked()
    assert not allowed.got and not deliveries()


def test_a_second_change_is_a_second_message(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    service = make.service().id
    subscribe(allowed)
    for _ in range(2):
        change(service)
        worked()
    assert len({got.message_id for got in allowed.got}) == len(allowed.got) == 2


def test_an_area_gets_its_own_listings_and_never_learns_where_a_hidden_one_is(
    app: Flask, make: Make, allowed: Receiver
) -> None:
    here = make.service("Here").id
    elsewhere = make.service("Elsewhere", place={"authority_code": "E07000208"}).id
    refuge = make.service("Refuge", place={"privacy": "hidden"}).id
    roughly = make.service("Roughly", place={"privacy": "area"}).id
    reaching = make.service("Reaching", place={"authority_code": "E07000208"}, areas=("E06000016",)).id
    one = subscribe(allowed, areas=("E06000016",))
    change(here, elsewhere, refuge, roughly, reaching)
    worked()
    told = {got.verified(one.secret)["data"]["id"] for got in allowed.got}
    assert told == {str(each) for each in (here, roughly, reaching)}


def test_what_was_noted_late_is_still_told(app: Flask, make: Make, allowed: Receiver) -> None:
    service = make.service().id
    subscribe(allowed)
    change(service)
    with later(minutes=4), unit():  # another look passed by while the transaction was still open
        db.session.query(WebhookSubscription).update({"read_until": clock.now()})
    worked()
    assert len(allowed.got) == 1


def test_a_wrong_clock_holds_nothing_back(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    service = make.service().id
    subscribe(allowed)
    with later(days=400), unit():
        noticing.look()
    change(service)
    worked()
    assert len(allowed.got) == 1


def test_failures_are_tried_again_later_and_later_under_the_same_id_and_body(
    sqlite_app: Flask, make: Make, allowed: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda _low, _high: 1.0)
    monkeypatch.setattr(waiting, "FAILURES_IN_A_ROW", 99)
    allowed.answer = lambda _got, _sock: 500
    subscribe(allowed)
    change(make.service().id)
    worked()
    assert deliveries()[0].status == 500 and deliveries()[0].problem == "refused"
    for wait in waiting.WAITS[1:]:
        before = len(allowed.got)
        moment = deliveries()[0].next_try_at
        with clock.freeze(moment - timedelta(seconds=2)):
            work_until_idle()
        assert len(allowed.got) == before
        with clock.freeze(moment):
            work_until_idle()
        assert len(allowed.got) == before + 1 and deliveries()[0].next_try_at == moment + wait
    with clock.freeze(deliveries()[0].next_try_at):
        work_until_idle()
    assert states() == [("failed", len(waiting.WAITS) + 1)]
    assert len({(got.message_id, got.body) for got in allowed.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in allowed.got}) > 1


def _silent(_got: Got, sock: socket.socket) -> None:
    time.sleep(1.5)


def _endless(_got: Got, sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        sock.sendall(b"x" * 10_000)


def _dripping(_got: Got, sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x")
        time.sleep(0.05)


def _rude(_got: Got, sock: socket.socket) -> None:
    sock.sendall(b"SSH-2.0-OpenSSH\r\n")


@pytest.mark.parametrize(
    ("answer", "problem", "status"),
    [
        (lambda _got, _sock: 301, "redirect", 301),
        (lambda _got, _sock: 307, "redirect", 307),
        (lambda _got, _sock: 404, "refused", 404),
        (lambda _got, _sock: 503, "refused", 503),
        (_silent, "slow", None),
        (_dripping, "slow", None),
        (_endless, "large", None),
        (_rude, "broken", None),
    ],
)
def test_receivers_of_every_kind_are_tried_again(
    sqlite_app: Flask,
    make: Make,
    allowed: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    answer: Any,
    problem: str,
    status: Any,
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.6)
    allowed.answer = answer
    subscribe(allowed)
    change(make.service().id)
    worked()
    (one,) = deliveries()
    assert (one.state, one.problem, one.status, one.attempts) == ("waiting", problem, status, 1)
    assert {got.path for got in allowed.got} == {"/hook?key=of-the-receiver"}, "no redirect is followed"
    allowed.answer = lambda _got, _sock: 200
    with later(minutes=1):
        work_until_idle()
    assert states() == [("delivered", 2)] and len({got.message_id for got in allowed.got}) == 1


def test_an_address_inside_is_refused_and_so_is_one_that_comes_to_lead_there(
    sqlite_app: Flask, make: Make, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in (
        receiver.address, "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://169.254.169.254/latest",
        "https://user:word@council.example/", "https://council.example:8443/", "ftp://council.example/", "council.example",
        "https://" + "a" * 2_000, "https://[", "https://council.example/\x00",
    ):  # fmt: skip
        with pytest.raises(actions.WrongAddress), unit():
            actions.add(wrong, ("changed",), (), by="operator")
    with unit():
        actions.add("https://council.example/hook", ("changed",), (), by="operator")
    monkeypatch.setattr(
        "portal.core.connecting.socket.getaddrinfo", lambda *_a, **_o: [(2, 1, 6, "", ("127.0.0.1", 443))]
    )
    change(make.service().id)
    worked()
    assert deliveries()[0].problem == "inside" and not receiver.got


def test_a_receiver_in_trouble_is_left_alone_and_gets_all_once_it_is_back(
    sqlite_app: Flask, make: Make, allowed: Receiver
) -> None:
    allowed.answer = lambda _got, _sock: 500
    subscribe(allowed)
    change(*(make.service(f"Group {number}").id for number in range(8)))
    worked()
    assert len(allowed.got) == waiting.FAILURES_IN_A_ROW
    with later(minutes=4):
        work_until_idle()
    assert len(allowed.got) == waiting.FAILURES_IN_A_ROW
    with later(minutes=6):
        work_until_idle()
        assert len(allowed.got) == waiting.FAILURES_IN_A_ROW + 1, "one finds out whether it is back"
    allowed.answer = lambda _got, _sock: 200
    with later(minutes=60):
        work_until_idle()
    assert {state for state, _attempts in states()} == {"delivered"}
    assert len({got.message_id for got in allowed.got}) == 8


def _busy(status: int, retry_after: str) -> Any:
    def answer(_got: Got, sock: socket.socket) -> None:
        sock.sendall(f"HTTP/1.1 {status} No\r\nRetry-After: {retry_after}\r\nContent-Length: 0\r\n\r\n".encode())

    return answer


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("is_a_time", [False, True])
def test_a_receiver_that_says_when_to_come_again_is_left_alone_until_then(
    sqlite_app: Flask, make: Make, allowed: Receiver, status: int, is_a_time: bool
) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    allowed.answer = _busy(status, then if is_a_time else "7200")
    subscribe(allowed)
    change(make.service().id, make.service("Another").id)
    worked()
    assert len(allowed.got) == 1, "what it asks for holds for every message"
    allowed.answer = lambda _got, _sock: 204
    with later(hours=1, minutes=55):
        work_until_idle()
    assert len(allowed.got) == 1
    with later(hours=2, minutes=1):
        work_until_idle()
    assert {state for state, _attempts in states()} == {"delivered"}


@pytest.mark.parametrize(
    ("status", "retry_after", "least", "most"),
    [
        (429, "99999999999", timedelta(hours=23), timedelta(hours=24)),
        (503, "Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=23), timedelta(hours=24)),
        (429, "0", timedelta(0), timedelta(seconds=6)),
        (429, "-5", timedelta(0), timedelta(seconds=6)),
        (429, "soon", timedelta(0), timedelta(seconds=6)),
        (503, "Fri, 31 Dec 1999 23:59:59 GMT", timedelta(0), timedelta(seconds=6)),
        (500, "7200", timedelta(0), timedelta(seconds=6)),
    ],
)
def test_what_it_asks_for_is_heeded_within_a_day_and_never_shortens_our_own_wait(
    sqlite_app: Flask,
    make: Make,
    allowed: Receiver,
    status: int,
    retry_after: str,
    least: timedelta,
    most: timedelta,
) -> None:
    allowed.answer = _busy(status, retry_after)
    subscribe(allowed)
    change(make.service().id)
    with clock.freeze(clock.now()):
        worked()
        (one,) = deliveries()
        assert one.tried_at is not None and (one.state, one.status) == ("waiting", status)
        waits = one.next_try_at - one.tried_at
    assert max(least, waiting.WAITS[0] * 0.9) <= waits <= most


def test_one_that_fails_for_three_days_is_switched_off_administrators_are_told_and_nothing_is_lost(
    sqlite_app: Flask, make: Make, allowed: Receiver, mailbox: Mailbox
) -> None:
    boss, service = make.user("administrator").email, make.service().id
    allowed.answer = lambda _got, _sock: 500
    one = subscribe(allowed)
    change(service)
    worked()
    for hours in range(0, 140, 2):
        with later(hours=hours):
            work_until_idle()
    assert (one.now.state, one.now.why) == ("off", "failing") and len(allowed.got) <= 12
    (letter,) = mailbox.to(boss)
    assert letter.subject == "A webhook was switched off" and f"/admin/webhooks/{one.id}" in letter.text
    assert allowed.address not in letter.text
    other = make.service("Meanwhile").id
    change(other)
    worked()
    tried = len(allowed.got)
    allowed.answer = lambda _got, _sock: 204
    do(actions.resume, one)
    worked()
    told = {got.verified(one.secret)["data"]["id"] for got in allowed.got[tried:]}
    assert told >= {str(other)}


def test_one_that_answers_410_is_switched_off_at_once(
    sqlite_app: Flask, make: Make, allowed: Receiver, mailbox: Mailbox
) -> None:
    boss = make.user("administrator").email
    allowed.answer = lambda _got, _sock: 410
    one = subscribe(allowed)
    change(make.service().id, make.service("Another").id)
    worked()
    work_until_idle()
    assert len(allowed.got) == 1 and (one.now.state, one.now.why) == ("off", "gone")
    assert [letter.subject for letter in mailbox.to(boss)] == ["A webhook was switched off"]
    with later(days=2):
        worked()
    assert len(allowed.got) == 1


def test_a_paused_one_is_told_afterwards_what_changed_meanwhile(
    sqlite_app: Flask, make: Make, allowed: Receiver
) -> None:
    service = make.service().id
    one = subscribe(allowed)
    do(actions.pause, one)
    change(service)
    worked()
    with later(hours=5):
        worked()
        assert not allowed.got and not deliveries()
        do(actions.resume, one)
        worked()
    assert len(allowed.got) == 1


def test_the_old_secret_holds_for_a_day_beside_the_new_one(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    one = subscribe(allowed)
    old = one.secret
    new = do(actions.rotate, one)
    change(make.service().id)
    worked()
    (got,) = allowed.got
    assert got.verified(old) == got.verified(new) and len(got.headers["webhook-signature"].split()) == 2
    with pytest.raises(actions.CannotDo):
        do(actions.rotate, one)
    with later(hours=25):
        change(make.service("Another").id)
        worked()
        with unit():
            actions.tidy()
    (signature,) = allowed.got[1].headers["webhook-signature"].split()
    at = int(allowed.got[1].headers["webhook-timestamp"])
    assert signature == Webhook(new).sign(
        allowed.got[1].message_id, datetime.fromtimestamp(at, UTC), allowed.got[1].body.decode()
    )
    assert one.now.old_secret is None


def test_a_message_that_was_recorded_is_not_believed_later_nor_when_changed(
    sqlite_app: Flask, make: Make, allowed: Receiver
) -> None:
    one = subscribe(allowed)
    change(make.service().id)
    with later(minutes=-6):
        send_at = clock.now()
        worked()
    (got,) = allowed.got
    assert int(got.headers["webhook-timestamp"]) == int(send_at.timestamp())
    with pytest.raises(WebhookVerificationError, match="too old"):
        got.verified(one.secret)
    do(actions.test, one)
    work_until_idle()
    fresh = allowed.got[1]
    assert fresh.verified(one.secret)["type"] == "webhook.test"
    for forged in (
        replace(fresh, body=fresh.body.replace(b"test", b"text")),
        replace(fresh, headers=fresh.headers | {"webhook-id": "msg_other"}),
        replace(fresh, headers=fresh.headers | {"webhook-timestamp": str(int(time.time()) + 60)}),
    ):
        with pytest.raises(WebhookVerificationError):
            forged.verified(one.secret)


def test_a_kill_after_sending_sends_again_under_the_same_id(
    app: Flask, make: Make, allowed: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(allowed)
    change(make.service().id)

    class Killed(BaseException):
        pass

    def killed(*_a: Any, **_o: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sending, "insist", killed)
        with pytest.raises(Killed):
            worked()
    assert len(allowed.got) == 1
    work_until_idle()
    assert len(allowed.got) == 1, "it is held, so that no other worker sends it meanwhile"
    with later(minutes=2):
        work_until_idle()
    assert states() == [("delivered", 2)]
    assert len({(got.message_id, got.body) for got in allowed.got}) == 1


def test_the_doctor_says_that_one_does_not_arrive(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    subscribe(allowed)
    assert doctor._webhooks().is_good
    allowed.answer = lambda _got, _sock: 410
    change(make.service().id)
    worked()
    assert not doctor._webhooks().is_good


def test_lost_jobs_are_found_again_by_the_sweep(app: Flask, make: Make, allowed: Receiver) -> None:
    subscribe(allowed)
    change(make.service().id)
    with unit():
        noticing.look()
    with unit():
        db.session.query(Job).filter(Job.name == "webhooks.send").delete()
    with unit():
        sending.sweep()
    work_until_idle()
    assert len(allowed.got) == 1


def test_a_slow_receiver_does_not_hold_up_another(
    sqlite_app: Flask, make: Make, allowed: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "A_TURN_SECONDS", 0.3)
    arrived: list[str] = []

    def slow(got: Got, _sock: socket.socket) -> int:
        arrived.append(got.path)
        if "slow" in got.path:
            time.sleep(0.4)
        return 200

    allowed.answer = slow
    for name in ("slow", "quick"):
        subscribe(allowed, "changed", path=f"/{name}")
    change(*(make.service(f"Group {number}").id for number in range(4)))
    worked()
    with later(seconds=1):
        work_until_idle()
    assert arrived.count("/slow") == arrived.count("/quick") == 4
    assert max(at for at, path in enumerate(arrived) if path == "/quick") < len(arrived) - 1


def test_secrets_and_addresses_are_unreadable_in_the_database(app: Flask, allowed: Receiver) -> None:
    one = subscribe(allowed)
    do(actions.rotate, one)
    row = db.session.execute(db.text("select address, secret, old_secret from webhook_subscription")).one()
    assert not any("whsec_" in str(told) or "hook" in str(told) for told in row)


def test_old_deliveries_are_forgotten_and_removal_takes_all(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    one = subscribe(allowed)
    change(make.service().id)
    worked()
    with later(days=31), unit():
        actions.tidy()
    assert not deliveries()
    change(make.service("Another").id)
    worked()
    do(actions.remove, one)
    assert not deliveries() and not db.session.query(WebhookSubscription).count()


def test_the_example_of_the_docs_takes_a_real_message_and_refuses_a_forged_one(
    sqlite_app: Flask, make: Make, allowed: Receiver
) -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "webhooks.md").read_text()
    example = text.split("```python\n", 1)[1].split("```", 1)[0]
    one = subscribe(allowed)
    service = make.service().id
    change(service)
    worked()
    (got,) = allowed.got
    seen: dict[str, Any] = {}
    exec(compile(example, "docs/webhooks.md", "exec"), seen)
    seen["SECRET"] = one.secret
    status, asked = seen["received"](got.body, got.headers)
    assert (status, asked) == (204, json.loads(got.body)["data"]["url"])
    assert seen["received"](got.body, got.headers) == (204, None), "the same message again changes nothing"
    assert seen["received"](got.body + b" ", got.headers)[0] == 400
