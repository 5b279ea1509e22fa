"""A neighbourhood team with members of several organisations, and people who share with some of them and not with others."""

from datetime import date, timedelta
from typing import Any

from portal.accounts.models import Membership, User
from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.huddles.models import HuddleCase
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.teams.models import Team, TeamMember, TeamPatch
from tests.support.people import make_user
from tests.support.referrals import agree, make_person, make_team

LONG_AGO = date(2026, 1, 6)
AREA = "leicester"


def make_neighbourhood(
    name: str = "Saffron Vale", *, area: str = AREA, codes: tuple[str, ...] = ("E02002847",)
) -> Neighbourhood:
    """A neighbourhood of an area, made of official areas since long ago."""
    kept = db.session.query(NeighbourhoodSet).filter_by(slug=area).one_or_none()
    if kept is None:
        kept = NeighbourhoodSet(slug=area, name=area.title(), area=area.title(), valid_from=LONG_AGO)
        db.session.add(kept)
    one = Neighbourhood(slug=name.lower().replace(" ", "-"), name=name)
    one.parts += [NeighbourhoodPart(kind="msoa", code=code, vintage=2011, valid_from=LONG_AGO) for code in codes]
    kept.neighbourhoods.append(one)
    db.session.commit()
    return one


def make_huddle_team(
    *places: Neighbourhood, name: str = "Saffron Vale neighbourhood team", area: str = AREA, **columns: Any
) -> Team:
    """A team that covers these neighbourhoods since long ago, and meets on Tuesdays."""
    team = Team(name=name, area=area, **columns)
    team.patches += [TeamPatch(neighbourhood_id=one.id, valid_from=LONG_AGO) for one in places]
    db.session.add(team)
    db.session.commit()
    return team


def join(team: Team, user: User, organisation: Organization, kind: str = "link-worker", **columns: Any) -> TeamMember:
    """Put somebody into a team for an organisation, since long ago."""
    columns.setdefault("valid_from", LONG_AGO)
    columns.setdefault("added_at", clock.now() - timedelta(days=200))
    one = TeamMember(team_id=team.id, user_id=user.id, organization_id=organisation.id, kind=kind, **columns)
    db.session.add(one)
    db.session.commit()
    return one


def leave(member: TeamMember) -> None:
    """Take somebody out of a team from today."""
    member.valid_to = clock.today()
    db.session.commit()


class TeamWorld:
    """A team of link workers, a housing adviser and a money adviser, one coordinator, and a person on the board.

    The person shares with the link workers, who hold the record, and with the housing advisers; not with the money advisers.
    """

    def __init__(self) -> None:
        self.workers = self._organisation("Wharfside Link Workers")
        self.housing = self._organisation("Housing Help Desk")
        self.money = self._organisation("Bridge Street Debt Help")
        make_team(self.workers)
        self.place = make_neighbourhood()
        self.team = make_huddle_team(self.place)
        self.worker = self._user("link-worker", self.workers, "Lena Arkwright")
        self.adviser = self._user(None, self.housing, "Hanif Osgood")
        self.stranger = self._user(None, self.money, "Mona Tillery")
        self.coordinator = make_user("team-coordinator", area=AREA, name="Cora Wistow")
        self.at_work = join(self.team, self.worker, self.workers)
        self.at_housing = join(self.team, self.adviser, self.housing, "housing")
        self.at_money = join(self.team, self.stranger, self.money, "money")
        self.person = make_person(self.workers, worker=self.worker)
        agree(self.person, self.workers)
        agree(self.person, self.housing)
        self.case = self.add_case(self.person)

    def add_case(self, person: Person, why: str = "Cold home, unpaid carer", **columns: Any) -> HuddleCase:
        """Put somebody on the board."""
        columns.setdefault("lead_id", self.at_work.id)
        one = HuddleCase(team_id=self.team.id, person_id=person.id, why=why, **columns)
        db.session.add(one)
        db.session.commit()
        return one

    def somebody(self, **told: Any) -> Person:
        """Another person on the link workers' books, who shares with them alone."""
        person = make_person(self.workers, worker=self.worker, **told)
        agree(person, self.workers)
        return person

    def at(self, day: date | None = None) -> str:
        """The address of the huddle on a day, today unless said otherwise."""
        return f"/neighbourhoods/{self.place.slug}/huddle/{(day or clock.today()).isoformat()}"

    def case_at(self, day: date | None = None, person: Person | None = None) -> str:
        """The address that a case is written to."""
        return f"{self.at(day)}/cases/{(person or self.person).reference}"

    @staticmethod
    def ahead(days: int) -> str:
        """A day to come, as forms have it."""
        return (clock.today() + timedelta(days=days)).isoformat()

    def _organisation(self, name: str) -> Organization:
        one = Organization(name=name)
        db.session.add(one)
        db.session.commit()
        return one

    def _user(self, role: str | None, organisation: Organization, name: str) -> User:
        """Somebody of an organisation, who may take part in the teams of the area."""
        user = make_user("team-member", area=AREA, name=name)
        if role is not None:
            user.memberships.append(Membership(role=role, organization_id=organisation.id))
            db.session.commit()
        return user
