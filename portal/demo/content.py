"""Reads the demo's words from the YAML files in `content`: venues, organisations, and what each offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, cast

import yaml

Area = Literal["leicester", "camden", "surrey"]
GROUPS = ("people", "mind", "money", "home", "body", "care", "family")
EXTRAS = ("languages", "ended")
"""Files beside those of the groups of needs: texts in other languages, and what has closed or was merged."""


@dataclass(frozen=True)
class Hall:
    """An invented venue at a real postcode. `facts`: access facts with yes or no; not told where absent."""

    key: str
    area: Area
    name: str
    street: str
    place: str
    town: str
    postcode: str
    facts: Mapping[str, bool]
    getting_there: str | None


@dataclass(frozen=True)
class Seed:
    """One service as its group wrote it. `at` is a hall, or one of phone, online, home, hidden.

    `when` and `opens` are read by `timetables`; `twin` is what a group elsewhere calls the same thing.
    """

    group: str
    name: str
    by: str
    at: str
    needs: tuple[str, ...]
    line: str
    text: str
    door: tuple[str, ...]
    join: str
    ways: tuple[str, ...]
    when: str
    opens: str
    cost: str
    who: tuple[str, ...]
    how: tuple[str, ...]
    langs: tuple[str, ...]
    lang: str
    twin: str
    extra: Mapping[str, Any]


@lru_cache(maxsize=1)
def halls() -> dict[str, Hall]:
    """Every hall, by its key."""
    return {
        key: _hall(key, cast("Area", area), line)
        for area, lines in _read("venues").items()
        for key, line in lines.items()
    }


@lru_cache(maxsize=1)
def organisations() -> dict[Area, dict[str, dict[str, str]]]:
    """What each organisation says of itself: area, group of needs, name, description."""
    return cast("dict[Area, dict[str, dict[str, str]]]", _read("organisations"))


@lru_cache(maxsize=1)
def seeds() -> tuple[Seed, ...]:
    """Every service, in the order of the files."""
    return tuple(_seed(group, told) for group in (*GROUPS, *EXTRAS) for told in _read(group))


@lru_cache(maxsize=1)
def room_lines() -> tuple[str, ...]:
    """Sentences about a room and a welcome, one of which ends the text of each twin."""
    return tuple(_read("rooms"))


def life_pages() -> list[dict[str, Any]]:
    """Pages for a situation in life, with what each section searches for."""
    return cast("list[dict[str, Any]]", _read("life"))


def referred() -> list[dict[str, Any]]:
    """People who are referred, each with what became of them."""
    return cast("list[dict[str, Any]]", _read("referrals"))


def partners() -> dict[str, Any]:
    """Programmes with their partners, boards and decisions, as `demo.partners` reads them."""
    return cast("dict[str, Any]", _read("partners"))


def fold(text: str) -> str:
    """One line of text, from one that was wrapped."""
    return " ".join(text.split())


def _read(name: str) -> Any:
    file = resources.files("portal.demo").joinpath("content", f"{name}.yaml")
    return yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _hall(key: str, area: Area, line: str) -> Hall:
    name, street, place, town, postcode, facts, getting_there = (part.strip() for part in f"{line} ".split("|"))
    told = {fact[1:]: fact[0] == "+" for fact in facts.split()}
    return Hall(key, area, name, street, place, town, postcode, told, getting_there or None)


def _seed(group: str, told: dict[str, Any]) -> Seed:
    known = {"name", "by", "at", "needs", "line", "text", "door", "join", "ways", "when", "opens", "cost", "who", "how"}
    known |= {"langs", "lang", "twin"}
    return Seed(
        group=group,
        name=told["name"],
        by=told["by"],
        at=told.get("at", "phone"),
        needs=_words(told["needs"]),
        line=fold(told["line"]),
        text=fold(told["text"]),
        door=tuple(_sentence(line) for line in fold(told.get("door", "")).split(" / ") if line),
        join=fold(told.get("join", "")),
        ways=_words(told.get("ways", "self_refer")),
        when=str(told.get("when", "")),
        opens=str(told.get("opens", "")),
        cost=str(told.get("cost", "free")),
        who=_words(told.get("who", "")),
        how=_words(told.get("how", "")),
        langs=_words(told.get("langs", "")),
        lang=told.get("lang", "en"),
        twin=told.get("twin", ""),
        extra={key: value for key, value in told.items() if key not in known},
    )


def _sentence(line: str) -> str:
    """A line with a full stop at its end: the script's own."""
    stop = "۔" if "\u0600" <= line[-1] <= "\u06ff" else "."
    return line if line[-1] in ".?!۔" else line + stop


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
