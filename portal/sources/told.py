"""What a source's document says of a listing, in the values that changes of listings are made of, so that both can be compared.

A listing is made from the document in memory, as importing would make it, and read fact by fact as any other. Nothing is saved.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from portal.changes.agreements import AGREED
from portal.changes.agreements import FACT as WITH_AGREEMENTS
from portal.changes.facts import FACTS, shown
from portal.core.extensions import db
from portal.directory.models import Service, Source
from portal.directory.needs import NEEDS
from portal.importing.drafts import facts_of
from portal.importing.facts import Facts, Space
from portal.importing.kinds import FACTS as KINDS
from portal.importing.kinds import ColumnKind, PartsKind
from portal.importing.parts import object_of, objects_of
from portal.importing.private_places import PRIVATE
from portal.importing.rows import Refused
from portal.importing.tellings import Telling
from portal.importing.whereabouts import matched

Values = Mapping[str, Any]
DATES_OF_SESSIONS = "dtstart"


def told_by(document: Mapping[str, Any] | None, service: Service, source: Source) -> dict[str, Any] | None:
    """Every fact as this document of a source tells it; none where it cannot be read any more.

    Places have the ids of those that they are here, and are never less private than somebody here made them.
    """
    if document is None:
        return None
    try:
        facts = facts_of(dict(document))[0]
    except Refused:
        return None
    made = _in_memory(facts, service, source)
    values = {name: fact.read(made) for name, fact in FACTS.items() if name != "needs"}
    values["needs"] = [need for need in NEEDS if need in facts.needs] or None
    values["sessions"] = _with_first_dates(values["sessions"], FACTS["sessions"].read(service))
    return {name: values[name] for name in FACTS}


def says_the_same(name: str, one: Any, other: Any) -> bool:
    """True if two values of a fact say the same, in whichever order, or read the same to everybody."""
    if name == WITH_AGREEMENTS:
        one, other = _without_agreements(one), _without_agreements(other)
    return _comparable(one) == _comparable(other) or (
        bool(one) and bool(other) and sorted(shown(name, one)) == sorted(shown(name, other))
    )


def _in_memory(facts: Facts, service: Service, source: Source) -> Service:
    made = Service(id=service.id, organization_id=service.organization_id)
    for kind in KINDS:
        if isinstance(kind, ColumnKind):
            value = facts[kind.name]
            setattr(made, kind.name, list(value) if isinstance(value, tuple) else value)
        elif isinstance(kind, PartsKind):
            setattr(made, kind.name, objects_of(facts[kind.name]))
    made.opening_text, made.schedules = facts.opening_text, objects_of(facts.schedules)
    for one in fields(Space):
        setattr(made, one.name, getattr(facts.space, one.name))
    with db.session.no_autoflush:
        for same in matched(Telling(service, facts, facts, source)):
            if same.after is None:
                continue
            here = object_of(same.after, same.now.id if same.now is not None else same.after.id_at(service.id))
            here.location.privacy = max(here.location.privacy, _least_private(service, same.now), key=PRIVATE.index)
            made.service_at_locations.append(here)
    return made


def _least_private(service: Service, here: Any) -> str:
    """How private somebody here made a place; of one that does not stand here, how private any of them is."""
    standing = [here] if here is not None else service.service_at_locations
    return max((one.location.privacy for one in standing), key=PRIVATE.index, default="public")


def _with_first_dates(told: list[Any] | None, standing: list[Any] | None) -> list[Any] | None:
    """Sessions with the first dates that they have here: where a source tells none, they count from when they were saved."""
    known = {_apart(row): row for row in standing or ()}
    return [
        row | {DATES_OF_SESSIONS: known[_apart(row)][DATES_OF_SESSIONS]}
        if _apart(row) in known and DATES_OF_SESSIONS in known[_apart(row)]
        else row
        for row in told or ()
    ] or None


def _apart(row: Values) -> str:
    return repr(sorted((name, repr(value)) for name, value in row.items() if name != DATES_OF_SESSIONS))


def _without_agreements(value: Any) -> Any:
    return [{name: told for name, told in one.items() if name != AGREED} for one in value or ()]


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: told for name, told in _told(value)}
    if isinstance(value, list):
        return sorted((_comparable(one) for one in value), key=repr)
    return value or None


def _told(value: Values) -> Iterator[tuple[str, Any]]:
    for name in sorted(value):
        if value[name] not in (None, "", [], {}):
            yield name, _comparable(value[name]) if value[name] is not False else False
