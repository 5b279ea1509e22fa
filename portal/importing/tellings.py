"""Three tellings of a fact: what the source said before, what it says now, and what stands here.

Only what the source changed, and what still stands as it was told, is changed. A list is compared item by item, so that
what was added here and what the source adds stand beside each other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from uuid import UUID

from portal.core.extensions import db
from portal.directory.models import Service, Source
from portal.importing.facts import Facts
from portal.importing.parts import Part, is_told, objects_of, part_of, signature

Outcome = Literal["same", "changed", "kept"]
Found = Iterator[tuple[str, Outcome]]
"""Names of facts with what became of each."""
Item = TypeVar("Item")


@dataclass
class Telling:
    """One listing on its way: its service, and what its source said before and says now.

    `before` is none where the old document cannot be read any more: then nothing is changed that differs. `others` gathers
    listings that a change reaches besides this one.
    """

    service: Service
    before: Facts | None
    after: Facts
    source: Source
    others: set[UUID] = field(default_factory=set)

    def whole(self, name: str, now: Any, apply: Callable[[], None]) -> Outcome:
        """Settle a fact that is compared as a whole."""
        return whole(
            self.before[name] if self.before else now, self.after[name], now, apply, is_known=bool(self.before)
        )


def whole(before: Any, after: Any, now: Any, apply: Callable[[], None], *, is_known: bool = True) -> Outcome:
    """What becomes of one fact. `apply` is called where it is to be changed."""
    if (is_known and before == after) or now == after:
        return "same"
    if is_known and now == before:
        apply()
        return "changed"
    return "kept"


@dataclass(frozen=True)
class Difference:
    """What a list needs to become what its source says: items that go and items that come; none where it is left."""

    outcome: Outcome
    gone: tuple[Any, ...] = ()
    come: tuple[Any, ...] = ()


def difference(
    before: Sequence[Item] | None,
    after: Sequence[Item],
    now: Sequence[Any],
    stands: Callable[[Item, Any], bool],
    *,
    key: Callable[[Item], Any],
) -> Difference:
    """What becomes of a list. `stands` says if something that stands here is an item as it was told.

    Two tellings of an item are the same if their `key` is.

    An item that the source takes away or replaces must still stand; else somebody edited it here, and the list is kept.
    """
    if before is None:
        return Difference("same" if _pairs(after, now, stands)[1:] == ([], []) else "kept")
    _both, taken, come = _pairs(before, after, lambda one, other: key(one) == key(other))
    if not taken and not come:
        return Difference("same")
    gone, missing, _rest = _pairs(taken, now, stands)
    come = _pairs(come, now, stands)[1]
    if missing and (come or _pairs(before, now, stands)[2]):
        return Difference("kept")
    return Difference("changed", tuple(gone), tuple(come)) if gone or come else Difference("same")


def settle_parts(before: Sequence[Part] | None, after: Sequence[Part], owner: Any, relation: str) -> Outcome:
    """Settle the parts in a relation of a row, item by item."""
    now = list(getattr(owner, relation))
    kind = _kind_of([*(before or ()), *after])
    if kind is None:
        return "kept" if before is None and now else "same"
    standing = [(one, part_of(kind, one)) for one in now]
    found = difference(before, after, standing, lambda told, pair: is_told(told, pair[1]), key=signature)
    if found.outcome == "changed":
        gone = [one for one, _part in found.gone]
        kept = [one for one in now if one not in gone]
        setattr(owner, relation, kept)
        if gone and found.come and kind.ONE_OF_A_KIND:
            db.session.flush()
        setattr(owner, relation, [*kept, *objects_of(found.come)])
    return found.outcome


def _kind_of(parts: Sequence[Part]) -> type[Part] | None:
    return type(parts[0]) if parts else None


def _pairs(
    told: Sequence[Any], standing: Sequence[Any], stands: Callable[[Any, Any], bool]
) -> tuple[list[Any], list[Any], list[Any]]:
    """What stands as told; what was told and does not stand; what stands and was not told. Each is used once."""
    rest, found, missing = list(standing), list[Any](), list[Any]()
    for item in told:
        match = next((one for one in rest if stands(item, one)), None)
        if match is None:
            missing.append(item)
        else:
            rest = [one for one in rest if one is not match]
            found.append(match)
    return found, missing, rest
