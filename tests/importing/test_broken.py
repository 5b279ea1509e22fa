"""Broken and hostile files, each refused by the command in one plain report, with nothing stored. Security promise B5."""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.directory.models import Service, SourceRecord
from portal.importing.bounded import Wanted, reading_file
from portal.importing.cli import import_command
from portal.importing.lines import FileProblem
from tests.importing.broken import KINDS
from tests.importing.packing import SERVICE, write_book, write_json


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_reported_plainly_and_stores_nothing(sqlite_app: Flask, tmp_path: Path, kind: str) -> None:
    path = KINDS[kind].made(tmp_path)
    done = CliRunner().invoke(import_command, [str(path)], obj=sqlite_app)
    said = done.stderr + done.stdout
    assert done.exit_code == 1, said
    assert KINDS[kind].words in said, said
    assert "Traceback" not in said and "Error" not in said
    counts = [db.session.scalar(select(func.count()).select_from(model)) for model in (Service, SourceRecord)]
    assert counts == [0, 0]


def test_ids_that_are_repeated_cost_the_later_rows_only(sqlite_app: Flask, tmp_path: Path) -> None:
    path = write_json(tmp_path / "feed.json", [SERVICE, SERVICE | {"name": "Another"}])
    done = CliRunner().invoke(import_command, [str(path)], obj=sqlite_app)
    assert done.exit_code == 0 and "1 new, 0 changed, 0 same, 1 refused" in done.stdout


def _job(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have other code run in place of the job."""
    started = subprocess.Popen

    def instead(_command: list[str], **options: object) -> object:
        return started([sys.executable, "-c", code], **options)  # type: ignore[call-overload]

    monkeypatch.setattr("portal.importing.bounded.subprocess.Popen", instead)


HEAD = {"format": "oruk", "size": 1, "columns": None, "sample": [], "encoding": "utf-8", "sheets": []}
TELL = f"import os, signal\nprint({json.dumps(json.dumps({'head': HEAD}))}, flush=True)\n"


@pytest.mark.parametrize(("signal_name", "words"), [("SIGPROF", "longer to read"), ("SIGKILL", "more memory")])
def test_a_job_that_its_limits_end_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signal_name: str, words: str
) -> None:
    number = int(getattr(signal, signal_name))
    _job(f"{TELL}os.kill(os.getpid(), {number})", monkeypatch)
    with pytest.raises(FileProblem, match=words), reading_file(Wanted(tmp_path)) as read:
        list(read.contents.rows)


def test_a_file_that_needs_more_memory_than_is_allowed_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_book(
        tmp_path / "book.xlsx", {"A": [["Name"], *([f"Group {number}" * 20] for number in range(20_000))]}
    )
    _job("from portal.importing import job\njob.MEMORY_BYTES = 12_000_000\njob.main()", monkeypatch)
    with pytest.raises(FileProblem, match="needs more memory"), reading_file(Wanted(path)) as read:
        list(read.contents.rows)


def test_half_a_row_is_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _job(TELL + """print('{"row": [1, {"name": "A', end="", flush=True)""", monkeypatch)
    with pytest.raises(FileProblem), reading_file(Wanted(tmp_path)) as read:
        list(read.contents.rows)


def test_a_job_is_told_no_settings_and_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "secret")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[dict[str, str]] = []
    started = subprocess.Popen

    def watched(command: list[str], **options: object) -> object:
        seen.append(options["env"])  # type: ignore[arg-type]
        return started(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr("portal.importing.bounded.subprocess.Popen", watched)
    path = write_json(tmp_path / "feed.json", [SERVICE])
    with reading_file(Wanted(path)) as read:
        assert len(list(read.contents.rows)) == 1
    assert not [name for name in seen[0] if name.startswith("PORTAL_")]
    assert [one.name for one in tmp_path.iterdir()] == ["feed.json"]


def test_a_program_beside_the_files_to_import_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "csv.py").write_text("raise SystemExit")
    path = write_json(tmp_path / "feed.json", [SERVICE])
    monkeypatch.chdir(tmp_path)
    with reading_file(Wanted(path)) as read:
        assert len(list(read.contents.rows)) == 1


def test_a_job_that_is_left_alone_ends(tmp_path: Path) -> None:
    path = write_json(tmp_path / "feed.json", [SERVICE | {"id": str(number)} for number in range(20_000)])
    with reading_file(Wanted(path)) as read:
        next(read.contents.rows)
