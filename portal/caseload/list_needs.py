"""What to heed when a person is contacted, in a few words each: for lists. A new need is a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.core.i18n import gettext as _
from portal.directory.languages import name_of
from portal.people.items import FORMATS
from portal.people.models import Person

MOST = 3
OURS = frozenset({"", "en"})


@dataclass(frozen=True)
class Need:
    """One line with its picture: phone or speech."""

    icon: str
    words: str


def needs_of(person: Person) -> list[Need]:
    """At most three, what could do harm first."""
    found = (need for row in ROWS for need in row(person))
    return [need for need, _place in zip(found, range(MOST), strict=False)]


def _do_not_contact(person: Person) -> Iterator[Need]:
    if person.do_not_contact:
        yield Need("alert", _("Do not contact"))


def _language(person: Person) -> Iterator[Need]:
    access = person.access or {}
    language = access.get("language") or ""
    if access.get("interpreter"):
        yield Need(
            "speech", _("%(language)s interpreter", language=name_of(language)) if language else _("Interpreter")
        )
    elif language not in OURS:
        yield Need("speech", name_of(language))


def _ways(person: Person) -> Iterator[Need]:
    contact = person.contact or {}
    if contact.get("ways") == ["text"]:
        yield Need("phone", _("Text only"))
    if contact.get("ways") == ["through-me"]:
        yield Need("phone", _("Through you only"))
    if contact.get("voicemail") is False and "phone" in contact.get("ways", ()):
        yield Need("phone", _("No voicemail"))


def _times(person: Person) -> Iterator[Need]:
    if best := (person.contact or {}).get("best_times"):
        yield Need("clock", str(best)[:40])


def _formats(person: Person) -> Iterator[Need]:
    for name in (person.access or {}).get("formats") or ():
        if name in FORMATS:
            yield Need("speech", str(FORMATS[name]))


def _getting_in(person: Person) -> Iterator[Need]:
    if "step_free" in ((person.access or {}).get("getting_in") or ()):
        yield Need("speech", _("Step-free places only"))


ROWS: tuple[Callable[[Person], Iterator[Need]], ...] = (
    _do_not_contact,
    _language,
    _ways,
    _times,
    _formats,
    _getting_in,
)
