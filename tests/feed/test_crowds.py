"""Nobody takes all of a process for themselves: long answers are few at a time, and who asks for much is counted so."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.directory.indexing import listings_changed
from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.feed import contents, filters, limits
from tests.factories import Make
from tests.feed.conftest import Reader


def test_few_long_answers_are_sent_at_once_and_each_makes_room_when_it_ends(
    app: Flask, make: Make, reader: Reader
) -> None:
    make.service("Tea")
    for path in ("/services", "/organizations"):
        for form in ("ndjson", "csv"):
            held = [reader.get(path, query={"format": form}) for _number in range(limits.MOST_STREAMS)]
            refused = reader.get("/services", query={"format": "ndjson"})
            assert refused.status_code == 429 and int(refused.headers["Retry-After"]) == limits.STREAM_WAIT
            assert reader.get("/services").status_code == 200, "pages are served all the same"
            assert held[0].status_code == 200 and held[0].get_data()
            assert reader.get("/services", query={"format": "ndjson"}).get_data(), "one has ended"
            for one in held[1:]:
                one.close()


def test_what_only_looks_holds_no_place(app: Flask, make: Make, reader: Reader) -> None:
    for _number in range(limits.MOST_STREAMS + 1):
        answer = reader.app.test_client().head("/api/oruk/v3/services?format=ndjson")
        assert answer.status_code == 200
        answer.close()
    assert reader.get("/services", query={"format": "ndjson"}).status_code == 200


def test_a_long_answer_whose_end_nobody_saw_is_forgotten() -> None:
    streams = limits.Streams()
    ends = [streams.begin() for _number in range(limits.MOST_STREAMS)]
    assert all(ends) and streams.begin() is None
    for mark in streams.began:
        streams.began[mark] -= limits.LONGEST_STREAM + 1
    assert streams.begin() is not None
    for end in ends:
        assert end is not None
        end()
        end()
    assert len(streams.began) == 1


def test_an_organisation_with_many_services_costs_by_them(app: Flask, make: Make, reader: Reader) -> None:
    organisation = _council(make, 3 * limits.A_TOKENS_WORTH)
    path = f"/organizations/{organisation}"
    app.config[limits.ALLOWED] = 8
    try:
        assert reader.get(path).status_code == 200, "1 and 3"
        assert reader.get(path).status_code == 200
        refused = reader.get(path)
        assert refused.status_code == 429 and refused.headers["Retry-After"]
        assert reader.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    finally:
        app.config[limits.ALLOWED] = limits.A_MINUTE


def test_everything_of_organisations_holds_few_services_at_once(
    app: Flask, make: Make, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(4):
        _council(make, 3)
    asked: list[int] = []
    monkeypatch.setattr(contents, "MOST_NESTED", 7)
    whole = contents._whole_organizations

    def noted(ids: list[object], *, is_full: bool) -> object:
        asked.append(len(ids))
        return whole(ids, is_full=is_full)  # type: ignore[arg-type]

    monkeypatch.setattr(contents, "_whole_organizations", noted)
    told = reader.items("/organizations", full="true")
    assert asked == [2, 2] and [len(one["services"]) for one in told] == [3, 3, 3, 3]
    assert [one["id"] for one in told] == sorted(one["id"] for one in told)


def _council(make: Make, count: int) -> object:
    organisation = make.organisation("Larkfield council").id
    made = [Service(name=f"Number {number}", organization_id=organisation, status="active") for number in range(count)]
    db.session.add_all(made)
    db.session.flush()
    listings_changed(one.id for one in made)
    db.session.commit()
    return organisation


def test_a_word_with_an_accent_reads_whole_only_what_hides_something(
    app: Flask, make: Make, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour = make.organisation("Quiet Harbour", description="At Élan House.")
    place = {"privacy": "hidden", "address": "12 Élan House", "name": "Élan House", "postcode": "LE2 0QB"}
    private = make.service("Refuge", organisation=harbour, place=place, description="Come to Élan House for café.")
    tea = make.service("Café Élan", organisation=make.organisation("Tea Circle", description="An élan of tea."))
    listings_changed([private.id, tea.id])
    db.session.commit()
    read: list[UUID] = []
    whole = filters.in_batches

    def noted(ids: Sequence[UUID]) -> Iterator[Listing]:
        read.extend(ids)
        return whole(ids)

    monkeypatch.setattr(filters, "in_batches", noted)
    assert reader.ids("/services", search="élan") == {str(tea.id)} and read == [private.id]
    assert reader.ids("/services", search="CAFÉ") == {str(tea.id), str(private.id)}
    assert reader.ids("/organizations", search="élan") == {str(tea.organization_id)}
