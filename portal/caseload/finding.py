"""Finding somebody by what was typed: an NHS number, a reference, or a name. Only among those whose record one may open.

Names are encrypted, so they are read and compared here: the worker's own people first, then those of the team.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import load_only

from portal.codes import nhs_numbers
from portal.core import audit
from portal.core.extensions import db
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.people.models import Person
from portal.people.queries import known_by_number, may_see
from portal.referrals.models import Introduction, Referral

How = Literal["number", "reference", "name"]
MOST_READ = 2_000
"""Names that are read for one question."""
MOST_SHOWN = 20


@dataclass(frozen=True)
class Found:
    """Who was found, and by what. `is_cut`: more people than are read, or shown."""

    how: How
    people: Sequence[Person]
    is_cut: bool = False


def find(viewer: Viewer, words: str) -> Found:
    """Look, and note who was shown, or that nobody was. The words are kept nowhere."""
    found = _look(viewer, words)
    if not found.people:
        audit.record("person.not_found", by=viewer, details={"by": found.how})
    for person in found.people:
        audit.record("person.found", person, by=viewer, details={"by": found.how})
    return found


def _look(viewer: Viewer, words: str) -> Found:
    if number := nhs_numbers.read(words):
        return Found("number", known_by_number(viewer, number))
    if (known := read_reference(words)) and (people := _of_reference(viewer, known)):
        return Found("reference", people)
    return _of_name(viewer, words)


def _of_reference(viewer: Viewer, reference: str) -> Sequence[Person]:
    """Of the person, or of a referral or an introduction of theirs: what a group reads out on the phone."""
    of_introduction = select(Introduction.person_id).where(Introduction.reference == reference)
    of_referral = select(Referral.person_id).where(Referral.reference == reference)
    is_meant = or_(Person.reference == reference, Person.id.in_(of_introduction), Person.id.in_(of_referral))
    return db.session.scalars(select(Person).where(is_meant, may_see(viewer)).order_by(Person.id)).all()


def _of_name(viewer: Viewer, words: str) -> Found:
    typed = _parts(words)
    if not typed:
        return Found("name", [])
    theirs, read = Person.worker_id == viewer.id, 0
    found: list[Person] = []
    for whose in (theirs, or_(Person.worker_id.is_(None), ~theirs)):
        rows = _names(viewer, whose, MOST_READ - read)
        read += len(rows)
        found += [person for person in rows if _fits(person, typed)]
    return Found("name", found[:MOST_SHOWN], is_cut=len(found) > MOST_SHOWN or read >= MOST_READ)


def _names(viewer: Viewer, whose: ColumnElement[bool], most: int) -> Sequence[Person]:
    """Open ones first, the newest first."""
    wanted = select(Person).where(may_see(viewer), whose)
    wanted = wanted.options(
        load_only(
            Person.reference, Person.given_name, Person.family_name, Person.preferred_name, Person.district,
            Person.worker_id, Person.closed_at,
        )
    )  # fmt: skip
    ordered = wanted.order_by(Person.closed_at.is_not(None), Person.created_at.desc(), Person.id)
    return db.session.scalars(ordered.limit(most)).all()


def _fits(person: Person, typed: Sequence[str]) -> bool:
    """Each word that was typed begins one of the names."""
    names = _parts(" ".join(part for part in (person.given_name, person.preferred_name, person.family_name) if part))
    return all(any(name.startswith(word) for name in names) for word in typed)


def _parts(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return [word for word in "".join(sign if sign.isalnum() else " " for sign in plain).split() if word]
