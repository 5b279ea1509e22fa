"""The model-based test in its short form. The whole: `benchmarks/loop_model.py`."""

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.referrals.machine import Loop


def test_random_people_through_random_acts(sqlite_app: Flask) -> None:
    Loop.steps = Loop.refusals = 0
    run_state_machine_as_test(
        Loop,
        settings=settings(
            max_examples=8, stateful_step_count=50, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Loop.steps > 200 and 0 < Loop.refusals < Loop.steps
