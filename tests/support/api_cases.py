"""Schemathesis over the application by its own description: cases that fit it and cases that do not, every answer checked.

What a schema cannot say of a parameter is said here: which postcodes there are, and that proximity needs one.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode

from portal.feed import limits

PATH = "/api/openapi.json"
UNLIMITED = 1_000_000_000
POSTCODES = ("LE2 0QB", "NW1 2DB", "KT18 5BY")
LENGTH = 400
"""Of what is shown of an answer that failed."""


@dataclass
class Ran:
    """How many cases there were, by operation and by status, and what was wrong: once for each kind at each operation."""

    cases: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Ran") -> None:
        """Count another run to this one."""
        self.cases += other.cases
        self.operations += other.operations
        self.statuses += other.statuses
        self.checks += other.checks
        self.failures = {**other.failures, **self.failures}
        self.errors += other.errors


Step = Callable[[Ran], None]


def run(
    app: Flask,
    *,
    examples: int,
    seed: int,
    phases: Sequence[str] = ("examples", "coverage", "fuzzing", "stateful"),
    step: Step = lambda _ran: None,
) -> Ran:
    """Ask the application `examples` times each operation in each phase."""
    _teach()
    before = app.config.get("FEED_REQUESTS_A_MINUTE")
    app.config["FEED_REQUESTS_A_MINUTE"] = UNLIMITED
    app.extensions.pop(limits.KEPT, None)
    try:
        return _ran(_schema(app, examples, seed, phases), step)
    finally:
        app.extensions.pop(limits.KEPT, None)
        app.config["FEED_REQUESTS_A_MINUTE"] = before or limits.A_MINUTE


def _schema(app: Flask, examples: int, seed: int, phases: Sequence[str]) -> Any:
    config = SchemathesisConfig(seed=seed)
    schema = schemathesis.openapi.from_wsgi(PATH, app, config=config)
    schema.config.generation.update(max_examples=examples)
    schema.config.phases.update(phases=list(phases))
    schema.config.update(continue_on_failure=True)
    return schema


def _ran(schema: Any, step: Step) -> Ran:
    ran = Ran()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            ran.errors.append(f"{event.label}: {event.info.format()}"[:LENGTH])
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.ScenarioFinished):
            _note(ran, event)
            step(ran)
    return ran


def _note(ran: Ran, event: Any) -> None:
    recorder = event.recorder
    for case_id, interaction in recorder.interactions.items():
        ran.cases += 1
        if interaction.response is not None:
            ran.statuses[interaction.response.status_code] += 1
        ran.operations[recorder.cases[case_id].value.operation.label] += 1
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            ran.checks[node.name] += 1
            if node.failure_info is None:
                continue
            failure = node.failure_info.failure
            asked = recorder.interactions.get(case_id)
            shown = f"{asked.request.method} {asked.request.uri}" if asked else ""
            label = recorder.cases[case_id].value.operation.label
            told = f"{shown}\n  {failure.title}: {failure.message}"[: LENGTH * 3]
            ran.failures.setdefault((label, node.name, failure.title), told)


def _teach() -> None:
    """Say what the schema cannot."""
    schemathesis.openapi.format("postcode", strategies.sampled_from(POSTCODES))
    word = strategies.text(strategies.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=15)
    schemathesis.openapi.format("words", strategies.lists(word, min_size=1, max_size=10).map(" ".join))
    schemathesis.hooks.unregister_all()

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        """A postcode is one in use, proximity needs one; and nothing unpacks what comes without a network."""
        case.headers = {**(case.headers or {}), "Accept-Encoding": "identity"}
        query = case.query or {}
        given = query.get("postcode", "")
        is_right = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
        if ("proximity" in query and given == "") or (given and is_right and given not in POSTCODES):
            case.query = {**query, "postcode": POSTCODES[0]}

    @schemathesis.hook
    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        """What is but white space is as if it were not there: no schema says that."""
        is_blank = any(isinstance(one, str) and not one.strip() for one in (case.query or {}).values())
        return not (is_blank and failure.title == "Schema-violating request accepted")
