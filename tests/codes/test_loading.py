"""Loading code lists from files, right and wrong."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.codes import actions, fhir, files
from portal.codes.cli import codes
from portal.codes.models import CodeEntry, CodeList
from portal.codes.queries import choices, is_offered, label, standing
from portal.core.audit import AuditEntry
from portal.core.extensions import db

Load = Callable[..., Result]
SYSTEM = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland"
MADE_UP = "code,label\nP,Purple\nG,Green\nB,Blue\n"
"""No category of anybody's: a list of the nation is never copied here."""
CONCERNS = """code,term
417430008,Vulnerable adult
248054003,Self-neglect
766561000000109,Adult safeguarding concern
1054321000000100,Wrong
1076171000000100,Wrong as well
"""


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    """Loads text or bytes as a file."""
    return _loading(app, tmp_path)


@pytest.fixture
def load_sqlite(sqlite_app: Flask, tmp_path: Path) -> Load:
    return _loading(sqlite_app, tmp_path)


def _loading(app: Flask, tmp_path: Path) -> Load:
    def call(held: str | bytes, *options: str, name: str = "file.csv") -> Result:
        path = tmp_path / name
        path.write_bytes(held.encode() if isinstance(held, str) else held)
        db.session.rollback()
        done = CliRunner().invoke(codes, ["load", str(path), *options], obj=app)
        db.session.expire_all()
        return done

    return call


def _json(done: Result) -> dict[str, Any]:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def _categories(load: Load, held: str, *options: str, **named: Any) -> dict[str, Any]:
    return _json(load(held, "--list", "ethnic-category", "--json", *options, **named))


def _nothing_held() -> bool:
    return db.session.scalars(select(CodeList)).all() == [] and db.session.scalars(select(CodeEntry)).all() == []


def test_a_table_becomes_a_list_that_forms_offer_in_its_order(load: Load) -> None:
    told = _categories(load, MADE_UP, "--version", "2.0.0")
    assert told == {
        "list": "ethnic-category", "dry_run": False, "status": "confirmed", "taken": 3, "new": 3, "changed": 0, "same": 0,
        "gone": 0, "refused": [],
    }  # fmt: skip
    assert choices("ethnic-category") == [("P", "Purple"), ("G", "Green"), ("B", "Blue")]
    row = db.session.scalars(select(CodeList)).one()
    assert (row.name, row.system, row.version, row.status) == ("ethnic-category", SYSTEM, "2.0.0", "confirmed")
    assert row.title == "Ethnic categories" and "HL7 UK" in row.licence
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "codes.loaded")).one()
    assert (entry.subject_id, entry.actor_kind, entry.details["new"]) == ("ethnic-category", "operator", 3)


def test_a_second_time_nothing_changes_and_a_newer_file_takes_its_place(load: Load) -> None:
    _categories(load, MADE_UP)
    again = _categories(load, MADE_UP)
    assert (again["new"], again["changed"], again["same"], again["gone"]) == (0, 0, 3, 0)
    newer = _categories(load, "code,label\nP,Deep purple\nG,Green\nR,Red\n")
    assert (newer["new"], newer["changed"], newer["same"], newer["gone"]) == (1, 1, 1, 1)
    assert choices("ethnic-category") == [("P", "Deep purple"), ("G", "Green"), ("R", "Red")]
    assert not is_offered("ethnic-category", "B") and label("ethnic-category", "B") == "Blue"
    back = _categories(load, MADE_UP)
    assert back["gone"] == 1 and is_offered("ethnic-category", "B")


def test_a_dry_run_tells_the_same_and_changes_nothing(load: Load) -> None:
    told = _categories(load, MADE_UP, "--dry-run")
    assert told["dry_run"] and told["new"] == 3 and _nothing_held()
    said = load(MADE_UP, "--list", "ethnic-category", "--dry-run").output
    assert "3 codes would be taken (3 new, 0 changed, 0 as before)" in said and _nothing_held()


def test_ids_with_wrong_check_digits_are_told_row_by_row_and_left_out(load: Load) -> None:
    told = _json(load(CONCERNS, "--list", "safeguarding-concern", "--json"))
    assert told["taken"] == 3
    assert told["refused"] == [
        {"row": 4, "code": "1054321000000100", "why": "its check digit is wrong"},
        {"row": 5, "code": "1076171000000100", "why": "its check digit is wrong"},
    ]
    assert [code for code, _words in choices("safeguarding-concern")] == ["417430008", "248054003", "766561000000109"]
    said = load(CONCERNS, "--list", "safeguarding-concern").output
    assert "Row 5 refused, 1076171000000100: its check digit is wrong." in said


def test_a_file_whose_rows_are_mostly_wrong_is_not_believed(load: Load) -> None:
    done = load("code,term\n417430008,Right\n1054321000000100,Wrong\n12,Wrong\n", "--list", "safeguarding-concern")
    assert done.exit_code == 1 and _nothing_held()
    assert "2 of 3 rows cannot be taken, so nothing was. The first is row 2: its check digit is wrong." in done.stderr


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",Purple", "it has no code"),
        ("P Q,Purple", "a code has at most 40 letters and digits, and no spaces"),
        ("<b>,Purple", "a code has at most 40 letters and digits, and no spaces"),
        ("Р,Purple", "a code has at most 40 letters and digits, and no spaces"),
        ("P" * 41 + ",Purple", "a code has at most 40 letters and digits, and no spaces"),
        ("P,", "it has no words"),
        ("P,\u200b", "it has no words"),
        ("P," + "x" * 301, "its words are longer than 300 letters"),
        ("P,Purple,perhaps", "“active” is neither yes nor no"),
        ("P,Purple,yes,first", "“sort” is no whole number"),
        ("P,Purple,yes,1,Z", "its parent is not in the file"),
        ("G,Green again", "it stands in the file already"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(load_sqlite: Load, row: str, why: str) -> None:
    held = f"code,label,active,sort,parent\nG,Green,,,\nB,Blue,,,\n{row}\n"
    assert [(one["row"], one["why"]) for one in _categories(load_sqlite, held)["refused"]] == [(3, why)]
    assert [code for code, _words in choices("ethnic-category")] == ["G", "B"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("7.66561E+14", "a spreadsheet has shortened the number"),
        ("12345", "an id of SNOMED CT has 6 to 18 digits"),
        ("75173013", "it is the id of a description or a relationship, not of a concept"),
    ],
)
def test_what_is_wrong_with_an_id_of_snomed_is_said(load_sqlite: Load, code: str, why: str) -> None:
    told = _json(load_sqlite(f"code,term\n{code},Wrong\n417430008,Right\n", "--list", "needs", "--json"))
    assert [one["why"] for one in told["refused"]] == [told["refused"][0]["why"]]
    assert told["refused"][0]["why"].startswith(why)


@pytest.mark.parametrize(
    "held",
    [
        "conceptId\tterm\n417430008\tVulnerable adult\n",
        "\ufeffSNOMED code;Preferred term\r\n417430008;Vulnerable adult\r\n\r\n",
        'term,extra,code\n"Vulnerable adult",x,417430008\n',
    ],
    ids=["tabs", "semicolons", "other columns"],
)
def test_tables_of_several_makers_are_read(load_sqlite: Load, held: str) -> None:
    assert _json(load_sqlite(held, "--list", "needs", "--json"))["taken"] == 1
    assert choices("needs") == [("417430008", "Vulnerable adult")]


def test_what_is_not_active_is_kept_and_not_offered(load_sqlite: Load) -> None:
    _categories(load_sqlite, "code,label,active,sort,parent\nP,Purple,0,,\nG,Green,1,9,\nB,Blue,,2,G\n")
    assert choices("ethnic-category") == [("B", "Blue"), ("G", "Green")]
    assert label("ethnic-category", "P") == "Purple"
    assert db.session.scalar(select(CodeEntry.parent).where(CodeEntry.code == "B")) == "G"


def test_a_code_system_of_fhir_tells_itself_which_list_it_is(load: Load) -> None:
    held = {
        "resourceType": "CodeSystem", "url": SYSTEM, "name": "UKCoreX", "title": "X", "version": "3.1.0", "status": "active",
        "concept": [
            {"code": "C", "display": "Colours", "concept": [{"code": "P", "display": "Purple"}]},
            {"code": "G", "display": "Green"},
        ],
    }  # fmt: skip
    assert _json(load(json.dumps(held), "--json", name="file.json"))["list"] == "ethnic-category"
    assert choices("ethnic-category") == [("C", "Colours"), ("P", "Purple"), ("G", "Green")]
    assert db.session.scalars(select(CodeList.version)).one() == "3.1.0"
    assert db.session.scalar(select(CodeEntry.parent).where(CodeEntry.code == "P")) == "C"


def test_a_value_set_that_was_expanded_is_read_and_codes_of_other_systems_refused(load_sqlite: Load) -> None:
    snomed = "http://snomed.info/sct"
    below = {"system": snomed, "code": "248054003", "display": "Self-neglect"}
    contains = [
        {"system": snomed, "code": "417430008", "display": "Vulnerable adult"},
        {"system": snomed, "abstract": True, "display": "All", "contains": [below]},
        {"system": snomed, "code": "707087005", "display": "At risk", "inactive": True},
        {"system": "http://loinc.org", "code": "224226001", "display": "Elsewhere"},
    ]  # fmt: skip
    held = {"resourceType": "ValueSet", "status": "active", "expansion": {"contains": contains}}
    told = _json(load_sqlite(json.dumps(held), "--list", "needs", "--json", name="file.json"))
    assert [one["why"] for one in told["refused"]] == ["it is a code of http://loinc.org"]
    assert [code for code, _words in choices("needs")] == ["417430008", "248054003"]


def test_a_value_set_that_lists_its_codes_is_read(load_sqlite: Load) -> None:
    include = [{"system": "http://snomed.info/sct", "concept": [{"code": "417430008", "display": "Vulnerable adult"}]}]
    held = {"resourceType": "ValueSet", "compose": {"include": include}}
    assert _json(load_sqlite(json.dumps(held), "--list", "needs", "--json"))["taken"] == 1


def test_a_code_system_is_read_as_xml_too(load: Load) -> None:
    held = f"""<?xml version="1.0" encoding="UTF-8"?>
    <CodeSystem xmlns="http://hl7.org/fhir"><url value="{SYSTEM}"/><version value="2"/><status value="active"/>
      <contact><name value="HL7 UK"/><telecom><system value="email"/></telecom></contact>
      <concept><code value="P"/><display value="Purple"/><concept><code value="L"/><display value="Lilac"/></concept></concept>
    </CodeSystem>"""
    assert _json(load(held, "--json", name="file.xml"))["list"] == "ethnic-category"
    assert choices("ethnic-category") == [("P", "Purple"), ("L", "Lilac")]
    assert db.session.scalar(select(CodeEntry.parent).where(CodeEntry.code == "L")) == "P"


@pytest.mark.needs_shared
@pytest.mark.parametrize(
    ("file", "list_name", "count"),
    [
        ("CodeSystem-UKCore-EthnicCategoryEngland", "ethnic-category", None),
        ("CodeSystem-UKCore-PreferredContactMethod", "contact-method", 9),
        ("CodeSystem-UKCore-PreferredWrittenCommunicationFormat", "written-format", 3),
        ("CodeSystem-UKCore-ServiceRequestMethod", "referral-method", 7),
        ("CodeSystem-UKCore-NHSNumberUnavailableReason", "nhs-number-unavailable-reason", 3),
        ("CodeSystem-UKCore-NHSNumberVerificationStatusEngland", "nhs-number-status", 8),
        ("ValueSet-UKCore-SourceOfServiceRequest", "referral-source", None),
    ],
)
def test_lists_of_the_nation_are_read_as_they_are_published(
    load_sqlite: Load, shared: Path, file: str, list_name: str, count: int | None
) -> None:
    held = (shared / "standards" / "fhir" / "ukcore-conformance" / f"{file}.xml").read_bytes()
    named = ("--list", list_name) if file.startswith("ValueSet") else ()
    told = _json(load_sqlite(held, "--json", *named, name=f"{file}.xml"))
    assert told["list"] == list_name and told["refused"] == []
    assert told["taken"] == (count or told["taken"]) == len(choices(list_name)) > 2


def test_our_own_json_says_where_it_comes_from(load_sqlite: Load) -> None:
    held = {
        "name": "needs", "source": "NHS England, by letter", "licence": "As agreed", "version": "1",
        "entries": [{"code": 417430008, "label": "Vulnerable adult", "active": True}],
    }  # fmt: skip
    assert _json(load_sqlite(json.dumps(held), "--json"))["taken"] == 1
    row = db.session.scalars(select(CodeList)).one()
    assert (row.source, row.licence, row.version) == ("NHS England, by letter", "As agreed", "1")


def test_an_unconfirmed_list_is_kept_and_offered_nowhere_until_it_is_confirmed(load: Load) -> None:
    assert "no form offers it" in load(MADE_UP, "--list", "ethnic-category", "--unconfirmed").output
    assert choices("ethnic-category") == [] and label("ethnic-category", "P") == "Purple"
    told = {one.known.name: (one.state, one.offered) for one in standing()}
    assert told["ethnic-category"] == ("unconfirmed", 0)
    _categories(load, MADE_UP)
    assert len(choices("ethnic-category")) == 3
    done = load(MADE_UP, "--list", "ethnic-category", "--unconfirmed")
    assert done.exit_code == 1 and "An unconfirmed list cannot take its place." in done.stderr
    assert len(choices("ethnic-category")) == 3


def test_an_unconfirmed_list_leaves_what_is_shipped_in_use(load_sqlite: Load) -> None:
    load_sqlite("code,term\n32911000,Homeless\n", "--list", "housing", "--unconfirmed")
    assert len(choices("housing")) == 6
    load_sqlite("code,term\n32911000,Homeless\n", "--list", "housing")
    assert (
        choices("housing") == [("32911000", "Homeless")] and label("housing", "864131000000100") == "Living in a refuge"
    )


def test_a_draft_of_fhir_is_unconfirmed(load_sqlite: Load) -> None:
    held = {
        "resourceType": "CodeSystem",
        "url": SYSTEM,
        "status": "draft",
        "concept": [{"code": "G", "display": "Green"}],
    }
    assert _json(load_sqlite(json.dumps(held), "--json"))["status"] == "unconfirmed"


OF_ANOTHER = {
    "resourceType": "CodeSystem", "url": "https://example.org/x", "concept": [{"code": "P", "display": "Purple"}],
}  # fmt: skip
OF_NO_STATUS = {"name": "needs", "status": "perhaps", "entries": [{"code": "417430008", "label": "Vulnerable adult"}]}


@pytest.mark.parametrize(
    ("held", "options", "told"),
    [
        (MADE_UP, (), "The file does not tell which list it is. Say --list with one of: safeguarding-concern,"),
        (MADE_UP, ("--list", "ethnicity"), "There is no list “ethnicity”."),
        (MADE_UP, ("--list", "ending-reason"), "The portal lives by the codes of “ending-reason”"),
        (json.dumps(OF_ANOTHER), ("--list", "ethnic-category"), "The file holds codes of https://example.org/x"),
        (json.dumps(OF_NO_STATUS), (), "A list is confirmed or unconfirmed, not “perhaps”."),
    ],
)
def test_a_file_for_no_list_or_another_is_refused(
    load_sqlite: Load, held: str, options: tuple[str, ...], told: str
) -> None:
    done = load_sqlite(held, *options)
    assert done.exit_code == 1 and told in done.stderr and _nothing_held()


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ("", "has no column “code”"),
        ("code,label\n", "holds no codes"),
        ("code\nP\n", "has no column “label”"),
        ("code,label\nP,\xfcber".encode("latin-1"), "is not written in UTF-8"),
        ("code,label\nP,Purple".encode("utf-16"), "is not written in UTF-8"),
        ('code,label\nP,"Purple', "is broken"),
        ("code,label\n" + "P," + "x" * 200_000, "longer than 300 letters"),
        ("{", "is no JSON that can be read"),
        ("[" * 100_000, "is no JSON that can be read"),
        ("[1, 2]", "rows cannot be taken"),
        ('{"entries": {"code": "P"}}', "is no JSON that can be read"),
        ('{"resourceType": ["CodeSystem"]}', "is neither a CodeSystem nor a ValueSet"),
        ("<html>", "is no XML that can be read"),
        ("<CodeSystem/>", "holds no codes"),
        ("<Patient/>", "is neither a CodeSystem nor a ValueSet"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><CodeSystem>&b;</CodeSystem>", "is no XML that can be read"),
        ("<!DOCTYPE a SYSTEM 'http://127.0.0.1/a'><CodeSystem/>", "is no XML that can be read"),
        ("<a>" * 5_000 + "</a>" * 5_000, "is no XML that can be read"),
        ('{"resourceType": "Patient"}', "is neither a CodeSystem nor a ValueSet"),
        ('{"resourceType": "CodeSystem", "concept": "P"}', "holds no codes"),
        ('{"resourceType": "ValueSet", "compose": {"include": ["P", {"concept": 1}]}}', "holds no codes"),
        ('[{"code": 1e999, "label": ["P"]}]', "rows cannot be taken"),
        ("[" + "9" * 5_000 + "]", "is no JSON that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(load_sqlite: Load, held: str | bytes, told: str) -> None:
    done = load_sqlite(held, "--list", "ethnic-category")
    assert done.exit_code == 1 and told in done.stderr and "Traceback" not in done.output and _nothing_held()


def test_concepts_within_concepts_without_end_are_refused(load_sqlite: Load) -> None:
    concept: dict[str, Any] = {"code": "P", "display": "Purple"}
    for number in range(fhir.MOST_DEPTH + 2):
        concept = {"code": f"P{number}", "display": "Purple", "concept": [concept]}
    held = {"resourceType": "CodeSystem", "url": SYSTEM, "concept": [concept]}
    assert "is no JSON that can be read" in load_sqlite(json.dumps(held)).stderr


def test_a_file_that_is_too_large_or_too_long_is_refused(load_sqlite: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    assert "holds more than 2 codes" in load_sqlite(MADE_UP, "--list", "ethnic-category").stderr
    monkeypatch.setattr(files, "LARGEST", 10)
    assert "is larger than" in load_sqlite(MADE_UP, "--list", "ethnic-category").stderr
    assert _nothing_held()


def test_what_is_no_file_is_refused(sqlite_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    done = CliRunner().invoke(codes, ["load", str(path), "--list", "needs"], obj=sqlite_app)
    assert done.exit_code == 1 and "is no file" in done.stderr


KEYS = ["resourceType", "entries", "concept", "code", "display", "compose", "include", "expansion", "contains"]
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from(["CodeSystem", "ValueSet"])
    | st.text(max_size=5)
    | st.floats()
    | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text() | st.text("code,label;\t\n\"P'{}[]:1", max_size=60) | DOCUMENTS.map(json.dumps))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path: Path, held: str) -> None:
    path = tmp_path / "any"
    path.write_text(held, encoding="utf-8", errors="replace")
    try:
        assert files.read(path).rows
    except files.UnreadableFile as problem:
        assert str(problem).endswith(".")


def test_the_lists_are_told_in_words_and_as_json(load_sqlite: Load, sqlite_app: Flask) -> None:
    load_sqlite(MADE_UP, "--list", "ethnic-category", "--version", "3")
    told = json.loads(CliRunner().invoke(codes, ["list", "--json"], obj=sqlite_app).stdout)
    found = {one["name"]: one for one in told}
    assert (found["ethnic-category"]["state"], found["ethnic-category"]["offered"]) == ("loaded", 3)
    assert found["ethnic-category"]["version"] == "3" and found["needs"]["state"] == "empty"
    said = CliRunner().invoke(codes, ["list"], obj=sqlite_app).stdout
    assert "ethnic-category                 loaded             3  Ethnic categories" in said


def test_a_load_that_breaks_half_way_leaves_the_list_as_it_was(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    _categories(load, MADE_UP)

    def broken(*_given: object, **_named: object) -> None:
        db.session.flush()
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(actions.audit, "record", broken)
        assert load("code,label\nR,Red\n", "--list", "ethnic-category").exit_code == 1
    assert [code for code, _words in choices("ethnic-category")] == ["P", "G", "B"]
    assert _categories(load, MADE_UP)["same"] == 3
