"""What the demo holds once it is loaded, as `interface.md` 6 asks for."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo import content
from portal.demo.actions import load
from portal.demo.places import QUIET_STREET
from portal.directory import queries
from portal.directory.freshness import freshness_of
from portal.directory.listings import Listing
from portal.directory.models import Address, Location, Phone, Service, SessionException, Source, Taxonomy
from portal.directory.needs import NEEDS
from portal.directory.occurrences import occurrences
from portal.directory.space import space_of
from portal.geography.places import Place
from portal.geography.projection import distance_km
from portal.geography.queries import locate
from portal.organisations.models import Organization
from tests.conftest import _clean

DAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FIVE_MILES_KM = 8.04672
DRAMA = re.compile(r"0116 496 0\d{3}|020 7946 0\d{3}|01632 960\d{3}|07700 900\d{3}")
FUNCTION_WORDS = {"a", "an", "and", "the", "to", "of", "or", "for", "in", "on", "at", "with", "your", "you", "s"}


@pytest.fixture(scope="module")
def demo(_sqlite_application: Flask) -> Iterator[dict[object, Listing]]:
    """The public listings of a demo loaded once for all tests here, which change nothing."""
    with contextmanager(_clean)(_sqlite_application), clock.freeze(DAY):
        with unit():
            load()
        yield queries.public_listings(list(db.session.scalars(select(Service.id).order_by(Service.id))))


def test_there_are_more_than_600_services_over_all_needs_with_1_to_3_needs_each(demo: dict[object, Listing]) -> None:
    assert len(demo) >= 640
    assert {need for listing in demo.values() for need in listing.needs} == set(NEEDS)
    assert {len(listing.needs) for listing in demo.values()} == {1, 2, 3}


def test_each_need_has_at_least_6_public_services_within_5_miles_of_le2_0qb(demo: dict[object, Listing]) -> None:
    here = locate("LE2 0QB")
    assert isinstance(here, Place)
    near = Counter(
        need
        for listing in demo.values()
        if any(
            venue.point and distance_km(here.lat, here.lon, *venue.point) <= FIVE_MILES_KM for venue in listing.venues
        )
        for need in listing.needs
    )
    assert min(near[need] for need in NEEDS) >= 6


def test_a_third_of_the_texts_use_no_word_of_the_labels_of_their_needs(demo: dict[object, Listing]) -> None:
    with force_locale("en"):
        labels = {
            need.id: _words(" ".join([str(need.label), *(str(name) for name in need.also)])) - FUNCTION_WORDS
            for need in NEEDS.values()
        }
    without = [
        listing
        for listing in demo.values()
        if not _words(_text(listing)) & {word for need in listing.needs for word in labels[need]}
    ]
    assert len(without) >= len(demo) / 3


def test_every_need_has_8_services_in_words_of_their_own() -> None:
    firsts = Counter(seed.needs[0] for seed in content.seeds() if seed.group in content.GROUPS)
    assert min(firsts[need] for need in NEEDS) >= 8
    texts = [seed.text for seed in content.seeds()]
    assert len(set(texts)) >= len(texts) - 1


def test_telephone_numbers_are_those_kept_for_drama_and_addresses_below_example_org(
    demo: dict[object, Listing],
) -> None:
    assert all(DRAMA.fullmatch(number) for number in db.session.scalars(select(Phone.number)))
    for column in (Service.url, Service.email, Organization.website, Organization.email, Source.url):
        assert all(
            re.search(r"[@/.]example\.org/?", value)
            for value in db.session.scalars(select(column).where(column != None))  # noqa: E711
        )
    assert not [
        text for seed in content.seeds() for text in (seed.text, seed.join) if re.search(r"\d{5}|www|http", text)
    ]


def test_every_postcode_is_real_and_every_venue_lies_where_it_says(demo: dict[object, Listing]) -> None:
    rows = db.session.execute(
        select(Address.postal_code, Location.latitude, Location.authority_code, Location.neighbourhood_code).join(
            Location, Address.location_id == Location.id
        )
    ).all()
    assert rows
    for postcode, latitude, authority, neighbourhood in rows:
        place = locate(postcode)
        assert isinstance(place, Place) and place.kind == "postcode", postcode
        assert (place.lat, place.authority_code, place.neighbourhood_code) == (latitude, authority, neighbourhood)


def test_twins_elsewhere_do_not_speak_of_places_in_leicester(demo: dict[object, Listing]) -> None:
    places = {hall.place for hall in content.halls().values() if hall.area == "leicester"} - {"City centre", "West End"}
    twins = [seed for seed in content.seeds() if seed.twin]
    assert twins
    for seed in twins:
        told = " ".join((seed.line, seed.text, seed.join, *seed.door, seed.twin))
        assert not [place for place in places if place in told], seed.name


def test_a_listing_named_after_a_place_is_at_that_place(demo: dict[object, Listing]) -> None:
    places = {hall.place for hall in content.halls().values()}
    for listing in demo.values():
        named = {place for place in places if listing.service.name.endswith(f" {place}")}
        assert not named or not listing.visited or {venue.place_name for venue in listing.visited} <= named


def test_every_state_of_freshness_and_space_is_shown(demo: dict[object, Listing]) -> None:
    everything = db.session.scalars(select(Service)).all()
    states = Counter(
        freshness_of(service.assured_date, service.source_record.source.name if service.source_record else None).state
        for service in everything
    )
    assert set(states) == {"this_month", "checked", "stale", "expired", "imported", "unchecked"}
    spaces = {space_of(service).state for service in everything}
    assert spaces == {"space", "wait", "full", "paused", "drop_in", "ask"}


def test_each_level_of_privacy_and_each_end_is_there(demo: dict[object, Listing]) -> None:
    assert {venue.privacy for listing in demo.values() for venue in listing.venues} == {"public", "area", "hidden"}
    assert {"active", "inactive", "defunct", "temporarily closed"} == set(db.session.scalars(select(Service.status)))
    merged = db.session.scalars(select(Service).where(Service.merged_into_id.is_not(None))).all()
    assert {db.session.get_one(Service, one.merged_into_id).name for one in merged} == {
        "Tuesday Table",
        "Saffron Hearth Pantry",
    }


def test_the_street_of_a_refuge_is_kept_but_never_public(demo: dict[object, Listing]) -> None:
    assert db.session.scalar(select(func.count()).select_from(Address).where(Address.address_1 == QUIET_STREET))
    assert not [listing for listing in demo.values() if any("Kestrel" in venue.address for venue in listing.venues)]
    told = {seed.name: (seed.line, seed.text) for seed in content.seeds() if seed.at in {"hidden", "home"}}
    for listing in demo.values():
        service = listing.service
        if service.name in told:
            assert (service.summary, service.description) == told[service.name]


def test_something_is_on_within_a_day_whatever_the_weekday_and_some_ends_after_midnight(
    demo: dict[object, Listing],
) -> None:
    drop_ins = [listing for listing in demo.values() if "drop_in" in listing.service.joining]
    for days in range(7):
        start = DAY + timedelta(days=days)
        on = [
            listing
            for listing in drop_ins
            if any(occurrences(times, start, start + timedelta(hours=14)) for times in listing.all_timetables)
        ]
        assert len(on) >= 20, start
    late = [times for listing in demo.values() for times in listing.all_timetables if times.ends_at]
    assert any(times.ends_at and times.ends_at < times.starts_at for times in late)
    frequencies = {(times.frequency, times.interval > 1) for times in late}
    assert frequencies >= {("weekly", False), ("weekly", True), ("monthly", False), ("dates", False)}


def test_courses_lie_ahead_and_cafes_close_on_christmas_day(demo: dict[object, Listing]) -> None:
    extra = db.session.scalars(select(SessionException.date).where(SessionException.kind == "extra")).all()
    assert min(extra) > DAY.date()
    notes = db.session.scalars(select(SessionException.note).where(SessionException.kind == "cancelled")).all()
    assert "Closed 25 December" in notes


def test_texts_in_other_languages_say_which(demo: dict[object, Listing]) -> None:
    assert {listing.service.lang for listing in demo.values()} >= {"en", "gu", "cy", "ur", "pl", "so", "uk"}
    spoken = {code for listing in demo.values() for code in listing.languages}
    assert spoken >= {"gu", "pa", "ur", "bn", "so", "pl", "bsl", "ar", "cy"}


def test_another_vocabulary_stands_beside_the_needs(demo: dict[object, Listing]) -> None:
    assert db.session.scalar(select(func.count()).select_from(Taxonomy)) == 2
    assert all(set(listing.needs) <= set(NEEDS) for listing in demo.values())


def test_summaries_fit_a_card_and_every_listing_says_how_to_join(demo: dict[object, Listing]) -> None:
    for listing in demo.values():
        assert listing.service.summary and len(listing.service.summary) <= 160
        assert listing.service.description and "{" not in listing.service.description
        assert listing.service.how_to_join or listing.service.name == "Cycle Menders Collective"
        assert listing.service.joining


def test_organisations_are_known_by_what_they_say(demo: dict[object, Listing]) -> None:
    assert not db.session.scalars(select(Organization.name).where(Organization.description.is_(None))).all()


def _text(listing: Listing) -> str:
    service = listing.service
    told = (service.name, service.summary, service.description, service.how_to_join, service.who_for)
    return " ".join(filter(None, (*told, *service.first_visit)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower().replace("'s", "").replace("’s", "")))
