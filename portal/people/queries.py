"""Questions about people who are referred. Each takes who asks; what they may not see is not found."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from portal.core import audit
from portal.core.blind_index import blinds
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.scopes import Organisations, is_among
from portal.core.viewer import Viewer
from portal.people.models import Person


class RecordShut(DomainError):
    """The person ended what they agreed to with the team that holds their record."""

    status = 403


def may_see(viewer: Viewer) -> ColumnElement[bool]:
    """Of people: those whose record the viewer's link worker team holds, while they agree. Erased ones are nobody's."""
    return _is_seen_at(viewer.organisations_with(Permission.CASELOAD))


@lru_cache(maxsize=1_000)
def _is_seen_at(teams: Organisations) -> ColumnElement[bool]:
    """Kept by team: to put it together anew takes as long as the database takes to answer it."""
    return is_among(Person.organization_id, teams) & Person.erased_at.is_(None) & Person.shut_at.is_(None)


def person_for(viewer: Viewer, reference: str, *, with_notes: bool = False) -> Person:
    """The person with this reference, whose record the viewer may open. Does not note that it was opened.

    `with_notes`: their corrections are read with them, in the same statement. Raises NotFound, RecordShut.
    """
    known = read_reference(reference)
    wanted = select(Person).where(Person.reference == known, may_see(viewer))
    if with_notes:
        wanted = wanted.options(joinedload(Person.notes))
    person = db.session.scalars(wanted).unique().one_or_none() if known else None
    if person is None and shut_record(viewer, reference) is not None:
        raise RecordShut(_("This person no longer agrees that your team works with their record. Nobody can open it."))
    if person is None:
        raise NotFound(_("There is no record here. Check the reference, or look in your caseload."))
    return person


def shut_record(viewer: Viewer, reference: str) -> Person | None:
    """The person with this reference, of the viewer's team, whose record is shut: to note that they agree again. Show nothing."""
    known = read_reference(reference)
    if known is None:
        return None
    is_shut = Person.shut_at.is_not(None) & Person.erased_at.is_(None)
    return db.session.scalar(
        select(Person).where(
            Person.reference == known,
            is_among(Person.organization_id, viewer.organisations_with(Permission.CASELOAD)),
            is_shut,
        )
    )


def open_record(viewer: Viewer, reference: str, *, what: str = "record") -> Person:
    """The same, leaving an entry that it was opened. Must come before the request changes anything. Raises NotFound."""
    seen = select(Person.id).where(Person.reference == read_reference(reference), may_see(viewer))
    person_id = db.session.scalar(seen) or person_for(viewer, reference).id
    audit.record_now("person.read", ("person", person_id), by=viewer, details={"what": what})
    return person_for(viewer, reference, with_notes=True)


def known_by_number(viewer: Viewer, nhs_number: str) -> Sequence[Person]:
    """People with this NHS number whose record the viewer may open."""
    wanted = select(Person).where(Person.nhs_number_key.in_(number_keys(nhs_number)), may_see(viewer))
    return db.session.scalars(wanted.order_by(Person.id)).all()


def is_known(organization_id: UUID, *, nhs_number: str | None = None, match: str | None = None) -> Person | None:
    """Whom a team knows already, by the NHS number, else by surname and birth date. For actions: tells nobody anything."""
    wanted = select(Person).where(Person.organization_id == organization_id, Person.erased_at.is_(None))
    wanted = wanted.order_by(Person.created_at.desc(), Person.id).limit(1)
    if nhs_number:
        found = db.session.scalar(wanted.where(Person.nhs_number_key.in_(number_keys(nhs_number))))
        if found is not None:
            return found
    return db.session.scalar(wanted.where(Person.match_key.in_(match_keys(match)))) if match else None


def number_keys(nhs_number: str) -> tuple[str, ...]:
    """The hashes under which an NHS number may be stored."""
    return blinds(f"nhs:{nhs_number}")


def match_keys(match: str) -> tuple[str, ...]:
    """The hashes under which a surname with a birth date may be stored."""
    return blinds(f"match:{match}")
