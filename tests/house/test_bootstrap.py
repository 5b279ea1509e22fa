"""The bootstrap: what it hands to the program that it becomes."""

import os
import stat
import sys
import sysconfig
from pathlib import Path

import pytest

from portal import __main__ as bootstrap


def test_what_python_compiles_is_kept_also_where_the_shell_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every start would compile 2,000 modules anew, of the demo and of each command."""
    became: list[dict[str, str]] = []

    def become(_path: object, _arguments: object, environment: dict[str, str]) -> None:
        became.append(environment)
        raise SystemExit

    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "debug")
    monkeypatch.setattr(bootstrap, "_install", lambda *, with_tests: None)
    monkeypatch.setattr(os, "execve", become)
    with pytest.raises(SystemExit):
        bootstrap.main(["doctor"])
    (environment,) = became
    assert "PYTHONDONTWRITEBYTECODE" not in environment and environment["PORTAL_LOG_LEVEL"] == "debug"
    assert environment["PYTHONPYCACHEPREFIX"] == str(bootstrap.VENV / "bytecode")


@pytest.mark.parametrize(
    ("configured", "version", "is_taken"),
    [
        ("'--enable-shared'", sys.version_info[:2], True),
        ("'--enable-shared' '--enable-optimizations'", sys.version_info[:2], False),
        ("'--enable-shared'", (3, 1), False),
        ("'--enable-shared'", (), False),
    ],
    ids=["slow", "quick", "another version", "without all parts"],
)
def test_the_environment_is_made_of_the_quicker_of_two_pythons_of_one_version(
    configured: str, version: tuple[int, ...], is_taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages take a third longer on one that was compiled without optimising; a version that nobody chose is not taken."""
    other = tmp_path / "python3"
    other.write_text(f"#!/bin/sh\necho {' '.join(map(str, version))}\n")
    other.chmod(stat.S_IRWXU)
    monkeypatch.setattr(bootstrap, "OF_THE_SYSTEM", other)
    monkeypatch.setattr(sysconfig, "get_config_var", {"CONFIG_ARGS": configured}.get)
    assert bootstrap._base() == (other if is_taken else Path(sys.executable))


def test_packages_are_installed_anew_for_another_python(tmp_path: Path) -> None:
    """Otherwise those of the Python before would stay, whose programs may be gone."""
    assert bootstrap._stamp([], tmp_path / "one") != bootstrap._stamp([], tmp_path / "other")
