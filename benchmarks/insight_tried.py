"""What an attack on published figures has tried and found: for `insight_attack.py`."""

from collections import Counter
from dataclasses import dataclass, field

ENDLESS = 10**6
Key = tuple[str, str, str, str]
Cells = dict[Key, tuple[str, int | None]]


@dataclass
class Attack:
    """What was tried, by kind, and what was found."""

    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def bound(self, kind: str, what: object, cell: tuple[str, int | None], low: float, high: float) -> None:
        """A range that one combination gives of a figure. Of a hidden one anything better than 1 to 7 is a leak."""
        self.tried[kind] += 1
        state, _value = cell
        low, high = max(low, 1 if state == "small" else 0), min(high, 7 if state == "small" else ENDLESS)
        if state != "told" and 0 < high < 8 and low <= high and (low > 1 or high < 7):
            self.note(kind, f"{what}: {low:g} to {high:g}")

    def same(self, kind: str, what: object, *, is_same: bool) -> None:
        """Two readings that must not differ."""
        self.tried[kind] += 1
        if not is_same:
            self.note(kind, str(what))

    def note(self, kind: str, what: str) -> None:
        self.found[kind] += 1
        self.first.setdefault(kind, what)


def range_of(cell: tuple[str, int | None]) -> tuple[int, int]:
    """What a reader knows of one figure alone."""
    state, value = cell
    if state == "hidden":
        return 0, ENDLESS
    if state == "small" or value is None:
        return 1, 7
    return (0, 0) if value == 0 else (max(8, value - 2), value + 2)
