"""The demo's neighbourhood teams: one each in Leicester, Camden, and Epsom and Surrey Downs, of several organisations."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Membership, User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.extensions import db
from portal.demo.rows import demo_id
from portal.geography.models import Neighbourhood
from portal.organisations.models import Organization
from portal.teams.models import Team, TeamMember, TeamPatch

SINCE = timedelta(days=150)
BODIES = {
    "Copperbrook Housing Desk": "An invented service that helps people to keep their home.",
    "Bridge Gate Money Advice": "An invented service that helps with debts and benefits.",
    "Lockside Housing Rights": "An invented service that helps people to keep their home.",
    "Lockside Money Matters": "An invented service that helps with debts and benefits.",
    "Downs Gate Community Nurses": "An invented team of community nurses.",
    "Downs Gate Money Help": "An invented service that helps with debts and benefits.",
}
"""Organisations that are in a team and offer no listing of their own, with what they are."""


@dataclass(frozen=True)
class In:
    """Somebody in a team: whose mailbox, for which organisation, as what."""

    mailbox: str
    organisation: str
    kind: str
    leads: bool = False


@dataclass(frozen=True)
class DemoTeam:
    """One team, named by the neighbourhoods that it covers. `places`: their slugs; its huddles are made under the first.

    `weekday`: 0 for Monday; none for the day of the week on which the demo is made, so that a huddle is due then.
    """

    key: str
    name: str
    area: str
    places: tuple[str, ...]
    weekday: int | None
    members: tuple[In, ...]


TEAMS = (
    DemoTeam(
        "leicester", "Clarendon Park, Evington and Knighton neighbourhood team", "leicester",
        ("evington", "clarendon-park", "knighton"), None,
        (
            In("link-worker", "Wharfside Link Workers", "link-worker", leads=True),
            In("link-worker-second", "Wharfside Link Workers", "link-worker"),
            In("team-member", "Copperbrook Housing Desk", "housing"),
            In("team-member-money", "Bridge Gate Money Advice", "money"),
            In("referrer", "Tannery Row Surgery", "gp"),
        ),
    ),
    DemoTeam(
        "camden", "Camden Town, Gospel Oak and Kentish Town neighbourhood team", "camden",
        ("kentish-town", "gospel-oak", "camden-town"), 2,
        (
            In("link-worker-camden", "Lockside Link Workers", "link-worker", leads=True),
            In("team-member-camden", "Lockside Housing Rights", "housing"),
            In("team-member-camden-money", "Lockside Money Matters", "money"),
        ),
    ),
    DemoTeam(
        "epsom", "Epsom and Ewell neighbourhood team", "epsom-and-surrey-downs", ("epsom", "ewell"), 3,
        (
            In("link-worker-epsom", "Downs Gate Link Workers", "link-worker", leads=True),
            In("team-member-epsom", "Downs Gate Community Nurses", "community-nurse"),
            In("team-member-epsom-money", "Downs Gate Money Help", "money"),
        ),
    ),
)  # fmt: skip


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    if db.session.get(Team, team_id(TEAMS[0])) is not None:
        return False
    places = {one.slug: one.id for one in db.session.scalars(select(Neighbourhood))}
    for told in TEAMS:
        if all(slug in places for slug in told.places):
            _make(told, places)
    db.session.flush()
    return True


def team_id(told: DemoTeam) -> UUID:
    """The id of one of them."""
    return demo_id("team", told.key)


def body_id(name: str) -> UUID:
    """The id of an organisation of the demo that offers no listing."""
    return demo_id("organization", "body", name)


def _make(told: DemoTeam, places: dict[str, UUID]) -> None:
    since, began = (clock.today() - SINCE), clock.now() - SINCE
    weekday = clock.today().weekday() if told.weekday is None else told.weekday
    team = Team(id=team_id(told), name=told.name, area=told.area, huddle_weekday=weekday, created_at=began)
    team.patches += [TeamPatch(neighbourhood_id=places[slug], valid_from=since) for slug in told.places]
    db.session.add(team)
    db.session.flush()
    for one in told.members:
        _ensure_body(one.organisation)
        user = db.session.get_one(User, demo_id("account", one.mailbox))
        member = TeamMember(
            id=demo_id("team-member", told.key, one.mailbox), team_id=team.id, user_id=user.id, kind=one.kind,
            organization_id=body_id(one.organisation), is_coordinator=one.leads, valid_from=since, added_at=began,
        )  # fmt: skip
        db.session.add(member)
        if not any(held.role == Role.TEAM_MEMBER.value and held.area == told.area for held in user.held):
            user.memberships.append(Membership(role=Role.TEAM_MEMBER.value, area=told.area, created_at=began))


def _ensure_body(name: str) -> None:
    if db.session.get(Organization, body_id(name)) is None:
        db.session.add(Organization(id=body_id(name), name=name, description=BODIES[name]))
        db.session.flush()
