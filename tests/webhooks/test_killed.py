"""Real workers that are killed at any moment: every change arrives, and none under a second id."""

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from portal.app import create_app
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.directory.indexing import listing_changed
from portal.operations import upgrading
from portal.webhooks import noticing
from tests.factories import Make
from tests.support.forking import Program, Running, started
from tests.support.processes import KEY, SECRET, environment
from tests.webhooks.conftest import Receiver, deliveries, subscribe

SEED = 7
LISTINGS = 12
KILLS = 2
PATIENCE_SECONDS = 90.0


@contextmanager
def worker(env: dict[str, str]) -> Iterator[Running]:
    """A worker of its own, which is killed at the end, whatever it does."""
    with Path(os.devnull).open("wb") as nothing:
        process = started(Program(("worker",), module="portal.cli"), env, nothing)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_every_change_arrives_under_one_id_though_workers_are_killed(
    tmp_path: Path, geography_folder: Path, receiver: Receiver
) -> None:
    chance = random.Random(SEED)
    (tmp_path / "geography").symlink_to(geography_folder, target_is_directory=True)
    allow = f"127.0.0.1:{receiver.port}"
    settings = Settings(
        instance=tmp_path, secret_key=SECRET, data_keys=(KEY,), database_url=f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        fetch_allow=(allow,), log_level="error",
    )  # fmt: skip
    env = environment(tmp_path, PORTAL_FETCH_ALLOW=allow)
    receiver.answer = lambda _got, _sock: time.sleep(chance.uniform(0, 0.15)) or 204
    app = create_app(settings, is_serving=False)
    with app.app_context():
        upgrading.upgrade(lambda _sentence: None, None)
        make = Make()
        ids = [make.service(f"Group {number}").id for number in range(LISTINGS)]
        one = subscribe(receiver)
        for _ in range(KILLS):
            _change(ids)
            with worker(env):
                seen = len(receiver.got)
                _wait(lambda: len(receiver.got) > seen, PATIENCE_SECONDS)  # noqa: B023
                time.sleep(chance.uniform(0, 1.5))
        with worker(env):
            _wait(
                lambda: bool(deliveries()) and all(each.state == "delivered" for each in deliveries()), PATIENCE_SECONDS
            )
        known = {each.message_id: each.change_key for each in deliveries()}
        db.session.remove()
    bodies: defaultdict[str, set[bytes]] = defaultdict(set)
    for got in receiver.got:
        got.verified(one.secret)
        bodies[got.message_id].add(got.body)
    assert bodies.keys() == known.keys() and all(len(each) == 1 for each in bodies.values())
    assert {UUID(key.partition(":")[0]) for key in known.values()} == set(ids)
    assert len(set(known.values())) == len(known)


def _change(ids: list[UUID]) -> None:
    with unit():
        for one in ids:
            listing_changed(one)
        noticing.look.later()


def _wait(until: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        with reading():
            db.session.rollback()
            if until():
                return
        assert time.monotonic() < end
        time.sleep(0.2)
