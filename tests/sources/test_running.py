"""A source from its first reading on: staged apart from live, looked at, applied, and kept in step."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Service, SourceRecord
from portal.sources import actions, queries
from portal.sources.models import SourceRun
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read, run_now, service, setting_now


def names() -> set[str]:
    """Names of listings that stand here."""
    return set(db.session.scalars(select(Service.name)))


def counts_of(run: SourceRun) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}


def ten(**changes: Any) -> Peer:
    return Peer(*(service(number, **changes) for number in range(10)))


def test_the_first_reading_shows_what_it_would_do_and_changes_nothing_until_it_is_accepted(app: Flask) -> None:
    with peer_at(ten()) as server:
        source = add(address_of(server))
        run = read(source)
        assert (run.state, run.doubt, counts_of(run)) == ("waiting", "first", {"read": 10, "new": 10})
        assert names() == set()
        shown = queries.preview(run.id, "new")
        assert shown.total == 10 and shown.rows[0].name == service(0)["name"]
        assert shown.rows[0].document == {"hsds": service(0)}
        run = accept(run)
    assert run.state == "applied" and len(names()) == 10
    assert setting_now(source).state == "active"
    record = db.session.scalars(select(SourceRecord).where(SourceRecord.external_id == service(3)["id"])).one()
    assert record.document == {"hsds": service(3)} and record.source.name == "Elsewhere"


def test_a_refused_reading_leaves_everything_as_it_is(app: Flask) -> None:
    with peer_at(ten()) as server:
        run = read(add(address_of(server)))
        with unit():
            actions.refuse_run(queries.run_of(run.id), by="operator")
    assert names() == set() and run_now(run.id).state == "refused"
    with pytest.raises(DomainError), unit():
        actions.accept_run(queries.run_of(run.id), by="operator")


def located(number: int, postcode: str | None) -> dict[str, Any]:
    """A service at a place with this postcode."""
    address = {
        "id": f"a-{number}",
        "address_1": "1 High Street",
        "city": "Town",
        "country": "GB",
        "address_type": "physical",
    }
    if postcode is None:
        return service(number)
    location = {"id": f"l-{number}", "location_type": "physical", "addresses": [address | {"postal_code": postcode}]}
    return service(number, service_at_locations=[{"id": f"p-{number}", "location": location}])


def test_only_listings_of_the_chosen_councils_are_taken_and_those_of_no_place(app: Flask) -> None:
    places = ("LE2 0QB", "EH1 1YZ", None, "LE1 1QH")
    with peer_at(Peer(*(located(number, postcode) for number, postcode in enumerate(places)))) as server:
        source = add(address_of(server), area=("E06000016",))
        run = accept(read(source))
        assert counts_of(run) == {"read": 4, "new": 3, "elsewhere": 1}
        with unit():
            told = actions.Told("Elsewhere", "oruk3", address_of(server), area=())
            actions.change_source(queries.setting_of(source), told, by="operator")
        assert counts_of(read(source)) == {"read": 4, "same": 3, "new": 1}, "what was passed over is read again"


def test_what_follows_the_question_mark_is_asked_with_and_shown_nowhere(app: Flask) -> None:
    with peer_at(ten()) as server:
        source = add(address_of(server, "/?key=s3cret"))
        run = read(source)
        assert run.state == "waiting" and any("key=s3cret" in target for target in server.targets)
        server.answers = lambda _target: b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"
        failed = read(source)
    shown = queries.setting_of(source).source.url
    assert "s3cret" not in f"{shown}{run.counts}{failed.problem}" and failed.state == "failed"
