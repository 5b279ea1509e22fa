"""What fails: a reading that breaks off, a worker that is killed, a source that is dead for days, a record that is broken."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.queue import work_once
from portal.core.transactions import unit
from portal.directory.models import Service, SourceRecord
from portal.operations import doctor, readiness
from portal.sources import actions, applying, queries, staging
from portal.sources.models import SourceUpload, StagedRecord
from portal.sources.running import Claim, TakenOver, look, perform, perform_run, tidy
from tests.factories import Make
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read, run_now, service, setting_now
from tests.support.mailbox import Mailbox
from tests.support.remote import answer


class Killed(BaseException):
    """The process ends here."""


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Service)) or 0


def staged() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(StagedRecord)) or 0


def twelve() -> Peer:
    return Peer(*(service(number) for number in range(12)), knows=frozenset({"full"}), per_page=4)


def doctors_word() -> bool:
    """Whether the doctor finds that every source can be read."""
    db.session.rollback()
    with pytest.MonkeyPatch.context() as patched:  # tables of tests are made without migrations
        patched.setattr(doctor, "_migrations", lambda: readiness.Check("migrations", True, ""))
        return next(one.is_good for one in doctor.examine() if one.name == "sources")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of five."""
    for module in (staging, applying):
        monkeypatch.setattr(module, "A_BATCH", 5)


def test_a_reading_that_breaks_off_leaves_live_as_it_is_and_nothing_staged(app: Flask, small: None) -> None:
    peer = twelve()
    peer.wrong["/services?3"] = answer({}, 500)
    with peer_at(peer) as server:
        source = add(address_of(server))
        run = read(source)
        assert run.state == "failed" and "Page 3" in (run.problem or "") and (count(), staged()) == (0, 0)
        assert setting_now(source).failures == 1
        peer.wrong.clear()
        assert accept(read(source)).state == "applied" and count() == 12
    assert setting_now(source).failures == 0


def test_after_five_failures_in_a_row_a_source_is_stopped_until_somebody_looks(app: Flask) -> None:
    peer = twelve()
    peer.wrong["/services?1"] = answer("<html>Sorry", headers={"Content-Type": "text/html"})
    with peer_at(peer) as server:
        source = add(address_of(server), rhythm="daily")
        waits = []
        for number in range(5):
            assert read(source).state == "failed"
            now = setting_now(source)
            waits.append(now.next_run_at - clock.now() if now.next_run_at else None)
            assert (now.state == "stopped") == (number == 4)
        assert doctors_word() is False
        assert waits[-1] is None and "5 times in a row" in (setting_now(source).stopped_why or "")
        hours = [round(wait / timedelta(hours=1)) for wait in waits[:-1] if wait]
        assert hours == [1, 2, 4, 8]
        look()
        assert db.session.scalar(select(func.count()).select_from(Job).where(Job.name == perform.name)) == 0
        peer.wrong.clear()
        with unit():
            actions.resume(queries.setting_of(source), by="operator")
        assert accept(read(source)).state == "applied"
    assert setting_now(source).state == "active"
    assert doctors_word() is True


def test_administrators_are_told_once_that_a_source_was_stopped(app: Flask, make: Make, mailbox: Mailbox) -> None:
    boss, other = make.user("administrator").email, make.user("moderator").email
    peer = twelve()
    peer.wrong["/services?1"] = answer({}, 500)
    with peer_at(peer) as server:
        source = add(address_of(server), rhythm="daily")
        for _time in range(4):
            read(source)
        assert mailbox.to(boss) == []
        for _time in range(3):
            read(source)
        address = address_of(server)
    (letter,) = mailbox.to(boss)
    assert letter.subject == "A source of listings was stopped"
    assert f"/admin/sources/{source}" in letter.text and "Elsewhere could not be read" in letter.text
    assert address not in letter.text and mailbox.to(other) == []


@pytest.mark.parametrize("trust", ["apply", "preview"])
def test_administrators_are_told_once_of_a_reading_that_would_take_away_over_a_fifth(
    app: Flask, make: Make, mailbox: Mailbox, trust: str
) -> None:
    boss = make.user("administrator").email
    peer = twelve()
    with peer_at(peer) as server:
        source = add(address_of(server), trust=trust)
        accept(read(source))
        peer.services.pop(service(0)["id"])
        read(source, whole=True)
        assert mailbox.to(boss) == [], "neither a first reading nor a small loss is told"
        for number in range(1, 6):
            peer.services.pop(service(number)["id"])
        run = read(source, whole=True)
        perform_run_again(run.id)
    assert (run.state, run.doubt) == ("waiting", "many")
    (letter,) = mailbox.to(boss)
    assert letter.subject == "A reading of listings waits for you"
    assert f"/admin/sources/runs/{run.id}" in letter.text and "newest reading of Elsewhere" in letter.text


def perform_run_again(run_id: UUID) -> None:
    """As a worker does that finds its job a second time."""
    with pytest.raises(TakenOver):
        perform_run(run_id)


def test_a_stopped_source_that_can_be_read_again_when_somebody_asks_is_stopped_no_more(app: Flask) -> None:
    peer = twelve()
    with peer_at(peer) as server:
        source = add(address_of(server), rhythm="daily", trust="apply")
        accept(read(source))
        peer.wrong["/services?1"] = answer({}, 500)
        for _time in range(5):
            read(source)
        assert setting_now(source).state == "stopped"
        peer.wrong.clear()
        read(source)
    now = setting_now(source)
    assert (now.state, now.stopped_why, now.failures) == ("active", None, 0) and now.next_run_at is not None


def test_records_of_readings_that_are_long_over_are_forgotten_but_for_what_stands_nowhere_else(app: Flask) -> None:
    peer = twelve()
    peer.services[service(4)["id"]] = service(4, name=None)
    with peer_at(peer) as server:
        accept(read(add(address_of(server))))
        other = read(add(address_of(server), name="Unwanted"))
        with unit():
            actions.refuse_run(queries.run_of(other.id), by="operator")
    assert staged() == 24
    with clock.freeze(clock.now() + timedelta(days=91)), unit():
        tidy()
    (kept,) = db.session.scalars(select(StagedRecord)).all()
    assert (kept.outcome, kept.external_id) == ("refused", service(4)["id"]) and kept.document is not None


def test_a_feed_that_asks_to_be_left_alone_is_left_alone_as_long(app: Flask) -> None:
    peer = twelve()
    peer.wrong["/services?1"] = answer({}, 503, headers={"Retry-After": "20000"})
    with peer_at(peer) as server:
        source = add(address_of(server), rhythm="daily")
        run = read(source)
    assert run.state == "failed" and "left alone" in (run.problem or "")
    wait = setting_now(source).next_run_at
    assert wait is not None and timedelta(seconds=19_900) < wait - clock.now() <= timedelta(seconds=20_000)


def _dying(function: Any, after: int) -> Any:
    calls = iter(range(1_000))

    def call(*args: Any, **options: Any) -> Any:
        if next(calls) == after:
            raise Killed
        return function(*args, **options)

    return call


@pytest.mark.parametrize("after", range(5))
def test_a_reading_that_is_killed_while_it_stages_is_finished_by_running_it_again(
    app: Flask, small: None, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    with peer_at(twelve()) as server:
        source = add(address_of(server))
        with monkeypatch.context() as dying:
            dying.setattr(Claim, "hold", _dying(Claim.hold, after))
            with pytest.raises(Killed):
                read(source)
        assert count() == 0
        run = queries.open_run(source)
        assert run is not None and run.state == "fetching"
        run_id = run.id
        perform_run(run_id)
        assert run_now(run_id).state == "waiting" and run_now(run_id).counts["new"] == 12 and staged() == 12
        assert accept(run_now(run_id)).state == "applied" and count() == 12


@pytest.mark.parametrize("after", range(6))
def test_a_run_that_is_killed_while_it_is_applied_is_finished_by_running_it_again(
    app: Flask, small: None, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    with peer_at(twelve()) as server:
        run = read(add(address_of(server)))
    with unit():
        actions.accept_run(queries.run_of(run.id), by="operator", in_worker=False)
    with monkeypatch.context() as dying:
        dying.setattr(Claim, "hold", _dying(Claim.hold, after))
        with pytest.raises(Killed):
            perform_run(run.id)
    assert count() % 5 in {0, 2}, "whole batches alone"
    perform_run(run.id)
    assert run_now(run.id).state == "applied" and count() == 12
    kept = db.session.scalar(select(func.count()).select_from(SourceRecord))
    left = select(func.count()).select_from(StagedRecord).where(StagedRecord.applied_at.is_(None))
    assert kept == 12 and db.session.scalar(left) == 0


def test_who_was_thought_dead_writes_nothing_once_another_has_taken_over(app: Flask) -> None:
    with peer_at(twelve()) as server:
        run_id = _asked(add(address_of(server)))
        first, second = Claim(run_id), Claim(run_id)
        first.take()
        second.take()
        with pytest.raises(TakenOver), unit():
            first.hold({"read": 99})
        with unit():
            second.hold({"read": 1})
    assert run_now(run_id).counts == {"read": 1}


def _asked(source: UUID) -> UUID:
    with unit():
        return actions.ask_for_run(queries.setting_of(source), by="operator", in_worker=False).id


def test_one_reading_at_a_time(app: Flask) -> None:
    with peer_at(twelve()) as server:
        source = add(address_of(server))
        run_id = _asked(source)
        with pytest.raises(DomainError, match="being read"), unit():
            actions.ask_for_run(queries.setting_of(source), by="operator")
        perform_run(run_id)
        assert run_now(run_id).state == "waiting"
        other = _asked(source)
    assert run_now(run_id).state == "superseded" and other != run_id


def test_a_fault_of_ours_is_a_plain_report_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> Iterator[None]:
        raise KeyError("x")

    monkeypatch.setattr(staging.Staging, "take", broken)
    with peer_at(twelve()) as server:
        run = read(add(address_of(server)))
    assert run.state == "failed" and run.problem == "Reading ended by a fault of ours (KeyError). Nothing was applied."


def test_one_broken_record_among_good_ones_is_refused_alone(app: Flask) -> None:
    peer = twelve()
    peer.services[service(4)["id"]] = service(4, name=None)
    peer.services[service(5)["id"]] = service(5, schedules={"a": "text"})
    with peer_at(peer) as server:
        run = accept(read(add(address_of(server))))
    assert run.state == "applied" and run.counts["refused"] == 2 and count() == 10
    shown = queries.preview(run.id, "refused").rows
    assert [(one.external_id, one.why) for one in shown] == [
        (service(4)["id"], "it has no name"),
        (service(5)["id"], 'its "schedules" is an object, not a list'),
    ]
    assert shown[0].document == {"hsds": service(4, name=None)}, "the original is kept whole"


def test_what_the_database_refuses_is_one_refused_record(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with peer_at(twelve()) as server:
        run = read(add(address_of(server)))
    with unit():
        record = db.session.scalars(select(StagedRecord).where(StagedRecord.line == 3)).one()
        record.document = {"hsds": service(2, name="x" * 300)}
    run = accept(run)
    assert run.state == "applied" and count() == 11
    (refused,) = queries.preview(run.id, "refused").rows
    assert "300 letters" in (refused.why or "")


def test_the_worker_reads_what_is_due_and_what_lost_its_worker(app: Flask) -> None:
    with peer_at(twelve()) as server:
        source = add(address_of(server), rhythm="daily", trust="apply")
        accept(read(source))
        with clock.freeze(clock.now() + timedelta(days=1, minutes=1)):
            with unit():
                look()
            assert work_once("sources") and not work_once("sources")
            newest = queries.runs_of(source)[0]
            assert (newest.state, newest.asked_by_id) == ("applied", None)
            lost = _asked(source)
            with unit():
                look()
            assert not work_once("sources")
        with clock.freeze(clock.now() + timedelta(days=1, minutes=30)):
            with unit():
                look()
            assert work_once("sources")
            assert run_now(lost).state == "applied"


def test_a_file_that_was_sent_is_read_once_and_forgotten(app: Flask) -> None:
    source = add(None, profile="table", mapping="columns:\n  Ref: id\n  Group: name\n")
    with unit():
        actions.keep_upload(queries.setting_of(source), "../groups.csv", b"Ref,Group\n1,Tea\n2,Walk\n", by=None)
    run = accept(read(source))
    assert run.state == "applied" and count() == 2
    assert db.session.scalar(select(func.count()).select_from(SourceUpload)) == 0
    with pytest.raises(DomainError, match="Send a file"), unit():
        actions.ask_for_run(queries.setting_of(source), by="operator")


def test_a_table_without_a_mapping_is_not_guessed_at(app: Flask) -> None:
    source = add(None, profile="table")
    with unit():
        actions.keep_upload(queries.setting_of(source), "groups.csv", b"Ref,Name\n1,Tea\n", by=None)
    run = read(source)
    assert run.state == "failed" and "mapping" in (run.problem or "") and count() == 0


def test_a_file_that_is_what_it_was_is_not_sent_again(app: Flask, tmp_path: Path) -> None:
    body = b"Ref,Group\n1,Tea\n2,Walk\n"
    headers = {"ETag": '"v1"', "Content-Type": "text/csv"}
    answers = [answer(body, headers=headers), answer(b"", 304, headers=headers)]
    with peer_at(lambda _target: answers.pop(0)) as server:
        mapping = "columns:\n  Ref: id\n  Group: name\n"
        source = add(address_of(server, "/groups.csv"), profile="table", mapping=mapping)
        accept(read(source))
        run = read(source)
        assert server.asked[1].headers["if-none-match"] == '"v1"'
    assert (run.state, run.counts, run.is_whole) == ("applied", {}, False) and count() == 2


@pytest.mark.parametrize("name", ["..", ".hidden", "/etc/passwd", "..\\up", "ব" * 120, "x" * 500 + ".json"])
def test_any_name_of_a_file_that_is_sent_can_be_read(sqlite_app: Flask, name: str) -> None:
    source = add(None)
    with unit():
        actions.keep_upload(queries.setting_of(source), name, json.dumps([service(1)]).encode(), by=None)
    run = read(source)
    assert (run.state, run.problem, run.counts["new"]) == ("waiting", None, 1)
