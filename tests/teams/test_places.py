"""What a team covers from when, one team at most on any day; and boundaries that are redrawn without touching what is over."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.geography.queries import codes_of
from portal.teams.models import Team, TeamPatch
from portal.teams.queries import neighbourhoods_of
from tests.support.page import Browser
from tests.support.teams import TeamWorld, make_huddle_team, make_neighbourhood

AsUser = Callable[..., Browser]


def on(day: date, name: str = "since") -> dict[str, str]:
    """A day as its three boxes are filled."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def team_covering(neighbourhood_id: UUID, day: date) -> Team | None:
    """The one team that covers a neighbourhood on a day."""
    teams = db.session.query(Team).order_by(Team.name)
    found = [one for one in teams if neighbourhood_id in {place.id for place in neighbourhoods_of(one.id, day)}]
    assert len(found) <= 1, "on any day a neighbourhood has one team at most"
    return found[0] if found else None


def test_the_page_of_a_team_leads_back_to_teams(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    for who in (team.coordinator, team.worker):
        page = as_user(who).get(f"/teams/{team.team.id}")
        assert page.one("nav.back a")["href"] == "/teams" and page.link("Back to teams") == "/teams"


def test_a_neighbourhood_has_one_team_on_any_day(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    second = make_huddle_team(name="Second team")
    browser, address = as_user(team.coordinator), f"/teams/{second.id}/places"
    told = {"place": team.place.slug, "version": "1", **on(date(2026, 12, 8))}
    page = browser.post(address, told, expect=409)
    assert "Saffron Vale neighbourhood team covers Saffron Vale then." in page.main
    assert page.one("#place option[selected]")["value"] == team.place.slug
    db.session.expire_all()
    assert second.patches == []
    browser.post(address, {**told, "takes_over": "y"}, expect=303)
    assert team_covering(team.place.id, date(2026, 12, 7)) == team.team
    assert team_covering(team.place.id, date(2026, 12, 8)) == second
    again = browser.post(address, {**told, "version": "2"}, expect=409)
    assert "This team covers Saffron Vale already." in again.main


def test_another_areas_team_keeps_its_neighbourhood(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    db.session.query(Team).filter_by(id=team.team.id).update({"area": "camden"})
    db.session.commit()
    second = make_huddle_team(name="Second team")
    told = {"place": team.place.slug, "version": "1", "takes_over": "y", **on(clock.today())}
    page = as_user(team.coordinator).post(f"/teams/{second.id}/places", told, expect=409)
    assert "Another area’s team covers Saffron Vale then." in page.main
    assert "Saffron Vale neighbourhood team" not in page.main
    assert db.session.query(TeamPatch).filter_by(team_id=second.id).count() == 0


def test_redrawing_from_a_day_leaves_the_days_before_as_they_were(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    patch = db.session.query(TeamPatch).one()
    browser, address = as_user(team.coordinator), f"/teams/{team.team.id}/places/{patch.id}/redraw"
    page = browser.get(address)
    assert [one["value"] for one in page.select("input[name=areas][checked]")] == ["E02002847"]
    told = {"areas": ["E02002845", "E02002851"], "version": "1", **on(date(2026, 12, 8))}
    page = browser.follow(browser.post(address, told, expect=303))
    assert "From 8 December 2026" in page.main and "6 January 2026 to 7 December 2026" in page.main
    before, after = codes_of(team.place, date(2026, 9, 30)), codes_of(team.place, date(2026, 12, 8))
    assert before == {"E02002847"} == codes_of(team.place, date(2026, 12, 7))
    assert after == {"E02002845", "E02002851"}
    browser.post(address, {**told, "areas": ["E02002847"], **on(date(2026, 11, 23)), "version": "2"}, expect=422)
    assert codes_of(team.place, date(2026, 11, 23)) == {"E02002847"}


def test_redrawing_without_a_change_says_so_and_keeps_the_boundary_as_it_is(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    patch = db.session.query(TeamPatch).one()
    browser, address = as_user(team.coordinator), f"/teams/{team.team.id}/places/{patch.id}/redraw"
    same = {"areas": ["E02002847"], "version": "1", **on(clock.today())}
    page = browser.follow(browser.post(address, same, expect=303))
    assert "Nothing was changed." in page.main and "is redrawn from" not in page.main
    db.session.expire_all()
    assert team.team.version == 1
    browser.post(address, {**same, "areas": ["E02002845"], **on(date(2026, 12, 8))}, expect=303)
    back = browser.follow(browser.post(address, {**same, "version": "2"}, expect=303))  # takes a change to come back
    assert "is redrawn from" in back.main and codes_of(team.place, date(2026, 12, 8)) == {"E02002847"}


def test_an_official_area_belongs_to_one_neighbourhood(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    make_neighbourhood("Evington Side", codes=("E02002845",))
    patch = db.session.query(TeamPatch).one()
    address = f"/teams/{team.team.id}/places/{patch.id}/redraw"
    told = {"areas": ["E02002845"], "version": "1", **on(clock.today())}
    page = as_user(team.coordinator).post(address, told, expect=422)
    assert "belongs to Evington Side then" in page.main
    browser = as_user(team.coordinator)
    browser.post(address, {**told, "areas": ["E09999999"]}, expect=422)
    assert "Tick at least one area" in browser.post(address, {**told, "areas": []}, expect=422).main


def test_two_coordinators_at_once_see_both_versions(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    one, address = as_user(team.coordinator), f"/teams/{team.team.id}/change"
    told = {"name": "Saffron team", "weekday": "2", "minutes": "40", "version": "1"}
    one.post(address, told, expect=303)
    page = one.post(address, {**told, "name": "<b>Vale</b> team"}, expect=409)
    assert "Someone changed this while you were writing" in page.main and "Saffron team" in page.main
    assert page.one("title").get_text().startswith("Error:")
    assert page.one("#name")["value"] == "<b>Vale</b> team" and "<b>Vale" not in page.html
    one.post(
        address, {**told, "name": "<b>Vale</b> team", "version": page.one("input[name=version]")["value"]}, expect=303
    )
    assert "&lt;b&gt;Vale&lt;/b&gt; team" in one.get(f"/teams/{team.team.id}").html


def test_a_coordinator_makes_a_team_of_their_area_alone(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    make_neighbourhood("Lockside", area="camden", codes=())
    browser = as_user(team.coordinator)
    told = {"name": "East team", "area": "leicester", "weekday": "3", "minutes": "30", "key": "n" * 24}
    assert "Choose one of the answers" in browser.post("/teams/add", {**told, "area": "camden"}, expect=422).main
    assert "Enter a number from 5 to 240" in browser.post("/teams/add", {**told, "minutes": "9" * 30}, expect=422).main
    first = browser.post("/teams/add", told, expect=303)
    assert first.headers["Location"] == browser.post("/teams/add", told, expect=303).headers["Location"]
    assert db.session.query(Team).filter_by(name="East team").one().area == "leicester"
    assert "Huddles on Thursday" in browser.get("/teams").main


def test_a_neighbourhood_is_given_up_from_a_day_and_one_that_never_began_is_gone(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, patch = as_user(team.coordinator), db.session.query(TeamPatch).one()
    later = TeamPatch(team_id=team.team.id, neighbourhood_id=team.place.id, valid_from=date(2026, 12, 15))
    db.session.add(later)
    db.session.commit()
    assert "Stop covering Saffron Vale" in browser.get(f"/teams/{team.team.id}").main
    title = browser.get(f"/teams/{team.team.id}/places/{patch.id}/end").one("h1").get_text()
    assert title == "Stop covering Saffron Vale"
    for one, day in ((patch, date(2026, 12, 8)), (later, date(2026, 12, 15))):
        browser.post(f"/teams/{team.team.id}/places/{one.id}/end", on(day, "until"), expect=303)
    assert [one.valid_to for one in db.session.query(TeamPatch)] == [date(2026, 12, 8)]
    assert team_covering(team.place.id, date(2026, 12, 7)) == team.team
    assert team_covering(team.place.id, date(2026, 12, 8)) is None


def test_a_neighbourhood_that_was_given_up_stays_with_the_team_that_took_it_over(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    second, patch = make_huddle_team(name="Second team"), db.session.query(TeamPatch).one()
    browser, address = as_user(team.coordinator), f"/teams/{team.team.id}/places/{patch.id}/end"
    browser.post(address, on(date(2026, 12, 8), "until"), expect=303)
    covers = {"place": team.place.slug, "version": "1", **on(date(2026, 12, 8))}
    browser.post(f"/teams/{second.id}/places", covers, expect=303)
    page = browser.post(address, on(date(2026, 12, 15), "until"), expect=422)
    assert "This ends on 8 December 2026 already." in page.main
    assert team_covering(team.place.id, date(2026, 12, 8)) == second
    db.session.expire_all()
    assert patch.valid_to == date(2026, 12, 8)
    for day in (8, 7):  # the same again, and earlier
        browser.post(address, on(date(2026, 12, day), "until"), expect=303)
    db.session.expire_all()
    assert patch.valid_to == date(2026, 12, 7)
