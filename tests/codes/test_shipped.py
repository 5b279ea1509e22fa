"""The lists that are shipped: only what evidence names, all of it with words of ours."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.codes import known, snomed
from portal.codes.known import ListProblem, lists, of_system
from portal.codes.queries import choices, is_offered, label, standing
from portal.codes.words import WORDS
from tests.factories import Make

UNCONFIRMED = "871691000000100"
"""Social prescribing offered: its check digit is right, and no page that was read gives it."""
TO_BE_LOADED = {
    "referral-method", "nhs-number-unavailable-reason", "nhs-number-status", "ethnic-category", "contact-method",
    "written-format", "needs", "support-offered", "outcomes", "circumstances", "accessible-contact-method", "accessible-format",
    "communication-professional", "communication-support", "reasonable-adjustment",
}  # fmt: skip


def test_only_what_evidence_names_is_shipped() -> None:
    counts = {one.name: len(one.shipped) for one in lists().values() if one.shipped}
    assert counts == {"ending-reason": 20, "safeguarding-concern": 7, "housing": 6, "referral-source": 2}
    assert {one.name for one in lists().values() if not one.shipped} == TO_BE_LOADED


def test_what_is_unconfirmed_is_built_in_nowhere() -> None:
    assert UNCONFIRMED not in known.PATH.read_text(encoding="utf-8")
    assert not [one for one in lists().values() if UNCONFIRMED in one.shipped]


def test_each_shipped_code_has_words_and_no_other_has() -> None:
    assert {name: set(words) for name, words in WORDS.items()} == {
        one.name: set(one.shipped) for one in lists().values() if one.shipped
    }


def test_each_shipped_id_of_snomed_is_one() -> None:
    held = [code for one in lists().values() if one.is_snomed for code in one.shipped]
    assert len(held) == len(set(held)) == 15 and all(snomed.is_right(code) for code in held)


def test_a_data_file_with_a_wrong_id_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wrong = known.PATH.read_text(encoding="utf-8").replace("32911000", "32911001")
    path = tmp_path / "lists.yaml"
    path.write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(known, "PATH", path)
    with pytest.raises(ListProblem, match="housing: 32911001 is no id of SNOMED CT"):
        known.lists.__wrapped__()


def test_a_list_is_found_by_its_code_system_where_that_is_its_alone() -> None:
    found = of_system("https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland")
    assert found is not None and found.name == "ethnic-category"
    assert of_system(snomed.SYSTEM) is None and of_system("") is None


def test_forms_offer_what_is_shipped_and_nothing_where_a_list_has_to_be_loaded(app: Flask) -> None:
    assert choices("housing")[:2] == [("32911000", "Homeless"), ("224226001", "No fixed abode")]
    assert choices("ethnic-category") == []
    assert is_offered("ending-reason", "no-capacity") and not is_offered("ending-reason", "full")
    assert label("ending-reason", "no-capacity") == "Full" and label("ending-reason", "full") is None
    with pytest.raises(KeyError):
        choices("ethnicity")


def test_lists_of_our_own_cost_no_statement(sqlite_app: Flask, count_statements: Callable[[], Any]) -> None:
    with count_statements() as seen:
        assert len(choices("ending-reason")) == 20
    assert seen == []
    with count_statements() as seen:
        choices("housing")
    assert len(seen) == 1


def test_how_each_list_stands_is_told(app: Flask) -> None:
    told = {one.known.name: (one.state, one.offered) for one in standing()}
    assert told["housing"] == ("shipped", 6) and told["ethnic-category"] == ("empty", 0)
    assert set(told) == set(lists())


def test_the_paper_for_operators_names_every_list() -> None:
    paper = (Path(__file__).parent.parent.parent / "docs" / "codes.md").read_text(encoding="utf-8")
    assert [name for name in lists() if f"`{name}`" not in paper] == []


def test_what_was_loaded_takes_the_place_of_what_is_shipped(app: Flask, make: Make) -> None:
    make.code_list("housing", {"32911000": "Homeless (finding)", "248054003": "Another"})
    assert choices("housing") == [("32911000", "Homeless"), ("248054003", "Another")]
    make.code_list("needs", {"417430008": "Vulnerable adult"}, status="unconfirmed")
    assert choices("needs") == []
