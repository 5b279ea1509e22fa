"""Neighbourhoods and facts for tests of figures: through the real tables, sums and publication."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.insight import noting
from portal.insight.definitions import MEASURES
from portal.voice.kinds import HELPED

SINCE = date(2025, 1, 1)
QUARTER = Quarter(2026, 3)
AFTER = "2026-10-20T09:00:00+00:00"
"""When the quarter may be published."""


def area(slug: str = "vale", places: Sequence[str] = ("Eastgate", "Mill Lane"), **columns: Any) -> NeighbourhoodSet:
    """A neighbourhood set whose neighbourhoods each hold one official area of their own: "<slug>-<number>"."""
    made = NeighbourhoodSet(
        slug=slug, name=slug.title(), area=slug.title(), **{"valid_from": SINCE, "valid_to": None, **columns}
    )
    for number, name in enumerate(places):
        part = NeighbourhoodPart(kind="msoa", code=code(slug, number), vintage=2021, valid_from=SINCE)
        made.neighbourhoods.append(Neighbourhood(slug=f"{slug}-{number}", name=name, parts=[part]))
    db.session.add(made)
    db.session.commit()
    return made


def code(slug: str, number: int) -> str:
    """An official area that is nowhere else."""
    return f"T{int(sha256(f'{slug}-{number}'.encode()).hexdigest(), 16) % 10**8:08}"


def places_of(made: NeighbourhoodSet) -> list[str]:
    return [one.id.hex for one in sorted(made.neighbourhoods, key=lambda one: one.slug)]


def fact(made: NeighbourhoodSet, number: int, name: str, person: str, day: date, **columns: Any) -> dict[str, Any]:
    """A row for `noting.add`, of the neighbourhood with this number."""
    source = columns.pop("source", f"test:{name}:{person}:{day}:{number}")
    key = sha256(person.encode()).hexdigest()[:32] if person else ""
    return {
        "source": source, "fact": name, "day": day, "area": made.slug, "place": places_of(made)[number],
        "person_key": key, "subject_key": key, **columns,
    }  # fmt: skip


def people(
    made: NeighbourhoodSet,
    number: int,
    name: str,
    count: int,
    quarter: Quarter = QUARTER,
    *,
    who: str = "",
    **columns: Any,
) -> None:
    """So many people of a neighbourhood, one fact each, spread over the quarter."""
    length = (quarter.after - quarter.first).days
    rows = [
        fact(made, number, name, f"{who or number}-{turn}", quarter.first + timedelta(days=(7 * turn) % length),
             source=f"test:{name}:{quarter.slug}:{who or number}:{turn}", **columns)
        for turn in range(count)
    ]  # fmt: skip
    noting.add(rows)
    db.session.commit()


def history(made: NeighbourhoodSet, seed: int, quarter: Quarter = QUARTER) -> list[dict[str, Any]]:
    """A random history: one fact that each figure counts, whichever figures there are, and then any of these facts.

    People are in several places, twice and thrice, with needs and reasons; acts, answers and gauges are of nobody.
    """
    chance, figures = random.Random(seed), list(MEASURES.values())
    of_people = {one.fact for one in figures if one.counts in {"people", "median"}}
    length, rows = (quarter.after - quarter.first).days, []
    for turn in range(chance.randrange(40, 120)):
        measure = figures[turn] if turn < len(figures) else chance.choice(figures)
        day = quarter.first + timedelta(days=chance.randrange(-5, length + 5))
        person = f"p{chance.randrange(25)}" if measure.fact in of_people else ""
        reasons = sorted(measure.reasons) or ["", "no-capacity", "died", *HELPED]
        rows.append(
            fact(
                made, chance.randrange(len(made.neighbourhoods)), measure.fact, person, day, source=f"test:{seed}:{turn}",
                need=chance.choice(["", "loneliness", "debt", "food"]), reason=chance.choice(reasons),
                age=chance.choice(["", "26-49", "65-over"]), language=chance.choice(["", "en", "xx"]), fifth=chance.randrange(6),
                access=chance.choice(["", "none", "several"]), days=chance.randrange(30),
                count=1 if person else chance.randrange(1, 4),
                organization=chance.choice(["", "a" * 32]), service=chance.choice(["b" * 32, "c" * 32]),
            )
        )  # fmt: skip
    return rows


def batches(rows: Sequence[dict[str, Any]], chance: random.Random) -> Iterable[Sequence[dict[str, Any]]]:
    """The rows in another order, some at a time."""
    mixed = list(rows)
    chance.shuffle(mixed)
    while mixed:
        size = chance.randrange(1, 30)
        yield mixed[:size]
        mixed = mixed[size:]
