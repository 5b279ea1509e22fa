"""Subject access: every column that holds something about a person is in it, readable, and nobody else is."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from portal.core import audit
from portal.core.encryption import EncryptedBytes
from portal.core.extensions import db
from portal.governance import exporting, holdings
from portal.governance.cli import records
from tests.governance.conftest import SECRET
from tests.support.referrals import World, make_person

pytestmark = pytest.mark.usefixtures("sqlite_app")


def test_every_encrypted_column_of_every_table_is_in_both_files(full: World, sqlite_app: Flask) -> None:
    data = exporting.as_json(full.person)
    with sqlite_app.test_request_context():
        page = exporting.as_page(full.person)
    for table in holdings.tables():
        for name in holdings.encrypted(table):
            if name in exporting.LEFT_OUT or name == "birth_date":
                continue
            told = f"{SECRET} {table.name} {name}"
            if isinstance(table.c[name].type, EncryptedBytes):
                told = b64encode(told.encode()).decode()
            assert told in data, f"{table.name}.{name} is not in the export"
            assert told in page, f"{table.name}.{name} is not on the page"


def test_what_is_left_out_holds_nothing_that_was_told(full: World) -> None:
    columns = {(table.name, column.name) for table in holdings.tables() for column in table.columns}
    assert {name for _table, name in columns} >= exporting.LEFT_OUT
    secret = {name for table in holdings.tables() for name in holdings.encrypted(table)} & exporting.LEFT_OUT
    ours = "a copy of surname and birth date, which are exported; a code of ours; the sum of a file, which is exported"
    assert secret == {"match", "code", "digest"}, ours


def test_what_looks_like_a_day_and_is_none_stops_no_export(full: World, sqlite_app: Flask) -> None:
    full.person.what_matters = "2026-02-30"
    with sqlite_app.test_request_context():
        assert "2026-02-30" in exporting.as_page(full.person)


def test_who_opened_the_record_is_in_it_and_nobody_else(full: World) -> None:
    make_person(full.team, worker=full.worker, given_name="Osricson")
    audit.record_now("person.read", ("person", full.person.id), by=full.worker, details={"what": "record"})
    told = json.loads(exporting.as_json(full.person))
    assert "person.read" in [one["action"] for one in told["held"]["audit_entry"]]
    assert "Osricson" not in json.dumps(told)


def test_one_command_writes_both_files_and_notes_it(full: World, sqlite_app: Flask, tmp_path: Path) -> None:
    reference, person_id = full.person.shown_reference, str(full.person.id)
    db.session.commit()
    done = CliRunner().invoke(
        records, ["export", reference, str(tmp_path / "out")], obj=sqlite_app, catch_exceptions=False
    )
    assert done.exit_code == 0
    page, data = (tmp_path / "out" / f"record-{reference.replace('-', '')}.{kind}" for kind in ("html", "json"))
    assert SECRET in page.read_text(encoding="utf-8")
    assert "Read" not in done.output and SECRET not in done.output
    assert json.loads(data.read_text(encoding="utf-8"))["held"]["person"]
    noted = select(audit.AuditEntry.subject_id).where(audit.AuditEntry.action == "person.exported")
    assert db.session.scalars(noted).all() == [person_id]
    wrong = CliRunner().invoke(records, ["export", "K7PH-4MWX", str(tmp_path / "none")], obj=sqlite_app)
    assert (wrong.exit_code, (tmp_path / "none").exists()) == (1, False)
