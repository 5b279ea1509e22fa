"""What an import does to a listing that is edited here."""

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from portal.changes import actions, queries
from portal.changes.applying import Clash
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.importing.files import record, run, write_lines


def _import(folder: Path, **changes: str) -> Service:
    db.session.rollback()
    run(write_lines(folder, record(**changes)))
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Service)).one()


def test_a_fact_that_was_edited_here_is_local_and_stays(app: Flask, make: Make, tmp_path: Path) -> None:
    service = _import(tmp_path)
    user = make.user("editor", organisation=service.organization, trusted=True)
    session = {"freq": "weekly", "byday": "TU", "dtstart": "2026-11-24", "starts_at": "13:00"}
    actions.propose(service, {"description": "Ours.", "sessions": [session]}, by=user, base_version=1, key=None)
    db.session.commit()
    service = _import(
        tmp_path, description="Theirs.", url="https://new.org.uk", opening_text="Wednesday: 10:00 - 12:00"
    )
    assert (service.description, service.url) == ("Ours.", "https://new.org.uk")
    assert [one.starts_at.hour for place in service.service_at_locations for one in place.sessions] == [13]
    assert service.version == 3


def test_an_import_makes_a_new_version_which_the_next_edit_keeps(app: Flask, make: Make, tmp_path: Path) -> None:
    _import(tmp_path)
    service = _import(tmp_path, description="Theirs, changed.")
    assert service.version == 2
    service = _import(tmp_path, description="Theirs, changed.")
    assert service.version == 2
    user = make.user("editor", organisation=service.organization, trusted=True)
    actions.propose(service, {"how_to_join": "Ring."}, by=user, base_version=2, key=None)
    db.session.commit()
    assert [(one.number, one.how) for one in queries.versions_of(service.id)] == [(3, "edited"), (2, "imported")]


def test_who_edits_what_an_import_changed_meanwhile_is_told(app: Flask, make: Make, tmp_path: Path) -> None:
    _import(tmp_path)
    service = _import(tmp_path, description="Theirs, changed.")
    user = make.user("editor", organisation=service.organization, trusted=True)
    try:
        actions.propose(service, {"description": "Ours."}, by=user, base_version=1, key=None)
    except Clash as clash:
        assert clash.standing == {"description": "Theirs, changed."}
    else:
        raise AssertionError("an import was overwritten unseen")
