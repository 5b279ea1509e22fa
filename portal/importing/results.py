"""What became of each row of a file."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PARTICULARS = re.compile(r'"[^"]*"|\d[\d,.]*')
"""What differs from row to row in one reason: quoted words and numbers."""

Outcome = Literal["new", "changed", "same", "refused"]


@dataclass(frozen=True)
class Result:
    """One row: the line it began on, what became of it and why.

    `changed` names facts that were changed; `kept` those that were edited here and so were left; `notes` say what of the row
    was not used. `why` says why it was refused. `unmodelled` counts what our tables have no place for, by dotted name.
    """

    line: int
    outcome: Outcome
    id: str | None = None
    name: str | None = None
    why: str | None = None
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unmodelled: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The row in plain words."""
        if self.outcome == "refused":
            return f"line {self.line:,} was refused: {self.why}."
        words = [f"line {self.line:,} is {self.outcome}"]
        if self.changed:
            words.append(f"changed: {', '.join(self.changed)}")
        if self.kept:
            words.append(f"edited here and so kept: {', '.join(self.kept)}")
        words += self.notes
        return f"{words[0]}: {'; '.join(words[1:])}." if words[1:] else f"{words[0]}."

    def as_json(self) -> dict[str, object]:
        """The row for machines, without what is empty."""
        every = {"line": self.line, "result": self.outcome, "id": self.id, "name": self.name, "why": self.why}
        more: dict[str, object] = {"changed": list(self.changed), "kept": list(self.kept), "notes": list(self.notes)}
        more["unmodelled"] = dict(sorted(self.unmodelled.items()))
        return {key: value for key, value in (every | more).items() if value}


@dataclass
class Tally:
    """How many rows of each kind, and why rows were refused."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unmodelled: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        """Count one more row."""
        self.counts[result.outcome] += 1
        self.unmodelled.update(result.unmodelled)
        if result.why is not None:
            self.reasons[PARTICULARS.sub("…", result.why)] += 1

    @property
    def is_all_refused(self) -> bool:
        """True if there were rows and none could be taken."""
        return bool(self.counts) and set(self.counts) == {"refused"}

    def as_json(self) -> dict[str, int]:
        """The counts, each kind named."""
        return {kind: self.counts[kind] for kind in ("new", "changed", "same", "refused")}
