"""Jobs: written with the change, claimed once, tried again, set aside, and never lost to a kill."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import HANDLERS, LEASE, MOST_ATTEMPTS, Job, backlog, job, wait_before
from portal.core.queue import work_once, work_until_idle
from portal.core.transactions import short, unit
from tests.factories import MONDAY
from tests.support.forking import Program, beside

seen: list[Any] = []


@job("tests.note")
def note(what: str) -> None:
    seen.append(what)


@job("tests.many", batch=5)
def many(payloads: list[dict[str, Any]]) -> None:
    seen.append([one["what"] for one in payloads])


@job("tests.break")
def break_down() -> None:
    seen.append("tried")
    raise ValueError("a secret that no log may show")


@pytest.fixture(autouse=True)
def _nothing_seen() -> Iterator[None]:
    seen.clear()
    yield
    seen.clear()


def test_a_job_of_a_change_that_failed_never_runs(app: Flask) -> None:
    with pytest.raises(RuntimeError), unit():
        note.later(what="lost")
        raise RuntimeError
    work_until_idle()
    assert seen == []


def test_a_job_runs_once_after_its_change_was_committed(app: Flask) -> None:
    with unit():
        note.later(what="done")
    work_until_idle()
    assert seen == ["done"]
    assert backlog().ready == 0


def test_jobs_of_one_kind_are_run_together_when_they_may(app: Flask) -> None:
    with unit():
        for number in range(7):
            many.later(what=number)
    work_until_idle()
    assert seen == [[0, 1, 2, 3, 4], [5, 6]]


def test_a_waiting_job_of_the_same_key_serves_both(app: Flask) -> None:
    with unit():
        note.later(_key="one", what="first")
    with unit():
        note.later(_key="one", what="second")
    work_until_idle()
    assert seen == ["first"]


def test_a_job_that_serves_a_change_runs_after_it_was_committed(app: Flask) -> None:
    """Claimed before, it would not see the change: an index kept what was edited away, and nothing asked again."""
    with unit():
        note.later(_key="one", what="first")
    with beside_us(app, work_until_idle) as finished:
        with unit():
            note.later(_key="one", what="second")
            finished.start()
            finished.join(0.5)
            assert seen == []
        finished.join()
    work_until_idle()
    assert seen == ["first"]


def test_a_job_that_is_being_claimed_serves_no_other_change(app: Flask) -> None:
    with unit():
        note.later(_key="one", what="first")

    def change() -> None:
        with unit():
            note.later(_key="one", what="second")

    with beside_us(app, change) as finished:
        with short() as session:
            claimed = session.scalars(select(Job).with_for_update()).one()
            finished.start()
            finished.join(0.5)
            claimed.lease_until, claimed.attempts = clock.now() + LEASE, 1
        finished.join()
    work_until_idle()
    assert seen == ["second"]


def test_one_job_of_a_key_waits_for_the_soonest_time(app: Flask) -> None:
    now = clock.now()
    for minutes in (5, 2, 9):
        with short() as session:
            note.by(session, now + timedelta(minutes=minutes), key="again", what="soonest")
    assert [one.run_at for one in db.session.scalars(select(Job))] == [now + timedelta(minutes=2)]


@contextmanager
def beside_us(app: Flask, run: Callable[[], object]) -> Iterator[threading.Thread]:
    """A thread that runs this with a session of its own."""

    def inside() -> None:
        with app.app_context():
            run()

    thread = threading.Thread(target=inside)
    yield thread
    thread.join()


def test_a_job_that_fails_waits_longer_each_time_and_is_set_aside_in_the_end(app: Flask) -> None:
    with clock.freeze(MONDAY):
        with unit():
            break_down.later()
        moment = MONDAY
        for attempt in range(1, MOST_ATTEMPTS + 1):
            assert work_once(), f"attempt {attempt} did not run"
            assert not work_once(), "it was tried again without a wait"
            moment += timedelta(hours=2)
            clock._frozen = moment
        assert len(seen) == MOST_ATTEMPTS
        queue = backlog()
    assert (queue.ready, queue.dead, queue.dead_names) == (0, 1, ("tests.break",))
    assert db.session.scalars(select(Job.last_error)).one() == "ValueError"


def test_waits_double_up_to_an_hour() -> None:
    waits = [wait_before(attempts).total_seconds() for attempts in (1, 2, 3, 20)]
    assert 1.6 <= waits[0] <= 2.4 and 3.2 <= waits[1] <= 4.8 and 6.4 <= waits[2] <= 9.6
    assert 2880 <= waits[3] <= 4320


def test_a_job_without_a_handler_is_kept_and_shown(app: Flask) -> None:
    with unit():
        db.session.add(Job(name="tests.gone"))
    work_once()
    kept = db.session.scalars(select(Job)).one()
    assert (kept.state, kept.attempts, kept.last_error) == ("ready", 1, "LookupError")


def test_a_lease_keeps_others_away_until_it_ends(app: Flask) -> None:
    with unit():
        db.session.add(Job(name="tests.note", payload={"what": "taken"}, lease_until=clock.now() + LEASE))
    assert not work_once()
    with clock.freeze(clock.now() + LEASE + timedelta(seconds=1)):
        assert work_once()
    assert seen == ["taken"]


def test_two_takers_at_once_run_each_job_once(app: Flask) -> None:
    with unit():
        for number in range(30):
            note.later(what=number)

    def take() -> None:
        with app.app_context():
            while work_once():
                pass

    takers = [threading.Thread(target=take) for _ in range(2)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert sorted(seen) == list(range(30))


def test_every_handler_can_be_found_by_its_name(app: Flask) -> None:
    assert HANDLERS["tests.note"].run is note.run


KILLED = """
import sys, time
from portal.app import create_app
from portal.core.jobs import job
from portal.core.queue import work_once
from portal.core.settings import Settings
from pathlib import Path

@job("tests.slow")
def slow() -> None:
    print("started", flush=True)
    time.sleep(60)

app = create_app(Settings(instance=Path(sys.argv[1]), secret_key="k" * 40, database_url=sys.argv[2], testing=True))
with app.app_context():
    work_once()
"""


def test_a_kill_in_the_middle_of_a_job_loses_nothing(app: Flask) -> None:
    with unit():
        db.session.add(Job(name="tests.slow"))
    settings = app.extensions["portal.settings"]
    with beside(Program([str(settings.instance), settings.database_url], code=KILLED), os.environ) as process:
        assert process.stdout.readline().strip() == "started"
        process.kill()
    kept = db.session.scalars(select(Job)).one()
    assert (kept.state, kept.attempts) == ("ready", 1)
    assert kept.lease_until is not None and kept.lease_until < clock.now() + LEASE
