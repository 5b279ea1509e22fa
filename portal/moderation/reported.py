"""What a listing says of the facts that visitors report, with what is on its way to another moderator."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.changes.facts import FACTS, shown
from portal.changes.queries import changes_of
from portal.directory.models import Service

LOOKED_AT = ("sessions", "opening", "place", "phone", "email", "url", "space")


@dataclass(frozen=True)
class Told:
    """One fact as it stands, in lines. `waits`: a change of it waits for a moderator."""

    name: str
    label: str
    lines: Sequence[str]
    waits: bool


def facts_of(service: Service) -> list[Told]:
    """The facts that reports are about, of those that are told or are about to be."""
    waiting = {name for one in changes_of(service.id, ("waiting",)) for name in one.facts}
    rows = [(name, shown(name, FACTS[name].read(service))) for name in LOOKED_AT]
    return [
        Told(name, str(FACTS[name].label), lines, name in waiting) for name, lines in rows if lines or name in waiting
    ]
