from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.extensions import Base, db
from portal.core.jobs import Job
from portal.directory.models import Service, Session, Source, SourceRecord, Taxonomy
from portal.importing import actions
from portal.importing.saving import NewListings
from portal.organisations.models import Organization, OrganizationIdentifier
from tests.importing.files import outcomes, record, run, write_lines


def count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def only() -> Service:
    db.session.rollback()
    return db.session.scalars(select(Service)).one()


def test_a_new_listing_is_saved_with_its_source_and_whole_document(app: Flask, tmp_path: Path) -> None:
    given = record(charity_number="1000003", extra={"kept": ["as", "it", "is"]})
    assert outcomes(run(write_lines(tmp_path, given))) == ["new"]
    service = only()
    assert service.name == "Larkfield Warm Room" and service.organization.name == "Larkfield Trust"
    assert service.organization.identifiers[0].identifier == "1000003"
    kept = service.source_record
    assert kept is not None and kept.source.name == "Warm places"
    assert kept.document == given
    assert abs((kept.fetched_at - clock.now()).total_seconds()) < 600
    here = service.service_at_locations[0]
    assert here.location.addresses[0].postal_code == "LE2 0QB"
    assert [session.byday for session in here.sessions] == ["TU"]


def test_nothing_is_made_up(app: Flask, tmp_path: Path) -> None:
    run(write_lines(tmp_path, record(description="", organisation="")))
    service = only()
    assert (service.description, service.assured_date, service.assured_by, service.summary) == (None, None, None, None)
    address = service.service_at_locations[0].location.addresses[0]
    assert (address.city, address.region, address.state_province) == (None, None, None)
    assert service.cost_options == [] and service.anyone_welcome is None


def test_tags_stand_in_the_sources_own_taxonomy_beside_ours(app: Flask, tmp_path: Path) -> None:
    run(write_lines(tmp_path, record(tags=["warm space", "RL200"])))
    terms = {(one.taxonomy_term.vocabulary.uri, one.taxonomy_term.term) for one in only().attributes}
    assert terms == {("source:Warm places", "warm space"), ("source:Warm places", "RL200"), ("needs", "energy")}
    assert count(Taxonomy) == 2


def test_a_second_run_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path, *(record(id=f"a{number}", name=f"Room {number}") for number in range(7)), name="w.jsonl.gz"
    )
    assert outcomes(run(path)) == ["new"] * 7
    before = _everything()
    assert outcomes(run(path)) == ["same"] * 7
    assert _everything() == before


def test_the_same_id_twice_in_a_file_is_refused_with_the_earlier_line(app: Flask, tmp_path: Path) -> None:
    results = run(write_lines(tmp_path, record(), record(), record(description="Other"), record(source="Others")))
    assert outcomes(results) == ["new", "refused", "refused", "new"]
    assert results[1].why == "the same row stands in this file before, on line 1"
    assert results[2].why == 'its id "a1" stands in this file before, on line 1, with other facts'


def test_a_source_named_on_the_command_line_goes_before_the_records_own(app: Flask, tmp_path: Path) -> None:
    run(write_lines(tmp_path, record()), source="Council list")
    run(write_lines(tmp_path, {"name": "No source"}, name="walks.jsonl"))
    assert set(db.session.scalars(select(Source.name))) == {"Council list", "walks"}


def test_the_licence_that_records_name_is_kept_with_their_source(sqlite_app: Flask, tmp_path: Path) -> None:
    run(write_lines(tmp_path, record(licence=None), record(id="b", licence="OGL v3.0")))
    assert db.session.scalars(select(Source.licence)).all() == ["OGL v3.0"]


def test_listings_of_one_organisation_share_it_and_nameless_ones_do_not(app: Flask, tmp_path: Path) -> None:
    own = [record(id=f"o{number}", name="Community Centre", organisation="") for number in range(2)]
    shared = [record(id=f"s{number}", name=f"Room {number}") for number in range(2)]
    numbered = [
        record(id=f"n{number}", organisation=f"Trust {number}", charity_number="SC012345") for number in range(2)
    ]
    run(write_lines(tmp_path, *own, *shared, *numbered))
    assert count(Organization) == 2 + 1 + 1
    assert count(OrganizationIdentifier) == 1
    run(write_lines(tmp_path, record(id="later", name="Room 3")))
    assert count(Organization) == 4


def test_two_numbers_under_one_name_are_two_organisations(app: Flask, tmp_path: Path) -> None:
    rows = [record(id=number, organisation="Age Circle", charity_number=str(1000003 + number)) for number in range(2)]
    results = run(write_lines(tmp_path, record(id="first", organisation="Age Circle"), *rows))
    assert [result.why for result in results] == [None, None, None]
    assert (count(Organization), count(OrganizationIdentifier)) == (2, 2)


def test_a_refused_row_leaves_nothing_and_the_rest_go_on(app: Flask, tmp_path: Path) -> None:
    results = run(write_lines(tmp_path, record(id=1), '{"name": "half', record(id=2, name="")))
    assert outcomes(results) == ["new", "refused", "refused"]
    assert [result.line for result in results] == [1, 2, 3]
    assert (count(Service), count(SourceRecord), count(Organization)) == (1, 1, 1)


def test_a_row_that_the_database_refuses_costs_that_row_alone(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = NewListings.save

    def failing(listings: NewListings) -> None:
        save(listings)
        if db.session.scalar(select(Service.id).where(Service.name == "Bad")):
            raise IntegrityError("planted", {}, Exception())

    monkeypatch.setattr(NewListings, "save", failing)
    results = run(write_lines(tmp_path, record(id=1), record(id=2, name="Bad"), record(id=3)))
    assert outcomes(results) == ["new", "refused", "new"]
    assert results[1].why == "the database does not take it (IntegrityError)"
    assert (count(Service), count(SourceRecord)) == (2, 2)


def test_a_run_that_dies_has_saved_whole_batches_and_can_be_run_again(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    path = write_lines(tmp_path, *(record(id=number, name=f"Room {number}") for number in range(6)))
    calls = []

    def dying(ids: Any) -> None:
        calls.append(ids)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(actions, "listings_changed", dying)
    with pytest.raises(KeyboardInterrupt):
        run(path)
    assert (count(Service), count(SourceRecord), count(Session)) == (2, 2, 2)
    assert outcomes(run(path)) == ["same"] * 2 + ["new"] * 4


def test_a_dry_run_says_the_same_and_saves_nothing(app: Flask, tmp_path: Path) -> None:
    path = write_lines(tmp_path, record(id=1), record(id=2), record(id=3, name=""))
    before = _everything()
    assert outcomes(run(path, dry_run=True)) == ["new", "new", "refused"]
    assert _everything() == before


def test_the_index_is_told_in_the_same_transaction(app: Flask, tmp_path: Path) -> None:
    run(write_lines(tmp_path, record(id=1), record(id=2)))
    waiting = db.session.scalars(select(Job).where(Job.name == "search.update")).all()
    told = {one for job in waiting for one in job.payload["ids"]}
    assert told == {str(one) for one in db.session.scalars(select(Service.id))}


def test_hundreds_of_rows_take_few_statements(app: Flask, tmp_path: Path, count_statements: Any) -> None:
    path = write_lines(tmp_path, *(record(id=number, organisation=f"Group {number}") for number in range(300)))
    with count_statements() as statements:
        run(path)
    assert len(statements) < 150


def _everything() -> dict[str, list[Any]]:
    """Every row of every table, but the queue's."""
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name != "job"]
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}
