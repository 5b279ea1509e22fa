"""JSON lines: one record a line. A line that is not one becomes a refused row; the rest go on."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from portal.importing.lines import Lines
from portal.importing.rows import Refused, Row, checked


def json_rows(lines: Lines) -> Iterator[Row]:
    """Each line's record. Empty lines are passed over."""
    for line in lines:
        if line.problem is not None:
            yield Row(line.number, problem=line.problem)
        elif line.text.strip():
            yield _row(line.number, line.text)


def value_of(text: str) -> Any:
    """The value that a text of JSON is, each name in an object once, each number one. Raises Refused with why not."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refused(f"it is not whole JSON: {error.msg} at letter {error.pos + 1:,}") from None
    except RecursionError:
        raise Refused("it is nested too deep to read") from None
    except ValueError:
        raise Refused("it holds a number that is too long to read") from None


def _row(number: int, text: str) -> Row:
    try:
        value = value_of(text)
        if not isinstance(value, dict):
            return Row(number, problem=f"it is {_kind(value)}, not a record with names and values")
        return Row(number, checked(value))
    except Refused as refusal:
        return Row(number, problem=str(refusal))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f'"{twice[:60]}" stands in it twice')
    return value


def _no_constant(name: str) -> NoReturn:
    raise Refused(f"it holds {name}, which is not a number")


def _kind(value: Any) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")
