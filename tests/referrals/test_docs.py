"""What docs/referrals.md says is so: each state, transition, reason, clock and data item, with what it is in FHIR."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask

from portal.core.extensions import Base
from portal.people import items
from portal.referrals.clocks import Clocks
from portal.referrals.guards import GUARDS
from portal.referrals.reasons import REASONS
from portal.referrals.states import ON_TASK_GRAPH, STATES, State, task_status
from portal.referrals.transitions import TRANSITIONS

PAPER = (Path(__file__).parents[2] / "docs/referrals.md").read_text(encoding="utf-8")
TABLES = (
    "person", "consent", "goal", "person_contact", "person_flag", "referral", "introduction", "introduction_event",
    "appointment", "referral_message", "referral_attachment", "referral_attachment_piece", "safety_concern", "measure_result",
    "document_dispatch",
)  # fmt: skip


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without marks of code."""
    part = PAPER.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def listed(cell: str) -> set[str]:
    """What a cell names, by commas."""
    return set() if cell == "-" else {one.strip() for one in cell.split(",")}


@pytest.fixture
def english(sqlite_app: Flask) -> Iterator[None]:
    """Labels as they are written."""
    with sqlite_app.test_request_context("/"):
        yield


def test_the_states_are_those_of_the_program(english: None) -> None:
    told = {row[0]: row for row in rows("States")}
    assert list(told) == [state.value for state in State]
    for state, one in STATES.items():
        _name, label, counts_as, task, business, ends = told[state.value]
        assert (label, counts_as, ends) == (str(one.label), one.counts_as, "yes" if one.is_end else "no"), state
        assert business == (one.business or "-"), state
        tasks = {task_status(state), task_status(state, State.ACCEPTED)}
        assert all(status in task for status in tasks) and ("never exported" in task) == (not one.is_sent), state


def test_every_state_has_its_place_in_fhir(sqlite_app: Flask) -> None:
    known = {*ON_TASK_GRAPH, "rejected", "cancelled", "completed", "failed", "entered-in-error"}
    assert {one.task for one in STATES.values()} <= known
    business = [one.business for state, one in STATES.items() if state not in {State.DRAFT, State.ENTERED_IN_ERROR}]
    assert None not in business and len(set(business)) == len(business)


def test_the_transitions_are_those_of_the_program() -> None:
    told = {row[1]: row for row in rows("Transitions")}
    assert list(told) == list(TRANSITIONS)
    for verb, one in TRANSITIONS.items():
        number, _verb, starts, ends, by, guards, reason, tells = told[verb]
        begins = set(State) if starts == "any" else {State(state) for state in listed(starts)}
        assert (int(number), begins, ends) == (one.number, set(one.starts), one.ends.value if one.ends else "-"), verb
        assert (listed(by), listed(guards)) == ({who.value for who in one.by}, set(one.guards)), verb
        assert (reason, listed(tells)) == (one.reason, set(one.tells)), verb
    assert {guard for one in TRANSITIONS.values() for guard in one.guards} <= set(GUARDS)


def test_every_reason_is_there_with_its_code_elsewhere(english: None) -> None:
    told = {row[0]: row for row in rows("Reasons")}
    assert list(told) == list(REASONS)
    for code, one in REASONS.items():
        words = f"{one.label}, in words" if one.needs_words else str(one.label)
        marks = ["yes" if mark else "-" for mark in (one.by_group, one.ends, one.withdraws)]
        assert told[code][1:] == [words, *marks, one.bars], code
    assert {one.bars for one in REASONS.values()} <= {"RRNA", "FC", "OTH"}


def test_every_clock_is_there_with_its_default() -> None:
    assert {row[0]: int(row[1]) for row in rows("Clocks")} == asdict(Clocks())


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_a_data_item_or_said_to_be_ours(sqlite_app: Flask, table: str) -> None:
    part = PAPER.partition("## Data items\n")[2]
    named = {column for owner, column in re.findall(r"`(\w+)\.(\w+)`", part) if owner == table}
    documents = {"contact", "access", "details"} if table == "person" else set()
    assert named | documents | {"id"} == {*Base.metadata.tables[table].columns.keys(), "id"}


@pytest.mark.parametrize("document", ["contact", "access", "details"])
def test_every_key_of_a_persons_documents_is_a_data_item(document: str) -> None:
    keys = {"contact": items.CONTACT, "access": items.ACCESS, "details": items.DETAILS}[document]
    named = re.findall(rf"`{document}\.(\w+)`", PAPER)
    assert set(named) == set(keys)


def test_every_data_item_says_what_it_is_in_fhir() -> None:
    told = rows("Data items")
    assert len(told) > 50
    for group, item, stored, fhir, needed in told:
        assert group and item and stored and needed, item
        assert re.search(r"[A-Z]\w+\.\w+|[Ee]xtension|not exported|states|meta\.tag", fhir) or fhir[0].isupper(), item
