"""The program as an operator runs it: upgrade, doctor, serve, worker, and what stops a start."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from portal import cli
from portal.config import settings_from
from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import Settings, problems_for_production
from portal.demo.accounts import MAIL
from portal.operations import doctor
from tests.operations import moving
from tests.support.people import make_user
from tests.support.processes import ROOT, environment, fetch, free_port, portal, run, run_fresh, running, wait_for

Start = Callable[..., subprocess.CompletedProcess[str]]


def test_upgrade_makes_an_instance_whole_and_can_be_repeated(instance: Path) -> None:
    env = environment(instance)
    first, second = portal("upgrade", env=env), json.loads(portal("upgrade", "--json", env=env))
    assert "was brought from nothing" in first and second["before"] == second["revision"]
    assert any("The database is at" in one for one in second["done"])
    lines = [json.loads(line) for line in portal("doctor", "--json", env=env).splitlines()]
    assert {line["check"] for line in lines if not line["good"]} <= {"helplines", "worker", "e-mail", "files"}


def test_the_doctor_says_what_is_wrong_and_exits_with_1(instance: Path) -> None:
    env = environment(instance)
    instance.chmod(0o755)
    told = portal("doctor", env=env, expect=1)
    assert "BAD   migrations" in told and "Run: portal upgrade" in told
    assert "BAD   folder" in told and "chmod 700" in told


def test_the_doctor_looks_at_what_production_needs(upgraded: Path) -> None:
    env = environment(upgraded, PORTAL_BASE_URL="http://support.example.org")
    assert "PORTAL_BASE_URL must begin with https://" in portal("doctor", "--deploy", env=env, expect=1)


@pytest.mark.parametrize(("command", "start"), [("serve", run_fresh), ("worker", run)])
def test_missing_secrets_stop_a_production_start_with_a_sentence(instance: Path, command: str, start: Start) -> None:
    env = {
        name: value
        for name, value in environment(instance).items()
        if name not in {"PORTAL_SECRET_KEY", "PORTAL_DATA_KEYS"}
    }
    stopped = start(command, env=env)
    assert stopped.returncode == 1
    assert "PORTAL_SECRET_KEY is missing" in stopped.stderr and "token_urlsafe" in stopped.stderr
    assert "PORTAL_DATA_KEYS is missing" in stopped.stderr and "Traceback" not in stopped.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORTAL_SECRET_KEY", "x" * 31, "PORTAL_SECRET_KEY is missing, short"),
        ("PORTAL_SECRET_KEY", "x" * 64, "PORTAL_SECRET_KEY is missing, short"),
        ("PORTAL_SECRET_KEY", "a secret of the tests, long enough", "PORTAL_SECRET_KEY is missing, short"),
        ("PORTAL_SECRET_KEY_FALLBACKS", "short", "PORTAL_SECRET_KEY_FALLBACKS holds"),
        (
            "PORTAL_DATA_KEYS",
            "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "PORTAL_DATA_KEYS is missing or well known",
        ),
        ("PORTAL_DATA_KEYS", "A" * 43 + "=", "PORTAL_DATA_KEYS is missing or well known"),
        ("PORTAL_BASE_URL", "http://support.example.org", "must begin with https://"),
        ("PORTAL_BASE_URL", "https://support.example.org", "PORTAL_TRUSTED_PROXIES must be the number"),
        ("PORTAL_TRUSTED_PROXIES", "9", None),
        ("FLASK_DEBUG", "1", "FLASK_DEBUG is set"),
    ],
)
def test_what_a_production_start_refuses(name: str, value: str, sentence: str | None, tmp_path: Path) -> None:
    found = problems_for_production(settings_from({**environment(tmp_path), name: value}))
    assert ([sentence in one for one in found] == [True]) if sentence else (found == []), found


def test_too_many_proxies_are_refused_where_the_site_is_public(tmp_path: Path) -> None:
    public = {**environment(tmp_path), "PORTAL_BASE_URL": "https://support.example.org"}
    assert problems_for_production(settings_from({**public, "PORTAL_TRUSTED_PROXIES": "1"})) == []
    assert len(problems_for_production(settings_from({**public, "PORTAL_TRUSTED_PROXIES": "9"}))) == 1


def test_accounts_of_a_demo_stop_a_production_start(upgraded: Path, settings: Settings) -> None:
    with moving.opened(settings, f"sqlite:///{upgraded / 'portal.sqlite3'}"):
        user = make_user("administrator", email=f"Administrator@{MAIL}")
        db.session.commit()
        assert not doctor.at_start()[1].is_good
        db.session.rollback()
        for command in ("serve", "worker"):
            stopped = run(command, env=environment(upgraded))
            assert stopped.returncode == 1 and "are those of a demo" in stopped.stderr, stopped.stderr
        user.deactivated_at = clock.now()
        db.session.commit()
        assert doctor.at_start()[1].is_good


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_SEARCH", "elastic"),
        ("PORTAL_TRUSTED_PROXIES", "many"),
        ("PORTAL_BASE_URL", "example.org"),
        ("PORTAL_BASE_URL", "https://example.org/portal"),
        ("PORTAL_LANGUAGES", "en,xx"),
        ("PORTAL_DATA_KEYS", "short"),
        ("PORTAL_BRAND", "/no/such/file.yaml"),
    ],
)
def test_a_setting_that_cannot_be_used_says_so(instance: Path, name: str, value: str) -> None:
    stopped = run("doctor", env=environment(instance, **{name: value}))
    assert stopped.returncode == 1 and name in stopped.stderr and "Traceback" not in stopped.stderr


SERVING = {"demo", "serve", "worker"}
"""Commands that run until they are stopped, and so print no result."""


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        whole = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from _commands(command, whole)
        else:
            yield whole, command


def test_every_command_that_prints_a_result_offers_json() -> None:
    without = {
        name for name, command in _commands(cli.portal) if not any("--json" in one.opts for one in command.params)
    }
    assert without == SERVING


def test_a_site_does_not_start_on_a_database_of_another_version(instance: Path) -> None:
    stopped = run("serve", "--port", str(free_port()), env=environment(instance))
    assert stopped.returncode == 1 and "Run: portal upgrade" in stopped.stderr


def test_a_command_before_the_first_upgrade_says_what_to_do(instance: Path) -> None:
    stopped = run("search", "query", "tea", env=environment(instance))
    assert stopped.returncode == 1 and "portal upgrade" in stopped.stderr and "Traceback" not in stopped.stderr


def test_a_start_reads_in_nothing_large_that_few_need(instance: Path) -> None:
    large = {"alembic", "notifications_python_client", "openpyxl", "requests"}
    asked = f"import sys, portal.cli, portal.app; print(sorted({large} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment(instance), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_who_writes_a_migration_finds_the_commands_of_the_recipe(instance: Path) -> None:
    told = (ROOT / "docs" / "recipes" / "add-a-field.md").read_text(encoding="utf-8")
    (app,) = re.findall(r"app='(.+)'", told)
    assert 'flask --app "$app" db upgrade' in told
    flask = [sys.executable, "-m", "flask", "--app", app, "db", "heads"]
    done = subprocess.run(flask, env=environment(instance), cwd=ROOT, capture_output=True, text=True, check=True)
    assert "(head)" in done.stdout


def test_wrong_use_exits_with_2(instance: Path) -> None:
    assert run("serve", "--port", "many", env=environment(instance)).returncode == 2
    assert run("nonsense", env=environment(instance)).returncode == 2


def test_a_stop_answers_what_is_running_and_exits_with_0(upgraded: Path, tmp_path: Path) -> None:
    env, port, log = environment(upgraded), free_port(), tmp_path / "serve.log"
    address = f"http://127.0.0.1:{port}"
    answers: list[int] = []
    with running("serve", "--port", str(port), "--workers", "2", env=env, log=log) as process:
        wait_for(f"{address}/healthz", process, log)
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answers.append(fetch(f"{address}/services")[0])

        asking = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for one in asking:
            one.start()
        until = time.monotonic() + 60
        while len(answers) < 20 and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        wait_for(f"{address}/readyz", process, log, status=503)
        code = process.wait(30)
        stop.set()
        for one in asking:
            one.join()
    assert code == 0
    assert answers[:20] == [200] * 20
    assert set(answers) <= {200, 0}, "an answer was cut off"


def test_a_worker_stops_when_told_and_exits_with_0(upgraded: Path, tmp_path: Path) -> None:
    env, log = environment(upgraded), tmp_path / "worker.log"
    with running("worker", env=env, log=log) as process:
        until = time.monotonic() + 30
        while "worker.started" not in log.read_text() and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert "worker.stopped" in log.read_text()


def test_a_demo_serves_and_stops_and_starts_again(instance: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "demo.log"
    env = {name: value for name, value in environment(instance).items() if not name.startswith("PORTAL_")}
    env["PORTAL_PASSWORD_MEMORY"] = "1"  # of three dozen accounts
    for more in ([], ["--no-worker"]):
        with running("demo", "--port", str(port), "--instance", str(instance), *more, env=env, log=log) as process:
            page = wait_for(f"http://127.0.0.1:{port}/services?q=lonely&near=LE2+0QB", process, log)
            assert "Demo" in page and "service-card" in page
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
    assert (instance / "demo.json").stat().st_mode & 0o777 == 0o600
    found = json.loads(
        portal(
            "search", "query", "lonely", "--near", "LE2 0QB", "--json", env={**env, "PORTAL_INSTANCE": str(instance)}
        )
    )
    assert found["total"] > 0


def test_a_demo_says_so_where_the_port_is_taken(instance: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        stopped = run(
            "demo", "--port", str(taken.getsockname()[1]), "--instance", str(instance), env=environment(instance)
        )
    assert stopped.returncode == 1 and "Choose another" in stopped.stderr
