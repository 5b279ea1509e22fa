"""R17: a peer that is slow, dead or dripping is waited for by nobody but its own reading."""

import threading
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from portal.core.extensions import db
from portal.core.jobs import HANDLERS, lanes
from portal.core.transactions import unit
from portal.directory.models import Service
from portal.sources import actions, queries
from portal.sources.running import LANE, perform, perform_run
from tests.factories import Make
from tests.sources.peers import Peer, add, address_of, peer_at, run_now, service
from tests.support.remote import answer


def test_readings_have_a_lane_of_their_own_and_hold_no_lock() -> None:
    handler = HANDLERS[perform.name]
    assert handler.lane == LANE != "main" and LANE in lanes() and handler.reads_only


def test_while_a_peer_is_waited_for_everything_else_is_read_and_written(app: Flask, make: Make) -> None:
    peer = Peer(*(service(number) for number in range(8)), knows=frozenset({"full"}), per_page=4)
    is_waiting, go_on = threading.Event(), threading.Event()

    def slow(client: Any) -> None:
        is_waiting.set()
        assert go_on.wait(10)
        client.sendall(answer({}, 500))
        client.close()

    peer.wrong["/services?2"] = slow
    with peer_at(peer) as server:
        source = add(address_of(server))
        with unit():
            run_id = actions.ask_for_run(queries.setting_of(source), by="operator", in_worker=False).id

        def read() -> None:
            with app.app_context():
                perform_run(run_id)

        reading = threading.Thread(target=read)
        reading.start()
        assert is_waiting.wait(10)
        with unit():
            make.service("Written meanwhile")
        assert db.session.scalar(select(func.count()).select_from(Service)) == 1
        assert [one.setting.state for one in queries.standings()] == ["new"]
        db.session.rollback()
        assert run_now(run_id).state == "fetching"
        go_on.set()
        reading.join(20)
    run = run_now(run_id)
    assert run.state == "failed" and "the error 500" in (run.problem or "")
