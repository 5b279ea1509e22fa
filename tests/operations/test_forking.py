"""The tests' own way to start programs: a forked one is what a fresh one would be."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.forking import ROOT, Program, beside, run
from tests.support.processes import environment, run_fresh
from tests.support.processes import run as run_command

TELLING = """
import gc, os, signal, sys, threading
print(os.getcwd() == {root!r}, sorted(name for name in os.environ if name.startswith("PORTAL_TEST_")), sys.argv[1:])
print([signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGCHLD)] == [signal.SIG_DFL] * 2)
print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, gc.isenabled(), threading.active_count())
print("PATH" in os.environ, sys.stdin.read())
print("a worry", file=sys.stderr)
sys.exit(7)
"""


def told(**more: str) -> subprocess.CompletedProcess[str]:
    """What a program finds when it begins."""
    program = Program(["one", "two"], code=TELLING.format(root=str(ROOT)))
    env = {name: value for name, value in os.environ.items() if name != "PATH"}
    return run(program, env | more, stdin="é\n", seconds=60)


def test_a_program_finds_its_own_surroundings_and_nothing_of_the_one_before() -> None:
    assert told(PORTAL_TEST_FIRST="1").returncode == 7
    second = told(PORTAL_TEST_SECOND="1")
    lines = second.stdout.splitlines()
    own = sorted({name for name in os.environ if name.startswith("PORTAL_TEST_")} | {"PORTAL_TEST_SECOND"})
    assert lines[0] == f"True {own} ['one', 'two']"
    is_deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert lines[1:] == ["True", f"{is_deaf} True 1", "False é", ""], "as we were begun ourselves"
    assert (second.stderr, second.returncode) == ("a worry\n", 7)


def test_how_a_program_ends_is_told() -> None:
    env = dict(os.environ)
    failed = run(Program([], code="raise ValueError('torn')"), env, seconds=60)
    assert failed.returncode == 1 and failed.stderr.endswith("ValueError: torn\n")
    killed = run(Program([], code="import os; os.kill(os.getpid(), 9)"), env, seconds=60)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(subprocess.TimeoutExpired):
        run(Program([], code="import time; time.sleep(60)"), env, seconds=0.2)


def test_a_program_that_is_spoken_with_answers_and_ends_with_the_body() -> None:
    code = (
        "import os, sys\nprint(os.getpid(), flush=True)\nfor line in sys.stdin: print(line.upper(), end='', flush=True)"
    )
    with beside(Program([], code=code), dict(os.environ)) as child:
        pid = int(child.stdout.readline())
        child.stdin.write("tea\n")
        child.stdin.flush()
        assert child.stdout.readline() == "TEA\n"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("arguments", [["worker"], ["serve", "--port", "many"]], ids=" ".join)
def test_a_command_says_what_a_fresh_one_says(arguments: list[str], tmp_path: Path) -> None:
    env = environment(tmp_path, PORTAL_SECRET_KEY="short")
    forked, fresh = run_command(*arguments, env=env), run_fresh(*arguments, env=env)
    assert (forked.returncode, forked.stdout, forked.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)
    assert forked.returncode in {1, 2} and forked.stderr
