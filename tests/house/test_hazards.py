"""The hazard log: each hazard is whole, each risk is that of the matrix, and each control is proven by a test that is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
PAPER = (ROOT / "docs" / "clinical-safety.md").read_text(encoding="utf-8")
HAZARDS: list[dict[str, Any]] = yaml.safe_load((ROOT / "docs" / "hazards.yaml").read_text(encoding="utf-8"))["hazards"]
PARTS = {"id", "hazard", "cause", "effect", "initial", "controls", "residual", "owner"}
SEEDS = (
    "wrong person", "lost", "shown as open", "message reaches", "did not agree", "free text", "referred twice",
    "wrong day", "Search hides", "backup is restored",
)  # fmt: skip
"""Of security.md, Clinical safety."""


def _matrix() -> dict[tuple[str, str], int]:
    rows = re.findall(r"^\| (very high|high|medium|low|very low) \| (.+) \|$", PAPER, re.MULTILINE)
    severities = ("minor", "significant", "considerable", "major", "catastrophic")
    return {
        (severity, likelihood): int(risk)
        for likelihood, risks in rows
        for severity, risk in zip(severities, risks.split(" | "), strict=True)
    }


MATRIX = _matrix()


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda one: one["id"])
def test_each_hazard_is_whole_and_its_risks_are_those_of_the_matrix(hazard: dict[str, Any]) -> None:
    assert set(hazard) == PARTS and all(hazard.values())
    for risk in (hazard["initial"], hazard["residual"]):
        assert risk["risk"] == MATRIX[risk["severity"], risk["likelihood"]], f"{hazard['id']}: {risk}"
    assert hazard["residual"]["risk"] <= min(hazard["initial"]["risk"], 3)
    assert all(set(control) == {"what", "tests"} and control["tests"] for control in hazard["controls"])


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda one: one["id"])
def test_each_control_names_tests_that_are_there(hazard: dict[str, Any]) -> None:
    for control in hazard["controls"]:
        for named in control["tests"]:
            path, _, function = named.partition("::")
            file = ROOT / path
            assert file.is_file(), f"{hazard['id']} names {path}"
            assert re.search(rf"^def {function}\(", file.read_text(encoding="utf-8"), re.MULTILINE), named


def test_no_hazard_has_the_number_of_another_and_every_seed_is_there() -> None:
    ids = [one["id"] for one in HAZARDS]
    assert ids == [f"H{number:02}" for number in range(1, len(ids) + 1)]
    told = " ".join(one["hazard"] for one in HAZARDS)
    assert [seed for seed in SEEDS if seed not in told] == []
    assert len(MATRIX) == 25
