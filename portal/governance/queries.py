"""Questions of information governance, which sees every record that was not erased, and of who broke the glass."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Membership, User
from portal.accounts.queries import users_of
from portal.accounts.roles import roles_with
from portal.codes import nhs_numbers
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.governance.models import BrokenGlass, ErasureCertificate
from portal.people.models import Person, RecordNote
from portal.people.queries import number_keys

MOST = 100
"""Rows of one list."""


def meant(typed: str | None) -> Person | None:
    """The person of a reference or an NHS number, as somebody typed it. For those alone who may see any record."""
    number, reference = nhs_numbers.read(typed), read_reference(typed or "")
    wanted = select(Person).where(Person.erased_at.is_(None)).order_by(Person.created_at.desc(), Person.id).limit(1)
    if number:
        return db.session.scalar(wanted.where(Person.nhs_number_key.in_(number_keys(number))))
    return db.session.scalar(wanted.where(Person.reference == reference)) if reference else None


def record_for(viewer: Viewer, reference: str) -> Person:
    """The record with this reference, for information governance. Does not note that it was opened. Raises NotFound."""
    person = meant(reference) if viewer.can(Permission.RECORDS_GOVERN) else None
    if person is None or person.reference != read_reference(reference):
        raise NotFound(_("There is no record here. Check the reference."))
    return person


def broken_for(viewer: Viewer, reference: str) -> BrokenGlass:
    """What lets the viewer read the record with this reference today, though it is not of their team. Raises NotFound."""
    found = db.session.scalar(
        select(BrokenGlass)
        .join(Person, Person.id == BrokenGlass.person_id)
        .where(
            Person.reference == read_reference(reference),
            Person.erased_at.is_(None),
            BrokenGlass.user_id == viewer.id,
            BrokenGlass.until > clock.now(),
        )
        .order_by(BrokenGlass.until.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(_("You cannot read this record, or your 60 minutes are over."))
    return found


def notes_of(person_id: UUID) -> Sequence[RecordNote]:
    """What the person says is wrong, latest first."""
    wanted = select(RecordNote).where(RecordNote.person_id == person_id)
    return db.session.scalars(wanted.order_by(RecordNote.at.desc(), RecordNote.id)).all()


def held() -> Sequence[Person]:
    """Records under legal hold, longest first."""
    return db.session.scalars(
        select(Person).where(Person.held_at.is_not(None)).order_by(Person.held_at, Person.id).limit(MOST)
    ).all()


def fallen_due() -> Sequence[Person]:
    """Those whom the daily look found due, longest first."""
    wanted = select(Person).where(Person.delete_after <= clock.today(), Person.erased_at.is_(None))
    return db.session.scalars(wanted.order_by(Person.delete_after, Person.id).limit(MOST)).all()


def certificates() -> Sequence[ErasureCertificate]:
    """The latest certificates of erasure."""
    newest = select(ErasureCertificate).order_by(ErasureCertificate.at.desc(), ErasureCertificate.id)
    return db.session.scalars(newest.limit(MOST)).all()


def broken() -> Sequence[BrokenGlass]:
    """Records that were opened from outside their team: those that nobody has looked at first, then the latest."""
    wanted = select(BrokenGlass).options(joinedload(BrokenGlass.person)).limit(MOST)
    return db.session.scalars(
        wanted.order_by(BrokenGlass.seen_at.is_not(None), BrokenGlass.at.desc(), BrokenGlass.id)
    ).all()


def unseen() -> int:
    """How many of them nobody has looked at."""
    return db.session.scalar(select(func.count(BrokenGlass.id)).where(BrokenGlass.seen_at.is_(None))) or 0


def governors() -> Sequence[User]:
    """Who holds the role of information governance."""
    return _with(Permission.RECORDS_GOVERN)


def _with(permission: Permission) -> Sequence[User]:
    holds = and_(Membership.role.in_(roles_with(permission)), Membership.ended_at.is_(None))
    wanted = select(User).where(User.memberships.any(holds), User.deactivated_at.is_(None))
    return db.session.scalars(wanted.order_by(User.created_at, User.id)).all()


def to_alert(person: Person) -> list[User]:
    """Who hears that a record was opened from outside: information governance, and the lead of the team that holds it.

    Where there is neither, who runs the site: it is opened behind nobody's back.
    """
    team = users_of(person.organization_id, Permission.PEOPLE_MANAGE) if person.organization_id else []
    return list({one.id: one for one in (*governors(), *team)}.values()) or list(_with(Permission.SITE_MANAGE))
