"""Later readings: what changed, what ended, what is gone, and what was edited here meanwhile."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Service, SourceRecord
from portal.sources import queries
from portal.sources.models import SourceRun, SourceTask
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read, service, setting_now

KNOWS = frozenset({"full", "modified_after"})


def counts_of(run: SourceRun) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}


def taken(peer: Peer, server: Any, **told: Any) -> UUID:
    """A trusted source whose first reading was accepted."""
    source = add(address_of(server), trust="apply", **told)
    assert accept(read(source)).state == "applied"
    return source


def listing(number: int) -> Service:
    record = select(SourceRecord).where(SourceRecord.external_id == service(number)["id"])
    return db.session.scalars(record).one().service


def tasks() -> list[tuple[str, str, str]]:
    """Kind, state and name of the listing of each question."""
    db.session.rollback()
    rows = db.session.scalars(select(SourceTask).order_by(SourceTask.external_id))
    return [(one.kind, one.state, one.service.name) for one in rows]


def test_a_trusted_source_is_kept_in_step_by_itself(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(6)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        peer.services[service(2)["id"]] = service(2, description="Something else.")
        peer.services |= {service(7)["id"]: service(7)}
        run = read(source)
    assert (run.state, run.doubt) == ("applied", None)
    assert counts_of(run) == {"read": 7, "same": 5, "changed": 1, "new": 1}
    shown = queries.preview(run.id, "changed").rows[0]
    assert (shown.name, shown.changed, shown.document) == (service(2)["name"], ["description"], None)
    assert listing(2).description == "Something else." and listing(7).name == service(7)["name"]


def test_a_source_that_is_looked_at_each_time_waits_each_time_there_is_something(app: Flask) -> None:
    peer = Peer(service(1), service(2))
    with peer_at(peer) as server:
        source = add(address_of(server))
        accept(read(source))
        assert read(source).state == "applied", "nothing would change"
        peer.services[service(1)["id"]] = service(1, description="Other.")
        run = read(source)
        assert (run.state, run.doubt) == ("waiting", "preview") and listing(1).description != "Other."
        assert accept(run).state == "applied" and listing(1).description == "Other."


def test_what_was_edited_here_stays_while_the_source_changes_the_rest(app: Flask) -> None:
    peer = Peer(service(1), service(2))
    with peer_at(peer) as server:
        source = taken(peer, server)
        with unit():
            listing(1).description = "As we know it."
        peer.services[service(1)["id"]] = service(1, description="Another.", fees_description="2 pounds")
        run = read(source)
    (shown,) = queries.preview(run.id, "changed").rows
    assert "description" in shown.kept and "description" not in shown.changed and shown.changed
    assert listing(1).description == "As we know it."


@pytest.mark.parametrize("status", ["inactive", "defunct"])
def test_what_ended_elsewhere_is_asked_about_and_not_closed(app: Flask, status: str) -> None:
    peer = Peer(*(service(number) for number in range(8)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        peer.services[service(3)["id"]] = service(3, status=status, description="Over.")
        run = read(source)
        assert (run.state, counts_of(run)["closed"]) == ("applied", 1)
        assert tasks() == [("closed", "open", service(3)["name"])]
        assert listing(3).status == "active" and listing(3).description != "Over."
        assert db.session.scalars(select(SourceTask)).one().document["hsds"]["status"] == status  # type: ignore[index]
        assert counts_of(read(source)).get("closed") is None, "it is asked once"
        peer.services[service(3)["id"]] = service(3, description="Back.")
        read(source)
    assert tasks() == [("closed", "returned", service(3)["name"])] and listing(3).description == "Back."


def test_what_is_gone_from_a_whole_reading_is_asked_about_once_and_comes_back(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        gone = peer.services.pop(service(5)["id"])
        assert counts_of(read(source))["vanished"] == 1
        assert tasks() == [("vanished", "open", service(5)["name"])] and listing(5).status == "active"
        assert "vanished" not in counts_of(read(source))
        peer.services[gone["id"]] = gone
        read(source)
        assert tasks() == [("vanished", "returned", service(5)["name"])]
        del peer.services[gone["id"]]
        read(source)
    assert tasks() == [("vanished", "open", service(5)["name"])]


def test_a_listing_that_was_withdrawn_here_is_not_asked_about(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        with unit():
            listing(5).withdrawn_at = clock.now()
            listing(6).withdrawn_at = clock.now()
        del peer.services[service(5)["id"]]
        peer.services[service(6)["id"]] = service(6, status="inactive")
        read(source)
    assert tasks() == []


def test_a_reading_that_would_take_away_over_a_fifth_stops_and_asks(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(10)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        for number in (1, 2):
            del peer.services[service(number)["id"]]
        assert read(source).state == "applied", "two of ten are no more than a fifth"
        for number in (3, 4):
            del peer.services[service(number)["id"]]
        peer.services[service(5)["id"]] = service(5, status="defunct")
        run = read(source)
        assert (run.state, run.doubt) == ("waiting", "many") and len(tasks()) == 2
        assert accept(run).state == "applied" and len(tasks()) == 5


def test_a_feed_that_is_suddenly_empty_stops_and_asks(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(10)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        peer.services.clear()
        run = read(source)
    assert (run.state, run.doubt, counts_of(run)) == ("waiting", "many", {"vanished": 10}) and tasks() == []


def test_absence_does_not_count_where_a_record_could_not_even_be_told_apart(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)), knows=KNOWS, per_page=20)
    with peer_at(peer) as server:
        source = taken(peer, server)
        whole = [*list(peer.services.values())[1:], None]
        peer.wrong["/services?1"] = {"total_pages": 1, "contents": whole}
        run = read(source, whole=True)
    assert (run.state, counts_of(run)) == ("applied", {"read": 8, "same": 7, "refused": 1}) and tasks() == []


def test_a_service_that_could_not_be_had_is_not_gone(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)))
    with peer_at(peer) as server:
        source = taken(peer, server)
        peer.wrong[f"/services/{service(4)['id']}"] = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
        run = read(source)
    assert (run.state, counts_of(run)) == ("applied", {"read": 8, "same": 7, "refused": 1}) and tasks() == []
    (refused,) = queries.preview(run.id, "refused").rows
    assert refused.external_id == service(4)["id"] and "500" in (refused.why or "")


def test_a_feed_that_tells_what_changed_is_asked_for_that_with_an_overlap(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)), knows=KNOWS, per_page=100)
    with peer_at(peer) as server:
        before = clock.now().replace(microsecond=0)
        source = taken(peer, server)
        asked = [target for target in server.targets if target.startswith("/services")]
        assert asked == ["/services?page=1&per_page=100&full=true"], "whole services, so none is asked for by itself"
        peer.changed = [
            service(1, description="New words."),
            {"id": service(2)["id"], "status": "inactive", "hereabouts": {"gone": "closed"}},
        ]
        run = read(source)
    assert not run.is_whole and counts_of(run) == {"read": 2, "changed": 1, "closed": 1}
    last = server.targets[-1]
    since = last.partition("modified_after=")[2].partition("&")[0].replace("%3A", ":")
    assert abs(datetime.fromisoformat(since) - (before - timedelta(minutes=10))) <= timedelta(seconds=5)
    assert listing(1).description == "New words." and listing(2).status == "active"
    assert tasks() == [("closed", "open", service(2)["name"])], "what is not in it is not gone"


def test_all_is_read_again_when_it_was_not_for_a_week_so_that_what_is_gone_is_seen(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)), knows=KNOWS, per_page=100)
    with peer_at(peer) as server:
        source = taken(peer, server)
        del peer.services[service(3)["id"]]
        assert not read(source).is_whole and tasks() == []
        with clock.freeze(clock.now() + timedelta(days=8)):
            assert read(source).is_whole
    assert tasks() == [("vanished", "open", service(3)["name"])]


def test_a_feed_that_turns_away_questions_it_does_not_know_is_asked_plainly(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)))
    peer.is_strict = True
    with peer_at(peer) as server:
        source = taken(peer, server)
        del peer.services[service(3)["id"]]
        run = read(source)
    assert run.is_whole and counts_of(run) == {"read": 7, "same": 7, "vanished": 1}


def test_the_cursor_moves_on_only_with_what_was_applied(app: Flask) -> None:
    peer = Peer(*(service(number) for number in range(8)), knows=KNOWS, per_page=100)
    with peer_at(peer) as server:
        source = add(address_of(server))
        accept(read(source))
        before = setting_now(source).cursor
        peer.changed = [service(1, description="New words.")]
        with clock.freeze(clock.now() + timedelta(days=1)):
            run = read(source)
            assert run.state == "waiting" and setting_now(source).cursor == before
            again = read(source)
            assert again.state == "waiting" and counts_of(again)["changed"] == 1, "it is still asked from there"
            accept(again)
    cursor = setting_now(source).cursor
    assert before is not None and cursor is not None and cursor > before
    assert queries.run_of(run.id).state == "superseded"
