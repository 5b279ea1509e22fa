"""Whom a link worker is looking for while they search the directory: a reference in their signed session, and nothing else.

The directory stands below this package; its pages ask `referring()`, and only where somebody is signed in.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import g, session

from portal.core import cookies
from portal.core.errors import NotFound
from portal.core.permissions import Permission
from portal.core.references import shown
from portal.core.tokens import hash_of
from portal.core.viewer import SESSION, viewer
from portal.directory.filters import BY_NAME
from portal.directory.languages import LANGUAGE_VALUES
from portal.directory.needs import NEEDS
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.people.models import Person
from portal.people.queries import RecordShut, person_for

KEY = "looking-for"
MOST = 3
"""How many groups can be sent a referral at once."""
LETTERS = 16


@dataclass(frozen=True)
class Looking:
    """Whom somebody looks for: a reference and initials, no name."""

    reference: str
    initials: str

    @property
    def label(self) -> str:
        """As pages of staff name people: "M.K., K7PH-4MWX"."""
        return f"{self.initials}, {shown(self.reference)}"


@dataclass(frozen=True)
class Referring:
    """What a link worker sees on pages of the directory. `looking`: for whom they look; None where for nobody yet."""

    looking: Looking | None
    most: int = MOST


def start(person: Person) -> None:
    """From now on this session looks for this person."""
    session[KEY] = {"reference": person.reference, "of": _of_session()}


def stop() -> None:
    """Look for nobody any more."""
    session.pop(KEY, None)


def referring() -> Referring | None:
    """What the viewer may do beside a listing; None for who refers nobody from a caseload."""
    if "referring" not in g:
        g.referring = Referring(_looking()) if viewer().can(Permission.CASELOAD) else None
    found: Referring | None = g.referring
    return found


def wanted_for(person: Person) -> dict[str, str | tuple[str, ...]]:
    """What to search for: where, which language, what makes it easier to take part, what would help. No more of them."""
    place = locate(person.postcode) if person.postcode else None
    access = person.access or {}
    getting_in = [one for one in access.get("getting_in") or () if one in BY_NAME["access"].ids]
    language = access.get("language")
    params: dict[str, str | tuple[str, ...]] = {}
    if place is not None and not isinstance(place, PlaceProblem):
        params["near"] = place.shared
    elif person.district:
        params["near"] = person.district
    if topics := tuple(need for need in person.needs or () if need in NEEDS):
        params["topic"] = topics
    if language in LANGUAGE_VALUES:
        params["language"] = str(language)
    if getting_in:
        params["access"] = tuple(getting_in)
    return params


def ids_in(texts: list[str]) -> list[UUID]:
    """The ids among what was sent, each once, in their order."""
    found: dict[UUID, None] = {}
    for text in texts:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def _looking() -> Looking | None:
    """Fails closed: another session than the one that began, or a record that is theirs no longer, is nobody."""
    told = session.get(KEY)
    if not isinstance(told, dict) or told.get("of") != _of_session():
        return None
    try:
        person = person_for(viewer(), str(told.get("reference")))
    except (NotFound, RecordShut):
        return None
    return Looking(person.reference, person.initials)


def _of_session() -> str:
    """Of the session's cookie, so that signing out ends it: nobody who signs in next looks for the same person."""
    return hash_of(cookies.told(SESSION))[:LETTERS]
