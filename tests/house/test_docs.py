"""The papers: what the docs promise is so."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from portal.core.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
IMPORTED_AS = {
    "argon2-cffi": "argon2", "email-validator": "email_validator", "flask-login": "flask_login",
    "notifications-python-client": "notifications_python_client",
    "charset-normalizer": "charset_normalizer", "flask-babel": "flask_babel", "flask-migrate": "flask_migrate",
    "flask-sqlalchemy": "flask_sqlalchemy", "mesh-client": "mesh_client", "flask-wtf": "flask_wtf",
    "opening-hours-py": "opening_hours", "prometheus-client": "prometheus_client", "python-dateutil": "dateutil",
    "python-stdnum": "stdnum",
    "pyyaml": "yaml", "whoosh3": "whoosh",
}  # fmt: skip
NOT_IMPORTED = {"psycopg"}
"""Named in database addresses only."""
NOT_SETTINGS = {"debug", "demo", "testing"}


def _direct() -> list[str]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [re.match(r"[a-z0-9-]+", line)[0] for line in told["project"]["dependencies"]]  # type: ignore[index]


def test_every_setting_is_documented_and_none_that_is_not_there() -> None:
    told = set(re.findall(r"^\| `(PORTAL_\w+)`", (DOCS / "settings.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert told == {f"PORTAL_{field.name.upper()}" for field in fields(Settings) if field.name not in NOT_SETTINGS}


def test_settings_are_read_in_one_place() -> None:
    allowed = {"app.py", "config.py", "serving.py", "cli.py", "metrics.py", "__main__.py"}
    for path in (ROOT / "portal").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert path.name in allowed or "os.environ" not in text, path


@pytest.mark.parametrize("name", _direct())
def test_each_dependency_has_its_reason_and_is_used(name: str) -> None:
    assert f"\n| {name} |" in (DOCS / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    if name in NOT_IMPORTED:
        return
    module = IMPORTED_AS.get(name, name)
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal").rglob("*.py"))
    assert re.search(rf"\b(?:import|from) {module}\b|[\"']{module}[\"']|\+{module}\b", code), f"{name} is not used"


def test_there_are_at_most_fifty_direct_dependencies() -> None:
    assert len(_direct()) <= 50


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for name in ("", "-test", "-data", "-peers", "-pdf", "-sandbox"):
        text = (ROOT / f"requirements{name}.txt").read_text(encoding="utf-8")
        assert "://" not in text
        pinned = re.findall(r"^[A-Za-z0-9._\[\]-]+==[^\s;]+", text, re.MULTILINE)
        assert pinned and text.count("--hash=sha256:") >= len(pinned)


def test_every_command_is_documented_and_none_that_is_not_there() -> None:
    from portal.cli import portal

    told = set(re.findall(r"^\| `portal ([\w-]+)`", (DOCS / "commands.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert told - {"test"} == set(portal.commands)


def test_every_table_stands_in_the_data_model() -> None:
    import portal.app
    from portal.core.extensions import Base

    assert portal.app
    told = set(re.findall(r"`(\w+)`", (DOCS / "data-model.md").read_text(encoding="utf-8")))
    assert told >= {table.name for table in Base.metadata.sorted_tables}


def test_each_decision_has_its_own_number() -> None:
    papers = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(paper.name[:4]) for paper in papers]
    assert len(set(numbers)) == len(numbers)
    for number, paper in zip(numbers, papers, strict=True):
        assert paper.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_links_between_papers_lead_somewhere() -> None:
    for paper in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#]+)", paper.read_text(encoding="utf-8")):
            assert "://" in target or (paper.parent / target).exists(), f"{paper.name} leads to {target}"


def test_every_paper_stands_in_the_readme_or_is_led_to_from_one_that_does() -> None:
    found, rest = set(), [ROOT / "README.md"]
    while rest:
        paper = rest.pop()
        found.add(paper)
        for target in re.findall(r"\]\(([^)#]+\.md)", paper.read_text(encoding="utf-8")):
            led_to = (paper.parent / target).resolve()
            if "://" not in target and led_to not in found:
                rest.append(led_to)
    unlinked = sorted(paper.name for paper in set(DOCS.glob("*.md")) - found)
    assert not unlinked, f"nothing leads to {unlinked}"


def test_each_promise_names_a_proof_that_is_there() -> None:
    told = (DOCS / "assurance.md").read_text(encoding="utf-8")
    proofs = re.findall(r"`((?:tests|benchmarks)/[\w/.]+)(?:::(\w+))?`", told)
    assert len(proofs) > 20
    for path, name in proofs:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, f"docs/assurance.md names {path}::{name}"


def test_every_promise_of_this_issue_stands_in_the_assurance() -> None:
    told = set(re.findall(r"^\| ([A-Z]\d+) \|", (DOCS / "assurance.md").read_text(encoding="utf-8"), re.MULTILINE))
    promised = {"A": "1 2 3 4 5 6 7 8 9", "B": "1 2 3 4 7 8", "C": "1 4 7 8 9", "R": "3 5 6 7 9 10 13 14 15 16"}
    wanted = {f"{kind}{number}" for kind, numbers in promised.items() for number in numbers.split()}
    assert told >= wanted, f"docs/assurance.md lacks {sorted(wanted - told)}"
