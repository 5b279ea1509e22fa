"""A question that is begun on the page of a team goes to the groups of what that team covers, and to no others."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.coordinating.models import GroupQuestion
from portal.core import clock
from portal.core.extensions import db
from portal.teams.models import Team, TeamPatch
from tests.coordinating.patch import CHRISTMAS, WEST, city, group
from tests.coordinating.test_asking import DAY, choose
from tests.factories import Make
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]


def test_a_question_from_the_page_of_a_team_offers_the_groups_of_that_team_alone(
    sqlite_app: Flask, make: Make, as_user: As
) -> None:
    cut = city()
    here, there = group(make, "Shed Circle"), group(make, "Canal Walkers", code=WEST)
    team = Team(name="East side team", area="leicester")
    team.patches.append(TeamPatch(neighbourhood_id=cut.neighbourhoods[0].id, valid_from=date(2026, 1, 1)))
    db.session.add(team)
    db.session.commit()
    boss = as_user(make.user("team-coordinator", area="leicester"))
    way = boss.get(f"/coordinate/teams/{team.id}?view=questions").link("Ask my groups a question")
    form = boss.get(way).form("/coordinate/questions/new")
    assert (form["team"], form["area"]) == (str(team.id), "leicester")
    typed = {**form, "words": CHRISTMAS, "kind": "yes-no", **DAY}
    page = boss.follow(boss.post("/coordinate/questions/new", typed, expect=303))
    assert page.words(".choose__ticked label") == ["Shed Circle"]
    assert page.words("select[name=place] option") == ["East"]
    assert choose(boss, page, who="all").words("h2")[1] == "It reaches 1 group"
    question = db.session.query(GroupQuestion).one()
    action = f"/coordinate/questions/{question.id}/groups"
    boss.post(action, {"who": "ticked", "tick": [str(there.id)]}, expect=422)
    assert [one.organization_id for one in question.asked] == [here.id]
    boss.get(f"/coordinate/questions/{question.id}/edit")
    team.ended_at = clock.now()
    db.session.commit()
    assert boss.get(action).words(".choose__ticked label") == ["Canal Walkers", "Shed Circle"]
    assert "team" not in (boss.get("/coordinate").link("Ask my groups a question"))


def test_the_team_of_another_coordinator_asks_nobody(sqlite_app: Flask, make: Make, as_user: As) -> None:
    city()
    team = Team(name="Lockside team", area="camden")
    db.session.add(team)
    db.session.commit()
    boss = as_user(make.user("team-coordinator", area="leicester"))
    boss.get(f"/coordinate/questions/new?team={team.id}", expect=404)
    form = boss.get("/coordinate/questions/new?team=nonsense").form("/coordinate/questions/new")
    typed = {**form, "words": CHRISTMAS, "kind": "yes-no", **DAY, "team": str(team.id)}
    boss.post("/coordinate/questions/new", typed, expect=404)
    assert db.session.query(GroupQuestion).count() == 0
