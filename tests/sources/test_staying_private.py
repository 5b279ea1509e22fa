"""No source opens a place that somebody here made private, nor takes a listing out of a group's hands, nor comes in unseen."""

from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Location, Service, SourceRecord
from portal.sources.models import SourceRun
from tests.factories import Make
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read, service, setting_now

HARBOUR = {"id": "00000000-0000-4000-9000-000000000001", "name": "Quiet Harbour", "description": "We help."}


def place(number: int, line: str = "12 Elderflower Lane", postcode: str | None = "LE2 0QB") -> dict[str, Any]:
    """A place whose every id is told by its number."""
    address = {"id": f"a-{number}", "address_1": line, "city": "Leicester", "country": "GB", "address_type": "physical"}
    told = address | ({"postal_code": postcode} if postcode else {})
    location = {"id": f"l-{number}", "location_type": "physical", "name": "Rosewood House", "addresses": [told]}
    return {"id": f"p-{number}", "location": location}


def at(number: int, *places: dict[str, Any]) -> dict[str, Any]:
    return service(number, organization=HARBOUR, service_at_locations=list(places))


def hide() -> None:
    """Make every place private, as a group does."""
    with unit():
        for one in db.session.scalars(select(Location)):
            one.privacy = "hidden"


def privacy_of(number: int) -> list[str]:
    db.session.rollback()
    record = select(SourceRecord.service_id).where(SourceRecord.external_id == service(number)["id"])
    found = db.session.get_one(Service, db.session.scalars(record).one())
    return [one.location.privacy for one in found.service_at_locations]


def tell(source: UUID, peer: Peer, *services: dict[str, Any]) -> SourceRun:
    """Have the peer say this, and nothing else, and its source read and applied."""
    peer.services = {one["id"]: one for one in services}
    run = read(source, whole=True)
    return accept(run) if run.state == "waiting" else run


def test_another_listing_at_a_place_that_is_private_here_is_private_too(app: Flask) -> None:
    peer = Peer(at(1, place(1)))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        accept(read(source))
        hide()
        elsewhere = place(5, "3 Mill Street", "LE1 1QH")
        tell(source, peer, at(1, place(1)), at(2, place(1)), at(3, place(3, "12, Elderflower Ln")), at(4, elsewhere))
        assert [privacy_of(number) for number in (1, 2, 3, 4)] == [["hidden"], ["hidden"], ["hidden"], ["public"]]
        tell(source, peer, at(1, place(1)), at(2, place(1)), at(3, place(3, "12, Elderflower Ln")), at(4, place(5)))
        assert privacy_of(4) == ["hidden"], "it has moved there"


def test_a_place_without_postcode_is_known_by_its_first_line(app: Flask) -> None:
    peer = Peer(at(1, place(1, postcode=None)))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        accept(read(source))
        hide()
        tell(source, peer, at(1, place(1, postcode=None)), at(2, place(2, "12  ELDERFLOWER Lane")))
        assert privacy_of(2) == ["hidden"]


def test_another_organisation_is_not_hidden_by_it(app: Flask) -> None:
    peer = Peer(at(1, place(1)))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        accept(read(source))
        hide()
        tell(source, peer, at(1, place(1)), service(2, service_at_locations=[place(2)]))
        assert privacy_of(2) == ["public"]


def test_a_private_place_that_goes_and_comes_back_under_another_id_stays_private(app: Flask) -> None:
    peer = Peer(at(1, place(1)))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        accept(read(source))
        hide()
        tell(source, peer, at(1))
        tell(source, peer, at(1, place(2, "Rosewood House, off Elderflower Lane", "LE2 0QD")))
        assert set(privacy_of(1)) == {"hidden"}


def test_a_source_takes_no_listing_out_of_the_hands_of_a_group(app: Flask, make: Make) -> None:
    def numbered(number: str, name: str) -> dict[str, Any]:
        identifier = {
            "id": f"i-{number}",
            "identifier_scheme": "GB-CHC",
            "identifier_type": "Charity",
            "identifier": number,
        }
        return {"id": f"o-{number}", "name": name, "description": "We.", "organization_identifiers": [identifier]}

    ours, theirs = numbered("1111111", "Quiet Harbour"), numbered("2222222", "Grasping Hand")
    peer = Peer(service(1, organization=ours), service(2, organization=theirs), service(3, organization=ours))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        accept(read(source))
        one = _listing(1)
        held, grasping = one.organization_id, _listing(2).organization_id
        make.user("editor", organisation=one.organization)
        db.session.commit()
        tell(source, peer, *(service(number, organization=theirs) for number in (1, 2, 3)))
        assert _listing(1).organization_id == held != grasping
        assert _listing(1).organization.name == "Quiet Harbour"


def test_a_reading_that_brings_nothing_is_no_first_look(app: Flask) -> None:
    peer = Peer({"id": "gone-1", "hereabouts": {"gone": {"reason": "closed"}}})
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        assert read(source).state == "applied" and setting_now(source).state == "new"
        peer.services = {one["id"]: one for one in (service(number) for number in range(5))}
        run = read(source, whole=True)
        assert (run.state, run.doubt) == ("waiting", "first")
        assert not db.session.scalars(select(Service)).all()
        accept(run)
        assert setting_now(source).state == "active"
        peer.services[service(9)["id"]] = service(9)
        assert read(source, whole=True).state == "applied", "somebody has looked"


def _listing(number: int) -> Service:
    db.session.rollback()
    record = select(SourceRecord.service_id).where(SourceRecord.external_id == service(number)["id"])
    return db.session.get_one(Service, db.session.scalars(record).one())
