"""The audit pages of information governance: found, followed, downloaded, checked."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import Make
from tests.support.page import Browser


@pytest.fixture
def guard(make: Make, as_user: Callable[..., Browser]) -> Browser:
    return as_user(make.user("information-governance"))


def noted(action: str, subject: tuple[str, str], count: int = 1, **options: object) -> None:
    with unit():
        for _number in range(count):
            audit.record(action, subject, by="operator", **options)


def test_entries_are_found_by_action_subject_and_day(app: Flask, guard: Browser) -> None:
    noted("role.given", ("account", "a-1"))
    noted("organisation.renamed", ("organization", "o-1"))
    rows = lambda query: guard.get(f"/admin/audit{query}").words("tbody th span")  # noqa: E731
    assert {"role.given", "organisation.renamed"} <= set(rows(""))
    assert rows("?action=role.given") == rows("?action=role") == rows("?subject=account:a-1") == ["role.given"]
    assert rows("?from=2000-01-01&to=2000-01-02") == []
    rows("?action=%00&actor=nobody&subject=:&from=x&to=9999-99-99&below=-1")


def test_looking_at_one_thing_is_an_entry_of_its_own(app: Flask, guard: Browser) -> None:
    noted("role.given", ("account", "a-1"))
    guard.get("/admin/audit")
    assert db.session.query(AuditEntry).filter_by(action="audit.read").count() == 0
    guard.get("/admin/audit?subject=account:a-1")
    read = db.session.query(AuditEntry).filter_by(action="audit.read").one()
    assert read.details == {"subject": "account:a-1"} and read.actor_kind == "user"


def test_pages_go_by_number_and_miss_nothing_while_entries_come(app: Flask, guard: Browser) -> None:
    noted("test.done", ("thing", "x"), 150)
    first = guard.get("/admin/audit?action=test.done")
    noted("test.done", ("thing", "x"), 5)
    second = guard.get(first.link("Older entries"))
    numbers = [int(cell) for page in (first, second) for cell in page.words("tbody td:first-child")]
    assert len(numbers) == 150 and numbers == sorted(numbers, reverse=True)
    assert not second.select('a[href*="below"]')


def test_the_download_is_disarmed_and_noted(app: Flask, guard: Browser) -> None:
    noted("test.done", ("thing", "=1+1"), why="=cmd()", details={"name": "Ōe"})
    answered = guard.post("/admin/audit/download", {"action": "test.done"}, expect=200)
    assert answered.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answered.headers["Content-Disposition"]
    assert answered.headers["Cache-Control"] == "no-store"
    (row,) = csv.DictReader(io.StringIO(answered.response.get_data(as_text=True)))
    assert (row["subject_id"], row["why"], row["details"]) == ("'=1+1", "'=cmd()", '{"name": "Ōe"}')
    assert db.session.query(AuditEntry).filter_by(action="audit.downloaded").count() == 1


def test_the_download_asks_once_more_who_it_is(sqlite_app: Flask, guard: Browser) -> None:
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        led = guard.post("/admin/audit/download", {"action": "test.done"}, expect=303)
    assert "/account/prove" in led.headers["Location"]
    assert db.session.query(AuditEntry).filter_by(action="audit.downloaded").count() == 0


def test_the_chain_is_checked_from_the_page(app: Flask, guard: Browser) -> None:
    noted("test.done", ("thing", "x"), 3)
    told = guard.follow(guard.post("/admin/audit/check", expect=303)).main
    assert "of the chain hold" in told and "No witness outside has seen any of them yet." in told
    db.session.query(AuditEntry).filter_by(number=2).update({"action": "test.other"})
    assert "broken at entry 2" in guard.follow(guard.post("/admin/audit/check", expect=303)).main


def test_an_administrator_does_not_read_the_chain(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    as_user(make.user("administrator")).get("/admin/audit", expect=403)
