"""What a reader looked at in a document, and so what it did not: facts that our tables have no place for.

Readers ask a record for its values by name; each name that was asked for is noted. What nobody asked for, and what was asked for
and left aside, is not modelled. It stays in the original document.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from portal.openreferral.tables import NOT_GIVEN, OURS

POINTER_NAMES = """
id service_id organization_id location_id contact_id phone_id service_at_location_id link_id link_type link_entity taxonomy_id
taxonomy_term_id session_id
"""
POINTERS = frozenset(POINTER_NAMES.split())
"""Names that tie records together, and say nothing besides."""
NEVER_TAKEN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "": frozenset({"assured_date", "assurer_email", "last_modified"}),
        OURS: frozenset({"assured_by", "assured_how", "freshness", "provenance"}),
    }
)
"""Names of the service and of what is ours of it that we model, and an import never takes: it confirms nothing."""
NOTHING: tuple[Any, ...] = (None, "", [], {}, NOT_GIVEN)


@dataclass
class Trace:
    """Names that were asked for, by record; those that were left aside; and records that are settled as a whole."""

    _seen: dict[int, set[str]] = field(default_factory=dict)
    _left: dict[int, set[str]] = field(default_factory=dict)
    _whole: dict[int, bool] = field(default_factory=dict)

    def see(self, record: Mapping[str, Any], name: str) -> None:
        """A value was asked for."""
        self._seen.setdefault(id(record), set()).add(name)

    def leave(self, record: Mapping[str, Any], name: str) -> None:
        """A value was asked for, and is not used."""
        self._left.setdefault(id(record), set()).add(name)

    def settle(self, record: Mapping[str, Any], *, is_used: bool) -> None:
        """All of a record is used, or said elsewhere too; or none of it is."""
        self._whole[id(record)] = is_used

    def unmodelled(self, record: Mapping[str, Any]) -> Counter[str]:
        """What was not used of a document: dotted names of its values, such as "contacts.email", each with how often."""
        return Counter(self._not_used(record, ""))

    def _not_used(self, record: Mapping[str, Any], path: str) -> Iterator[str]:
        seen, left = self._seen.get(id(record), set()), self._left.get(id(record), set())
        said = _texts(record, seen) | _texts(record.get(OURS), None)
        for name, value in record.items():
            if value in NOTHING or name in POINTERS or name in NEVER_TAKEN.get(path, ()):
                continue
            whole = f"{path}.{name}" if path else name
            records = _records(value)
            if name in left:
                yield whole
            elif name in seen:
                for one in records:
                    yield from self._within(one, whole)
            elif records:
                yield from (whole for _one in records)
            elif str(value).strip().casefold() not in said:
                yield whole

    def _within(self, record: Mapping[str, Any], path: str) -> Iterator[str]:
        is_used = self._whole.get(id(record))
        if is_used is None:
            yield from self._not_used(record, path)
        elif not is_used:
            yield path


def _records(value: Any) -> list[Mapping[str, Any]]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, dict)]


def _texts(record: Any, names: set[str] | None) -> set[str]:
    """Values of a record, of these names or of all, to know again what is said twice."""
    if not isinstance(record, dict):
        return set()
    told = (value for name, value in record.items() if names is None or name in names)
    return {str(value).strip().casefold() for value in told if not isinstance(value, dict | list)}
