"""Schemathesis asks the feed by its own description, in a short form; `benchmarks/api_cases.py` is the long one."""

from typing import Any

import jsonschema
import pytest
from flask import Flask

from portal.core.transactions import unit
from portal.describing import dumping, openapi
from portal.directory import noting
from portal.feed import limits
from portal.feed.params import BASE
from tests.factories import Make
from tests.openreferral import rich
from tests.support import api_cases

SEED = 20261130


@pytest.fixture
def filled(sqlite_app: Flask, make: Make) -> Flask:
    rich.fill(make)
    with unit():
        noting.mend()
    dumping.keep()
    return sqlite_app


def test_no_case_fails(filled: Flask) -> None:
    ran = api_cases.run(filled, examples=20, seed=SEED, phases=("examples", "fuzzing"))
    assert ran.failures == {} and ran.errors == []
    assert ran.cases >= 200 and set(ran.statuses) >= {200, 400, 404}
    assert len(ran.operations) == len(openapi.description()["paths"]) - 1
    assert min(ran.checks.values()) >= 200


def test_a_fault_would_be_found(filled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_a: Any, **_o: Any) -> dict[str, Any]:
        return {"version": 3}

    monkeypatch.setattr("portal.feed.contents.base", told)
    ran = api_cases.run(filled, examples=10, seed=SEED, phases=("examples", "fuzzing"))
    assert {(label, check) for label, check, _title in ran.failures} == {
        ("GET /api/oruk/v3/", "response_schema_conformance")
    }


def test_who_asks_too_often_is_told_when_to_go_on_as_it_is_described(filled: Flask) -> None:
    filled.config["FEED_REQUESTS_A_MINUTE"] = 1
    filled.extensions.pop(limits.KEPT, None)
    try:
        answers = [filled.test_client().get(f"{BASE}/services") for _ in range(2)]
    finally:
        filled.config["FEED_REQUESTS_A_MINUTE"] = limits.A_MINUTE
        filled.extensions.pop(limits.KEPT, None)
    assert [one.status_code for one in answers] == [200, 429]
    response = openapi.description()["components"]["responses"]["429"]
    assert set(response["headers"]) <= set(answers[1].headers.keys()) and int(answers[1].headers["Retry-After"]) > 0
    schema = openapi.description()["components"]["schemas"]["problem"]
    jsonschema.validate(answers[1].json, schema)
    assert answers[1].mimetype in response["content"]
