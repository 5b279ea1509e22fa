"""The index says what the database says, and nothing that must not be known."""

import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.directory import indexing, queries
from portal.directory.asking import SearchRequest
from portal.directory.cards import card_of
from portal.directory.finding import find
from portal.directory.found import spots_of
from portal.directory.models import Location, Service
from portal.search import current
from portal.search.port import EVERYWHERE, REMOTE, Query
from portal.search.whoosh_engine import WhooshEngine

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


def document(service: Any) -> Any:
    return indexing.document_of(queries.public_listings([service.id])[service.id])


def change(statement: Any) -> None:
    """Change rows as an action would, and tell the index in the same transaction."""
    db.session.execute(statement)
    indexing.listings_changed(db.session.scalars(select(Service.id)))
    db.session.commit()


def test_a_document_holds_what_is_searched(app: Any, make: Any) -> None:
    with clock.freeze(NOW):
        service = make.service(
            "Tuesday Table",
            needs=["bereavement"],
            sessions=[make.session("TU")],
            who_for="Men",
            languages=["gu"],
            cost=300,
        )
        found = document(service)
    assert found.texts["name"] == "Tuesday Table"
    assert found.texts["needs"] == "Grief and loss, bereaved, bereavement"
    assert "Men" in found.texts["description"]
    assert found.facets["cost"] == {"low_cost"} and found.facets["language"] == {"gu"}
    first = clock.epoch_minutes(datetime(2026, 12, 1, 10, tzinfo=UTC))
    assert len(found.sessions) == 6 and found.sessions[0] == (first, first + 120)
    assert found.checked == (NOW.date() - indexing.EPOCH).days


@pytest.mark.parametrize(
    ("modes", "areas", "serves"),
    [
        (["in_person"], [], set()),
        (["in_person"], ["E06000016"], {"E06000016"}),
        (["phone"], [], {REMOTE}),
        (["online"], ["E06000016"], {"E06000016"}),
        (["phone"], ["*"], {EVERYWHERE, REMOTE}),
        (["home_visit"], ["*"], {EVERYWHERE}),
    ],
)
def test_whom_it_reaches(sqlite_app: Any, make: Any, modes: list[str], areas: list[str], serves: set[str]) -> None:
    assert document(make.service(modes=modes, areas=areas)).serves == serves


def test_full_stale_and_unchecked_listings_carry_a_demerit(sqlite_app: Any, make: Any) -> None:
    with clock.freeze(NOW):
        old = NOW.date() - timedelta(days=250)
        full = {"space_state": "full", "space_said_at": NOW}
        demerits = [
            document(make.service()).demerit,
            document(make.service(assured_date=old)).demerit,
            document(make.imported()).demerit,
            document(make.service(**full)).demerit,
            document(make.service(assured_date=old, **full)).demerit,
        ]
    assert demerits == sorted(demerits) and demerits[0] == 0 and len(set(demerits)) == 5


def test_a_change_reaches_the_index_with_its_transaction_or_not_at_all(app: Any, make: Any, index_now: Any) -> None:
    service_id = make.service("Tea").id
    index_now()
    db.session.execute(update(Service).values(name="Cake"))
    indexing.listing_changed(service_id)
    db.session.rollback()
    index_now()
    assert current.engine().search(Query(words="cake")).total == 0
    change(update(Service).values(name="Cake"))
    index_now()
    assert current.engine().search(Query(words="cake")).total == 1


def test_several_changes_before_the_worker_comes_are_one_job(app: Any, make: Any) -> None:
    from uuid import uuid4

    service_id = uuid4()
    for _ in range(3):
        indexing.listing_changed(service_id)
        db.session.flush()
    assert len(db.session.scalars(select(Job).where(Job.key == str(service_id))).all()) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"withdrawn_at": NOW},
        {"status": "defunct"},
        {"status": "temporarily closed"},
        {"assured_date": NOW.date() - timedelta(days=400)},
    ],
)
def test_what_the_public_may_not_find_is_taken_out(
    app: Any, make: Any, index_now: Any, columns: dict[str, Any]
) -> None:
    make.service("Tea")
    index_now()
    assert len(current.engine().ids()) == 1
    change(update(Service).values(**columns))
    index_now()
    assert current.engine().ids() == frozenset()


def test_an_expired_check_takes_a_listing_out_with_time_alone(app: Any, make: Any, index_now: Any) -> None:
    with clock.freeze(NOW):
        make.service("Tea", assured_date=NOW.date() - timedelta(days=364))
        index_now()
        assert indexing.check_index().is_equal
    with clock.freeze(NOW + timedelta(days=3)):
        assert indexing.check_index().extra != ()
        indexing.refresh()
        index_now()
        assert current.engine().ids() == frozenset()
        assert indexing.check_index().is_equal


def test_a_word_about_space_ages_with_time_alone(app: Any, make: Any, index_now: Any) -> None:
    with clock.freeze(NOW):
        service_id = str(make.service("Tea", space_state="full", space_said_at=NOW).id)
        index_now()
    with clock.freeze(NOW + timedelta(days=31)):
        assert indexing.check_index().different == (service_id,)
        indexing.refresh()
        index_now()
        stored = current.engine().stored(service_id)
    assert stored is not None and stored.demerit == 0


def test_sessions_come_into_the_index_as_weeks_pass(app: Any, make: Any, index_now: Any) -> None:
    with clock.freeze(NOW):
        make.service("Tea", sessions=[make.session("TU", on_bank_holidays=True)])
        index_now()
    for days in (7, 14, 40):
        with clock.freeze(NOW + timedelta(days=days)), app.test_request_context("/"):
            indexing.refresh()
            index_now()
            assert indexing.check_index().is_equal
            assert find(SearchRequest(words="tea", filters={"when": ("this_week",)})).total == 1


def test_a_refresh_goes_on_part_by_part_with_one_job_waiting(
    app: Any, make: Any, index_now: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(indexing, "A_JOB", 2)
    with clock.freeze(NOW):
        for number in range(5):
            make.service(f"Tea {number}", space_state="full", space_said_at=NOW)
        index_now()
    later = NOW + timedelta(days=31)
    for step in range(4):
        with clock.freeze(later + step * indexing.BREATH):
            if step == 0:
                indexing.refresh()
                indexing.refresh()
            db.session.commit()
            assert len(db.session.scalars(select(Job)).all()) == (0 if step == 3 else 1)
            index_now()
    with clock.freeze(later):
        assert indexing.check_index().is_equal


def test_a_check_names_what_is_missing_extra_and_different(app: Any, make: Any, index_now: Any) -> None:
    ids = sorted(str(make.service(f"Tea {number}").id) for number in range(3))
    index_now()
    assert indexing.check_index().is_equal
    engine = current.engine()
    changed = engine.stored(ids[1])
    ghost = replace(changed, id="0" * 32)
    engine.update([replace(changed, texts={"name": "Old"}), ghost], [ids[0]])
    found = indexing.check_index()
    assert (found.missing, found.extra, found.different) == ((ids[0],), (ghost.id,), (ids[1],))
    assert indexing.rebuild_index() == 3
    assert indexing.check_index().is_equal


def secrets_in(value: Any) -> list[str]:
    """Secrets of the private places that stand in something, as it would be printed."""
    text = repr(value).lower()
    return [
        secret for secret in ("hidden lane", "le2 1aa", "le21aa", "rose cottage", "52.61", "-1.09") if secret in text
    ]


def test_a_private_address_is_in_nothing_that_leaves(app: Any, make: Any, index_now: Any) -> None:
    for privacy in ("hidden", "area"):
        place = make.location(
            name="Rose Cottage", address="12 Hidden Lane", postcode="LE2 1AA", point=(52.61, -1.09), privacy=privacy,
            neighbourhood_code="E02002855",
        )  # fmt: skip
        text = "At Rose Cottage, 12 Hidden Lane, LE2 1AA. We help women."
        make.service(
            "Safe house", location=place, description=text, summary=text, who_for=text, how_to_join=text, opening_text=text,
            first_visit=[text], sessions=[make.session(note=text)], alert=text, fees=text, areas=["E06000016"],
        )  # fmt: skip
    index_now()
    with app.test_request_context("/"):
        found = find(SearchRequest(words="women safe house", near="LE2 0QB"))
        assert found.total == 2
        assert secrets_in(found) == []
        for one in queries.public_listings(queries.public_ids()).values():
            assert secrets_in((card_of(one), spots_of(one), asdict(indexing.document_of(one)), one.venues)) == []
            assert secrets_in([getattr(one.service, column.key) for column in Service.__mapper__.column_attrs]) == []
    for one_id in current.engine().ids():
        assert secrets_in(current.engine().stored(one_id)) == []
    assert current.engine().search(Query(words="cottage")).total == 0


@pytest.fixture
def folder_engine(sqlite_app: Any, tmp_path: Path) -> Iterator[Path]:
    """The application with an index on disk."""
    current.init_app(sqlite_app, WhooshEngine(tmp_path / "index"))
    current.engine().rebuild([])
    yield tmp_path / "index"


def test_what_is_withdrawn_or_hidden_is_gone_from_every_process(
    sqlite_app: Any, make: Any, index_now: Any, folder_engine: Path
) -> None:
    make.service("Tea in the hall")
    make.service("Tea in the house")
    index_now()
    other = WhooshEngine(folder_engine)
    near = Query(words="tea", near=indexing.Point(52.6176, -1.116), within_km=2)
    assert other.search(near).total == 2
    change(update(Service).where(Service.name == "Tea in the hall").values(withdrawn_at=clock.now()))
    db.session.execute(update(Location).values(privacy="hidden"))
    change(update(Location).values(privacy="hidden"))
    index_now()
    for engine in (current.engine(), other):
        assert engine.search(near).total == 0
        assert engine.search(Query(words="tea")).total == 1
        assert all(document.points == () for one in engine.ids() if (document := engine.stored(one)))


def test_a_place_that_becomes_hidden_is_gone_from_what_its_whole_group_says(
    app: Any, make: Any, index_now: Any
) -> None:
    group = make.organisation()
    house = make.location(address="9 Lantern Row")
    refuge_id, house_id = make.service("Refuge", organisation=group, location=house).id, house.id
    make.service("Office", organisation=group, description="Ring first, then come to Lantern Row.")
    index_now()
    assert current.engine().count(Query(words="lantern")) == 1
    db.session.execute(update(Location).where(Location.id == house_id).values(privacy="hidden"))
    indexing.listing_changed(refuge_id)
    index_now()
    assert current.engine().count(Query(words="lantern")) == 0


def test_a_missing_or_torn_index_is_answered_from_the_database_and_mended(
    sqlite_app: Any, make: Any, index_now: Any, folder_engine: Path
) -> None:
    import shutil

    make.service("Tea")
    index_now()
    shutil.rmtree(folder_engine)
    current.init_app(sqlite_app, WhooshEngine(folder_engine))
    with sqlite_app.test_request_context("/"):
        assert not current.engine().ready()
        found = find(SearchRequest(words="tea", near="LE2 0QB"))
        assert (found.total, found.from_sql) == (1, True)
        assert indexing.mend_index()
        again = find(SearchRequest(words="tea", near="LE2 0QB"))
    assert (again.total, again.from_sql) == (1, False)
    assert not indexing.mend_index()


def test_pages_go_on_while_the_index_is_built_again(sqlite_app: Any, make: Any, index_now: Any) -> None:
    for number in range(20):
        make.service(f"Tea {number}")
    index_now()
    totals: set[int] = set()
    stop = threading.Event()
    engine = current.engine()

    def read() -> None:
        while not stop.is_set():
            totals.add(engine.search(Query(words="tea")).total)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        indexing.rebuild_index()
    finally:
        stop.set()
        reader.join()
    assert totals == {20}


def test_a_job_that_runs_twice_changes_nothing(app: Any, make: Any, index_now: Any) -> None:
    service_id = str(make.service("Tea").id)
    index_now()
    for _ in range(2):
        indexing.update_index([{"ids": [service_id, str(UUID(int=1))]}])
    assert current.engine().ids() == {service_id}


def test_the_database_knows_how_much_it_holds_once_an_index_is_built(app: Flask, make: Any) -> None:
    """PostgreSQL plans for empty tables until somebody counts: a page then took four times as long."""
    for number in range(3):
        make.service(f"Tea {number}")
    db.session.commit()
    indexing.rebuild_index()
    if db.engine.dialect.name == "postgresql":
        counted = text("select reltuples from pg_class where relname = 'service'")
        assert db.session.scalar(counted) == 3
