"""A coordinator whose role is for a council by its code: the sets in it are theirs, with their teams and questions."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.accounts.models import Membership
from portal.coordinating import asking
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.geography.models import NeighbourhoodPart
from portal.teams.models import Team, TeamPatch
from tests.coordinating.patch import city, group, sent, written
from tests.factories import Make
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]
LEICESTER, CAMDEN = "E06000016", "E09000007"
HERE, BESIDE, AFAR = "E02002847", "E02002848", "E02000166"


def _city_with_a_team(make: Make, *codes: str) -> tuple[str, str]:
    """A set of neighbourhoods with a group, its team, and a question that was sent there: addresses of team and question."""
    cut = city(codes=(codes[0], codes[1]))
    shed = group(make, "Shed Circle", code=codes[0])
    team = Team(name="East side team", area=cut.slug)
    team.patches.append(TeamPatch(neighbourhood_id=cut.neighbourhoods[0].id, valid_from=date(2026, 1, 1)))
    db.session.add(team)
    db.session.commit()
    question = sent(make.user("team-coordinator", area="leicester"), [shed])
    return f"/coordinate/teams/{team.id}", f"/coordinate/questions/{question}"


def test_a_council_has_the_teams_and_questions_of_the_set_in_it(sqlite_app: Flask, make: Make, as_user: As) -> None:
    team, question = _city_with_a_team(make, HERE, BESIDE)
    boss = as_user(make.user("team-coordinator", area=LEICESTER))
    page = boss.get("/coordinate")
    assert page.words("h1 bdi") == ["Leicester"] and "0 of 1 group answered" in page.main
    assert page.link("East side team") == team
    boss.get(team)
    boss.get(question)
    assert boss.get("/coordinate/leicester?view=groups").words("tbody th a") == ["Shed Circle"]
    elsewhere = as_user(make.user("team-coordinator", area=CAMDEN))
    for address in (team, question, "/coordinate/leicester"):
        elsewhere.get(address, expect=404)
    assert "East side team" not in elsewhere.get("/coordinate").main


def test_a_set_across_two_councils_takes_both(sqlite_app: Flask, make: Make, as_user: As) -> None:
    team, question = _city_with_a_team(make, HERE, AFAR)
    for code in (LEICESTER, CAMDEN):
        one = as_user(make.user("team-coordinator", area=code))
        for address in (team, question, "/coordinate/leicester"):
            one.get(address, expect=404)
        assert "East side team" not in one.get("/coordinate").main
    both = make.user("team-coordinator", area=LEICESTER)
    both.memberships.append(Membership(role="team-coordinator", area=CAMDEN))
    db.session.commit()
    page = as_user(both).get("/coordinate")
    assert page.link("East side team") == team and "0 of 1 group answered" in page.main
    assert page.words("nav .views li a")[:4] == ["All my areas", "Camden", "Leicester", "Leicester"]


def test_a_question_is_asked_of_a_set_by_whoever_holds_its_council(sqlite_app: Flask, make: Make) -> None:
    cut = city(codes=(HERE, BESIDE))
    boss = make.user("team-coordinator", area=LEICESTER)
    for number, area in enumerate((LEICESTER, "leicester")):
        assert asking.new_draft(area, written(), key=str(number) * 30, by=boss).area == area
    cut.neighbourhoods[0].parts.append(
        NeighbourhoodPart(kind="msoa", code=AFAR, vintage=2021, valid_from=date(2026, 1, 1))
    )
    db.session.commit()
    with pytest.raises(NotFound):
        asking.new_draft("leicester", written(), key="k" * 30, by=boss)
