"""What the order of results is made of, as data: `data/ranking.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).parent / "data" / "ranking.yaml"


@dataclass(frozen=True)
class Weights:
    """One set of weights; each is explained where it is written."""

    texts: Mapping[str, float]
    saturation: float
    topic: float
    meaning: float
    alike_from: float
    partial_words: float
    few: int
    nearest: int
    nearest_alike: float
    half_km: float
    no_journey_km: float
    soon: float
    soon_days: int
    demerit: float


def read(path: Path = FILE) -> Weights:
    """The weights of a file. Raises ValueError where one is missing, strange or below zero."""
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if told.keys() != {one.name for one in fields(Weights)}:
        raise ValueError(f"{path.name} must have just the weights of {Weights.__name__}")
    numbers = [value for name, value in told.items() if name != "texts"] + list(told["texts"].values())
    if not all(isinstance(number, int | float) and number >= 0 for number in numbers):
        raise ValueError(f"each weight of {path.name} must be a number, 0 or more")
    return Weights(**{**told, "texts": MappingProxyType(told["texts"])})


WEIGHTS: Final = read()
"""The weights that results are ordered by."""
