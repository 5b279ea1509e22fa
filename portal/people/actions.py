"""What a link worker does with a record: making one, changing a part, contacts, goals, the next step, closing, flagging."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.errors import Overtaken
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import new_reference
from portal.core.viewer import Viewer
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.people import queries
from portal.people.models import Goal, Person, PersonContact, PersonFlag

DISTRICT = 4


@dataclass(frozen=True)
class About:
    """What is told about a person at first. Dates are ISO; `contact`, `access` and `details` as in `portal.people.items`."""

    given_name: str | None = None
    family_name: str | None = None
    preferred_name: str | None = None
    birth_date: date | None = None
    age_group: str | None = None
    nhs_number: str | None = None
    no_nhs_number_reason: str | None = None
    postcode: str | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)
    access: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    what_matters: str | None = None
    locale: str = "en"
    form_key: str | None = None


def new_person(
    about: About, *, by: Viewer | str, organization_id: UUID | None = None, worker_id: UUID | None = None
) -> Person:
    """Make a record. The same form sent twice makes one."""
    if about.form_key and (known := _of_key(about.form_key)) is not None:
        return known
    person = Person(
        reference=new_reference(),
        organization_id=organization_id,
        worker_id=worker_id,
        created_by_id=None if isinstance(by, str) else by.id,
        form_key=about.form_key,
        locale=about.locale,
        contact={}, access={}, details={}, needs=[],
    )  # fmt: skip
    put(person, about)
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        known = _of_key(about.form_key or "")
        if known is None:
            raise
        return known
    audit.record("person.made", person, by=by)
    return person


def put(person: Person, about: About) -> None:
    """Put what was told into a record that is new: the indexes and the place follow from it."""
    for name in ("given_name", "family_name", "preferred_name", "age_group", "no_nhs_number_reason", "what_matters"):
        setattr(person, name, getattr(about, name))
    person.birth_date = about.birth_date.isoformat() if about.birth_date else None
    person.contact, person.access = dict(about.contact), dict(about.access)
    person.details, person.needs = dict(about.details), list(about.needs)
    set_number(person, about.nhs_number)
    set_place(person, about.postcode)
    set_match(person)


def hold(person: Person, version: int) -> None:
    """Hold a record until the transaction ends. Raises Overtaken where it is not as the page showed it."""
    lock(person)
    if version != person.version:
        told = _("Someone else changed this while you were writing. Nothing of yours is lost: look at both.")
        raise Overtaken(told, version=person.version)


def change(person: Person, part: str, values: Mapping[str, Any], *, by: Viewer | str, version: int) -> None:
    """Change columns of one part of a record, such as "contact". Raises Overtaken.

    The audit chain keeps which columns changed, never what they say.
    """
    hold(person, version)
    for name, value in values.items():
        if name == "nhs_number":
            set_number(person, value)
        elif name == "postcode":
            set_place(person, value)
        else:
            setattr(person, name, value)
    set_match(person)
    person.version += 1
    person.changed_at = clock.now()
    audit.record("person.changed", person, by=by, details={"part": part, "columns": sorted(values)})


def lock(person: Person) -> None:
    """Hold a record until the transaction ends, and read it anew."""
    db.session.flush()
    wanted = select(Person).where(Person.id == person.id).with_for_update()
    db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def set_number(person: Person, nhs_number: str | None) -> None:
    """Put an NHS number and the index by which it is found."""
    person.nhs_number = nhs_number
    person.nhs_number_key = queries.number_keys(nhs_number)[0] if nhs_number else None
    person.nhs_number_status = "number-present-but-not-traced" if nhs_number else None


def set_place(person: Person, postcode: str | None) -> None:
    """Put a postcode; its district and neighbourhood follow where it is one that we know."""
    person.postcode = postcode
    found = locate(postcode) if postcode else None
    is_known = found is not None and not isinstance(found, PlaceProblem)
    person.district = found.sector.partition(" ")[0][:DISTRICT] or None if is_known else None  # type: ignore[union-attr]
    person.neighbourhood_code = found.neighbourhood_code if is_known else None  # type: ignore[union-attr]


def set_match(person: Person) -> None:
    """Put the index of surname and birth date, by which the same person is told again."""
    person.match = match_of(person.family_name, person.birth_date)
    person.match_key = queries.match_keys(person.match)[0] if person.match else None


def match_of(family_name: str | None, birth_date: date | str | None) -> str | None:
    """What two records of one person share: the surname in small letters, and the birth date. None where either lacks."""
    family = "".join((family_name or "").casefold().split())
    return f"{family}|{birth_date}" if family and birth_date else None


def note_contact(
    person: Person, *, at: datetime, mode: str, outcome: str, by: Viewer, organization_id: UUID | None,
    minutes: int | None = None, note: str | None = None, introduction_id: UUID | None = None, form_key: str | None = None,
) -> PersonContact:  # fmt: skip
    """Note a contact with a person, or a try of one. The same form sent twice notes one."""
    row = PersonContact(
        person_id=person.id, at=at, mode=mode, outcome=outcome, minutes=minutes, note=note, organization_id=organization_id,
        introduction_id=introduction_id, by_user_id=by.id, form_key=form_key,
    )  # fmt: skip
    if not _add_once(row, form_key):
        return db.session.scalars(select(PersonContact).where(PersonContact.form_key == form_key)).one()
    audit.record("person.contacted", person, by=by, details={"mode": mode, "outcome": outcome})
    return row


def add_goal(person: Person, words: str, *, by: Viewer, form_key: str | None = None) -> None:
    """Note something that the person wants to reach."""
    if _add_once(Goal(person_id=person.id, words=words, created_by_id=by.id, form_key=form_key), form_key):
        audit.record("person.goal_added", person, by=by)


def set_next_step(person: Person, words: str | None, on: date | None, at: time | None, *, by: Viewer) -> None:
    """Say what comes next with this person, and when."""
    person.next_step, person.next_on, person.next_time = words, on, at
    audit.record("person.next_step", person, by=by, details={"on": on.isoformat() if on else None})


def give_to(person: Person, worker_id: UUID, *, by: Viewer) -> None:
    """Put a person on a colleague's caseload."""
    old = person.worker_id
    person.worker_id = worker_id
    person.version += 1
    audit.record("person.given", person, by=by, details={"from": str(old) if old else None, "to": str(worker_id)})


def close(person: Person, *, by: Viewer, reason: str | None = None) -> None:
    """Take a person off the caseload. Whether something is open is for the caller to look at."""
    person.closed_at, person.next_on, person.next_time = clock.now(), None, None
    person.version += 1
    audit.record("person.closed", person, by=by, details={"reason": reason} if reason else None)


def open_again(person: Person, *, by: Viewer) -> None:
    """Put a person back on the caseload."""
    person.closed_at = None
    person.version += 1
    audit.record("person.opened_again", person, by=by)


def flag(person: Person, area: str, why: str, *, by: Viewer, form_key: str | None = None) -> None:
    """Tell the coordinator of an area about a person."""
    if _add_once(PersonFlag(person_id=person.id, area=area, why=why, by_user_id=by.id, form_key=form_key), form_key):
        audit.record("person.flagged", person, by=by, details={"area": area})


def _add_once(row: Any, form_key: str | None) -> bool:
    """Add a row, unless one of its form is there. True where it was added."""
    model = type(row)
    if form_key and db.session.scalar(select(model.id).where(model.form_key == form_key)) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def _of_key(form_key: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.form_key == form_key))
