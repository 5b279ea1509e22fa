"""`portal users` and `portal audit verify`, with the witness outside."""

import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, text, update

from portal.accounts.models import AccountToken
from portal.accounts.queries import user_by_email
from portal.cli import portal
from portal.core import audit, witness
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.conftest import Browser, Make
from tests.support.mailbox import Mailbox


def run(app: Flask, *words: str) -> Result:
    db.session.commit()
    with patch("portal.cli._application", lambda: app):
        result = CliRunner().invoke(portal, list(words))
    db.session.rollback()
    return result


def test_the_first_administrator_is_invited_by_a_link_that_is_printed_and_sent(
    app: Flask, browser: Browser, mailbox: Mailbox
) -> None:
    result = run(app, "users", "add", "First@people.example.org", "--role", "administrator", "--json")
    assert result.exit_code == 0, result.output
    link = json.loads(result.output)["link"]
    assert link in mailbox.one.text
    path = link.removeprefix("http://127.0.0.1:8000")
    browser.post(path, {"name": "Ada", "password": "seven lanterns under wet slate"}, expect=303)
    user = user_by_email("first@people.example.org")
    assert user is not None and [one.role for one in user.held] == ["administrator"]
    again = run(app, "users", "add", "first@people.example.org", "--role", "information-governance")
    assert again.exit_code == 0 and len(user_by_email("first@people.example.org").held) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("no address", "--role", "administrator"), 2),
        (("a@people.example.org", "--role", "king"), 2),
        (("a@people.example.org", "--role", "lead"), 2),
        (("a@people.example.org", "--role", "lead", "--organisation", "Nowhere"), 1),
        (("a@people.example.org", "--role", "moderator", "--organisation", "Larkfield Circle"), 2),
        (("a@people.example.org", "--role", "moderator", "--area", "lester"), 2),
        (("a@people.example.org", "--role", "moderator", "--area", "E09000007"), 0),
        (("a@people.example.org", "--role", "lead", "--organisation", "larkfield circle"), 0),
    ],
)
def test_wrong_use_is_said(sqlite_app: Flask, make: Make, words: tuple[str, ...], code: int) -> None:
    make.organisation("Larkfield Circle")
    assert run(sqlite_app, "users", "add", *words).exit_code == code
    assert db.session.query(AccountToken).count() == (1 if code == 0 else 0)


def test_rescue_gives_a_link_and_takes_a_lost_factor_away(app: Flask, make: Make, browser: Browser) -> None:
    make.user("administrator", email="ada@people.example.org", totp_secret="A" * 32)
    kept = json.loads(run(app, "users", "reset", "ada@people.example.org", "--json").output)
    assert user_by_email("ada@people.example.org").totp_secret and not kept["second_factor_removed"]
    result = run(app, "users", "reset", "ADA@people.example.org", "--second-factor", "--json")
    path = json.loads(result.output)["link"].removeprefix("http://127.0.0.1:8000")
    assert user_by_email("ada@people.example.org").totp_secret is None
    browser.get(path)
    assert run(app, "users", "reset", "nobody@people.example.org").exit_code == 1


def entries(app: Flask, count: int = 5) -> None:
    with unit():
        for number in range(count):
            audit.record("test.done", ("thing", number), by="operator")


SPOILT = {
    "changed": update(AuditEntry).where(AuditEntry.number == 3).values(action="test.undone"),
    "removed": delete(AuditEntry).where(AuditEntry.number == 3),
    "swapped": text(
        "update audit_entry set number = case number when 3 then 93 when 4 then 94 end where number in (3, 4)"
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_verify_names_the_first_broken_entry(app: Flask, how: str) -> None:
    entries(app)
    good = run(app, "audit", "verify", "--json")
    assert good.exit_code == 0 and json.loads(good.output)["entries"] == 5
    db.session.execute(SPOILT[how])
    if how == "swapped":
        db.session.execute(text("update audit_entry set number = 3 where number = 94"))
        db.session.execute(text("update audit_entry set number = 4 where number = 93"))
    result = run(app, "audit", "verify")
    assert result.exit_code == 1 and "entry 3" in result.output


def test_a_chain_that_was_cut_is_found_by_the_witness(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "witness.txt"
    before = app.extensions["portal.settings"]
    app.extensions["portal.settings"] = replace(before, audit_witness=str(file))
    try:
        entries(app)
        witness.write_head()
        witness.write_head()
        entries(app, 2)
        witness.write_head()
        assert [line.split()[0] for line in file.read_text().splitlines()] == ["5", "7"]
        assert file.stat().st_mode & 0o777 == 0o600
        assert json.loads(run(app, "audit", "verify", "--json").output)["witnessed"] == 2
        db.session.execute(delete(AuditEntry).where(AuditEntry.number > 5))
        result = run(app, "audit", "verify")
        assert result.exit_code == 1 and "entry 7" in result.output
        file.write_text("nonsense\n")
        assert run(app, "audit", "verify").exit_code == 1
    finally:
        app.extensions["portal.settings"] = before


def test_the_worker_writes_the_head_daily() -> None:
    from portal.worker import TIMETABLE

    assert any(row.handler is witness.write_head and row.period.days == 1 for row in TIMETABLE)
