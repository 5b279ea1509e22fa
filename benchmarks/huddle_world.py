"""What `benchmarks/huddle.py` fills: a team of seven organisations, the people on its board, and what its neighbourhood has."""

from dataclasses import dataclass
from datetime import time, timedelta
from random import Random
from typing import Any

from portal.accounts.models import Membership, User
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Location, Service, ServiceAtLocation, Session
from portal.huddles.models import Huddle, HuddleAction, HuddleCase, HuddleNote
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals import sending
from portal.referrals.actors import Actor
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from portal.together.bundles import BUNDLES
from portal.together.models import TogetherLine
from tests.support.people import make_user
from tests.support.referrals import agree, make_person, make_team
from tests.support.teams import AREA, LONG_AGO, join, make_huddle_team, make_neighbourhood

LISTINGS = 200
HERE = "E02002847"
KINDS = ("housing", "money", "community-nurse", "social-worker", "gp")
WORDS = "Cares for a partner and has not slept through a night since October. The heating was mended twice. " * 3


@dataclass
class Built:
    """What was put in: who looks, the address of today's huddle, and who is on its board."""

    worker: User
    board: str
    references: list[str]


def fill(cases: int, otherwise: int) -> Built:
    """The team, its people and its neighbourhood."""
    chance = Random(7)
    place = make_neighbourhood(codes=(HERE,))
    team = make_huddle_team(place)
    workers, others, *rest = (_organisation(f"Body {number}") for number in range(len(KINDS) + 2))
    make_team(workers)
    worker = make_user("team-member", area=AREA, name="Lena Arkwright")
    worker.memberships.append(Membership(role="link-worker", organization_id=workers.id))
    members = [join(team, worker, workers)]
    for number, (kind, body) in enumerate(zip((*KINDS, "other"), (*rest, others), strict=True)):
        members.append(join(team, make_user("team-member", area=AREA, name=f"Member {number}"), body, kind))
    services = _listings(chance)
    past = [
        Huddle(team_id=team.id, neighbourhood_id=place.id, held_on=day, finished_at=clock.now())
        for day in (clock.today() - timedelta(days=14), clock.today() - timedelta(days=7))
    ]  # fmt: skip
    db.session.add_all(past)
    db.session.commit()
    references = []
    for number in range(cases):
        is_ours = number >= otherwise
        person = make_person(
            workers if is_ours else others, worker=worker if is_ours else None, given_name=f"N{number}"
        )
        for body in (workers, *rest[:3]) if is_ours else ((workers, others) if number % 2 else (others,)):
            agree(person, body)
        _case(chance, team.id, members, past, person)
        if number % 4 == 0 and is_ours:
            _together(worker, workers, person, services)
        if is_ours or number % 2:
            references.append(person.reference)
    db.session.commit()
    return Built(worker, f"/neighbourhoods/{place.slug}/huddle/{clock.today().isoformat()}", references)


def _organisation(name: str) -> Organization:
    one = Organization(name=name)
    db.session.add(one)
    db.session.commit()
    return one


def _case(chance: Random, team_id: Any, members: list[Any], past: list[Huddle], person: Person) -> None:
    case = HuddleCase(
        team_id=team_id, person_id=person.id, why="Cold home, unpaid carer", lead_id=chance.choice(members).id,
        has_safety=chance.random() < 0.1, opened_on=past[0].held_on, moved_on=past[chance.randrange(2)].held_on,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    for huddle in past:
        db.session.add(
            HuddleNote(
                huddle_id=huddle.id, case_id=case.id, person_id=person.id, situation=WORDS, done_so_far=WORDS * 3,
                this_week=WORDS, next_steps=WORDS,
            )
        )  # fmt: skip
        db.session.add(
            HuddleAction(
                huddle_id=huddle.id, case_id=case.id, person_id=person.id, what="Chase the heating repair",
                owner_id=chance.choice(members).id, due_on=clock.today() + timedelta(days=chance.randrange(-6, 12)),
            )
        )  # fmt: skip
    db.session.commit()


def _listings(chance: Random) -> list[Service]:
    """Listings of the neighbourhood; a third says that it has space, a third that it has none, one in five is open tonight."""
    body = _organisation("Larkfield Circle")
    made = []
    for number in range(LISTINGS):
        where = Location(name=f"Hall {number}", latitude=52.62, longitude=-1.12, neighbourhood_code=HERE)
        db.session.add(where)
        db.session.flush()
        service = Service(
            name=f"Table {number}", description="Tea and talk.", organization_id=body.id, joining=["drop_in"],
            assured_date=clock.today(), assured_by="group", space_state=("space", "full", None)[number % 3],
            space_said_at=clock.now() - timedelta(days=chance.randrange(20)),
        )  # fmt: skip
        at = ServiceAtLocation(location_id=where.id, delivery_modes=["in_person"])
        if number % 5 == 0:
            daily = Session(byday="MO,TU,WE,TH,FR,SA,SU", starts_at=time(18), ends_at=time(21), dtstart=LONG_AGO)
            at.sessions.append(daily)
        service.service_at_locations.append(at)
        db.session.add(service)
        made.append(service)
    db.session.commit()
    return made


def _together(worker: User, workers: Organization, person: Person, services: list[Service]) -> None:
    """Three things asked for together, and sent."""
    bundle = BUNDLES["home-from-hospital"]
    by = Actor(Who.REFERRER, user=worker, organization_id=workers.id)
    wanted = Wanted(route="link-worker", needs=["transport"], reason="Home on Friday.")
    referral = sending.new_referral(person, wanted, by=by, organization_id=workers.id, user_id=worker.id)
    silent = [one for one in services if one.space_state is None]
    for position, (line, service) in enumerate(zip(bundle.lines, silent, strict=False)):
        one = sending.to_service(referral, service, by=by)
        one.state = "sent"
        db.session.add(
            TogetherLine(
                referral_id=referral.id, person_id=person.id, bundle=bundle.id, line=line.id, position=position,
                service_id=service.id,
            )
        )  # fmt: skip
    db.session.commit()
