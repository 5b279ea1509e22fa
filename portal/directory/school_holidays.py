"""School holidays by council, from the file that PORTAL_SCHOOL_HOLIDAYS names. Without one nobody is asked about them.

The file is YAML: the code of a council, then first and last days of each holiday, both within. See `docs/settings.md`.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml
from flask import Flask, current_app

EXTENSION = "portal.school_holidays"
Span = tuple[date, date]
LONGEST_DAYS = 100


class SchoolHolidaysProblem(Exception):
    """A file of school holidays that cannot be used, said in a sentence."""


def init_app(app: Flask, path: str) -> None:
    """Read the file once. Raises SchoolHolidaysProblem."""
    app.extensions[EXTENSION] = read(path) if path else {}


def of(authority_code: str | None) -> tuple[Span, ...]:
    """The holidays of a council's schools, as far as they are known."""
    known: Mapping[str, tuple[Span, ...]] = current_app.extensions[EXTENSION]
    return known.get(authority_code or "", ())


def read(path: str) -> dict[str, tuple[Span, ...]]:
    """The holidays in a file, by council."""
    try:
        told = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise SchoolHolidaysProblem(f"PORTAL_SCHOOL_HOLIDAYS names {path}, which cannot be read as YAML.") from error
    if not isinstance(told, dict):
        raise SchoolHolidaysProblem(f"{path} must hold codes of councils, each with its holidays.")
    return {str(code): tuple(_span(path, code, one) for one in spans or ()) for code, spans in told.items()}


def _span(path: str, code: object, told: object) -> Span:
    match told:
        case [date() as first, date() as last] if 0 <= (last - first).days <= LONGEST_DAYS:
            return first, last
    raise SchoolHolidaysProblem(f"{path}, {code}: “{told}” is no first and last day, like [2026-12-19, 2027-01-03].")
