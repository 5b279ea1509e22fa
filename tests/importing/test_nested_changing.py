"""Three tellings of each fact of a nested document: what the source changes comes, what was edited here stays."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.transactions import unit
from portal.directory.models import (
    Accessibility,
    Location,
    Phone,
    Service,
    ServiceAtLocation,
    Session,
)
from portal.importing.results import Result
from portal.organisations.models import Organization
from tests.factories import Make
from tests.importing.nested import RICH, edited, plain, rich, take

Edit = Callable[[dict[str, Any]], Any]


def only() -> Service:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Service)).one()


def here(edit: Callable[[Service], Any]) -> None:
    """Edit the one listing in the directory."""
    db.session.rollback()
    with unit():
        edit(db.session.scalars(select(Service)).one())


def hall(service: Service) -> ServiceAtLocation:
    return next(one for one in service.service_at_locations if one.location.name)


def tea(service: Service) -> Session:
    return next(one for one in hall(service).sessions if one.name)


def again(edit: Edit) -> Result:
    """The source tells the rich service with changes."""
    return take(edited(RICH, edit))[0]


def ours(**changes: Any) -> Edit:
    return lambda service: service["hereabouts"].update(changes)


def place(number: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda service: service["service_at_locations"][number]


def hall_told(**changes: Any) -> Edit:
    return lambda service: place(0)(service)["location"].update(changes)


def hall_ours(**changes: Any) -> Edit:
    return lambda service: place(0)(service)["location"]["hereabouts"].update(changes)


def session(number: int, **changes: Any) -> Edit:
    return lambda service: place(0)(service)["hereabouts"]["sessions"][number].update(changes)


CHANGES: list[tuple[Edit, str]] = [
    (lambda s: s.update(name="Larkfield Hello"), "name"),
    (lambda s: s.update(description="Soup"), "description"),
    (lambda s: s.update(alert=None), "alert"),
    (lambda s: s.update(accreditations="Other"), "accreditations"),
    (lambda s: s.update(status="active"), "status"),
    (lambda s: s.update(minimum_age=16), "minimum_age"),
    (ours(summary="Soup"), "summary"),
    (ours(lang="en"), "lang"),
    (ours(first_visit=["Knock."]), "first_visit"),
    (ours(audiences=["carers"]), "audiences"),
    (ours(excluded_audiences=[]), "excluded_audiences"),
    (ours(anyone_welcome=None), "anyone_welcome"),
    (ours(bring_someone=True), "bring_someone"),
    (ours(space={"state": "waiting", "weeks": 2, "said_at": "2026-11-03T10:00:00Z"}), "space"),
    (ours(opening_text=None), "opening"),
    (lambda s: s["contacts"][0]["phones"].pop(), "phones"),
    (lambda s: s["contacts"][0]["hereabouts"].update(hours="Never"), "phones"),
    (lambda s: s["contacts"].append({"title": "Desk"}), "phones"),
    (lambda s: s["languages"][0].update(note=None), "languages"),
    (lambda s: s["cost_options"].pop(), "price"),
    (lambda s: s["cost_options"][0].update(amount=4), "price"),
    (lambda s: s["service_areas"].pop(), "service_areas"),
    (lambda s: s["funding"].pop(0), "funding"),
    (lambda s: s["attributes"].pop(0), "needs"),
    (lambda s: s["attributes"].pop(1), "tags"),
    (lambda s: s["schedules"][0].update(closes_at="18:00"), "opening"),
    (lambda s: place(0)(s)["schedules"].clear(), "opening"),
    (session(0, starts_at="09:00"), "opening"),
    (lambda s: place(0)(s)["hereabouts"]["sessions"][0]["exceptions"].pop(), "opening"),
    (lambda s: place(0)(s)["hereabouts"].update(delivery_modes=["in_person", "online"]), "how"),
    (hall_told(name="Other Hall"), "place"),
    (hall_told(latitude=52.64), "place"),
    (lambda s: place(0)(s)["location"]["addresses"][0].update(address_1="2 Larkfield Road"), "place"),
    (hall_ours(privacy="hidden"), "place"),
    (hall_ours(place_name="Oadby"), "place"),
    (hall_ours(getting_there="Bus 23"), "getting_there"),
    (lambda s: place(0)(s)["location"]["accessibility"][0]["hereabouts"].update(answer=False), "access"),
    (lambda s: s["service_at_locations"].pop(1), "place"),
    (lambda s: s["organization"].update(name="Larkfield Union"), "organisation"),
    (lambda s: s["organization"]["organization_identifiers"].pop(), "organisation"),
    (lambda s: s["organization"].update(description="Other words"), "about_organisation"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "named"), CHANGES, ids=[f"{number}-{named}" for number, (_, named) in enumerate(CHANGES)]
)
def test_what_the_source_changes_is_changed_alone_and_back(sqlite_app: Flask, edit: Edit, named: str) -> None:
    take(rich())
    result = again(edit)
    assert (result.outcome, result.changed, result.kept) == ("changed", (named,), ())
    back = take(rich())[0]
    assert (back.outcome, back.changed, back.kept) == ("changed", (named,), ())
    assert take(rich())[0].outcome == "same"


def test_everything_at_once_comes_and_goes_back(app: Flask) -> None:
    take(rich())

    def every(service: dict[str, Any]) -> None:
        for edit, _named in CHANGES:
            edit(service)

    assert set(again(every).changed) == {named for _edit, named in CHANGES}
    back = take(rich())[0]
    assert set(back.changed) == {named for _edit, named in CHANGES} and back.kept == ()


def test_the_same_document_again_writes_nothing(app: Flask, count_statements: Any) -> None:
    take(rich())
    with count_statements() as statements:
        assert take(rich())[0].outcome == "same"
    assert [one for one in statements if not one.lstrip().upper().startswith("SELECT")] == []


KEPT: list[tuple[str, Callable[[Service], Any], Edit, str]] = [
    ("a place that was renamed", lambda s: setattr(hall(s).location, "name", "Our Hall"), hall_told(name="Other"), "place"),
    ("an address", lambda s: setattr(hall(s).location.addresses[0], "address_1", "9 Road"), hall_told(latitude=52.64), "place"),
    ("a place made private", lambda s: setattr(hall(s).location, "privacy", "hidden"), hall_told(latitude=52.64), "place"),
    ("a place taken out", lambda s: s.service_at_locations.remove(hall(s)), hall_told(latitude=52.64), "place"),
    ("a session", lambda s: setattr(tea(s), "note", "Ring"), session(0, starts_at="09:00"), "opening"),
    ("all sessions", lambda s: hall(s).sessions.clear(), session(1, starts_at="19:00"), "opening"),
    ("words about times", lambda s: setattr(s, "opening_text", "Ours"), ours(opening_text="Theirs"), "opening"),
    ("hours", lambda s: s.schedules.clear(), lambda s: s["schedules"][0].update(byday="WE"), "opening"),
    ("a number", lambda s: setattr(s.contacts[0], "hours", "Ours"),
     lambda s: [one.update(title="X") for one in s["contacts"]], "phones"),
    ("a price", lambda s: s.cost_options.clear(), lambda s: s["cost_options"][0].update(amount=9), "price"),
    ("needs", lambda s: s.attributes.clear(), lambda s: s["attributes"][0]["taxonomy_term"].update(term="food"), "needs"),
    ("access", lambda s: hall(s).location.accessibility.clear(),
     lambda s: place(0)(s)["location"]["accessibility"][0].update(details="Other"), "access"),
    ("how", lambda s: setattr(hall(s), "delivery_modes", ["phone"]),
     lambda s: place(0)(s)["hereabouts"].update(delivery_modes=["online"]), "how"),
    ("space", lambda s: setattr(s, "space_state", "space"), ours(space=None), "space"),
    ("the organisation's name", lambda s: setattr(s.organization, "name", "Ours"),
     lambda s: s["organization"].update(name="Theirs"), "organisation"),
    ("the organisation's words", lambda s: setattr(s.organization, "description", "Ours"),
     lambda s: s["organization"].update(description="Theirs"), "about_organisation"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "told", "named"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_was_edited_here_is_kept_and_said(
    sqlite_app: Flask, edit: Callable[[Service], Any], told: Edit, named: str
) -> None:
    take(rich())
    here(edit)
    result = again(told)
    assert named in result.kept and named not in result.changed
    assert f"edited here and so kept: {named}" in result.sentence


def test_a_place_that_its_source_changes_keeps_a_session_that_was_edited_here(app: Flask) -> None:
    take(rich())
    here(lambda service: setattr(tea(service), "note", "Our note"))
    result = again(hall_told(latitude=52.64))
    assert (result.changed, result.kept) == (("place",), ())
    now = hall(only())
    assert now.location.latitude == 52.64 and "Our note" in {one.note for one in now.sessions}


def test_what_was_added_here_and_what_the_source_adds_stand_beside_each_other(app: Flask) -> None:
    take(rich())

    def add(service: Service) -> None:
        hall(service).location.accessibility.append(Accessibility(fact="hearing_loop", answer=True))
        service.contacts[0].phones.append(Phone(number="0116 444 4444"))

    here(add)

    def told(service: dict[str, Any]) -> None:
        place(0)(service)["location"]["accessibility"].append({"hereabouts": {"fact": "near_bus", "answer": True}})
        service["contacts"].append({"title": "Desk"})

    result = again(told)
    assert (set(result.changed), result.kept) == ({"access", "phones"}, ())
    service = only()
    assert {one.fact for one in hall(service).location.accessibility} >= {"hearing_loop", "near_bus", "step_free"}
    assert "0116 444 4444" in {phone.number for one in service.contacts for phone in one.phones}


def test_an_edit_that_the_source_catches_up_with_is_no_conflict(sqlite_app: Flask) -> None:
    take(rich())
    here(lambda service: setattr(hall(service).location, "name", "New Hall"))
    result = again(hall_told(name="New Hall"))
    assert (result.changed, result.kept) == ((), ())


def test_a_place_made_private_here_does_not_come_back_open_under_another_id(app: Flask) -> None:
    take(rich())
    here(lambda service: setattr(hall(service).location, "privacy", "area"))

    def told(service: dict[str, Any]) -> None:
        place(0)(service)["id"] = "new"
        place(0)(service)["location"] |= {"id": "new", "latitude": 52.64}

    result = again(told)
    assert result.kept == ("place",)
    named = [one.location.privacy for one in only().service_at_locations if one.location.name]
    assert named == ["area", "area"]


def test_ids_that_a_source_makes_anew_each_time_change_nothing(app: Flask) -> None:
    take(rich())

    def told(service: dict[str, Any]) -> None:
        for number, one in enumerate(service["service_at_locations"]):
            one["id"], one["location"]["id"] = f"other {number}", f"another {number}"

    result = again(told)
    assert (result.outcome, result.changed, result.kept) == ("changed", (), ())
    assert db.session.query(ServiceAtLocation).count() == 3

    def moved(service: dict[str, Any]) -> None:
        told(service)
        hall_told(latitude=52.64)(service)

    assert again(moved).changed == ("place",)
    assert db.session.query(ServiceAtLocation).count() == 3


def test_the_only_place_of_a_service_is_the_same_one_whatever_its_id(app: Flask) -> None:
    take(plain())
    here(lambda service: setattr(service.service_at_locations[0], "delivery_modes", ["in_person"]))

    def told(service: dict[str, Any]) -> None:
        service["service_at_locations"][0] |= {"id": "other"}
        service["service_at_locations"][0]["location"]["name"] = "Other Centre"

    assert take(edited(plain(), told))[0].changed == ("place",)
    (now,) = only().service_at_locations
    assert (now.location.name, now.delivery_modes) == ("Other Centre", ["in_person"])


def test_a_place_that_others_are_at_is_theirs_too_and_stays_as_it_is_for_them(app: Flask, make: Make) -> None:
    take(rich())
    other = make.service("Neighbour", location=hall(db.session.scalars(select(Service)).one()).location).id
    again(hall_told(name="Other Hall"))
    db.session.expire_all()
    assert db.session.get_one(Service, other).service_at_locations[0].location.name == "Larkfield Hall"
    assert "Other Hall" in set(db.session.scalars(select(Location.name)))


def test_a_change_loses_the_check_date_unless_it_is_the_organisations_own_words(app: Flask) -> None:
    take(rich())
    here(lambda service: setattr(service, "assured_date", clock.today()))
    again(lambda service: service["organization"].update(description="Other words"))
    assert only().assured_date == clock.today()
    again(session(0, starts_at="09:00"))
    assert only().assured_date is None


def test_a_withdrawn_listing_stays_withdrawn(sqlite_app: Flask) -> None:
    take(rich())
    here(lambda service: setattr(service, "withdrawn_at", clock.now()))
    assert again(lambda service: service.update(name="Other")).changed == ("name",)
    assert only().withdrawn_at is not None


def told_by(name: str, **about: Any) -> list[dict[str, Any]]:
    """Three listings of one organisation."""
    return [plain(id=str(number), organization={"id": "o", "name": name} | about) for number in range(3)]


def test_an_organisation_is_renamed_once_for_all_its_listings_and_the_index_follows_each(app: Flask) -> None:
    take(*told_by("Ash Trust", description="Old"))
    db.session.execute(delete(Job))
    db.session.commit()
    results = take(*told_by("Ash Union", description="New"))
    assert [one.changed for one in results] == [("organisation", "about_organisation"), (), ()]
    assert [one.kept for one in results] == [(), (), ()]
    body = db.session.scalars(select(Organization)).one()
    assert (body.name, body.description) == ("Ash Union", "New")
    indexed = {one for job in db.session.scalars(select(Job)) for one in job.payload["ids"]}
    assert indexed == set(map(str, db.session.scalars(select(Service.id))))


def test_an_organisation_that_others_tell_of_too_is_not_renamed_by_one_source(app: Flask, make: Make) -> None:
    take(*told_by("Ash Trust", description="Old"))
    make.service("Made here", organisation=db.session.scalars(select(Organization)).one())
    results = take(*told_by("Ash Trust", description="New"))
    assert {one.kept for one in results} == {("about_organisation",)}
    assert db.session.scalars(select(Organization.description)).one() == "Old"


def test_many_changes_are_written_together(app: Flask, count_statements: Any) -> None:
    def every(word: str) -> list[dict[str, Any]]:
        services = [rich(id=str(number), description=word) for number in range(40)]
        for service in services:
            service["contacts"][0]["title"] = word
            session(0, note=word)(service)
        return services

    take(*every("old"))
    with count_statements() as statements:
        assert {one.outcome for one in take(*every("new"))} == {"changed"}
    assert len(statements) < 2 * 40
