import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core import clock
from portal.core.extensions import Base, db
from portal.directory.models import Address, Contact, Location, Service
from portal.directory.queries import public_ids_after
from portal.openreferral.documents import service_documents
from portal.openreferral.flattening import Document, rows_of
from portal.openreferral.tables import NOT_GIVEN, TABLES
from portal.openreferral.withholding import role_in
from tests.factories import Make
from tests.openreferral import rich

NOT_EXPORTED = {
    ("service", "created_at"): "when we heard of it first",
    ("service", "withdrawn_at"): "withdrawn ones are not exported",
    ("service", "doubted_at"): "what a visitor says waits for a moderator",
    ("service", "version"): "how often it was changed here",
    ("service", "merged_into_id"): "merged ones are not exported",
    ("contact", "name_agreed_at"): "the name itself tells that it may be told",
    ("contact", "name_agreed_by_id"): "an account of ours",
    ("organization", "created_at"): "when we heard of it first",
    ("organization", "last_modified"): "tells nothing of a service",
}
NAMED_OTHERWISE = {("taxonomy_term", "term"): "code"}


@pytest.fixture(autouse=True)
def _standing_clock(monday: None) -> None:
    pass


def exported(only: str | None = None) -> list[Document]:
    documents = [document for _listing, document in service_documents(public_ids_after(None, 500))]
    return [one for one in documents if only in (None, one["name"])]


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)
    elif isinstance(value, str):
        yield value


def test_every_column_is_exported_or_said_not_to_be() -> None:
    """A new column fails here until `portal/openreferral/tables.py` names it or NOT_EXPORTED says why it does not."""
    for table in Base.metadata.sorted_tables:
        if table.name not in TABLES:
            continue
        named = {name.removeprefix("hereabouts_") for name in TABLES[table.name].header}
        for column in [column.name for column in table.columns]:
            key = (table.name, column)
            told = NAMED_OTHERWISE.get(key, "space" if column.startswith("space_") else column)
            assert (told in named) != (key in NOT_EXPORTED), key


def test_every_named_column_reaches_a_row_of_a_rich_listing(app: Flask, make: Make) -> None:
    rich.fill(make)
    filled: dict[str, set[str]] = {name: set() for name in TABLES}
    for document in exported():
        for name, row in rows_of(document):
            filled[name] |= set(row)
    unused = {(table.name, column) for table in TABLES.values() for column in table.header} - {
        (name, column) for name, columns in filled.items() for column in columns
    }
    assert unused == {("organization", "parent_organization_id"), ("schedule", "bymonthday")}


def test_a_document_tells_everything_in_the_standards_words(app: Flask, make: Make) -> None:
    rich.fill(make)
    (document,) = exported("=Tea + talk")
    assert document["organization"]["organization_identifiers"][0].keys() >= {"identifier_scheme", "identifier"}
    assert document["eligibility_description"] == document["hereabouts"]["who_for"]
    office = next(one for one in document["contacts"] if one.get("name"))
    assert office["hereabouts"] == {"hours": "Mondays, 9am to noon"}
    assert {one["number"] for one in office["phones"]} == {"+44 116 222 2222", "0116 222 2224"}
    assert next(one["languages"] for one in office["phones"] if "languages" in one)[0]["name"] == "Punjabi"
    terms = {one["taxonomy_term"]["code"]: one["taxonomy_term"] for one in document["attributes"]}
    assert set(terms) == {"food", "loneliness", "100", "101"}
    assert (
        terms["food"]["taxonomy_detail"]["hereabouts"] == {"key": "needs"}
        and terms["101"]["parent_id"] == terms["100"]["id"]
    )
    here = next(one for one in document["service_at_locations"] if "sessions" in one["hereabouts"])
    assert here["location"]["latitude"] == 52.62941 and here["location"]["hereabouts"]["privacy"] == "public"
    assert {one["freq"] for one in here["hereabouts"]["sessions"]} == {"weekly", "monthly", "dates"}
    assert document["hereabouts"]["space"] == {
        "state": "waiting",
        "weeks": 3,
        "full_until": "2027-01-04",
        "said_at": "2026-11-02T09:30:00.000Z",
    }
    assert json.loads(json.dumps(document)) == document


def test_a_session_is_a_schedule_too_for_plain_readers(app: Flask, make: Make) -> None:
    rich.fill(make)
    (document,) = exported("Larch House")
    (here,) = document["service_at_locations"]
    repeated = [one for one in here["schedules"] if one.get("hereabouts") == {"session": True}]
    assert len(here["schedules"]) == len(repeated) + 1
    weekly = next(one for one in repeated if one.get("freq") == "WEEKLY")
    assert weekly["byday"] == "TU,TH" and weekly["opens_at"] == "10:00" and weekly["interval"] == 2
    assert weekly["notes"] == "@ the barn Not on 2026-12-22. Not in school holidays."
    dates = {one["dtstart"]: one["opens_at"] for one in repeated if "freq" not in one}
    assert dates == {"2026-12-23": "11:00", "2026-12-05": "14:00"}


def test_what_nobody_gave_is_left_out_or_said_to_be_missing(app: Flask, make: Make) -> None:
    make.service("Bare", cost=None, needs=(), joining=[], description=None, summary=None, place={"postcode": None})
    (document,) = exported()
    assert "description" not in document and "cost_options" not in document
    assert document["organization"]["description"] == NOT_GIVEN
    (address,) = document["service_at_locations"][0]["location"]["addresses"]
    assert address["state_province"] == address["postal_code"] == NOT_GIVEN and address["city"] == "Leicester"
    assert not [text for text in texts_of(document) if text in {"", "None", "null"}]


def test_a_private_place_tells_its_area_or_nothing(app: Flask, make: Make) -> None:
    rich.fill(make)
    places = {
        document["name"]: [here["location"] for here in document["service_at_locations"]] for document in exported()
    }
    (hidden,) = places["Rowan House"]
    assert {*hidden} == {"id", "location_type", "hereabouts"} and hidden["hereabouts"] == {"privacy": "hidden"}
    (area,) = places["Larch House"]
    assert {*area} == {"id", "location_type", "accessibility", "hereabouts"}
    assert area["hereabouts"] == {
        "privacy": "area",
        "place_name": "Stoneygate",
        "authority_code": "E06000016",
        "neighbourhood_code": "E02002838",
    }
    assert all({*one} <= {"id", "hereabouts"} for one in area["accessibility"])


def test_words_of_a_private_address_are_in_no_text(app: Flask, make: Make) -> None:
    secret = "Ring at Secret Cottage, 77 hidden  lane, le3 9qp"
    group = rich.organisation("Larch Group", parent_organization_id=None)
    group.description = secret
    hall = rich.place(description=secret, getting_there=secret)
    private = rich._private("hidden")
    texts = {"description": secret, "alert": secret, "first_visit": [secret], "opening_text": secret, "fees": secret}
    one = rich.service("Larch House", group, rich.at(private, "in_person"), **texts)
    other = rich.service("Larch Tea", group, rich.at(hall, "in_person"), **texts)
    for each in (one, other):
        for contact in each.contacts:
            contact.hours = contact.title = secret
            contact.phones[0].description = secret
        for row in (*each.schedules, *each.service_at_locations[0].schedules):
            row.notes = row.description = row.attending_type = secret
        for session in each.service_at_locations[0].sessions:
            session.name, session.note = secret, secret
        each.service_areas[0].name = each.funding[0].source = each.cost_options[0].option = each.languages[0].note = (
            secret
        )
        each.cost_options[0].amount_description = each.service_areas[1].service_area = secret
    hall.accessibility[0].description = hall.accessibility[0].details = secret
    db.session.commit()
    told = "\n".join(texts_of(exported())).casefold()
    assert "ring at" in told
    for word in ("secret cottage", "lane", "le3 9qp", "le39qp", "cottage"):
        assert word not in told, word
    assert "1 barn row" in told


def test_an_organisation_says_the_same_in_all_its_services(app: Flask, make: Make) -> None:
    """Also where a public place of one of them tells a street that another's private place is in."""
    group = rich.organisation("Larch Group")
    group.description = "Our hub is at 5 Hidden Lane."
    hub = rich.place()
    hub.addresses[0].address_1 = "5 Hidden Lane"
    rich.service("Larch House", group, rich.at(rich._private("hidden"), "in_person"))
    rich.service("Larch Hub", group, rich.at(hub, "in_person"))
    documents = exported()
    assert len({json.dumps(one["organization"]) for one in documents}) == 1
    addresses = [text for text in texts_of(documents) if text == "5 Hidden Lane"]
    assert len(addresses) == 1


def test_what_the_public_may_not_see_is_not_exported(app: Flask, make: Make) -> None:
    old = clock.today() - timedelta(days=800)
    kept = make.service("Kept")
    make.service("Withdrawn", withdrawn_at=clock.now())
    make.service("Merged", merged_into_id=kept.id)
    make.service("Closed", status="inactive")
    make.service("Expired", assured_date=old)
    assert [one["name"] for one in exported()] == ["Kept"]
    everything = list(service_documents(list(db.session.scalars(db.select(Service.id)))))
    assert [document["name"] for _listing, document in everything] == ["Kept"]


def test_no_person_is_named(app: Flask, make: Make) -> None:
    rich.fill(make)
    db.session.execute(update(Address).values(attention="Ann Lark"))
    db.session.commit()
    told = "\n".join(texts_of(exported()))
    assert "Ann Lark" not in told and "ann.lark" not in told
    assert "Tea Office" in told and "Coordinator" in told


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Ann Lark", None),
        ("Dr A. Lark", None),
        ("Coordinator Ann Lark", None),
        ("Ann Lark, Coordinator", "Coordinator"),
        ("Ann Lark (Office Manager)", "Office Manager"),
        ("Welcome team", "Welcome team"),
        ("Larkfield Office", "Larkfield Office"),
        ("Enquiries", "Enquiries"),
        ("", None),
        (None, None),
    ],
)
def test_a_role_is_told_from_a_person(name: str | None, role: str | None) -> None:
    assert role_in(name) == role


def test_an_organisation_above_is_told_where_it_is_public_itself(app: Flask, make: Make) -> None:
    silent, speaking = make.organisation("Silent"), make.organisation("Speaking")
    make.service("One", organisation=make.organisation("A", parent_organization_id=silent.id))
    make.service("Two", organisation=make.organisation("B", parent_organization_id=speaking.id))
    make.service("Three", organisation=speaking)
    above = {one["name"]: one["organization"].get("parent_organization_id") for one in exported()}
    assert above == {"One": None, "Two": str(speaking.id), "Three": None}


def test_many_services_take_as_many_statements_as_one(
    app: Flask, make: Make, count_statements: Callable[[], Any]
) -> None:
    rich.fill(make)
    ids = public_ids_after(None, 500)
    db.session.rollback()
    with count_statements() as one:
        assert len(list(service_documents(ids[:1]))) == 1
    for number in range(12):
        make.service(f"Group {number}", phone="0116 222 2222", languages=("ur",))
    ids = public_ids_after(None, 500)
    db.session.rollback()
    with count_statements() as many:
        assert len(list(service_documents(ids))) == len(ids) > 12
    assert len(many) == len(one) <= 22


def test_the_same_facts_give_the_same_bytes(app: Flask, make: Make) -> None:
    rich.fill(make)
    before = json.dumps(exported())
    db.session.rollback()
    db.session.execute(update(Location).values(name=Location.name))
    db.session.execute(update(Contact).values(title=Contact.title))
    db.session.commit()
    assert json.dumps(exported()) == before
