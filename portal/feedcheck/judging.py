"""What is wrong with one document by its schema, in plain words and without indexes, so that the same fault counts together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from portal.feedcheck.quick import Keeps, compiled
from portal.openreferral.formats import checker
from portal.openreferral.schemas import Form, base_schema, schema_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MOST_FAULTS = 200
"""Of one document."""
A_TYPE = {
    "string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false", "array": "a list",
    "object": "an object",
}  # fmt: skip
A_FORM = {
    "uuid": "a UUID", "uri": "a whole address such as https://example.org", "email": "an e-mail address",
    "date-time": "a date and time such as 2026-11-30T09:00:00Z",
}  # fmt: skip


@dataclass(frozen=True)
class Broken:
    """One rule that a document breaks: the kind of fault, where in the document (`organization.description`), and a sentence."""

    fault: str
    path: str
    sentence: str
    value: str = ""


class Judge:
    """Judges documents by one schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._keeps: Keeps = compiled(schema)

    def keeps(self, document: Any) -> bool:
        """Whether a document breaks nothing."""
        return self._keeps(document)

    def broken(self, document: Any) -> Iterator[Broken]:
        """What a document breaks."""
        if not self._keeps(document):
            yield from map(_told, islice(self._validator.iter_errors(document), MOST_FAULTS))

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self._schema, format_checker=checker())


@cache
def judge_of(kind: str, form: Form) -> Judge:
    """The judge of documents of a kind, as the standard has them."""
    return Judge(schema_of(kind, form))


@cache
def judge_of_base() -> Judge:
    """The judge of what the base address says."""
    return Judge(base_schema())


def path_of(steps: Any) -> str:
    """Where in a document, without indexes of lists."""
    return ".".join(str(step) for step in steps if not isinstance(step, int))


def _told(error: "ValidationError") -> Broken:
    path = path_of(error.absolute_path)
    value = "" if isinstance(error.instance, dict | list) else repr(error.instance)[:80]
    rule, wanted = str(error.validator), error.validator_value
    if rule == "required":
        missing = next((name for name in wanted if name not in error.instance and repr(name) in error.message), "?")
        whole = f"{path}.{missing}" if path else missing
        return Broken("required", whole, f"{whole} is missing")
    at = path or "the document"
    if rule == "type":
        return Broken("type", path, f"{at} is not {A_TYPE.get(wanted, wanted)}", value)
    if rule == "format":
        return Broken("format", path, f"{at} is not {A_FORM.get(wanted, wanted)}", value)
    if rule == "enum":
        return Broken("enum", path, f"{at} is none of {', '.join(wanted)}", value)
    return Broken("schema", path, f"{at} breaks the rule {rule}", value)
