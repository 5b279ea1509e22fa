"""The page of a subject access is for a person: every label and every code on it is in plain words, in order."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint

from portal.caseload import contacts_words, record_codes
from portal.caseload.record_acts import GOAL_RESULTS
from portal.core import audit, clock
from portal.core.extensions import Base, db
from portal.directory.urgent import KINDS
from portal.governance import exporting, holdings, labels, telling, values
from portal.governance.classes import classes
from portal.measures.models import MeasureResult
from portal.people import consents
from portal.people.items import CONTACT_MODES
from portal.people.models import Goal, PersonContact, PersonFlag
from portal.referrals import messages
from portal.referrals.actors import Channel
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.links import Purpose
from portal.referrals.models import KeptAnswers, SafetyConcern, SpaceWish
from portal.referrals.reasons import REASONS
from portal.referrals.states import State
from portal.referrals.transitions import TRANSITIONS, Who
from portal.responding import step_forms
from tests.support.referrals import World

pytestmark = pytest.mark.usefixtures("sqlite_app")
PORTAL = Path(exporting.__file__).parents[1]
IN_PIECES = "referral_attachment_piece"
"""On the page as the whole file."""
OF_NOBODY = {"person.not_found", "person.glass_missed"}
"""Entries that are about no record, since none was found."""
ONE_OF = re.compile(r"^(\w+) in \((.*)\)$", re.DOTALL)
TABLES = [*(one for one in holdings.tables() if one.name != IN_PIECES), Base.metadata.tables[SpaceWish.__tablename__]]


def _constrained() -> Iterator[tuple[str, str, str]]:
    """Table, column and code of every set that a table allows."""
    for table in TABLES:
        for rule in table.constraints:
            if isinstance(rule, CheckConstraint) and (found := ONE_OF.match(str(rule.sqltext))):
                for code in re.findall(r"'([^']+)'", found[2]):
                    yield table.name, found[1], code


SETS = {
    ("introduction_event", "verb"): [*TRANSITIONS],
    ("introduction_event", "who"): [one.value for one in Who],
    ("introduction_event", "channel"): get_args(Channel),
    ("introduction_event", "from_state"): [one.value for one in State],
    ("introduction_event", "to_state"): ["draft", "active", "completed", "revoked", *(one.value for one in State)],
    ("introduction_event", "reason_code"): [*REASONS],
    ("introduction", "reason_code"): [*REASONS],
    ("introduction", "ended_by"): [one.value for one in Who],
    ("referral", "closed_reason"): [*REASONS],
    ("introduction_link", "purpose"): get_args(Purpose),
    ("person_contact", "mode"): [*CONTACT_MODES],
    ("person_contact", "outcome"): [*contacts_words.OUTCOMES],
    ("appointment", "mode"): [*step_forms.VISIT_MODES],
    ("details", "lone_visit"): [*record_codes.LONE_VISIT],
    ("details", "gender"): [*record_codes.GENDER],
    ("details", "sex_at_birth"): [*record_codes.SEX_AT_BIRTH],
    ("person", "no_nhs_number_reason"): [*record_codes.NO_NUMBER],
    ("report", "goals"): [*GOAL_RESULTS],
    ("report", "result"): [*step_forms.RESULTS],
    ("report", "why_no_measure"): [*step_forms.WHY_NO_MEASURE],
    ("consent", "scopes"): [*consents.SCOPES],
    ("consent", "lawful_basis"): [consents.LAWFUL_BASIS],
    ("consent", "ended_how"): [*consents.HOWS, "system", "time", "erasure"],
    ("consent", "ended_by"): ["user", "person", "system", "job", "operator"],
    ("safety_prompt", "kinds"): [*KINDS],
}


def test_every_column_on_the_page_has_a_label() -> None:
    lacks = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if column.name not in exporting.LEFT_OUT | telling.NOT_ON_PAGE and column.name not in labels.LABELS
    ]
    assert not lacks, f"say in portal/governance/labels.py what these are, or why they stay in the file: {lacks}"
    assert {table.name for table in TABLES} | {"audit_entry"} == {*labels.TITLES}


def test_every_code_has_words() -> None:
    shipped = (("person", "retention_class", one.id) for one in classes())
    known = [*_constrained(), *shipped, *((*key, code) for key, codes in SETS.items() for code in codes)]
    lacks = [
        f"{where}.{name}: {code}"
        for where, name, code in known
        if name not in telling.NOT_ON_PAGE and values.words_of(where, name, code) == code
    ]
    assert len(known) > 200
    assert not lacks, f"say in portal/governance/values.py what these are in words: {lacks}"


def test_every_act_that_the_source_notes_has_words() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in PORTAL.rglob("*.py"))
    verbs = set(re.findall(r'events\.add\(\s*\w+, "(\w+)"', source))
    acts = set(re.findall(r'audit\.record(?:_now)?\(\s*"((?:person|consent)\.\w+)"', source))
    assert verbs > {"wrote", "reminded"} and acts > {"person.read", "consent.given"}
    assert verbs <= {*values.VERBS} and acts - OF_NOBODY <= {*labels.ACTIONS}


def test_no_code_no_id_and_no_name_of_a_column_is_on_the_page_of_a_record(loop: World, sqlite_app: Flask) -> None:
    told = _read(_of_a_life(loop), sqlite_app)
    assert len(told.words) > 80
    codes = {code for said in values.VALUES.values() if not callable(said) for code in said}
    pieces = [piece for words in told.words for piece in words.split("; ")]
    assert [one for one in pieces if one in codes] == []
    known = {str(one) for one in (*labels.LABELS.values(), *labels.OF_TABLE.values())}
    ours = {one for one in told.labels if ": " not in one and one not in known}
    assert ours == {
        "To walk by the canal",
        "Overall, how satisfied are you with your life nowadays?",
        "Satisfied with life",
    }
    assert "Save the document" in told.everything and "<p>Finished</p>" not in told.everything
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[a-z]_[a-z]", " ".join(told.everything))


def test_a_row_is_called_by_what_it_is_and_the_oldest_comes_first(loop: World, sqlite_app: Flask) -> None:
    person = _of_a_life(loop).person
    one = next(iter(exporting.held_about(person)["introduction"]))
    with sqlite_app.test_request_context():
        found = {part.name: part for part in exporting.parts(person)}
    assert [*found] == [name for name in labels.TITLES if name in found]
    assert found["person"].rows[0].title == f"Record {person.shown_reference}"
    assert found["introduction"].rows[0].title.startswith(loop.service.name)
    assert f"{one['reference'][:4]}-{one['reference'][4:]}" in found["introduction"].rows[0].title
    assert all(row.title.endswith(f": {loop.service.name}") for row in found["introduction_event"].rows)
    steps = [dict(row.pairs)["What was done"] for row in found["introduction_event"].rows]
    assert steps[0] == "Began to write the referral" and steps[-1] == "Noted how the support ended"
    assert dict(found["audit_entry"].rows[0].pairs)["What was done"] == "Made the record"


def test_the_file_keeps_what_the_page_says_in_words(loop: World) -> None:
    held = json.loads(exporting.as_json(_of_a_life(loop).person))["held"]
    assert held["introduction"][0]["state"] == "completed" and "clock_step" in held["introduction"][0]
    assert held["consent"][0]["scopes"][0] == "demographics"


class _Told(HTMLParser):
    """Labels, words and all text of a page, without its links to itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.labels: list[str] = []
        self.words: list[str] = []
        self.everything: list[str] = []
        self._in = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._in = self._in if (self._in, tag) == ("dt", "strong") else tag

    def handle_endtag(self, _tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        self.everything.append(data)
        kept = {"dt": self.labels, "dd": self.words}.get(self._in)
        if kept is not None:
            kept.append(data)


def _read(loop: World, app: Flask) -> _Told:
    with app.test_request_context():
        return _Told(exporting.as_page(loop.person))


def _of_a_life(loop: World) -> World:
    """A record with a bit of most, written as the portal writes it."""
    person = loop.person
    goal = Goal(person_id=person.id, words="To walk by the canal", result="partly", result_at=clock.now())
    db.session.add(goal)
    db.session.flush()
    db.session.refresh(person)
    one = loop.introduction("completed")
    person.access = {"language": "gu", "formats": ["large-print"], "getting_in": ["step_free"], "interpreter": True}
    person.details = {"gender": "female", "lives_alone": "yes", "lone_visit": "not-at-home", "housing": "224226001"}
    person.no_nhs_number_reason, person.age_group = "prefers-not", "65-over"
    one.referral.safety_prompt = {"kinds": ["mental_health"], "choice": "sent"}
    one.referral.told = {
        "agreement": {"how": "before", "scopes": ["needs"]},
        "contact": {"ways": ["through-me"]},
        "who": "carer",
        "wait": "yes",
        "agreed": "spoken",
        "voicemail": "no",
        "birth_date": "1964-03-27",
    }
    one.own_answers = [{"question": "To walk by the canal", "answer": "Each day"}]
    score = {"total": None, "parts": {"satisfied": {"value": 7.0, "band": "high", "missing": []}}}
    db.session.add_all(
        [
            PersonContact(person_id=person.id, at=clock.now(), mode="e-mail", outcome="message-left", introduction_id=one.id),
            PersonFlag(person_id=person.id, area="leicester", why="They need more than I can do"),
            messages.Message(introduction_id=one.id, words="Thank you", side="group", kind="answer"),
            SafetyConcern(
                reference="K7PH4MWX", organization_id=loop.team.id, person_id=person.id, words="x", codes=["417430008"]
            ),
            KeptAnswers(
                purpose="refer", person_id=person.id, expires_at=clock.now(),
                answers={"told": {"who": "me", "needs": ["loneliness"]}, "done": ["who", "named"]},
            ),
            DocumentDispatch(
                introduction_id=one.id, person_id=person.id, transport="mesh", state="acknowledged",
                reason="mesh-acknowledged", content={"html": "<p>Finished</p>", "fhir": {"id": "x"}, "locale": "en"},
            ),
            MeasureResult(
                person_id=person.id, instrument="ons4", point="before", answers={"satisfied": "10"}, score=score,
                licence="free", completed_by="together", form_key="m" * 30,
            ),
        ]
    )  # fmt: skip
    db.session.commit()
    audit.record_now("person.read", ("person", person.id), by=loop.worker, details={"what": "contact"})
    audit.record_now(
        "person.changed", ("person", person.id), by=loop.worker, details={"part": "identity", "columns": ["given_name"]}
    )
    db.session.commit()
    return loop


def test_how_something_stood_before_is_told_in_words_without_ids(sqlite_app: Flask) -> None:
    before = {
        "what": "Take a heater round", "owner_id": "0192f0c1-0000-7000-8000-000000000001", "owner_kind": "housing",
        "due_on": "2026-12-04", "until": "2026-12-01T09:00:00+00:00",
    }  # fmt: skip
    told = dict(telling.row_of("huddle_action", {"stood": [before]}, {}).pairs)["How it stood before"]
    assert "Take a heater round" in told and "Housing adviser" in told and "4 December 2026" in told
    assert "0192f0c1" not in told and "Until: 1 December 2026, 9am" in told
