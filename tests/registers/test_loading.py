import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.core.extensions import db
from portal.registers.cli import registers
from portal.registers.models import RegisterEntry, RegisterLoad
from portal.registers.queries import entry
from tests.registers.extracts import COMPANY, NORTHERN, SCOTLAND, SOCIETY, as_csv, as_json, england

Load = Callable[..., Result]


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    """Loads bytes as an extract of a register."""
    return _loading(app, tmp_path)


@pytest.fixture
def load_sqlite(sqlite_app: Flask, tmp_path: Path) -> Load:
    return _loading(sqlite_app, tmp_path)


def _loading(app: Flask, tmp_path: Path) -> Load:
    def call(held: bytes, register: str = "charity-england-wales", *options: str, name: str = "extract.json") -> Result:
        path = tmp_path / name
        path.write_bytes(held)
        db.session.rollback()
        done = CliRunner().invoke(registers, ["load", str(path), "--register", register, *options], obj=app)
        db.session.expire_all()
        return done

    return call


def test_facts_of_a_charity_are_taken_from_the_extract(load: Load) -> None:
    done = load(as_json(england(), england(linked_charity_number=2, charity_name="Larkfield Walks")))
    assert done.exit_code == 0, done.output
    assert "2 bodies of Charity Commission for England and Wales taken" in done.stdout
    found = entry("GB-CHC", "9900001")
    assert found is not None and not found.is_removed
    assert (found.name, found.postcode, found.email) == (
        "THE LARKFIELD CIRCLE", "LE2 0QB", "hello@larkfield.example.org",
    )  # fmt: skip
    assert found.address == ["Larkfield Hall", "1 Larkfield Road", "Leicester"]
    assert found.activities == "Tea, talk and walks for people who feel alone."
    assert entry("GB-CHC", "9900001-2") is not None


@pytest.mark.parametrize(
    ("register", "held", "scheme", "number", "name", "postcode"),
    [
        ("charity-scotland", SCOTLAND, "GB-SC", "SC099001", "Lochside Lunch Club", "EH99 1AA"),
        ("charity-northern-ireland", NORTHERN, "GB-NIC", "NI199001", "Glenbrook Men's Shed", "BT99 1AA"),
        ("companies-house", COMPANY, "GB-COH", "09900002", "PAINT POT STUDIO C.I.C.", "LE1 1AA"),
        ("mutuals", SOCIETY, "GB-MPR", "RS009901", "Saffron Brook Growers Limited", "LE2 6AA"),
    ],
)
def test_every_register_is_read_in_its_own_columns(
    load_sqlite: Load, register: str, held: dict[str, Any], scheme: str, number: str, name: str, postcode: str
) -> None:
    done = load_sqlite(as_csv(held), register, name="extract.csv")
    assert done.exit_code == 0, done.output
    found = entry(scheme, number)
    assert found is not None
    assert (found.name, found.postcode, found.is_removed) == (name, postcode, False)
    assert found.address and postcode not in found.address


def test_a_day_of_removal_and_a_word_of_it_both_count(load_sqlite: Load) -> None:
    load_sqlite(
        as_json(
            england(date_of_removal="2025-02-03T00:00:00", charity_registration_status="Removed"),
            england(registered_charity_number=9900002, charity_registration_status="Removed"),
        )
    )
    first, second = entry("GB-CHC", "9900001"), entry("GB-CHC", "9900002")
    assert first is not None and first.is_removed and first.removed_on == date(2025, 2, 3)
    assert second is not None and second.is_removed and second.removed_on is None
    load_sqlite(as_csv(SCOTLAND | {"Charity Status": "Removed", "Ceased Date": "01/02/2024 00:00"}), "charity-scotland")
    ceased = entry("GB-SC", "SC099001")
    assert ceased is not None and ceased.removed_on == date(2024, 2, 1)


def test_who_is_in_the_extract_no_more_is_marked_and_unmarked_when_back(load: Load) -> None:
    both = england(), england(registered_charity_number=9900002, charity_name="Second")
    load(as_json(*both))
    assert "1 are in the register no more." in load(as_json(both[0])).stdout
    gone = entry("GB-CHC", "9900002")
    assert gone is not None and gone.is_removed and gone.gone_at is not None
    load(as_json(*both))
    back = entry("GB-CHC", "9900002")
    assert back is not None and not back.is_removed and back.gone_at is None
    assert db.session.query(RegisterEntry).count() == 2
    assert db.session.query(RegisterLoad).count() == 3


def test_a_part_marks_nobody(load_sqlite: Load) -> None:
    load_sqlite(as_json(england(), england(registered_charity_number=9900002)))
    load_sqlite(as_json(england()), "charity-england-wales", "--part")
    assert db.session.query(RegisterEntry).filter_by(is_removed=True).count() == 0


def test_a_file_that_lacks_too_much_is_not_believed(load_sqlite: Load) -> None:
    load_sqlite(as_json(*(england(registered_charity_number=9900000 + one) for one in range(60))))
    done = load_sqlite(as_json(england()))
    assert done.exit_code == 1
    assert "59 bodies that stood in the register are not in this file" in done.stderr
    assert db.session.query(RegisterEntry).filter_by(is_removed=True).count() == 0
    assert load_sqlite(as_json(england()), "charity-england-wales", "--whole").exit_code == 0
    assert db.session.query(RegisterEntry).filter_by(is_removed=True).count() == 59


def test_bodies_elsewhere_can_be_left_out_but_for_those_already_here(load_sqlite: Load) -> None:
    far = england(registered_charity_number=9900002, charity_contact_postcode="NE1 1AA")
    done = load_sqlite(as_json(england(), far), "charity-england-wales", "--postcodes", "LE, KT17")
    assert "1 elsewhere left out." in done.stdout
    moved = england(charity_contact_postcode="NE1 1AA", charity_name="Moved")
    load_sqlite(as_json(moved, far), "charity-england-wales", "--postcodes", "LE")
    found = entry("GB-CHC", "9900001")
    assert found is not None and found.name == "Moved" and not found.is_removed


def test_packed_and_tabbed_files_are_read(load_sqlite: Load, tmp_path: Path) -> None:
    assert load_sqlite(gzip.compress(as_json(england())), name="extract.json.gz").exit_code == 0
    tabbed = as_csv(england(charity_activities='Tea "and" talk'), delimiter="\t").replace(b'"', b"")
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("publicextract.charity.txt", b"\xef\xbb\xbf" + tabbed)
    done = load_sqlite((tmp_path / "made.zip").read_bytes(), name="extract.zip")
    assert done.exit_code == 0 and "1 bodies" in done.stdout


def test_rows_that_cannot_be_used_are_counted(load_sqlite: Load) -> None:
    rows = england(), england(charity_name=" "), england(registered_charity_number="twelve"), ["no record"]
    done = load_sqlite(as_json(*rows), "charity-england-wales", "--json")  # type: ignore[arg-type]
    told = json.loads(done.stdout)
    assert told["taken"] == 1
    assert sum(told["refused"].values()) == 3


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (b"", "is empty"),
        ("charity_name\n".encode("utf-16"), "is not in UTF-8"),
        (b'[{"charity_name": ', "is no JSON"),
        (b"name,number\nA,1\n", "it has no column"),
        (b"PK\x03\x04broken", "cannot be unpacked"),
        (gzip.compress(as_json(england()))[:-20], "ends too early"),
        (b'[{"a": "' + b"x" * 1_400_000 + b'"}]', "is longer than"),
    ],
)
def test_what_is_no_extract_is_refused_with_a_sentence(load_sqlite: Load, held: bytes, why: str) -> None:
    done = load_sqlite(held)
    assert done.exit_code == 1
    assert why in done.stderr
    assert db.session.query(RegisterEntry).count() == 0


def test_a_line_without_end_and_foreign_letters_cost_one_row(load_sqlite: Load) -> None:
    lines = as_csv(COMPANY, COMPANY | {" CompanyNumber": "09900003", "CompanyName": "CAFÉ"}).splitlines()
    held = b"\n".join([*lines[:2], b"x" * 300_000, lines[2].decode().encode("cp1252")]) + b"\n"
    done = load_sqlite(held, "companies-house", name="extract.csv")
    assert "2 bodies" in done.stdout and "1 refused" in done.stdout
    found = entry("GB-COH", "09900003")
    assert found is not None and found.name == "CAFÉ"
