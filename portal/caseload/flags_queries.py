"""Whom link workers flagged for the coordinators of an area. A coordinator sees their own areas alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import load_only

from portal.accounts.models import User
from portal.accounts.roles import roles_with
from portal.core import audit
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.holding import is_within
from portal.organisations.models import Organization
from portal.people.models import Person, PersonFlag


@dataclass(frozen=True)
class Flagged:
    """One flag, the person by initials and reference, and who flagged them."""

    flag: PersonFlag
    person: Person
    team: str | None
    by: User | None


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Of flags: those of the areas that the viewer coordinates. A role that names no area is held for all."""
    held = viewer.held if isinstance(viewer, User) and viewer.can(Permission.COORDINATE) else []
    areas = {one.area for one in held if one.role in roles_with(Permission.COORDINATE)}
    return is_within(PersonFlag.area, None if None in areas else frozenset(area for area in areas if area))


def open_flags(viewer: Viewer) -> Sequence[Flagged]:
    """Those that are not closed, oldest first. Notes that each was read."""
    ids = db.session.execute(_wanted(viewer).with_only_columns(PersonFlag.id, PersonFlag.person_id)).all()
    read = [("person", person_id) for _flag_id, person_id in ids]
    audit.record_each_now("person.read", read, by=viewer, details={"what": "flag"})
    return [Flagged(flag, person, team, by) for flag, person, team, by in db.session.execute(_wanted(viewer))]


def _is_shared() -> ColumnElement[bool]:
    """Of people: their record is there, and they agree still that it is worked with."""
    return Person.erased_at.is_(None) & Person.shut_at.is_(None)


def _wanted(viewer: Viewer) -> Select[PersonFlag, Person, str, User]:
    wanted = select(PersonFlag, Person, Organization.name, User)
    wanted = wanted.join(Person, Person.id == PersonFlag.person_id)
    wanted = wanted.outerjoin(Organization, Organization.id == Person.organization_id)
    wanted = wanted.outerjoin(User, User.id == PersonFlag.by_user_id)
    wanted = wanted.where(is_theirs(viewer), PersonFlag.closed_at.is_(None), _is_shared())
    names = load_only(Person.reference, Person.given_name, Person.preferred_name, Person.family_name)
    return wanted.options(names).order_by(PersonFlag.at, PersonFlag.id)


def flag_for(viewer: Viewer, flag_id: UUID) -> PersonFlag:
    """One of them. Raises NotFound."""
    wanted = select(PersonFlag).join(Person, Person.id == PersonFlag.person_id)
    found = db.session.scalar(wanted.where(PersonFlag.id == flag_id, is_theirs(viewer), _is_shared()))
    if found is None:
        raise NotFound(_("There is no such flag here."))
    return found
