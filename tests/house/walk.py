"""Every address as everybody: what the walk needs to know beside the access table.

What is expected follows from the mark of the endpoint's row in `access_table.py`:

| mark | a stranger | a role that lacks the permission | a role that has it | the same role in another organisation |
|---|---|---|---|---|
| public | open | open | open | open |
| operator | hidden | hidden | hidden | hidden |
| signed in | asked to sign in | open | open | open |
| a permission | asked to sign in | refused | open | hidden, where the address names what belongs to an organisation |

A new endpoint needs its row there, and a row in `PARTS` if its address has a part that no other has. What does not follow from
its mark stands in `OTHERWISE`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from werkzeug.routing import Rule

from portal.accounts import invitations
from portal.accounts.models import User
from portal.accounts.roles import ROLES, Role
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.directory.models import Service
from portal.organisations.models import Organization
from tests.factories import Make
from tests.house.access_table import CACHEABLE, OPERATOR, PUBLIC, SIGNED_IN

OPEN, ASKED, REFUSED, HIDDEN = "open", "asked to sign in", "refused", "hidden"
STRANGER = "stranger"
ELSEWHERE = {f"{role.value} elsewhere": role for role in (Role.LEAD, Role.EDITOR)}
VIEWERS = (STRANGER, *(role.value for role in Role), *ELSEWHERE)


@dataclass
class World:
    """An organisation with all that an address may name, and somebody of each kind."""

    here: Organization
    service: Service
    someone: User
    invitation: Any
    people: dict[str, User]


def world(make: Make) -> World:
    """Made once for the whole walk."""
    here, there = make.organisation("Larkfield Circle"), make.organisation("Far Away Friends")
    people = {
        role.value: make.user(
            role, organisation=here if ROLES[role].scope == "organisation" else None, name=f"The {role.value}"
        )
        for role in Role
    }
    people |= {name: make.user(role, organisation=there, name=name) for name, role in ELSEWHERE.items()}
    service, other = make.service(organisation=here), make.service("Elsewhere", organisation=there)
    assert other.id != service.id
    invitation, _token = invitations.invite(
        "new@people.example.org", Role.EDITOR, by=people["lead"], organization_id=here.id
    )
    someone = make.user("editor", organisation=here)
    db.session.commit()
    return World(here, service, someone, invitation, people)


NOBODYS = "k" * 43
PARTS: dict[str, Callable[[World], object]] = {
    "organisation_id": lambda world: world.here.id,
    "service_id": lambda world: world.service.id,
    "user_id": lambda world: world.someone.id,
    "membership_id": lambda world: world.someone.held[0].id,
    "invitation_id": lambda world: world.invitation.id,
    "change_id": lambda _world: uuid4(),
    "claim_id": lambda _world: uuid4(),
    "decision_id": lambda _world: uuid4(),
    "draft_id": lambda _world: uuid4(),
    "identifier_id": lambda _world: uuid4(),
    "identity_id": lambda _world: uuid4(),
    "message_id": lambda _world: uuid4(),
    "pair_id": lambda _world: uuid4(),
    "passkey_id": lambda _world: uuid4(),
    "report_id": lambda _world: uuid4(),
    "round_id": lambda _world: uuid4(),
    "session_id": lambda _world: uuid4(),
    "upload_id": lambda _world: uuid4(),
    "version_id": lambda _world: uuid4(),
    "code": lambda _world: "en",
    "fact": lambda _world: "summary",
    "name": lambda _world: "css/portal.css",
    "number": lambda _world: 1,
    "provider": lambda _world: "none",
    "register": lambda _world: "companies-house",
    "section": lambda _world: "about",
    "slug": lambda _world: "leicester",
    "tab": lambda _world: "new",
    "token": lambda _world: NOBODYS,
}
"""What stands for a part of an address. What belongs to an organisation is the first one's; other ids are nobody's."""
OWNED = frozenset({"organisation_id", "service_id", "user_id", "membership_id", "invitation_id"})
SCOPED = frozenset({Permission.LISTING_EDIT.value, Permission.PEOPLE_MANAGE.value})
"""Permissions that are held in one organisation: elsewhere, what belongs to it is hidden."""
OTHERWISE: dict[tuple[str, str], str] = {}
"""What does not follow from the mark: (endpoint, viewer) to what they meet."""


def address_of(rule: Rule, world: World) -> str:
    """The address of a rule with the world's own things in it. Raises AssertionError for a part that nobody knows."""
    unknown = rule.arguments - set(PARTS)
    assert not unknown, f"say in tests/house/walk.py: PARTS what stands for {sorted(unknown)} in {rule.rule}"
    built = rule.build({part: PARTS[part](world) for part in rule.arguments}, append_unknown=False)
    assert built is not None, f"{rule.rule} cannot be built: its parts need other values in tests/house/walk.py"
    return built[1]


def expected(endpoint: str, mark: str, rule: Rule, viewer: str) -> str:
    """What a viewer meets at an endpoint with this mark."""
    if (endpoint, viewer) in OTHERWISE:
        return OTHERWISE[endpoint, viewer]
    if mark in {PUBLIC, CACHEABLE}:
        return OPEN
    if mark == OPERATOR:
        return HIDDEN
    if viewer == STRANGER:
        return ASKED
    if mark == SIGNED_IN:
        return OPEN
    role = ELSEWHERE.get(viewer) or Role(viewer)
    if Permission(mark) not in ROLES[role].permissions:
        return REFUSED
    return HIDDEN if viewer in ELSEWHERE and mark in SCOPED and rule.arguments & OWNED else OPEN
