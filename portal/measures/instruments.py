"""Questionnaires as data: read from `data/*.yaml`, checked when they are read. Their words stand in `portal.measures.words`.

Evidence for each: the measures' table in `docs/measures.md`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from portal.directory.urgent import KINDS

FOLDER = Path(__file__).parent / "data"
ORDER = ("ons4", "loneliness", "gad7", "phq9", "swemwbs", "mycaw", "de-jong-gierveld", "pam", "wellbeing-star")
"""In which they are listed. Every file stands in it."""

Status = Literal["free", "free-register", "score-only", "structure-only"]
Direction = Literal["higher", "lower", "unknown"]
"""Which way is better for the person."""
Need = Literal["licence", "words", "table", "ends"]
"""What an operator has to bring: a licence, the words, the table from raw sums to scores, the two ends of the answers."""


class InstrumentProblem(ValueError):
    """A data file of a measure says something that cannot be."""


@dataclass(frozen=True)
class Option:
    """One answer. `value` is how it is kept, `points` what it counts."""

    value: str
    points: int


@dataclass(frozen=True)
class Item:
    """One question. `kind`: "choice" of a few answers, "scale" of numbers in a row, "number" or "words" that are typed.

    `answers` names the set that its options are from; several questions share one. A scale has no options before an operator
    has said where it ends.
    """

    id: str
    kind: Literal["choice", "scale", "number", "words"]
    answers: str | None = None
    options: tuple[Option, ...] = ()

    def option(self, value: str) -> Option | None:
        """The answer that is kept under a value."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True)
class Band:
    """A name for part of a range, both ends included."""

    id: str
    lowest: float
    highest: float


@dataclass(frozen=True)
class Scale:
    """One result: the points of its items added up. `lowest` and `highest` are None where nobody told us the range.

    `is_total`: the one figure of the whole questionnaire. `is_said_in_words`: shown by its answer rather than by points.
    `is_converted`: the sum is looked up in `table`, which an operator brings.
    """

    id: str
    items: tuple[str, ...]
    lowest: float | None
    highest: float | None
    direction: Direction
    bands: tuple[Band, ...] = ()
    bands_source: str | None = None
    is_total: bool = False
    is_said_in_words: bool = False
    is_converted: bool = False
    table: Mapping[int, float] | None = None

    def band(self, value: float) -> Band | None:
        """The band that a value lies in."""
        return next((band for band in self.bands if band.lowest <= value <= band.highest), None)


@dataclass(frozen=True)
class Trigger:
    """More than `above` points for an item lead to the safety step, with cards of these kinds."""

    item: str
    above: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    """One measure. `notice` is what its licence wants shown, in its own words; `version` None where nobody told us."""

    id: str
    version: str | None
    status: Status
    is_on_by_default: bool
    notice: str | None
    needs: frozenset[Need]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    safety: tuple[Trigger, ...] = ()

    def item(self, item_id: str) -> Item | None:
        """The question of that id."""
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def answer_sets(self) -> dict[str, tuple[Option, ...]]:
        """Each set of answers once, by its name."""
        return {item.answers: item.options for item in self.items if item.answers}

    def with_ends(self, lowest: int, highest: int) -> "Instrument":
        """With the ends that an operator gave for its open scales."""
        options = _row(lowest, highest)
        items = tuple(replace(one, options=options) if one.kind == "scale" else one for one in self.items)
        opened = {one.id for one in items if one.kind == "scale"}
        scales = tuple(
            replace(one, lowest=lowest * len(one.items), highest=highest * len(one.items))
            if opened.issuperset(one.items)
            else one
            for one in self.scales
        )
        return replace(self, items=items, scales=scales)

    def with_table(self, table: Mapping[int, float]) -> "Instrument":
        """With the table that an operator brought."""
        scales = tuple(replace(one, table=table) if one.is_converted else one for one in self.scales)
        return replace(self, scales=scales)


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every measure by its id, in the order in which they are listed."""
    read = {one.id: one for one in map(loaded, sorted(FOLDER.glob("*.yaml")))}
    if set(read) != set(ORDER):
        raise InstrumentProblem(f"say in ORDER where these stand: {sorted(set(read) ^ set(ORDER))}")
    return MappingProxyType({name: read[name] for name in ORDER})


def loaded(path: Path) -> Instrument:
    """The measure of a file. Raises InstrumentProblem."""
    try:
        return _instrument(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, AttributeError) as error:
        raise InstrumentProblem(f"{path.name}: {error!r}") from error
    except ValueError as error:
        raise InstrumentProblem(f"{path.name}: {error}") from error


def _instrument(row: Mapping[str, Any]) -> Instrument:
    sets = {name: _options(told) for name, told in row["answers"].items()}
    items = tuple(_item(one, row["answers"], sets) for one in row["items"])
    made = Instrument(
        id=row["id"],
        version=row["version"],
        status=row["status"],
        is_on_by_default=row["is_on_by_default"],
        notice=row["notice"],
        needs=frozenset(row.get("needs", ())),
        items=items,
        scales=tuple(_scale(one) for one in row["scales"]),
        safety=tuple(Trigger(one["item"], one["above"], tuple(one["kinds"])) for one in row.get("safety", ())),
    )
    _check(made)
    return made


def _options(told: Mapping[str, Any]) -> tuple[Option, ...]:
    if set(told) == {"from", "to"}:
        return () if told["from"] is None else _row(told["from"], told["to"])
    return tuple(Option(str(value), points) for value, points in told.items())


def _row(lowest: int, highest: int) -> tuple[Option, ...]:
    return tuple(Option(str(number), number) for number in range(lowest, highest + 1))


def _item(one: Mapping[str, Any], told: Mapping[str, Any], sets: Mapping[str, tuple[Option, ...]]) -> Item:
    if "kind" in one:
        return Item(one["id"], one["kind"])
    name = one["answers"]
    return Item(one["id"], "scale" if "from" in told[name] else "choice", name, sets[name])


def _scale(one: Mapping[str, Any]) -> Scale:
    lowest, highest = one["range"] or (None, None)
    return Scale(
        id=one["id"],
        items=tuple(one["items"]),
        lowest=lowest,
        highest=highest,
        direction=one["direction"],
        bands=tuple(Band(name, *ends) for name, ends in one.get("bands", {}).items()),
        bands_source=one.get("bands_source"),
        is_total=one.get("is_total", False),
        is_said_in_words=one.get("is_said_in_words", False),
        is_converted=one.get("is_converted", False),
    )


def _check(made: Instrument) -> None:
    """Ranges are those of the points, bands fill them without a gap and name their source, and every name is known."""
    ids = [item.id for item in made.items]
    _must(len(ids) == len(set(ids)), "a question stands twice")
    _must(all(kind in KINDS for one in made.safety for kind in one.kinds), "an unknown kind of urgent help")
    _must({one.item for one in made.safety} <= set(ids), "the safety step names no question")
    _must(sum(one.is_total for one in made.scales) <= 1, "two totals")
    for scale in made.scales:
        _must(set(scale.items) <= set(ids), f"{scale.id} names no question")
        _must(not scale.bands or bool(scale.bands_source), f"{scale.id} has bands without a source")
        if scale.lowest is None or scale.highest is None:
            _must(not scale.bands, f"{scale.id} has bands without a range")
            continue
        points = [[option.points for option in one.options] for one in _of(made, scale.items)]
        _must(scale.lowest == sum(map(min, points)), f"{scale.id} begins elsewhere")
        _must(scale.highest == sum(map(max, points)), f"{scale.id} ends elsewhere")
        _must_fill(scale)


def _of(made: Instrument, ids: Iterable[str]) -> list[Item]:
    wanted = frozenset(ids)
    return [item for item in made.items if item.id in wanted]


def _must_fill(scale: Scale) -> None:
    if not scale.bands:
        return
    edges = [(band.lowest, band.highest) for band in scale.bands]
    _must((edges[0][0], edges[-1][1]) == (scale.lowest, scale.highest), f"the bands of {scale.id} do not fill it")
    _must(all(after[0] == before[1] + 1 for before, after in pairwise(edges)), f"{scale.id} has gaps")


def _must(holds: bool, problem: str) -> None:
    if not holds:
        raise InstrumentProblem(problem)
