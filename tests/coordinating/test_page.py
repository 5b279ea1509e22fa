"""A coordinator's page: their groups, what is stale and who was asked, who is new, what is on; and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert

from portal.assurance import actions as assurance
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.geography.models import Neighbourhood
from portal.organisations.models import Organization
from portal.teams.models import Team, TeamPatch
from tests.coordinating.patch import EAST, FAR, WEST, city, group, groups, sent
from tests.factories import MONDAY, Make
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]


def _age(name: str, days: int | None, *, listed: int = 400) -> None:
    service = db.session.query(Service).filter_by(name=name).one()
    service.assured_date = clock.today() - timedelta(days=days) if days is not None else None
    service.created_at = clock.now() - timedelta(days=listed)
    db.session.commit()


def test_my_groups_are_those_with_a_listing_in_my_neighbourhoods(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    group(make, "Canal Walkers", code=WEST)
    group(make, "Far Away Friends", code=FAR)
    hidden = make.organisation("Safe House")
    make.service("Refuge", organisation=hidden, place={"neighbourhood_code": EAST, "privacy": "hidden"})
    served = make.organisation("Ring Round")
    make.service("By phone", organisation=served, is_online=True, areas=[WEST])
    gone = make.organisation("Closed Club")
    make.service("Closed", organisation=gone, place={"neighbourhood_code": EAST}, status="inactive")
    page = as_user(make.user("team-coordinator", area="leicester")).get("/coordinate?view=groups")
    assert page.words("tbody th a") == ["Canal Walkers", "Ring Round", "Shed Circle"]
    assert "Far Away" not in page.text and "Refuge" not in page.text and "Safe House" not in page.text


def test_the_overview_says_how_all_stands(app: Flask, make: Make, as_user: As) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    asked = groups(make, 3)
    for number, (days, listed) in enumerate(((10, 400), (120, 400), (None, 5)), 1):
        _age(f"Group {number:03d} meeting", days, listed=listed)
    sent(boss, asked)
    page = as_user(boss).get("/coordinate")
    assert page.words(".figures dd") == ["3", "3", "33%", "1"]
    assert page.words("section[aria-labelledby=worst] .sheet__link") == ["Group 003 meeting", "Group 002 meeting"]
    assert page.words("section[aria-labelledby=new] li a") == ["Group 003"]
    assert "0 of 3 groups answered" in page.main
    assert page.link("People flagged for the team") == "/caseload/flags"


def test_stale_listings_stand_worst_first_with_who_was_asked_when(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    group(make, "Canal Walkers", email=None)
    _age("Shed Circle meeting", 91)
    _age("Canal Walkers meeting", 380)
    with clock.freeze(MONDAY - timedelta(days=8)):
        assurance.daily()
        db.session.commit()
    assurance.daily()
    db.session.commit()
    boss = as_user(make.user("team-coordinator", area="leicester"))
    page = boss.get("/coordinate?view=stale")
    assert page.words("tbody th a") == ["Canal Walkers meeting", "Shed Circle meeting"]
    rows = page.words("tbody tr")
    assert "380 days ago Out of public results" in rows[0] and "On the telephone list since 15 November" in rows[0]
    assert "The address of the group was asked by e-mail on 15 November" in rows[1]
    assert "Reminded by e-mail on 23 November" in rows[1]


def test_asking_about_a_stale_listing_now(app: Flask, make: Make, as_user: As, mailbox: Any) -> None:
    city()
    group(make, "Shed Circle")
    group(make, "Far Away Friends", code=FAR)
    _age("Shed Circle meeting", 91)
    boss = as_user(make.user("team-coordinator", area="leicester"))
    here = db.session.query(Service).filter_by(name="Shed Circle meeting").one().id
    there = db.session.query(Service).filter_by(name="Far Away Friends meeting").one().id
    boss.post(f"/coordinate/listings/{there}/ask", expect=404)
    boss.follow(boss.post(f"/coordinate/listings/{here}/ask", expect=303))
    boss.post(f"/coordinate/listings/{here}/ask", expect=303)
    assert [one.to for one in mailbox.all] == ["shed-circle@groups.example.org"]


def test_a_group_that_waits_for_a_call_is_told_apart_from_a_listing_that_does(
    app: Flask, make: Make, as_user: As
) -> None:
    """One listing of a group without an address waits for a call; the other is asked about today, and not since then."""
    city()
    one = group(make, "Canal Walkers", email=None)
    make.service("Canal Rowers", organisation=one, place={"neighbourhood_code": EAST})
    _age("Canal Walkers meeting", 380)
    _age("Canal Rowers", 1)
    with clock.freeze(MONDAY - timedelta(days=8)):
        assurance.daily()
        db.session.commit()
    _age("Canal Rowers", 91)
    rowers = db.session.query(Service).filter_by(name="Canal Rowers").one().id
    boss = as_user(make.user("team-coordinator", area="leicester"))
    rows = boss.get("/coordinate?view=stale").words("tbody tr")
    assert (
        "On the telephone list since 15 November" in rows[0] and "Being asked" in rows[0] and "Ask now" not in rows[0]
    )
    assert (
        "Its group has been on the telephone list since 15 November about another" in rows[1] and "Ask now" in rows[1]
    )
    boss.post(f"/coordinate/listings/{rowers}/ask", expect=303)
    rows = boss.get("/coordinate?view=stale").words("tbody tr")
    assert "On the telephone list since 15 November" in rows[0]
    assert (
        "On the telephone list since 23 November" in rows[1] and "Being asked" in rows[1] and "Ask now" not in rows[1]
    )


def test_new_groups_joined_or_were_first_listed_lately(app: Flask, make: Make, as_user: As) -> None:
    city()
    for name, listed in (("Old Hands", 400), ("Just Listed", 20), ("Just Joined", 400)):
        one = group(make, name)
        _age(f"{name} meeting", 1, listed=listed)
        if name == "Just Joined":
            make.user("editor", organisation=one)
    page = as_user(make.user("team-coordinator", area="leicester")).get("/coordinate?view=new")
    assert page.words(".sheet__row") == [
        "Just Joined East Joined 23 November",
        "Just Listed East First listed 3 November",
    ]


def test_the_week_of_all_neighbourhoods(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle", sessions=[make.session("TU", "10:00", "12:00")])
    group(make, "Canal Walkers", code=WEST, sessions=[make.session("TH", "14:00", "15:00")])
    group(make, "Far Away Friends", code=FAR, sessions=[make.session("WE")])
    boss = as_user(make.user("team-coordinator", area="leicester"))
    assert "2 sessions in 7 days, 0 of them today." in boss.get("/coordinate").main
    page = boss.get("/coordinate?view=week")
    assert page.words("#week") == ["2 sessions in these 7 days"]
    assert page.words(".day-strip__day")[:4] == ["Mon 23 0 on", "Tue 24 1 on", "Wed 25 0 on", "Thu 26 1 on"]
    assert page.words(".slot-row") == [] and "No session is listed on this day." in page.main
    assert boss.get("/coordinate?view=week&day=1").words(".slot-row a") == ["Shed Circle meeting"]
    assert boss.get("/coordinate?view=week&day=3").words(".slot-row a") == ["Canal Walkers meeting"]
    assert boss.get("/coordinate?view=week&week=4").words("#week") == ["Sessions from 21 December"]
    assert boss.get("/coordinate?view=week&week=99999999999999").words("#week") == ["2 sessions in these 7 days"]


def test_several_areas_and_a_team_each_have_a_page(app: Flask, make: Make, as_user: As) -> None:
    city()
    city("camden", codes=(FAR, "E02002998"))
    group(make, "Shed Circle")
    group(make, "Canal Walkers", code=WEST)
    group(make, "Lockside", code=FAR)
    team = Team(name="East team", area="leicester")
    east = db.session.query(Neighbourhood).filter_by(slug="leicester-east").one()
    team.patches.append(TeamPatch(neighbourhood_id=east.id, valid_from=clock.today()))
    db.session.add(team)
    both = as_user(make.user("team-coordinator", area=None))
    assert both.get("/coordinate?view=groups").words("tbody th a") == ["Canal Walkers", "Lockside", "Shed Circle"]
    assert both.get("/coordinate/camden?view=groups").words("tbody th a") == ["Lockside"]
    mine = as_user(make.user("team-coordinator", area="leicester"))
    page = mine.get("/coordinate?view=groups")
    assert mine.get(page.link("East team")).words("tbody th a") == ["Shed Circle"]
    mine.get("/coordinate/camden", expect=404)
    theirs = as_user(make.user("team-coordinator", area="camden"))
    theirs.get(f"/coordinate/teams/{team.id}", expect=404)
    theirs.get("/coordinate/leicester", expect=404)


def test_groups_are_narrowed_by_name_and_neighbourhood(sqlite_app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    group(make, "Canal Walkers", code=WEST)
    boss = as_user(make.user("team-coordinator", area="leicester"))
    assert boss.get("/coordinate?view=groups&in=leicester-west").words("tbody th a") == ["Canal Walkers"]
    assert boss.get("/coordinate?view=groups&words=SHED").words("tbody th a") == ["Shed Circle"]
    none = boss.get("/coordinate?view=groups&words=%00%ff<b>")
    assert none.words("h2") == ["No group fits"]


def test_nothing_is_there_yet(sqlite_app: Flask, make: Make, as_user: As) -> None:
    city()
    boss = as_user(make.user("team-coordinator", area="leicester"))
    for view in ("overview", "groups", "stale", "new", "questions", "week", "nonsense"):
        boss.get(f"/coordinate?view={view}")
    as_user(make.user("team-coordinator", area="nowhere")).get("/coordinate")
    boss.get("/coordinate/questions/new")
    as_user(make.user("link-worker", organisation=make.organisation())).get("/coordinate", expect=403)


def test_where_there_are_no_neighbourhoods_the_page_says_so(sqlite_app: Flask, make: Make, as_user: As) -> None:
    page = as_user(make.user("team-coordinator")).get("/coordinate")
    assert "There is no group here yet" in page.main


@pytest.mark.parametrize("view", ["overview", "groups", "stale", "new", "questions"])
def test_600_groups_cost_as_many_statements_as_ten(
    sqlite_app: Flask, make: Make, as_user: As, count_statements: Any, view: str
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    few = groups(make, 10)
    _age("Group 001 meeting", 95)
    sent(boss, few)
    browser = as_user(boss)
    browser.get(f"/coordinate?view={view}")
    with count_statements() as with_ten:
        browser.get(f"/coordinate?view={view}")
    _many(600)
    with count_statements() as with_many:
        page = browser.get(f"/coordinate?view={view}")
    assert len(with_many) == len(with_ten) <= 15, "\n".join(with_many)
    sqlite_app.extensions.pop("portal.remembered", None)
    with count_statements() as cold:
        browser.get(f"/coordinate?view={view}")
    assert len(cold) <= 20, "what is on this week is read in parts of 500 listings, once in five minutes"
    assert "610" in page.words(".tabs strong")


def _many(count: int) -> None:
    """So many more groups, written at once."""
    place = db.session.query(Location).first()
    assert place is not None
    ids = [(uuid4(), uuid4(), number) for number in range(count)]
    now = clock.now()
    db.session.execute(insert(Organization), [{"id": org, "name": f"Many {number:03d}"} for org, _one, number in ids])
    db.session.execute(
        insert(Service),
        [
            {
                "id": one, "organization_id": org, "name": f"Many {number:03d} meeting", "status": "active",
                "assured_date": clock.today() - timedelta(days=number), "created_at": now,
            }
            for org, one, number in ids
        ],
    )  # fmt: skip
    db.session.execute(
        insert(ServiceAtLocation),
        [
            {"id": uuid4(), "service_id": one, "location_id": place.id, "delivery_modes": ["in_person"]}
            for _o, one, _n in ids
        ],
    )
    db.session.commit()


def test_a_group_is_asked_about_a_few_listings_a_day_and_about_none_that_was_checked(
    app: Flask, make: Make, as_user: As, mailbox: Any
) -> None:
    city()
    shed = group(make, "Shed Circle")
    stale = [
        make.service(f"Meeting {number}", organisation=shed, place={"neighbourhood_code": EAST}).id
        for number in range(6)
    ]
    for number in range(6):
        _age(f"Meeting {number}", 91)
    fresh = db.session.query(Service).filter_by(name="Shed Circle meeting").one()
    fresh.assured_date = MONDAY.date()
    db.session.commit()
    boss, fresh_id = as_user(make.user("team-coordinator", area="leicester")), fresh.id
    boss.post(f"/coordinate/listings/{fresh_id}/ask", expect=404)
    for one in stale[:4]:
        boss.post(f"/coordinate/listings/{one}/ask", expect=303)
    for one in stale[4:]:
        boss.post(f"/coordinate/listings/{one}/ask", expect=429)
    assert len(mailbox.all) == 4
