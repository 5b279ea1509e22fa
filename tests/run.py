"""What `python3 -m portal test` runs: every test, with lint, types, import rules beside. With paths or options: those alone."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("types", ["mypy"]),
    ("ruff", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("imports", ["lint-imports"]),
    ("templates", ["djlint", "--lint", "--quiet", "portal/templates"]),
)


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    # Settings of the shell are not the tests'.
    for name in [name for name in environment if name.startswith("PORTAL_") and not name.startswith("PORTAL_TEST_")]:
        del environment[name]
    if arguments:
        return _run_tests(arguments, environment)
    with ThreadPoolExecutor(1) as beside:
        checks = [(name, beside.submit(_is_well, name, command, environment)) for name, command in CHECKS]
        code = _run_tests(["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"], environment)
        if failed := [name for name, check in checks if not check.result()]:
            print(f"FAILED, see above: {', '.join(failed)}", flush=True)
    return code or int(bool(failed))


def _run_tests(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def _is_well(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run a check and say how it went; what it printed only where it failed."""
    began = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    is_well = done.returncode == 0
    told = "" if is_well else f"\n{done.stdout}{done.stderr}"
    print(f"{name}: {'ok' if is_well else 'FAILED'} in {time.monotonic() - began:.1f} s{told}", flush=True)
    return is_well


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
