"""Teams and huddles of the demo: three teams of several organisations, two huddles that are over and one that is due."""

from flask import Flask

from portal.core import audit, clock
from portal.core.extensions import db
from portal.demo import accounts, huddles, teams, together
from portal.huddles.meeting import meeting_at, members_of, next_day
from portal.huddles.models import Huddle, HuddleAction, HuddleCase
from portal.huddles.sharing import sight_of
from portal.notifications.models import OutboxMessage
from portal.teams.models import Team, TeamMember
from portal.teams.queries import neighbourhoods_of


def test_each_team_has_held_two_huddles_has_one_due_and_somebody_who_does_not_see_all(referred: Flask) -> None:
    together.ensure()
    assert teams.ensure() and huddles.ensure()
    db.session.commit()
    made = [db.session.query(model).count() for model in (Team, TeamMember, Huddle, HuddleCase, HuddleAction)]
    assert not teams.ensure() and not huddles.ensure()
    assert [db.session.query(model).count() for model in (Team, TeamMember, Huddle, HuddleCase, HuddleAction)] == made
    for told in teams.TEAMS:
        held = db.session.query(Huddle).filter_by(team_id=teams.team_id(told)).order_by(Huddle.held_on).all()
        assert [one.finished_at is not None for one in held] == [True, True, False]
        assert held[1].held_on < clock.today() <= held[2].held_on
        unseen = [_unseen(one, told, held[2]) for one in told.members]
        assert unseen[0] == 0 and max(unseen) > 0, told.name
    assert db.session.query(OutboxMessage).filter_by(state="waiting").count() == 0
    assert audit.verify()[1] is None


def test_one_huddle_is_due_today_and_the_way_to_huddles_leads_to_it(referred: Flask) -> None:
    together.ensure()
    teams.ensure()
    huddles.ensure()
    db.session.commit()
    told = teams.TEAMS[0]
    worker = db.session.get_one(accounts.User, teams.demo_id("account", told.members[0].mailbox))
    assert all(next_day(worker, slug) == clock.today() for slug in told.places)
    at = meeting_at(worker, told.places[0], clock.today().isoformat())
    assert at.is_on and at.weekday == clock.today().weekday()
    assert db.session.query(HuddleCase).filter_by(team_id=at.team_id).count() == 12, "a huddle of a usual size"
    agreed = [one.what for one in db.session.query(HuddleAction)]
    of_boards = [case.at for boards in huddles.BOARDS.values() for case in boards]
    assert sorted(agreed) == sorted(
        what for told in of_boards for one in told if one for what, _kind, _days in one.actions
    )


def test_teams_bear_the_names_of_what_they_cover(referred: Flask) -> None:
    teams.ensure()
    for told in teams.TEAMS:
        names = [one.name for one in neighbourhoods_of(teams.team_id(told))]
        assert told.name == f"{', '.join(names[:-1])} and {names[-1]} neighbourhood team"


def _unseen(one: teams.In, told: teams.DemoTeam, due: Huddle) -> int:
    """How many cases are not shared with a member."""
    user = db.session.get_one(accounts.User, teams.demo_id("account", one.mailbox))
    at = meeting_at(user, told.places[0], due.held_on.isoformat())
    return sight_of(user, at, members_of(at)).unseen
