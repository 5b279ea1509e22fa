"""Words to look at twice: rude ones, and promises that no support can make. The lists are data, read once."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

FILE = Path(__file__).parent / "data" / "words.yaml"
List = Literal["claims", "profanity"]


def words_found(name: List, text: str) -> list[str]:
    """Words of a list that stand in a text, as they are written there, each once."""
    plain = _fine().sub(" ", text)
    return list(dict.fromkeys(match[0].lower() for match in _pattern(name).finditer(plain)))


def reviewed() -> str:
    """The day on which the lists were last reviewed, as "2026-11-28"."""
    return str(_lists()["reviewed"])


def every(name: List) -> list[str]:
    """A list, as it stands in the file."""
    return [str(word) for word in _lists()[name]]


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=4)
def _pattern(name: List) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_as_pattern(word) for word in every(name))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _fine() -> re.Pattern[str]:
    fine = "|".join(re.escape(str(word)) for word in _lists()["fine"])
    return re.compile(rf"(?<!\w)(?:{fine})(?!\w)", re.IGNORECASE)


def _as_pattern(word: str) -> str:
    return re.escape(word.rstrip("*")).replace(r"\ ", r"\s+") + (r"\w*" if word.endswith("*") else "")
