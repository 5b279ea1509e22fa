"""What the buttons of a list send."""

from collections.abc import Iterable
from uuid import UUID

from portal.shortlists.cookie import MOST


def ids_in(values: Iterable[str]) -> tuple[UUID, ...]:
    """The ids among what was sent, each once, as many as a list can hold. What is no id is left out."""
    found: dict[UUID, None] = {}
    for value in values:
        if len(found) >= MOST:
            break
        try:
            found[UUID(value)] = None
        except ValueError:
            continue
    return tuple(found)
