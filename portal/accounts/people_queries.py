"""Questions about the people of an organisation. Each takes the viewer and finds only what is theirs to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, select

from portal.accounts import granting
from portal.accounts.models import Membership, User
from portal.accounts.roles import Role
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.organisations.models import Organization

EDITING = (Role.EDITOR.value, Role.LEAD.value)


@dataclass(frozen=True)
class Person:
    """Somebody of an organisation, with the roles that they hold there."""

    user: User
    roles: list[Membership]


def organisations_of(viewer: Viewer) -> Sequence[Organization]:
    """The organisations whose people the viewer manages by a role there, by name."""
    ids = viewer.organisations_with(Permission.PEOPLE_MANAGE)
    if not ids:
        return []
    named = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name, Organization.id)
    return db.session.scalars(named).all()


def organisation_for(viewer: Viewer, organization_id: UUID) -> Organization:
    """An organisation whose people the viewer manages. Raises NotFound."""
    found = db.session.get(Organization, organization_id)
    if found is None or not viewer.can(Permission.PEOPLE_MANAGE, organisation_id=organization_id):
        raise NotFound(_("There is no such organisation."))
    return found


def people_of(organisation: Organization) -> list[Person]:
    """Those who hold a role in an organisation, the first to come first."""
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.organization_id == organisation.id, Membership.ended_at.is_(None))
        .order_by(Membership.created_at, Membership.id)
    )
    people: dict[UUID, Person] = {}
    for row in rows:
        people.setdefault(row.user_id, Person(row.user, [])).roles.append(row)
    return list(people.values())


def person_for(organisation: Organization, user_id: UUID) -> Person:
    """One of the people of an organisation. Raises NotFound."""
    for person in people_of(organisation):
        if person.user.id == user_id:
            return person
    raise NotFound(_("There is no such person here."))


def role_for(organisation: Organization, membership_id: UUID) -> Membership:
    """A role that is held in an organisation. Raises NotFound."""
    row = db.session.get(Membership, membership_id)
    if row is None or row.organization_id != organisation.id or row.ended_at is not None:
        raise NotFound(_("There is no such person here."))
    return row


def own_role(user: User, membership_id: UUID) -> Membership:
    """A role of the user's own. Raises NotFound."""
    row = next((one for one in user.held if one.id == membership_id), None)
    if row is None:
        raise NotFound(_("There is no such role."))
    return row


def editors(viewer: Viewer, name: str = "", limit: int = 50) -> Sequence[tuple[Membership, Organization]]:
    """Roles that edit where the viewer may trust, with their organisations; untrusted first, newest first.

    `name`: only organisations whose names hold these words.
    """
    question = _editing(viewer)
    for word in name.split()[:5]:
        question = question.where(Organization.name.icontains(word, autoescape=True))
    ordered = question.order_by(Membership.trusted_at.is_not(None), Membership.created_at.desc(), Membership.id)
    return [(row, organisation) for row, organisation in db.session.execute(ordered.limit(limit)).all()]


def editor(viewer: Viewer, membership_id: UUID) -> Membership:
    """A role that edits where the viewer may trust. Raises NotFound."""
    found = db.session.execute(_editing(viewer).where(Membership.id == membership_id)).first()
    if found is None:
        raise NotFound(_("There is no such editor."))
    return found[0]


def _editing(viewer: Viewer) -> Select[Membership, Organization]:
    return (
        select(Membership, Organization)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.role.in_(EDITING), Membership.ended_at.is_(None), granting.trusts_in(viewer))
    )


def organisation_names(user: User) -> dict[UUID, str]:
    """The names of the organisations in which a user holds a role."""
    ids = [one.organization_id for one in user.held if one.organization_id]
    if not ids:
        return {}
    return {
        organization_id: name
        for organization_id, name in db.session.execute(
            select(Organization.id, Organization.name).where(Organization.id.in_(ids))
        )
    }
