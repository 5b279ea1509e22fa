"""Retention classes: data, read once, and which of them a person falls into. Source: docs/data-protection.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from portal.codes.dates import age_on
from portal.core.extensions import settings

FILE = Path(__file__).parent / "classes.yaml"
OWN_FILE = "retention.yaml"
"""In the folder of the instance: takes the place of the file that is shipped."""
ADULT = 18


class ClassesProblem(Exception):
    """The file of classes cannot be used, said in a sentence."""


@dataclass(frozen=True)
class RetentionClass:
    """One row of the file: see its head. `birthday`: in years of age."""

    id: str
    controller: Literal["team", "group", "any"]
    fits: Literal["child", "not-accepted", "needs", "all"]
    source: str
    confirmed: bool
    years: int | None = None
    after_death: int | None = None
    birthday: int | None = None
    birthday_at_17: int | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What decides of a person. `ended_on`: when the last thing about them came to an end."""

    has_team: bool
    ended_on: date
    was_accepted: bool
    needs: frozenset[str]
    born: date | None = None
    died_on: date | None = None


def classes() -> Sequence[RetentionClass]:
    """All of them, in the order in which they are tried: of the operator's own file where there is one. Raises ClassesProblem."""
    own = settings().instance / OWN_FILE
    return _read(own, own.stat().st_mtime_ns) if own.exists() else _read(FILE, 0)


def class_of(facts: Facts) -> RetentionClass:
    """The first that fits."""
    return next(one for one in classes() if _is_for(one, facts) and _fits(one, facts))


def due_on(one: RetentionClass, facts: Facts) -> date:
    """The day from which what was told is kept no longer."""
    if one.birthday is not None and facts.born is not None:
        was_17 = age_on(facts.born, facts.ended_on) == ADULT - 1
        return _years_after(facts.born, one.birthday_at_17 if was_17 and one.birthday_at_17 else one.birthday)
    days = [_years_after(facts.ended_on, one.years or 0)]
    if one.after_death is not None and facts.died_on is not None:
        days.append(_years_after(facts.died_on, one.after_death))
    return min(days)


@cache
def _read(path: Path, _changed_at: int) -> Sequence[RetentionClass]:
    try:
        rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["classes"]
        found = tuple(RetentionClass(**{**row, "needs": tuple(row.get("needs", ()))}) for row in rows)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as problem:
        raise ClassesProblem(f"{path.name} cannot be read as retention classes: {problem}") from problem
    lasting = [one.id for one in found if one.years is None and one.birthday is None]
    for_all = {one.controller for one in found if one.fits == "all"}
    if lasting or not ("any" in for_all or for_all >= {"team", "group"}):
        raise ClassesProblem(f"{path.name}: each class needs years or a birthday, and somebody would fall into none.")
    return found


def _is_for(one: RetentionClass, facts: Facts) -> bool:
    return one.controller == "any" or (one.controller == "team") == facts.has_team


def _fits(one: RetentionClass, facts: Facts) -> bool:
    if one.fits == "not-accepted":
        return not facts.was_accepted and not _was_child(facts)
    if one.fits == "child":
        return _was_child(facts)
    return one.fits == "all" or bool(facts.needs & set(one.needs))


def _was_child(facts: Facts) -> bool:
    return facts.born is not None and age_on(facts.born, facts.ended_on) < ADULT


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; 1 March for 29 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
