"""The bootstrap: what it hands to the program that it becomes."""

import os

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
