"""Two machines that serve and one that works share an index: what is withdrawn is gone from all."""

import time
from pathlib import Path

import pytest
from sqlalchemy import update

from portal.app import create_app
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.directory import indexing
from portal.directory.models import Service
from portal.search.current import engine
from portal.search.port import Query
from tests.factories import Make
from tests.operations import moving
from tests.support import postgres
from tests.support.processes import PATIENCE_SECONDS, environment, fetch, free_port, running, wait_for


@pytest.fixture
def url(postgres_server: postgres.Server, migrated: str) -> str:
    return moving.database(postgres_server, like=migrated)


def machine(folder: Path, geography: Path, url: str) -> dict[str, str]:
    folder.mkdir(mode=0o700)
    (folder / "geography").symlink_to(geography, target_is_directory=True)
    return environment(folder, PORTAL_DATABASE_URL=url, PORTAL_DRAIN_SECONDS="0")


def test_machines_share_an_index_and_what_is_withdrawn_is_gone_from_all(
    url: str, geography_folder: Path, tmp_path: Path
) -> None:
    app = create_app(Settings(instance=tmp_path / "own", database_url=url, testing=True, log_level="error"))
    with app.app_context():
        make = Make()
        make.service("Tea table")
        refuge_id = make.service("Refuge").id
        db.session.commit()
        indexing.mend_index()
        db.session.remove()
    first, second, third = (machine(tmp_path / name, geography_folder, url) for name in ("a", "b", "c"))
    ports = free_port(), free_port()
    logs = [tmp_path / f"{name}.log" for name in ("first", "second", "worker")]
    with (
        running("serve", "--port", str(ports[0]), "--workers", "2", env=first, log=logs[0]) as one,
        running("serve", "--port", str(ports[1]), "--workers", "2", env=second, log=logs[1]) as other,
        running("worker", env=third, log=logs[2]),
        app.app_context(),
    ):
        for port, process, log in zip(ports, (one, other), logs[:2], strict=True):
            wait_for(f"http://127.0.0.1:{port}/readyz", process, log)
        addresses = [f"http://127.0.0.1:{port}/services?q=refuge" for port in ports] * 3
        assert all(f"/services/{refuge_id}" in fetch(address)[1] for address in addresses)
        with unit():
            db.session.execute(update(Service).where(Service.id == refuge_id).values(status="defunct"))
            indexing.listing_changed(refuge_id)
        until = time.monotonic() + PATIENCE_SECONDS
        while engine().count(Query("refuge")) and time.monotonic() < until:
            time.sleep(0.05)
        for address in addresses:
            status, page = fetch(address)
            assert status == 200 and f"/services/{refuge_id}" not in page
        assert indexing.check_index().is_equal
        engine().close()  # type: ignore[attr-defined]
        db.session.remove()
        db.engine.dispose()
