"""The drill: a backup of a site that is in use, brought back into an empty folder, and served from there."""

import json
import re
import threading
import time
from pathlib import Path

from portal.app import create_app
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.operations import upgrading
from tests.factories import Make
from tests.support.processes import KEY, SECRET, environment, fetch, free_port, portal, run, running, wait_for


def test_a_site_in_use_is_backed_up_and_serves_again_from_the_file(
    upgraded: Path, instance: Path, tmp_path: Path
) -> None:
    here, there = upgraded, instance
    url = f"sqlite:///{here / 'portal.sqlite3'}"
    app = create_app(Settings(instance=here, secret_key=SECRET, data_keys=(KEY,), database_url=url, testing=True))
    with app.app_context():
        upgrading.upgrade(lambda _told: None)
        service_id = Make().service("Lantern Makers").id
        db.session.remove()
        db.engine.dispose()
    told = portal("backup-key", str(tmp_path / "key"), env=environment(here))
    recipient = re.findall(r"age1\w+", told)[-1]
    env, port = environment(here, PORTAL_BACKUP_RECIPIENTS=recipient, PORTAL_DRAIN_SECONDS="0"), free_port()
    file, statuses, stop = tmp_path / "site.backup.age", list[int](), threading.Event()

    def visit() -> None:
        while not stop.is_set():
            statuses.append(fetch(f"http://127.0.0.1:{port}/services?q=lantern")[0])
            time.sleep(0.05)

    log = tmp_path / "here.log"
    with running("serve", "--port", str(port), env=env, log=log) as site:
        wait_for(f"http://127.0.0.1:{port}/healthz", site, log)
        visitor = threading.Thread(target=visit, daemon=True)
        visitor.start()
        assert "rows and" in portal("backup", str(file), env=env)
        stop.set()
        visitor.join()
    assert statuses and set(statuses) == {200}
    data = file.read_bytes()
    cut = tmp_path / "cut.age"
    cut.write_bytes(data[: len(data) * 2 // 3])
    back = ["--key", str(tmp_path / "key"), "--into", str(there)]
    refused = run("restore", str(cut), *back, env=env)
    assert refused.returncode == 1 and "damaged or cut short" in refused.stderr and "Traceback" not in refused.stderr
    restored = json.loads(portal("restore", str(file), *back, "--json", env=env))
    assert restored["first_broken"] is None and restored["problems"] == [] and restored["entries"] > 0
    assert run("restore", str(file), *back, env=env).returncode == 1, "an instance in use is refused"
    port, log = free_port(), tmp_path / "there.log"
    with running("serve", "--port", str(port), env=environment(there, PORTAL_DRAIN_SECONDS="0"), log=log) as site:
        wait_for(f"http://127.0.0.1:{port}/readyz", site, log)
        assert f"/services/{service_id}" in fetch(f"http://127.0.0.1:{port}/services?q=lantern")[1]
