"""Reading listings: few statements, only what is public, and as private as each place asked to be."""

from datetime import timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.directory import queries
from portal.directory.privacy import WITHHELD, hushed, secrets_of
from portal.search import current
from portal.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.usefixtures("monday")


def test_any_number_of_listings_is_read_in_four_statements(app: Any, make: Any, count_statements: Any) -> None:
    ids = [
        make.service(f"Group {n}", sessions=[make.session()], opening=[make.opening()], areas=["*"]).id
        for n in range(5)
    ]
    with count_statements() as statements:
        found = queries.public_listings(ids)
    assert list(found) == ids
    assert len(statements) == 4


def test_a_listing_knows_all_that_was_said(app: Any, make: Any) -> None:
    place = make.location(access={"step_free": True, "parking": False}, place_name="Clarendon Park")
    service = make.service(
        needs=["bereavement", "loneliness"],
        location=place,
        sessions=[make.session("TU")],
        opening=[make.opening("MO")],
        cost=250,
        languages=["gu", "bsl"],
        areas=["E06000016", "*"],
    )
    found = queries.public_listings([service.id])[service.id]
    assert set(found.needs) == {"bereavement", "loneliness"}
    assert set(found.languages) == {"gu", "bsl"}
    assert found.areas == {"E06000016", "*"}
    assert [cost.pence for cost in found.costs] == [250]
    (venue,) = found.venues
    assert venue.facts == {"step_free": True, "parking": False}
    assert venue.place_name == "Clarendon Park"
    assert {table.is_opening for table in venue.timetables} == {True, False}


def test_sessions_keep_their_exceptions(app: Any, make: Any) -> None:
    from portal.directory.models import SessionException

    session = make.session("TU")
    day = clock.today() + timedelta(days=14)
    session.exceptions.append(SessionException(date=day, kind="cancelled"))
    session.exceptions.append(SessionException(date=day + timedelta(days=1), kind="extra"))
    service = make.service(sessions=[session])
    (table,) = queries.public_listings([service.id])[service.id].all_timetables
    assert [change.kind for change in table.changes] == ["cancelled", "extra"]


def test_what_is_not_public_is_not_found(app: Any, make: Any) -> None:
    other = make.service("Kept")
    gone = [
        make.service("Closed", status="defunct"),
        make.service("Withdrawn", withdrawn_at=clock.now()),
        make.service("Merged", merged_into_id=other.id),
        make.service("Stale", assured_date=clock.today() - timedelta(days=370)),
    ]
    assert list(queries.public_listings([one.id for one in (*gone, other)])) == [other.id]
    assert all(not queries.is_public(queries.listing(one.id)) for one in gone)


def test_an_imported_listing_that_nobody_checked_stays(app: Any, make: Any) -> None:
    service = make.imported("Warm room", source="Warm places")
    assert queries.public_listings([service.id])[service.id].source == "Warm places"


def test_a_hidden_place_tells_nothing(app: Any, make: Any) -> None:
    place = make.location(
        name="Rose Cottage", address="12 Hidden Lane", postcode="LE2 1AA", privacy="hidden", place_name="Oadby"
    )
    service = make.service(
        "Safe house",
        location=place,
        description="Come to 12 hidden lane, LE21AA. Ask for Rose  Cottage.",
        needs=["abuse"],
    )
    found = queries.public_listings([service.id])[service.id]
    (venue,) = found.venues
    assert (venue.point, venue.address, venue.postcode, venue.name, venue.place_name) == (None, "", None, None, None)
    assert found.service.description == f"Come to {WITHHELD}, {WITHHELD}. Ask for {WITHHELD}."


def test_an_area_only_place_stands_in_the_middle_of_its_area(app: Any, make: Any) -> None:
    place = make.location(
        privacy="area", neighbourhood_code="E02002855", place_name="Clarendon Park", address="12 Rose Lane"
    )
    service = make.service(location=place)
    (venue,) = queries.public_listings([service.id])[service.id].venues
    assert venue.place_name == "Clarendon Park"
    assert (venue.address, venue.postcode, venue.name) == ("", None, None)
    assert venue.point is not None and venue.point != (place.latitude, place.longitude)


def test_reading_a_private_listing_changes_nothing_in_the_database(app: Any, make: Any) -> None:
    from portal.core.extensions import db

    place = make.location(address="12 Hidden Lane", privacy="hidden")
    service = make.service(location=place, description="At 12 Hidden Lane.")
    queries.public_listings([service.id])
    assert not db.session.dirty
    db.session.refresh(service)
    assert service.description == "At 12 Hidden Lane."


def test_ordinary_words_of_an_address_are_not_secret() -> None:
    assert secrets_of("12, The Row", "LE2 1AA", None) == {"The Row", "LE2 1AA", "LE21AA"}
    assert hushed("The rowing club", {"The Row"}) == "The rowing club"


@pytest.mark.parametrize("address", ["9 Lantern Row", "9a Lantern  Row", "9-11 Lantern Row", "Flat 3/4 Lantern Row"])
def test_the_street_of_a_private_address_is_secret_without_its_number(address: str) -> None:
    secrets = secrets_of(address, None, None)
    assert (
        hushed("Behind Lantern Row, or number 9, lantern row.", secrets)
        == f"Behind {WITHHELD}, or number 9, {WITHHELD}."
    )


def test_listings_in_an_area_are_those_that_meet_there_or_serve_it(app: Any, make: Any) -> None:
    here = make.location(neighbourhood_code="E02002855")
    make.service("Here", location=here)
    make.service("Comes", areas=["E02002855"], at=[])
    make.service("Hidden", location=make.location(neighbourhood_code="E02002855", privacy="hidden"))
    make.service("Elsewhere")
    assert [one.service.name for one in queries.listings_in(frozenset({"E02002855"}))] == ["Comes", "Here"]


def test_openings_of_a_day_come_in_order(app: Any, make: Any) -> None:
    now = clock.now()
    make.service("Late", sessions=[make.session("MO,TU,WE,TH,FR,SA,SU", "18:00", "19:00", on_bank_holidays=True)])
    make.service("Early", sessions=[make.session("MO,TU,WE,TH,FR,SA,SU", "09:00", "10:00", on_bank_holidays=True)])
    found = queries.open_between(now, now + timedelta(days=1), area_codes=frozenset({"E06000016"}))
    assert {opening.listing.service.name for opening in found} == {"Late", "Early"}
    assert found == sorted(found, key=lambda opening: opening.occurrence.start)


def test_an_organisation_has_its_public_listings_by_name(app: Any, make: Any) -> None:
    ours = make.organisation("Evington Good Company")
    make.service("Zumba", organisation=ours)
    make.service("Art", organisation=ours)
    make.service("Gone", organisation=ours, status="inactive")
    make.service("Other")
    assert [one.service.name for one in queries.listings_of_organisation(ours.id)] == ["Art", "Zumba"]


def test_what_is_open_anywhere_is_asked_of_the_index_or_else_of_the_database(
    app: Any, make: Any, index_now: Any, tmp_path: Any
) -> None:
    now = clock.now()
    every_day = "MO,TU,WE,TH,FR,SA,SU"
    make.service("Drop in", sessions=[make.session(every_day, "00:00", "23:59", on_bank_holidays=True)])
    make.service(
        "By referral",
        sessions=[make.session(every_day, "00:00", "23:59", on_bank_holidays=True)],
        joining=["self_refer"],
    )
    make.service("No times")
    index_now()

    def names(**asked: Any) -> set[str]:
        return {one.listing.service.name for one in queries.open_between(now, now + timedelta(hours=30), **asked)}

    assert names() == {"Drop in", "By referral"}
    assert names(drop_in_only=True, limit=1) == {"Drop in"}
    current.init_app(app, WhooshEngine(tmp_path / "nothing here"))
    assert names(drop_in_only=True) == {"Drop in"}


@pytest.mark.parametrize(("pence", "amount"), [(230, 230), (29, 29), (1999, 1999)])
def test_prices_are_whole_pence(app: Any, make: Any, pence: int, amount: int) -> None:
    service = make.service(cost=pence)
    assert [cost.pence for cost in queries.public_listings([service.id])[service.id].costs] == [amount]
