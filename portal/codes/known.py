"""The code lists that the portal knows: read from the one data file, and checked when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from portal.codes import snomed

PATH = Path(__file__).parent / "data" / "lists.yaml"


class ListProblem(ValueError):
    """The data file of code lists says something that cannot be."""


@dataclass(frozen=True)
class Known:
    """A list by its name. `shipped`: its codes with their terms, in order; none where it has to be loaded.

    `is_ours`: the portal lives by these very codes, so that no file takes their place.
    """

    name: str
    title: str
    system: str
    source: str
    licence: str
    is_ours: bool
    shipped: Mapping[str, str]

    @property
    def is_snomed(self) -> bool:
        """Whether its codes are ids of SNOMED CT."""
        return self.system == snomed.SYSTEM


@cache
def lists() -> Mapping[str, Known]:
    """All lists by their names, in the order of the file. Raises ListProblem."""
    told = [_known(row) for row in yaml.safe_load(PATH.read_text(encoding="utf-8"))]
    return MappingProxyType({one.name: one for one in told})


def of_system(system: str) -> Known | None:
    """The one list of a code system, or None where there are several or none."""
    found = [one for one in lists().values() if one.system == system]
    return found[0] if len(found) == 1 else None


def _known(row: dict[str, Any]) -> Known:
    entries = {entry["code"]: entry.get("term", entry["code"]) for entry in row.get("entries", ())}
    known = Known(
        row["name"], row["title"], row["system"], row["from"], row["licence"], row.get("ours", False), entries
    )
    if known.is_snomed and (wrong := [code for code in entries if snomed.problem(code)]):
        raise ListProblem(f"{PATH.name}, {known.name}: {wrong[0]} is no id of SNOMED CT.")
    return known
