"""What says quickly whether a document keeps a schema says what jsonschema says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.feedcheck.judging import judge_of, judge_of_base
from portal.feedcheck.quick import NotPlain, compiled
from portal.openreferral.schemas import KINDS, page_schema, schema_of
from tests.feedcheck.made_feed import MadeFeed
from tests.openreferral.test_schemas import mutated

FORMATS = ("uuid", "uri", "email", "date-time")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.sampled_from(["https://a.example", "ac148810-d857-441c-9679-408f346de14b", "a@b", "2026-01-01T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
SCHEMAS = st.recursive(
    st.sampled_from(["string", "number", "integer", "boolean"]).map(lambda kind: {"type": kind})
    | st.sampled_from(FORMATS).map(lambda form: {"type": "string", "format": form})
    | st.just({"type": "integer", "minimum": 0})
    | st.just({"type": "string", "enum": ["x", "y"]})
    | st.just({}),
    lambda inner: (
        inner.map(lambda one: {"type": "array", "items": one})
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda some: {"type": "object", "properties": some, "required": list(some)[:1]}
        )
    ),
    max_leaves=6,
)


def is_valid(schema: Any, value: Any) -> bool:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(value)


@settings(max_examples=400, deadline=None)
@given(schema=SCHEMAS, value=VALUES)
def test_any_schema_of_such_rules_is_judged_alike(schema: Any, value: Any) -> None:
    assert compiled(schema)(value) == is_valid(schema, value)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_changed_documents_are_judged_alike(kind: str, data: st.DataObject) -> None:
    lists = {"service": "services", "taxonomy": "taxonomies"}
    document = MadeFeed().lists()[lists.get(kind, f"{kind}s")][0]
    changed = mutated(document, data)
    judge = judge_of(kind, "full")
    assert judge.keeps(changed) == is_valid(schema_of(kind), changed) == (list(judge.broken(changed)) == [])


def test_pages_too() -> None:
    assert compiled(page_schema("service"))(MadeFeed().answer_of("/services", {})[1])
    assert not judge_of_base().keeps({"version": "HSDS-UK-3.0"})


def test_a_rule_that_is_not_known_is_refused() -> None:
    with pytest.raises(NotPlain):
        compiled({"oneOf": []})
