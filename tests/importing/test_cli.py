import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory.models import Service, Source, SourceRecord
from portal.importing import actions
from portal.importing.cli import import_command
from portal.importing.lines import FileProblem
from portal.importing.rows import Row
from tests.importing.files import outcomes, read, record, run, write_lines
from tests.support.forking import Program, beside

TABLE = "Group,Post code,When\nLarkfield Circle,LE2 0QB,Tue 2-4pm\nAsh Club,LE1 1QH,ask\n,LE1 1QH,\n"


@pytest.fixture
def command(sqlite_app: Flask) -> Any:
    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(import_command, list(map(str, arguments)), obj=sqlite_app)

    return call


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "groups.csv"
    path.write_text(TABLE)
    return path


def test_a_table_is_guessed_put_right_and_imported(command: Any, table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "groups.yaml"
    first = command(table, "--dry-run", "--mapping", mapping)
    assert first.exit_code == 1 and 'no column is said to be the "name"' in first.stderr
    mapping.write_text(mapping.read_text().replace("Group:", "Group: name"))
    done = command(table, "--mapping", mapping)
    assert done.exit_code == 0, done.output
    assert "2 new, 0 changed, 0 same, 1 refused." in done.stdout
    assert "Line 4 was refused: it has no name." in done.stdout
    assert command(table, "--mapping", mapping).stdout.splitlines()[-1] == "0 new, 0 changed, 2 same, 1 refused."
    assert set(db.session.scalars(select(Service.name))) == {"Larkfield Circle", "Ash Club"}


def test_the_guess_is_shown_with_an_example(command: Any, tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(TABLE.replace("Group", "Name"))
    shown = command(path, "--dry-run").stdout
    assert "Name       name              Larkfield Circle" in shown
    assert "Nothing was saved. It would have been: 2 new" in shown
    assert db.session.scalar(select(func.count()).select_from(Service)) == 0


def test_machines_get_every_row(command: Any, tmp_path: Path) -> None:
    path = write_lines(tmp_path, record(lat=0, lon=0), '{"half')
    told = json.loads(command(path, "--json").stdout)
    assert {key: told[key] for key in ("new", "changed", "same", "refused")} == {
        "new": 1,
        "changed": 0,
        "same": 0,
        "refused": 1,
    }
    assert told["rows"][0]["notes"] == ["its coordinates 0, 0 are not in the United Kingdom, so they were not used"]
    assert told["rows"][1]["result"] == "refused" and "not whole JSON" in told["rows"][1]["why"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.csv", "--format", "pdf"], "not a format that can be imported"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_is_said_and_exits_2(command: Any, arguments: list[str], words: str) -> None:
    done = command(*arguments)
    assert done.exit_code == 2 and words in done.stderr


def test_a_file_that_cannot_be_read_or_has_no_listing_exits_1(command: Any, tmp_path: Path) -> None:
    assert "cannot be opened" in command(tmp_path / "missing.jsonl").stderr
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    assert "The file a.pdf is a PDF." in command(tmp_path / "a.pdf").stderr
    assert "There is no mapping" in command(tmp_path / "missing.csv", "--mapping", tmp_path / "no.yaml").stderr
    done = command(write_lines(tmp_path, '{"half'))
    assert done.exit_code == 1 and "0 new" in done.stdout


def test_addresses_that_lead_inside_are_refused_in_a_sentence(command: Any) -> None:
    for address in ("https://127.0.0.1/feed", "https://localhost/listings.csv", "http://[::1]/"):
        done = command(address)
        assert done.exit_code == 1 and done.stderr.startswith("The address "), done.output


def test_a_mapping_for_a_file_that_names_its_facts_is_wrong_use(command: Any, tmp_path: Path) -> None:
    (tmp_path / "feed.json").write_text('{"contents": [{"id": "1", "name": "A", "organization_id": "o"}]}')
    (tmp_path / "m.yaml").write_text("columns: {A: name}\n")
    done = command(tmp_path / "feed.json", "--mapping", tmp_path / "m.yaml")
    assert done.exit_code == 2 and "which names its facts itself" in done.stderr


def test_what_was_saved_before_a_file_broke_off_is_told(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path, *(record(id=number, name=f"Room {number}") for number in range(600)))

    def broken(rows: Any) -> Any:
        yield from rows
        raise FileProblem("The file broke off.")

    monkeypatch.setattr("portal.importing.bounded._rows", lambda *_given: broken(rows_of(path)))
    done = command(path)
    assert done.exit_code == 1 and done.stderr == "The file broke off.\n"
    assert "500 new, 0 changed, 0 same, 0 refused." in done.stdout
    assert _count(Service) == 500


def rows_of(path: Path) -> Any:
    return iter(list(read(path).rows))


def test_a_database_that_cannot_be_written_is_said_in_a_sentence(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_arguments: Any) -> None:
        raise OperationalError("database is locked", {}, Exception())

    monkeypatch.setattr(actions, "_save", locked)
    done = command(write_lines(tmp_path, record()))
    assert done.exit_code == 1 and "The database cannot be written to now." in done.stderr


KILLED = """
import sys
from pathlib import Path
from portal.app import create_app
from portal.core.settings import Settings
from portal.importing import actions
from tests.importing.files import run
actions.BATCH = 20
app = create_app(Settings(instance=Path(sys.argv[1]), secret_key="x" * 40, data_keys=(), database_url=sys.argv[2], testing=True,
                          log_level="error"))
with app.app_context():
    print("ready", flush=True)
    run(Path(sys.argv[3]))
"""


def test_a_run_that_is_killed_leaves_nothing_half_and_is_finished_by_another(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    path = write_lines(tmp_path, *(record(id=number, name=f"Room {number}") for number in range(1_500)))
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with beside(Program([str(settings.instance), url, str(path)], code=KILLED), os.environ) as process:
        assert process.stdout.readline() == "ready\n"
        _wait_for_rows(40)
        process.kill()
    saved = _count(Service)
    assert 0 < saved < 1_500 and saved % 20 == 0
    assert _count(SourceRecord) == saved
    found = outcomes(run(path))
    assert found == ["same"] * saved + ["new"] * (1_500 - saved)


def _wait_for_rows(least: int) -> None:
    until = time.monotonic() + 60
    while _count(Service) < least and time.monotonic() < until:
        time.sleep(0.01)


def _count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_key_in_the_address_of_a_feed_is_not_kept_for_pages_to_show(
    command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def rows(address: str, _fetcher: object) -> Any:
        asked.append(address)
        return iter([Row(1, {"hsds": {"id": "1", "name": "Tea"}})])

    monkeypatch.setattr("portal.importing.cli.services_of", rows)
    address = "https://council.example/api?key=hush"
    assert command(address).exit_code == 0
    assert asked == [address]
    assert db.session.scalar(select(Source.url)) == "https://council.example/api"


def test_a_file_that_was_fetched_does_not_say_whose_it_is(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could name another source and change that one's listings. A file of our own may say it."""
    path = write_lines(tmp_path, '{"source": "Larkfield council", "id": "1", "name": "Tea"}')
    assert command(path).exit_code == 0
    fetched = write_lines(tmp_path, '{"source": "Larkfield council", "id": "1", "name": "Call this number"}')
    monkeypatch.setattr("portal.importing.cli.download", lambda _address, _into, _fetcher: fetched)
    assert command("https://stranger.example/listings.jsonl").exit_code == 0
    assert set(db.session.scalars(select(Source.name))) == {"Larkfield council", "stranger.example"}
    assert set(db.session.scalars(select(Service.name))) == {"Tea", "Call this number"}


def test_what_is_neither_file_nor_folder_is_not_waited_for(command: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    done = command(tmp_path / "pipe.csv")
    assert done.exit_code == 1 and "neither a file nor a folder" in done.stderr


def test_the_next_step_is_told(command: Any, table: Path, tmp_path: Path) -> None:
    """Apart from the answer, so that programs read that alone."""
    mapping = tmp_path / "groups.yaml"
    tried = command(table, "--dry-run", "--mapping", mapping)
    assert f"The guess stands in {mapping}." in tried.stderr and "search rebuild" not in tried.stderr
    mapping.write_text("columns: {Group: name, Post code: postcode}\n")
    assert "portal search rebuild" in command(table, "--mapping", mapping).stderr
    assert "portal search rebuild" not in command(table, "--mapping", mapping).stderr
