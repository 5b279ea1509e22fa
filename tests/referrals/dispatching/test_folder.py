"""The folder: a document is there whole or not at all, an answer is read back, and what nobody fetched can be taken back."""

import json
import os
import stat
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.referrals import withdrawing
from portal.referrals.dispatching import answers
from portal.referrals.dispatching.transports.folder import FolderTransport
from portal.referrals.dispatching.transports.port import Document, Sent, ServerTrouble
from tests.factories import Make
from tests.referrals.dispatching.conftest import FAMILY, ODS, PRIVATE, Handover, Use, work

DOCUMENT = Document(UUID(int=7), "K7PH-4MWX", "<p>", "{}", "en", "Tannery Row Surgery")


@pytest.fixture
def folder(tmp_path: Path, use: Use) -> Path:
    use(FolderTransport(tmp_path / "out"))
    return tmp_path / "out"


def _answer(folder: Path, handover: Handover, told: object) -> None:
    text = told if isinstance(told, str) else json.dumps(told)
    (folder / "answers" / f"{handover.row.local_id}.json").write_text(text)
    answers.poll()
    db.session.rollback()


def test_a_document_is_written_whole_and_its_acknowledgement_takes_it_away(
    app: Flask, make: Make, folder: Path
) -> None:
    handover = Handover(make)
    row = handover.end()
    assert row.state == "queued" and FAMILY in row.content["html"]
    work()
    row = handover.row
    assert (row.state, row.transport, row.message_id) == ("sent", "folder", str(row.local_id))
    place = folder / "documents" / str(row.local_id)
    manifest = json.loads((place / "manifest.json").read_text())
    for name, told in manifest["files"].items():
        body = (place / name).read_bytes()
        assert (sha256(body).hexdigest(), len(body)) == (told["sha256"], told["bytes"])
    assert manifest["practice"]["ods"] == ODS and manifest["reference"] == handover.one.shown_reference
    assert json.loads((place / "document.json").read_text())["type"] == "document"
    assert FAMILY in (place / "document.html").read_text()
    assert [one for one in PRIVATE if one in json.dumps(manifest) or any(one in path for path in _paths(folder))] == []
    _answer(folder, handover, {"outcome": "acknowledged"})
    row = handover.row
    assert (row.state, row.content) == ("acknowledged", None) and row.ended_at
    assert _paths(folder) == ["answers", "documents"]


def test_what_is_written_is_for_the_service_user_alone_and_on_the_disk_before_it_has_its_name(
    sqlite_app: Flask, make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(str(Path(f"/proc/self/fd/{handle}").readlink())), fsync(handle))
    )
    handover = Handover(make)
    handover.end()
    work()
    row = handover.row
    beside = str(folder / "documents" / f".{row.local_id}.new")
    files = {f"{beside}/{name}" for name in ("document.html", "document.json", "manifest.json")}
    assert files <= set(synced[: synced.index(beside)]) and synced[-1] == str(folder / "documents")
    assert stat.S_IMODE((folder / "documents" / str(row.local_id)).stat().st_mode) == 0o700


def test_an_answer_that_says_no_is_a_failure_and_one_half_written_waits(
    sqlite_app: Flask, make: Make, folder: Path
) -> None:
    handover = Handover(make)
    handover.end()
    work()
    for told in ('{"outcome": "ackn', [], {"outcome": "yes"}, "9" * 9000):
        _answer(folder, handover, told)
        assert handover.row.state == "sent"
    _answer(folder, handover, {"outcome": "failed", "code": "wrong-patient"})
    row = handover.row
    assert (row.state, row.reason) == ("failed", "wrong-patient") and row.content
    assert not list((folder / "documents").iterdir())


def test_a_code_that_is_none_is_not_kept(sqlite_app: Flask, make: Make, folder: Path) -> None:
    handover = Handover(make)
    handover.end()
    work()
    _answer(folder, handover, {"outcome": "failed", "code": "Mr Vantongeren moved"})
    assert handover.row.reason == "folder-failed"


def test_a_document_that_nobody_fetched_is_taken_out_when_the_agreement_ends(
    sqlite_app: Flask, make: Make, folder: Path
) -> None:
    handover = Handover(make)
    handover.end()
    work()
    with unit():
        withdrawing.withdraw_consent(handover.person, handover.practice.id, by="person", how="online")
    work()
    row = handover.row
    assert (row.state, row.reason, row.content) == ("withdrawn", "consent-ended", None)
    assert not list((folder / "documents").iterdir())


def test_a_folder_that_cannot_be_written_says_so_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    transport = FolderTransport(tmp_path / "file")
    assert transport.trouble()
    for attempt in (
        lambda: transport.send(DOCUMENT),
        lambda: transport.poll([Sent(DOCUMENT.local_id, "1")]),
    ):
        with pytest.raises(ServerTrouble, match=r"^folder \w+$"):
            attempt()


def _paths(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
