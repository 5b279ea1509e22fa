"""One commit a request: what answers below 400 is kept, all else is rolled back, and a GET saves nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, abort
from sqlalchemy import func, select

from portal.core import logs
from portal.core.access import public, writes_on_get
from portal.core.extensions import csrf, db, settings
from portal.core.jobs import Job
from portal.core.settings import Settings
from portal.core.transactions import short
from tests.conftest import _application


@pytest.fixture(scope="module")
def probe(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with views that save and then answer in different ways."""
    from dataclasses import replace

    instance = tmp_path_factory.mktemp("probe")
    app = _application(replace(settings, instance=instance, database_url=f"sqlite:///{instance / 'probe.sqlite3'}"))

    @public()
    def save(status: int) -> Response:
        db.session.add(Job(name="probe"))
        if status >= 400:
            abort(status)
        return Response("saved", status)

    @public()
    def crash() -> Response:
        db.session.add(Job(name="probe"))
        db.session.flush()
        raise ValueError("a secret of a person")

    @writes_on_get
    @public()
    def save_on_get() -> Response:
        db.session.add(Job(name="probe"))
        return Response("saved")

    for name, address, view in (
        ("save", "/save/<int:status>", save),
        ("crash", "/crash", crash),
        ("on_get", "/on-get", save_on_get),
    ):
        app.add_url_rule(address, name, csrf.exempt(view), methods=["GET", "POST"])
    yield app


@pytest.fixture
def kept(probe: Flask) -> Iterator[Flask]:
    with probe.app_context():
        db.session.query(Job).delete()
        db.session.commit()
        yield probe
        db.session.remove()


def _count() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Job)) or 0)


@pytest.mark.parametrize(("status", "count"), [(200, 1), (302, 1), (400, 0), (422, 0), (503, 0)])
def test_a_post_is_kept_by_its_answer(kept: Flask, status: int, count: int) -> None:
    assert kept.test_client().post(f"/save/{status}").status_code == status
    assert _count() == count


def test_a_get_saves_nothing(kept: Flask) -> None:
    kept.test_client().get("/save/200")
    assert _count() == 0


def test_a_get_that_is_marked_may_save(kept: Flask) -> None:
    kept.test_client().get("/on-get")
    assert _count() == 1


def test_a_fault_is_rolled_back_and_tells_nothing(kept: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error")
    answer = kept.test_client().post("/crash")
    assert answer.status_code == 500
    assert _count() == 0
    error_id = capsys.readouterr().err
    assert "secret" not in answer.get_data(as_text=True) and "Traceback" not in answer.get_data(as_text=True)
    assert "secret" not in error_id and "ValueError" in error_id and "test_transactions.py" in error_id


def test_a_short_transaction_outlives_a_refusal(kept: Flask) -> None:
    with short() as session:
        session.add(Job(name="probe"))
    db.session.rollback()
    assert _count() == 1


def test_settings_are_those_of_the_running_application(kept: Flask) -> None:
    assert settings().testing
