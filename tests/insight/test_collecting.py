"""What is taken from the tables below: referrals as they go, searches and forms that were counted, gaps, how much there is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock, tallies
from portal.core.extensions import db
from portal.directory import counting
from portal.directory.counting import UsageCount
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.handover.models import SignpostCount
from portal.huddles.gap_models import HuddleGap
from portal.insight import collecting, explaining, happenings, keys, summing, tallied
from portal.insight.definitions import MEASURES
from portal.insight.models import InsightDay, InsightFact
from portal.people.models import Person
from portal.referrals import answering, ending
from portal.referrals.actors import Actor
from portal.referrals.moving import Given
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.support.page import Browser
from tests.support.referrals import World

LE2 = "E02006850"
"""The official area of LE2 0QB."""


@pytest.fixture
def world(make: Make) -> World:
    group = make.organisation("Larkfield Circle")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


@pytest.fixture
def vale(active_app: Flask) -> NeighbourhoodSet:
    part = NeighbourhoodPart(kind="msoa", code=LE2, vintage=2021, valid_from=date(2020, 1, 1))
    made = NeighbourhoodSet(slug="vale", name="Vale", area="Vale", valid_from=date(2020, 1, 1))
    made.neighbourhoods.append(Neighbourhood(slug="evington", name="Evington", parts=[part]))
    db.session.add(made)
    db.session.commit()
    return made


def facts(name: str | None = None) -> list[InsightFact]:
    wanted = select(InsightFact).order_by(InsightFact.id)
    return list(db.session.scalars(wanted if name is None else wanted.where(InsightFact.fact == name)))


def counted(measure: str) -> dict[str, int]:
    day = InsightDay
    wanted = select(day.category, func.sum(day.count)).where(day.measure == measure).group_by(day.category)
    return {category: int(count) for category, count in db.session.execute(wanted)}


def test_a_referral_is_counted_as_it_goes(app: Flask, monday: None, vale: NeighbourhoodSet, world: World) -> None:
    person = world.person
    person.neighbourhood_code, person.birth_date = LE2, "1950-03-01"
    person.access = {"language": "ur", "asked_on": "2026-01-01", "getting_in": ["step_free"]}
    world.introduction("completed")
    collecting.collect()
    collecting.collect()
    assert sorted(one.fact for one in facts()) == ["accepted", "answered", "finished", "sent", "visited"]
    told = facts("sent")[0]
    assert (told.area, told.place) == ("vale", vale.neighbourhoods[0].id.hex)
    assert (told.age, told.language, told.access, told.fifth) == ("65-over", "ur", "getting-in", 0)
    assert facts("answered")[0].days == 0
    assert counted("sent") == {"": 1, "65-over": 1, "ur": 1, "getting-in": 1, "-": 1}


def test_nothing_that_was_typed_is_in_a_fact(app: Flask, monday: None, vale: NeighbourhoodSet, world: World) -> None:
    introduction = world.introduction()
    db.session.commit()
    collecting.collect()
    person = introduction.person
    row = " ".join(str(getattr(facts()[0], column.name)) for column in InsightFact.__table__.columns)
    for secret in (
        person.id.hex,
        str(person.id),
        person.reference,
        introduction.reference,
        person.family_name or "-----",
    ):
        assert secret not in row


def test_full_and_not_funded_are_needs_that_were_not_met(
    app: Flask, monday: None, vale: NeighbourhoodSet, world: World
) -> None:
    introduction = world.introduction()
    introduction.person.neighbourhood_code = LE2
    introduction.referral.needs = ["debt", "food"]
    answering.decline(introduction, by=world.answers(introduction), given=Given(reason="no-capacity"))
    db.session.commit()
    collecting.collect()
    assert counted("unmet-declined") == {"debt": 1, "food": 1} and counted("declined") == {"no-capacity": 1}


def test_searches_and_forms_are_counted_where_they_were(
    app: Flask, browser: Browser, vale: NeighbourhoodSet, make: Make, index_now: Callable[[], None]
) -> None:
    index_now()
    for path in tallies.place(counting.FOLDER).iterdir():
        path.unlink()  # what tests before this one left there, of their days
    for _turn in range(2):
        browser.get("/services?q=food+bank&near=LE2+0QB", headers={"User-Agent": "Mozilla/5.0"})
    form = browser.get("/services/not-found", headers={"User-Agent": "Firefox"}).form("/services/not-found")
    told = {**form, "need": "debt", "postcode": "LE2 0QB"}
    browser.post("/services/not-found", told, expect=303)
    browser.post("/services/not-found", told, expect=303)
    counting.fold()
    db.session.commit()
    assert tallied.collect() == 0  # the day is not over
    with clock.freeze(clock.now() + timedelta(days=1)):
        collecting.collect()
    assert counted("searches") == {"": 2} and counted("unmet-searches") == {"food": 2}
    assert counted("unmet-forms") == {"debt": 1}


def test_what_a_count_grows_by_is_counted_too_and_once(app: Flask, vale: NeighbourhoodSet) -> None:
    yesterday = clock.today() - timedelta(days=1)
    row = UsageCount(day=yesterday, kind="searched", key=LE2, count=3)
    db.session.add(row)
    db.session.commit()
    assert (tallied.collect(), tallied.collect()) == (1, 0)
    row.count = 5
    db.session.commit()
    assert (tallied.collect(), tallied.collect()) == (1, 0)
    assert sum(one.count for one in facts("searched")) == 5


def test_leaflets_count_where_their_listings_are(app: Flask, vale: NeighbourhoodSet, make: Make) -> None:
    place = make.location(neighbourhood_code=LE2)
    service, practice = make.service(at=[place]), make.organisation("Eastgate Surgery")
    yesterday = clock.today() - timedelta(days=1)
    for key in ("", str(service.id), str(uuid4()), "nonsense"):
        db.session.add(SignpostCount(day=yesterday, organization_id=practice.id, kind="leaflet", key=key, count=4))
    db.session.commit()
    tallied.collect()
    assert sorted((one.area, one.count) for one in facts("signposted")) == [("", 4), ("", 4), ("vale", 4)]


def test_gaps_of_a_huddle_are_counted(app: Flask, vale: NeighbourhoodSet) -> None:
    for need in ("debt", "debt"):
        db.session.add(HuddleGap(neighbourhood_id=vale.neighbourhoods[0].id, need=need, words="Nobody has a hoist"))
    db.session.commit()
    happenings.collect_gaps()
    happenings.collect_gaps()
    summing.fold()
    assert counted("unmet-gaps") == {"debt": 2}


def test_a_gap_counts_when_and_where_it_was_told_as_its_definition_says(app: Flask, vale: NeighbourhoodSet) -> None:
    """About somebody who lives in the neighbourhood, told of another, and found by the worker only days after."""
    other = Neighbourhood(slug="spinney", name="Spinney")
    other.parts.append(NeighbourhoodPart(kind="msoa", code="E02000002", vintage=2021, valid_from=date(2020, 1, 1)))
    vale.neighbourhoods.append(other)
    person = Person(reference="SVAAAAAA", neighbourhood_code=LE2)
    db.session.add(person)
    db.session.commit()
    told_at = clock.now() - timedelta(days=4)
    for place in (other.id, None):
        db.session.add(HuddleGap(neighbourhood_id=place, person_id=person.id, need="debt", words="A hoist", at=told_at))
    db.session.commit()
    happenings.collect_gaps()
    spots = {(one.day, one.place) for one in facts("gap")}
    assert spots == {(clock.local(told_at).date(), other.id.hex), (clock.local(told_at).date(), "")}
    said = " ".join(explaining.how_counted(MEASURES["unmet-gaps"], "need"))
    assert "on the day on which it was told" in said and "in the neighbourhood that was chosen" in said
    assert "their address" not in said and "day of the huddle" not in said and "noted in its huddle" not in said


def test_how_much_there_is_is_read_once_a_day(app: Flask, vale: NeighbourhoodSet, make: Make) -> None:
    place = make.location(neighbourhood_code=LE2)
    make.service("Warm room", at=[place], assured_date=clock.today())
    make.service("Old list", at=[place], assured_date=clock.today() - timedelta(days=100))
    make.service("Elsewhere", at=[make.location(neighbourhood_code="E02000001")])
    collecting.read_gauges()
    collecting.read_gauges()
    assert (counted("listings"), counted("checked")) == ({"": 2}, {"": 1})


def test_whom_it_was_about_is_forgotten_with_them(
    app: Flask, monday: None, vale: NeighbourhoodSet, world: World
) -> None:
    introduction = world.introduction()
    introduction.person.neighbourhood_code = LE2
    db.session.commit()
    collecting.collect()
    person_id, before = introduction.person_id, facts("sent")[0].person_key
    assert before == keys.key_of("person", person_id)
    db.session.get_one(Person, person_id).erased_at = clock.now()
    db.session.commit()
    keys.forget()
    db.session.commit()
    db.session.expire_all()
    gone = facts("sent")[0]
    assert gone.person_key not in keys.keys_of("person", person_id)
    assert gone.subject_key not in keys.keys_of("introduction", introduction.id)
    summing.fold()
    assert counted("sent")[""] == 1


def test_a_new_data_key_changes_nobody_into_somebody_else(
    app: Flask, monday: None, vale: NeighbourhoodSet, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduction = world.introduction()
    introduction.person.neighbourhood_code = LE2
    db.session.commit()
    collecting.collect()
    settings: Any = app.extensions["portal.settings"]
    newer = replace(settings, data_keys=(Fernet.generate_key().decode(), *settings.data_keys))
    monkeypatch.setitem(app.extensions, "portal.settings", newer)
    answering.accept(introduction, by=world.answers(introduction))
    db.session.commit()
    collecting.collect()
    keys.renew()
    db.session.expire_all()
    assert {one.person_key for one in facts()} == {keys.key_of("person", introduction.person_id)}


def test_what_was_entered_by_mistake_counts_no_longer(
    app: Flask, monday: None, vale: NeighbourhoodSet, world: World, make: Make
) -> None:
    introduction = world.introduction()
    introduction.person.neighbourhood_code = LE2
    db.session.commit()
    collecting.collect()
    assert counted("sent")[""] == 1
    lead = Actor(Who.LEAD, user=make.user("lead", organisation=world.group), organization_id=world.group.id)
    for words, who in (("The wrong Ida", world.asks(introduction)), ("Yes", lead)):
        ending.mark_error(introduction, by=who, words=words)
    db.session.commit()
    collecting.collect()
    assert introduction.state == "entered-in-error" and counted("sent") == {}
