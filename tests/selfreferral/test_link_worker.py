"""Asking for a link worker: which team, by when somebody calls, and what is said where there is no team."""

from datetime import UTC, datetime

from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.geography.queries import locate
from portal.organisations.models import Organization
from portal.referrals.models import Introduction, KeptAnswers, LinkTeam
from portal.selfreferral.teams import team_for
from tests.factories import Make
from tests.selfreferral import walking
from tests.support.page import Browser
from tests.support.referrals import World, make_team

ASK = "/ask-a-link-worker"
FRIDAY = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)


def _introductions() -> list[Introduction]:
    db.session.rollback()
    return db.session.query(Introduction).all()


def test_four_pages_a_check_and_a_date_by_which_somebody_calls(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    with clock.freeze(FRIDAY):
        check = walking.walk(browser, ASK, walking.LINK_WORKER)
        assert "Mill Lane Surgery" in check.main and "Saffron Vale Link Workers will see" in check.main
        told = check.form(f"{ASK}/send")
        told.pop("agreed")
        page = browser.post(f"{ASK}/send", told, expect=422)
        assert "Tick the box to say that you agree" in page.words(".error-summary")[0]
        sent = walking.send(browser, ASK, check, agreed="y")
    assert "gets in touch by Tuesday 29 December" in sent.main
    (one,) = _introductions()
    assert (one.kind, one.state, one.organization_id) == ("link-work", "sent", loop.team.id)
    assert one.referral.route == "self" and one.referral.told["practice"] == "Mill Lane Surgery"
    assert [agreed.how for agreed in one.person.consents] == ["online"]
    assert one.person.organization_id is None


def test_where_there_is_no_team_the_practice_is_named_and_nothing_kept(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    there = {"postcode": "KT18 5AL", "practice": "Downs Surgery"}
    page = browser.follow(browser.post(f"{ASK}/where", there, expect=303))
    assert page.words("h1") == ["There is no team here yet"] and "Phone your GP practice" in page.main
    assert db.session.query(KeptAnswers).count() == 0


def test_a_team_that_stops_between_two_pages_is_told_of_and_the_words_stay(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    check = walking.walk(browser, ASK, walking.LINK_WORKER)
    db.session.get_one(LinkTeam, loop.team.id).is_active = False
    db.session.commit()
    page = browser.follow(browser.post(f"{ASK}/send", check.form(f"{ASK}/send") | {"agreed": "y"}, expect=303))
    assert page.words("h1") == ["There is no team here yet"] and _introductions() == []
    assert walking.WORDS in browser.get(f"{ASK}/help").main


def test_a_childs_parent_agrees(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    young = {"who": "carer", "age_group": "under-16"}
    contact = {"my_name": "Osric Vale", "my_phone": ""}
    check = walking.walk(browser, ASK, walking.LINK_WORKER, about=young, contact=contact)
    assert "I am their parent or guardian, and I agree" in check.main
    walking.send(browser, ASK, check, agreed="y")
    (one,) = _introductions()
    assert [agreed.given_by for agreed in one.person.consents] == ["parent"]


def test_the_team_of_the_neighbourhoods_goes_before_that_of_the_council(
    sqlite_app: Flask, make: Make, loop: World
) -> None:
    place = locate("LE2 0QB")
    part = NeighbourhoodPart(kind="msoa", code=place.neighbourhood_code or "", vintage=2021, valid_from=clock.today())
    near = Neighbourhood(slug="clarendon", name="Clarendon", parts=[part])
    db.session.add(
        NeighbourhoodSet(slug="south", name="South", area="Leicester", valid_from=clock.today(), neighbourhoods=[near])
    )
    own: Organization = make.organisation("Clarendon Link Workers")
    make_team(own, areas=("south",))
    found = team_for(place)
    assert found is not None and found.organization_id == own.id
    db.session.delete(found)
    db.session.commit()
    found = team_for(place)
    assert found is not None and found.organization_id == loop.team.id
    assert team_for(locate("no such place at all")) is None and team_for(None) is None
