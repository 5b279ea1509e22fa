"""The bootstrap: `python3 -m portal COMMAND` on a machine with Python, pip and git only. Standard library alone.

It makes `.venv` from the hashed lock files and hands over to the program `portal` inside it. `test` also gets a browser.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_PACKAGES = ("chromium-headless-shell", "libatomic1", "fonts-liberation", "fonts-noto-core")
NEEDED = (3, 11)
OF_THE_SYSTEM = Path("/usr/bin/python3")


def main(arguments: list[str]) -> int:
    """Make the environment that the command needs, then become that command."""
    if sys.version_info < NEEDED:
        return _refuse("The portal needs Python 3.11 or newer.")
    wants_tests = arguments[:1] == ["test"]
    try:
        _install(with_tests=wants_tests)
    except (OSError, subprocess.CalledProcessError) as error:
        return _refuse(f"The packages could not be installed: {error}")
    if not wants_tests:
        os.execve(PYTHON, [str(PYTHON), "-m", "portal.cli", *arguments], _environment())
    if (problem := _get_browser()) is not None:
        return _refuse(problem)
    os.execve(PYTHON, [str(PYTHON), str(ROOT / "tests" / "run.py"), *arguments[1:]], _environment())


def _environment() -> dict[str, str]:
    """The shell’s, but what Python compiles is kept beside the packages. Where that is forbidden, a start takes twice as long."""
    environment = {"PYTHONPYCACHEPREFIX": str(VENV / "bytecode"), **os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _install(*, with_tests: bool) -> None:
    """Install what the lock files name, unless the stamp says that just that is there. The stamp is written last."""
    base = _base()
    files = _lock_files(with_tests=with_tests)
    wanted = _stamp(files, base)
    stamps = [VENV / "installed-test", VENV / "installed"]
    if any(stamp.is_file() and stamp.read_text() == wanted for stamp in stamps[: 1 if with_tests else 2]):
        return
    of_tests = VENV / "installed-test"
    if not with_tests and of_tests.is_file() and of_tests.read_text() == _stamp(_lock_files(with_tests=True), base):
        return
    print("Installing packages. This happens once and takes about a minute.", file=sys.stderr, flush=True)
    for stamp in stamps:
        stamp.unlink(missing_ok=True)
    if not PYTHON.exists() or PYTHON.resolve() != base.resolve():
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([base, "-m", "venv", "--without-pip", str(VENV)], check=True)
    for number, file in enumerate(files):
        more = ["--no-deps"] if number else []
        subprocess.run([*_installer(), "--require-hashes", *more, "-r", str(file)], check=True)
    (VENV / ("installed-test" if with_tests else "installed")).write_text(wanted)


def _base() -> Path:
    """The Python that `.venv` is made of: this one, or the system's of the same version where this one was not built to be quick.

    What a distribution ships was, and answers a third more: `docs/decisions/0056-which-python.md`.
    """
    this = Path(sys.executable)
    if _is_optimised() or not OF_THE_SYSTEM.exists() or this.resolve() == OF_THE_SYSTEM.resolve():
        return this
    can = "import ctypes, sqlite3, ssl, sys, venv, zoneinfo; print(*sys.version_info[:2])"
    told = subprocess.run([OF_THE_SYSTEM, "-I", "-c", can], capture_output=True, text=True, check=False).stdout
    return OF_THE_SYSTEM if told.split() == [str(part) for part in sys.version_info[:2]] else this


def _is_optimised() -> bool:
    """Whether this Python was built with what profiling told. Of distributions that do it in their own way it does not say so."""
    return "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS"))


def _lock_files(*, with_tests: bool) -> list[Path]:
    """The first with what its packages need, the others without: data alone, and a stand-in whose pins are not ours."""
    names = ["test", "data", "sandbox"] if with_tests else ["", "data"]
    return [ROOT / f"requirements{f'-{name}' if name else ''}.txt" for name in names]


def _installer() -> list[str]:
    """Uv where it is found, pip otherwise; both install into `.venv`. What they compile would not be read: see `_environment`."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    quietly = ["--quiet", "--disable-pip-version-check", "--no-compile"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", *quietly]


def _stamp(files: list[Path], base: Path) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {base.resolve()}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _get_browser() -> str | None:
    """See that Chromium and the browser driver run, installing them on Debian as root. Gives a sentence where they do not."""
    if _has_browser():
        return None
    packages = " ".join(BROWSER_PACKAGES)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"The tests need a browser. Install it, as root: apt-get install --no-install-recommends {packages}"
    print(f"Installing {packages}.", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    with (VENV / "apt.log").open("wb") as log:
        for step in (["update"], ["install", "-y", "--no-install-recommends", *BROWSER_PACKAGES]):
            done = subprocess.run([*apt, *step], env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0 or not _has_browser():
        return f"The browser could not be installed; see .venv/apt.log. Needed: {packages}"
    return None


def _has_browser() -> bool:
    driver = subprocess.run(
        [PYTHON, "-c", "from playwright._impl._driver import compute_driver_executable as c; print(c()[0])"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    node = driver.stdout.strip()
    if not node or subprocess.run([node, "--version"], capture_output=True, check=False).returncode != 0:
        return False
    return any(shutil.which(name) for name in BROWSERS)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
