"""What `python3 -m portal test` runs: lint, types, import rules, then every test. With paths or options: those tests alone."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("ruff", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
    ("templates", ["djlint", "--lint", "--quiet", "portal/templates"]),
)


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    # Settings of the shell are not the tests'.
    for name in [name for name in environment if name.startswith("PORTAL_") and not name.startswith("PORTAL_TEST_")]:
        del environment[name]
    if not arguments:
        for name, command in CHECKS:
            began = time.monotonic()
            code = subprocess.run([str(BIN / command[0]), *command[1:]], env=environment, check=False).returncode
            print(f"{name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
            if code != 0:
                return 1
    spread = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *(spread if not arguments else []), *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
