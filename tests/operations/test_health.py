"""Health: honest about database, index, jobs, places and disk."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.operations import readiness
from portal.search.whoosh_engine import WhooshEngine


def test_a_process_that_lives_says_so(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_whole_instance_is_ready(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200, answer.get_json()


def test_a_missing_index_is_said(sqlite_app: Flask, tmp_path: Path) -> None:
    sqlite_app.extensions["portal.search"] = WhooshEngine(tmp_path / "no-index")
    answer = sqlite_app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["index"] == "bad"


def test_jobs_that_nobody_runs_are_said(app: Flask) -> None:
    db.session.add(Job(name="tests.waits", run_at=clock.now() - timedelta(hours=1)))
    db.session.commit()
    assert app.test_client().get("/readyz").get_json()["checks"]["jobs"] == "bad"


def test_a_full_disk_is_said_before_it_is_full(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_DISK_BYTES", 10**18)
    assert sqlite_app.test_client().get("/readyz").get_json()["checks"]["disk"] == "bad"


def test_a_database_that_is_gone_is_said(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("select 1", {}, Exception("gone"))

    monkeypatch.setattr(readiness.db.session, "execute", gone)
    answer = sqlite_app.test_client().get("/readyz")
    assert answer.status_code == 503 and answer.get_json()["checks"]["database"] == "bad"


def test_figures_count_jobs_and_requests(app: Flask) -> None:
    client = app.test_client()
    client.get("/healthz")
    told = client.get("/metrics").get_data(as_text=True)
    assert 'portal_requests_total{endpoint="health.healthz",method="GET",status="200"}' in told
    assert "portal_jobs_ready 0.0" in told
