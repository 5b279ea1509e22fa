"""The facts of a listing as one table, in the order of its page: how each is read, written and shown.

Values are plain JSON, so that they can be stored, compared and put back. A new fact is a row here; see
`docs/recipes/add-a-field.md`. Writing one changes the rows of the service in the current transaction and nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

from flask_babel.speaklater import LazyString

from portal.changes import joining, money, places, staff, times, who
from portal.core.i18n import lazy_gettext as _l
from portal.directory.models import Service
from portal.directory.needs import is_any_sensitive

Section = Literal["about", "when_where", "who_for", "join"]
Lines = list[str]


@dataclass(frozen=True)
class Fact:
    """One fact. `is_sensitive`: a change of it waits for a moderator, whoever makes it.

    `read` gives plain JSON, None where nothing is told; `write` puts such a value; `shown` says it in lines for readers.
    """

    name: str
    label: LazyString
    section: Section
    read: Callable[[Service], Any]
    write: Callable[[Service, Any], None]
    shown: Callable[[Any], Lines]
    is_sensitive: bool = False
    is_required: bool = False


SECTIONS: Mapping[str, LazyString] = MappingProxyType(
    {
        "about": _l("What it is"),
        "when_where": _l("When and where"),
        "who_for": _l("Who it is for"),
        "join": _l("Joining and contact"),
    }
)


def _text(column: str, service: Service) -> Any:
    return getattr(service, column) or None


def _put_text(column: str, service: Service, value: Any) -> None:
    setattr(service, column, value or None)


def _paragraphs(value: Any) -> Lines:
    return [line.strip() for line in str(value or "").split("\n") if line.strip()]


def _fact(name: str, label: LazyString, section: Section, **options: Any) -> Fact:
    """A fact that is one column of text."""
    return Fact(name, label, section, partial(_text, name), partial(_put_text, name), _paragraphs, **options)


_ROWS = (
    _fact("name", _l("Name"), "about", is_sensitive=True, is_required=True),
    _fact("summary", _l("In one sentence"), "about"),
    _fact("description", _l("What happens"), "about", is_required=True),
    Fact("needs", _l("What it helps with"), "about", who.needs, who.put_needs, who.needs_shown, is_required=True),
    Fact("sessions", _l("When"), "when_where", times.sessions, times.put_sessions, times.sessions_shown),
    Fact("opening", _l("Opening hours"), "when_where", times.opening, times.put_opening, times.opening_shown),
    Fact("place", _l("Where"), "when_where", places.places, places.put_places, places.places_shown, is_sensitive=True),
    Fact(
        "delivery", _l("How it is given"), "when_where", places.delivery, places.put_delivery, places.delivery_shown
    ),
    Fact("cost", _l("Cost"), "when_where", money.cost, money.put_cost, money.cost_shown),
    _fact("who_for", _l("Who it is for"), "who_for", is_sensitive=True),
    Fact("ages", _l("Ages"), "who_for", who.ages, who.put_ages, who.ages_shown, is_sensitive=True),
    Fact(
        "audiences", _l("Groups of people"), "who_for", who.audiences, who.put_audiences, who.audiences_shown,
        is_sensitive=True,
    ),
    Fact("languages", _l("Languages spoken"), "who_for", who.languages, who.put_languages, who.languages_shown),
    Fact("joining", _l("Ways to join"), "join", joining.ways, joining.put_ways, joining.ways_shown, is_required=True),
    _fact("how_to_join", _l("How to join"), "join"),
    Fact("first_visit", _l("The first visit"), "join", joining.visit, joining.put_visit, joining.visit_shown),
    Fact("phone", _l("Phone"), "join", joining.phones, joining.put_phones, joining.phones_shown, is_sensitive=True),
    _fact("email", _l("E-mail"), "join"),
    _fact("url", _l("Website"), "join"),
    Fact("space", _l("Space"), "join", joining.space, joining.put_space, joining.space_shown),
    Fact(
        "urgent", _l("Urgent requests, for staff alone"), "join", staff.urgent, staff.put_urgent, staff.urgent_shown
    ),
    _fact("alert", _l("Notice"), "join"),
)  # fmt: skip

FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _ROWS})
WRITTEN_FIRST = ("name", "place")
"""Sessions and ways stand at a place, so places are put before them."""


def read_all(service: Service) -> dict[str, Any]:
    """Every fact of a service as plain JSON."""
    return {name: fact.read(service) for name, fact in FACTS.items()}


def write_all(service: Service, values: Mapping[str, Any]) -> None:
    """Put several facts, those that stand already untouched. Names that are none are refused, with KeyError."""
    for name in sorted(values, key=_turn):
        if (FACTS[name].read(service) or None) != (values[name] or None):
            FACTS[name].write(service, values[name])


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the facts in `after` that say something else than `before`, in order of the page."""
    return [name for name in FACTS if name in after and (before.get(name) or None) != (after[name] or None)]


def shown(name: str, value: Any) -> Lines:
    """What readers are told of a fact, in lines; none where nothing is told."""
    return FACTS[name].shown(value) if value else []


def is_about_sensitive(needs: Iterable[str]) -> bool:
    """Whether one of these needs is sensitive."""
    return is_any_sensitive(frozenset(needs))


def _turn(name: str) -> tuple[bool, int]:
    return name not in WRITTEN_FIRST, list(FACTS).index(name)
