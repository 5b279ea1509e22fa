"""The model-based test of referrals in full: random people through random acts, legal and not, on either database.

    PYTHONPATH=. .venv/bin/python benchmarks/loop_model.py [--steps 10000] [--seed 1] [--postgresql]

Prints how many acts were done, how many were refused, and which states were reached. What breaks a rule is shown as the shortest
way there, and the program ends with 1.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from cryptography.fernet import Fernet
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from portal.app import create_app
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.referrals.models import IntroductionEvent
from portal.referrals.states import State
from tests.referrals.machine import Loop
from tests.support import postgres

AN_EXAMPLE = 100
"""Most acts of one run, which begins with new people. Runs are half as long as that, taken together."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    told = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'portal.sqlite3'}"
        if told.postgresql:
            server = postgres.start()
            stack.callback(server.stop)
            url = server.url("postgres")
        app = create_app(
            Settings(
                instance=folder, secret_key=secrets.token_urlsafe(48), data_keys=(Fernet.generate_key().decode(),),
                database_url=url, testing=True, log_level="error",
            )
        )  # fmt: skip
        with app.app_context():
            db.create_all()
            begun = time.monotonic()
            examples = -(-told.steps * 2 // AN_EXAMPLE)
            run_state_machine_as_test(
                seed(told.seed)(Loop),
                settings=settings(
                    max_examples=examples, stateful_step_count=AN_EXAMPLE, database=None, deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )  # fmt: skip
            verbs = Counter(db.session.scalars(select(IntroductionEvent.verb)))
            print(f"{Loop.steps:,} acts, {Loop.refusals:,} of them refused, in {time.monotonic() - begun:.0f} s")
            print("events:", ", ".join(f"{verb} {count:,}" for verb, count in verbs.most_common()))
            missing = {state.value for state in State} - Loop.reached
            print(
                f"{len(Loop.reached)} of {len(State)} states were reached",
                f"(not {sorted(missing)})" if missing else "",
            )
            sys.exit(1 if missing or Loop.steps < told.steps else 0)


if __name__ == "__main__":
    main()
