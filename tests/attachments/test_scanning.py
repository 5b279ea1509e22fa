"""Where a scanner is configured a file is held until it was found clean, for as long as that takes; what is harmful is erased."""

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.attachments import clamd, queries, scanning
from portal.attachments.models import AttachmentPiece
from portal.config import SettingsProblem, settings_from
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.jobs import Job, backlog
from portal.core.queue import work_until_idle
from portal.notifications.models import OutboxMessage
from portal.operations import doctor
from tests.attachments.conftest import NAME, Sides
from tests.support.files import pdf
from tests.support.referrals import World
from tests.support.scanner import FOUND, HARM, Scanner

ScannedBy = Callable[[str], None]


def told() -> list[str]:
    """Who is written to that there is something to read."""
    return sorted(one.once.split(":")[2] for one in db.session.query(OutboxMessage) if ":wrote:" in one.once)


@pytest.fixture
def nowhere() -> str:
    """A place where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_file_is_held_until_it_was_found_clean(app: Flask, loop: World, scanned_by: ScannedBy) -> None:
    sides = Sides(app, loop)
    with Scanner() as scanner:
        scanned_by(scanner.place)
        sides.send(pdf("x" * 200_000))
        for browser, page in ((sides.group, sides.inbox), (sides.worker, sides.record)):
            shown = browser.get(page)
            assert "We are still checking this file" in shown.main and not shown.select('a[href*="/files/"]')
            assert "still checking" in browser.get(sides.address, expect=404).main
        work_until_idle()
        assert scanner.seen == [pdf("x" * 200_000).rstrip()]
        assert sides.file.state == "clean" and sides.group.client.get(sides.address).status_code == 200
        scanning.scan(attachment=str(sides.file.id))
        assert len(scanner.seen) == 1


def test_what_is_harmful_is_erased_and_both_sides_hear_of_it(
    app: Flask, loop: World, scanned_by: ScannedBy, logged: list[Any]
) -> None:
    sides = Sides(app, loop)
    with Scanner() as scanner:
        scanned_by(scanner.place)
        sides.send(pdf(HARM.decode()))
        file_id, before = sides.file.id, told()
        for _time in range(2):
            scanning.scan(attachment=str(file_id))
    assert (sides.file.state, sides.file.finding) == ("infected", FOUND)
    assert db.session.query(AttachmentPiece).count() == 0
    assert sorted([*before, "group", "referrer"]) == told()
    for browser, page in ((sides.group, sides.inbox), (sides.worker, sides.record)):
        assert "held something harmful, so it was erased" in browser.get(page).main
        assert "held something harmful" in browser.get(sides.address, expect=404).main
    entries = db.session.query(AuditEntry).filter_by(action="introduction.file_erased").all()
    assert len(entries) == 1 and queries.standing().infected == 1
    assert [one["event"] for one in logged if one["event"] != "request"] == ["attachment.infected"] and NAME not in str(
        logged
    )


def test_a_dead_scanner_holds_it_and_is_asked_again_later_each_time(
    app: Flask, loop: World, scanned_by: ScannedBy, nowhere: str
) -> None:
    sides = Sides(app, loop)
    scanned_by(nowhere)
    sides.send()
    work_until_idle()
    assert sides.file.state == "waiting" and backlog().dead == 0
    (job,) = db.session.query(Job).filter_by(name="attachments.scan")
    assert job.payload == {"attachment": str(sides.file.id), "tries": 1} and job.run_at > clock.now()
    scanning.look()
    db.session.commit()
    assert db.session.query(Job).filter_by(name="attachments.scan").count() == 1
    waits = [scanning.wait_after(tries) for tries in (0, 1, 2, 50)]
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40), timedelta(minutes=15)]
    with Scanner() as scanner, clock.freeze(clock.now() + timedelta(hours=1)):
        scanned_by(scanner.place)
        work_until_idle()
    assert sides.file.state == "clean"


def test_without_a_setting_in_the_worker_it_stays_held(sqlite_app: Flask, loop: World, scanned_by: ScannedBy) -> None:
    sides = Sides(sqlite_app, loop)
    scanned_by("127.0.0.1:1")
    sides.send()
    scanned_by("")
    work_until_idle()
    assert sides.file.state == "waiting"


def test_what_came_before_there_was_a_scanner_is_scanned_too(
    sqlite_app: Flask, loop: World, scanned_by: ScannedBy
) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send()
    scanning.look()
    assert db.session.query(Job).filter_by(name="attachments.scan").count() == 0
    assert sides.file.state == "unscanned" and "Nobody has scanned it for viruses" in sides.group.get(sides.inbox).main
    with Scanner() as scanner:
        scanned_by(scanner.place)
        scanning.look()
        db.session.commit()
        work_until_idle()
    assert sides.file.state == "clean" and "Nobody has scanned it for viruses" not in sides.group.get(sides.inbox).main


@pytest.mark.parametrize(
    "says", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK", b"stream: OKAY\0", b"x" * 10_000]
)
def test_no_verdict_is_no_yes(says: bytes) -> None:
    with Scanner(says) as scanner, pytest.raises(clamd.Trouble):
        clamd.scan(scanner.place, pdf())


def test_the_daemon_is_asked_whether_it_is_there(nowhere: str) -> None:
    with Scanner() as scanner:
        assert clamd.answers(scanner.place)
    assert not clamd.answers(nowhere) and not clamd.answers("/nowhere/clamd.ctl")


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("scanner.internal:3310", ("scanner.internal", 3310)), ("scanner.internal", ("scanner.internal", 3310)),
        ("[::1]:99", ("::1", 99)), ("[::1]", ("::1", 3310)), ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
    ],
)  # fmt: skip
def test_a_place_is_a_host_and_a_port_or_a_socket(told: str, place: object) -> None:
    assert clamd.place_of(told) == place


@pytest.mark.parametrize("told", [":3310", "host:0", "host:99999", "host:x", "tcp://host:1", "a b:1"])
def test_what_is_no_place_is_said(told: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        clamd.place_of(told)


def test_the_doctor_and_the_figures_say_how_files_stand(
    sqlite_app: Flask, loop: World, scanned_by: ScannedBy, nowhere: str
) -> None:
    def told() -> str:
        return doctor._files().sentence

    sides = Sides(sqlite_app, loop)
    assert "not scanned for viruses: PORTAL_CLAMAV is not set" in told()
    scanned_by(nowhere)
    sides.send()
    assert "does not answer. 1 files are held" in told()
    assert "portal_attachments_waiting 1.0" in sqlite_app.test_client().get("/metrics").get_data(as_text=True)
    with Scanner() as scanner:
        scanned_by(scanner.place)
        assert doctor._files().is_good
        with clock.freeze(clock.now() + timedelta(minutes=20)):
            assert "the oldest for 20 minutes. Is it set for the worker too?" in told()


def test_a_setting_that_is_no_place_stops_the_start() -> None:
    assert settings_from({"PORTAL_CLAMAV": "/run/clamav/clamd.ctl"}).clamav == "/run/clamav/clamd.ctl"
    with pytest.raises(SettingsProblem, match="PORTAL_CLAMAV must be host:port"):
        settings_from({"PORTAL_CLAMAV": "tcp://scanner:3310"})
