"""What a reader asks for: the query of an address, read by the table of parameters, or refused in a sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from portal.core.errors import DomainError
from portal.core.plain import one_line
from portal.feed.params import (
    DAYS,
    MOST_WORDS,
    PER_MINIMAL_PAGE,
    PER_PAGE,
    Endpoint,
    Parameter,
    parameters_of,
)
from portal.geography.locating import cleaned
from portal.geography.places import Place
from portal.geography.queries import locate

YES_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.0+)?")
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?Z?")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+\- ]\d{2}:?\d{2})?)?")
ZONE = re.compile(r" (\d{2}:?\d{2})$")
"""A zone whose plus sign was not escaped, and so became a space."""
DAY_NAMES = {
    name: code
    for code, name in zip(
        DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True
    )
}
LONGEST_SHOWN = 60


class WrongParameter(DomainError):
    """A parameter cannot be read. `parameter` is its name."""

    status = 400

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter


@dataclass(frozen=True)
class Asked:
    """A query that was read. `values` holds what was given, by the name of its parameter, as Python has it."""

    endpoint: Endpoint
    values: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """What was given by this name; none where nothing was."""
        return self.values.get(name)

    def is_on(self, name: str) -> bool:
        """Whether a yes was given."""
        return self.values.get(name) is True

    @property
    def page(self) -> int:
        """Which page, from 1."""
        return int(self.values.get("page", 1))

    @property
    def per_page(self) -> int:
        """How many items a page holds."""
        return int(self.values.get("per_page", PER_MINIMAL_PAGE if self.is_on("minimal") else PER_PAGE))

    @property
    def format(self) -> str:
        """json, csv or ndjson."""
        return str(self.values.get("format", "json"))

    @property
    def is_hsds_31(self) -> bool:
        """Whether the answer is to be in the words of HSDS 3.1."""
        return self.values.get("profile") == "hsds-3.1"

    @property
    def words(self) -> tuple[str, ...]:
        """The words of `search`, folded."""
        return tuple(dict.fromkeys(str(self.values.get("search", "")).casefold().split()))


def asked_of(endpoint: Endpoint, query: MultiDict[str, str]) -> Asked:
    """Read a query. Names that are not of this endpoint are ignored, and so are empty values. Raises WrongParameter."""
    values = {}
    for parameter in parameters_of(endpoint):
        given = [text for text in query.getlist(parameter.name) if text.strip()]
        if len(set(given)) > 1:
            raise WrongParameter(parameter.name, f"{parameter.name} was given more than once. Give it once.")
        if given:
            values[parameter.name] = READERS[parameter.kind](parameter, given[0].strip())
    asked = Asked(endpoint, values)
    _refuse_together(asked)
    return asked


def _refuse_together(asked: Asked) -> None:
    """What each may be alone, and not with the others."""
    for parameter in parameters_of(asked.endpoint):
        if parameter.needs and parameter.name in asked.values and parameter.needs not in asked.values:
            raise WrongParameter(parameter.name, f"{parameter.name} needs {parameter.needs} beside it.")
    if len(asked.words) > MOST_WORDS:
        raise WrongParameter("search", f"search takes at most {MOST_WORDS} words.")


def _text(parameter: Parameter, text: str) -> str:
    if len(text) > (parameter.longest or LONGEST_SHOWN):
        raise WrongParameter(parameter.name, f"{parameter.name} takes at most {parameter.longest} letters.")
    return _seen(parameter, text)


def _seen(parameter: Parameter, text: str) -> str:
    """A text of which every letter can be seen, on one line."""
    seen = one_line(text)
    if not seen or "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise WrongParameter(parameter.name, f"{parameter.name} holds letters that cannot be read.")
    return seen


def _number(parameter: Parameter, text: str) -> int:
    said = f"{parameter.name} is a whole number from {parameter.least} to {parameter.most:,}."
    if not NUMBER.fullmatch(text):
        raise WrongParameter(parameter.name, said)
    number = int(text.partition(".")[0])
    if not (parameter.least or 0) <= number <= (parameter.most or number):
        raise WrongParameter(parameter.name, said)
    return number


def _yes_no(parameter: Parameter, text: str) -> bool:
    if (answer := YES_NO.get(text.lower())) is None:
        raise WrongParameter(parameter.name, f"{parameter.name} is true or false.")
    return answer


def _moment(parameter: Parameter, text: str) -> datetime:
    wrong = WrongParameter(
        parameter.name, f"{parameter.name} is a date, or a date and a time, such as 2026-11-01 or 2026-11-01T08:30:00Z."
    )
    if not ISO.fullmatch(text):
        raise wrong
    try:
        moment = datetime.fromisoformat(ZONE.sub(r"+\1", text))
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None


def _id(parameter: Parameter, text: str) -> UUID:
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or text.lower() not in {str(found), found.hex}:
        raise WrongParameter(parameter.name, f"{parameter.name} is an id, such as {parameter.example}.")
    return found


def _postcode(parameter: Parameter, text: str) -> Place:
    wrong = WrongParameter(parameter.name, f"{parameter.name} is a full postcode in use, such as {parameter.example}.")
    if len(text) > LONGEST_SHOWN or not text.isascii():
        raise wrong
    found = locate(cleaned(text))
    if not isinstance(found, Place) or found.kind != "postcode":
        raise wrong
    return found


def _time(parameter: Parameter, text: str) -> time:
    if (found := TIME.fullmatch(text)) is None:
        raise WrongParameter(parameter.name, f"{parameter.name} is a time of the day, such as {parameter.example}.")
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def _day(parameter: Parameter, text: str) -> str:
    code = DAY_NAMES.get(text.lower(), text.upper())
    if code not in DAYS:
        raise WrongParameter(parameter.name, f"{parameter.name} is one of {', '.join(DAYS)}.")
    return code


def _choice(parameter: Parameter, text: str) -> str:
    if text.lower() not in parameter.choices:
        raise WrongParameter(parameter.name, f"{parameter.name} is one of {', '.join(parameter.choices)}.")
    return text.lower()


READERS: Mapping[str, Callable[[Parameter, str], Any]] = {
    "text": _text,
    "number": _number,
    "yes_no": _yes_no,
    "moment": _moment,
    "id": _id,
    "postcode": _postcode,
    "time": _time,
    "day": _day,
    "choice": _choice,
}
