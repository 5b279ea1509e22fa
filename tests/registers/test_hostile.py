"""Extracts that are made, or happen, to break what reads them: refused with a sentence, and nobody is flagged by them."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.registers import loading, numbers, reading
from portal.registers.cli import registers
from portal.registers.formats import REGISTERS, told
from portal.registers.loading import Choice, Loaded
from portal.registers.models import RegisterEntry
from portal.registers.queries import entry
from tests.factories import MONDAY
from tests.registers.extracts import COMPANY, as_csv, as_json, england

Load = Callable[..., Result]
CHARITIES = "charity-england-wales"


@pytest.fixture
def load(sqlite_app: Flask, tmp_path: Path) -> Load:
    """Loads bytes as an extract of a register."""

    def call(held: bytes, *options: str, register: str = CHARITIES) -> Result:
        path = tmp_path / "extract"
        path.write_bytes(held)
        db.session.rollback()
        done = CliRunner().invoke(registers, ["load", str(path), "--register", register, *options], obj=sqlite_app)
        db.session.expire_all()
        return done

    return call


def _many(count: int, **changed: Any) -> bytes:
    return as_json(*(england(registered_charity_number=9_900_000 + one, **changed) for one in range(count)))


def _removed() -> int:
    return db.session.query(RegisterEntry).filter_by(is_removed=True).count()


def _zip(held: bytes, how: int = zipfile.ZIP_DEFLATED, name: str = "extract.json") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        archive.writestr(name, held)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (b'[{"a": ' + b"[" * 400_000 + b"]" * 400_000 + b"}]", "is no JSON"),
        (b"[" + b'{"a":' * 150_000, "is no JSON"),
        (b'[{"registered_charity_number": ' + b"9" * 5_000 + b"}]", "is no JSON"),
        (b'[{"a": 1e9999999999999999999999}]', "is no JSON"),
        (b'[{"a": "\xff\xfe"}]', "is no JSON"),
        (b'{"item": [{"a": 1}]}', "is no JSON"),
        (b"charity_name,registered\rcharity_number\nA,1\n", "holds no names of columns"),
        (_zip(as_json(england()), zipfile.ZIP_LZMA), "holds no table"),
        (_zip(as_json(england()), name="../../extract.exe"), "holds no table"),
        (_zip(as_csv(england()), name="a.csv").replace(b"\x14\x00", b"\xff\x00"), "cannot be unpacked"),
        (_zip(b"charity_name,registered_charity_number\n" + (b"x" * 9_999 + b"\n") * 6_000), "as a trap does"),
    ],
    ids=["lists", "records", "digits", "exponent", "letters", "object", "head", "lzma", "program", "version", "bomb"],
)
def test_a_file_that_is_made_to_break_its_reader_is_refused(load: Load, held: bytes, why: str) -> None:
    done = load(held)
    assert done.exit_code == 1 and why in done.stderr, done.output
    assert db.session.query(RegisterEntry).count() == 0


def test_a_pipe_is_no_file(sqlite_app: Flask, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "extract")
    with pytest.raises(reading.UnreadableExtract, match="is no file"), reading.opened(tmp_path / "extract"):
        pass


def test_what_is_nested_in_a_record_is_passed_over(load: Load) -> None:
    held = [england(trustees=[{"name": "Nobody", "charity_name": "Other"}], more={"charity_name": {"x": ["Other"]}})]
    assert load(b"\xef\xbb\xbf" + json.dumps([7, *held, ["list"]]).encode()).exit_code == 0
    found = entry("GB-CHC", "9900001")
    assert found is not None and found.name == "THE LARKFIELD CIRCLE"


def test_names_hold_nothing_unseen_and_no_other_digits_are_numbers(load: Load) -> None:
    rows = (
        england(charity_name="Lark\u202efield\u200b\x00 \u2066Circle", charity_contact_web="=cmd()"),
        england(registered_charity_number="٩٩٠٠٠٠٢"),
        england(registered_charity_number="9900003", charity_name="\u200b\u3164"),
    )
    done = load(as_json(*rows), "--json")
    assert json.loads(done.stdout)["taken"] == 1
    found = entry("GB-CHC", "9900001")
    assert found is not None and found.name == "Larkfield Circle"
    assert numbers.company("١٢٣٤٥٦٧٨") is None and numbers.society("١٢٣٤٥") is None


def test_a_file_that_calls_everybody_removed_is_not_believed(load: Load) -> None:
    load(_many(60))
    for options in ((), ("--part",), ("--whole",)):
        done = load(_many(60, charity_registration_status="Removed", date_of_removal="2026-11-01T00:00:00"), *options)
        assert done.exit_code == 1 and "60 bodies that stood in the register that they are removed" in done.stderr
        assert _removed() == 0
    found = entry("GB-CHC", "9900001")
    assert found is not None and (found.status, found.removed_on) == ("Registered", None)
    assert load(_many(60, charity_registration_status="Removed"), "--many-removed").exit_code == 0
    assert _removed() == 60


def test_a_few_that_left_are_marked_once_the_file_was_read_to_its_end(load: Load) -> None:
    load(_many(60))
    left = _many(3, charity_registration_status="Removed", date_of_removal="2026-11-01T00:00:00")
    assert load(left[:-1], "--part").exit_code == 1, "cut off"
    assert _removed() == 0
    assert load(left, "--part").exit_code == 0 and _removed() == 3
    found = entry("GB-CHC", "9900001")
    assert found is not None and found.status == "Removed" and found.removed_on is not None
    assert load(_many(60)).exit_code == 0 and _removed() == 0, "and back"


def test_a_file_of_strangers_does_not_hide_how_many_are_missing(load: Load) -> None:
    load(_many(60))
    others = as_json(*(england(registered_charity_number=8_000_000 + one) for one in range(1_000)))
    assert load(others).exit_code == 1 and _removed() == 0


def test_of_a_small_register_half_may_not_leave_at_once(load: Load) -> None:
    load(_many(12))
    assert load(_many(1)).exit_code == 1 and _removed() == 0
    assert load(_many(10)).exit_code == 0 and _removed() == 2


@pytest.mark.parametrize("closed", ["never", "in the same column", "in another column"])
def test_a_quotation_mark_in_the_wrong_place_removes_nobody(load: Load, closed: str) -> None:
    whole = as_csv(*(COMPANY | {" CompanyNumber": f"0990{number:04}"} for number in range(60)))
    assert load(whole, register="companies-house").exit_code == 0
    lines = whole.split(b"\r\n")
    lines[50] = b'"' + lines[50]
    if closed == "in the same column":
        lines[55] = b'"' + lines[55]
    elif closed == "in another column":
        lines[55] = lines[55].replace(b",LEICESTER", b',"LEICESTER"')
    done = load(b"\r\n".join(lines), register="companies-house")
    assert done.exit_code == 1 and "lines of it are broken" in done.stderr
    assert _removed() == 0


def test_two_loads_at_once_take_nobody_out_of_the_register(
    sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier one saves its last rows when the later one has read all of its own."""
    register, path = REGISTERS[CHARITIES], tmp_path / "extract"
    path.write_bytes(_many(4))
    rows = [told(register, england(registered_charity_number=9_900_000))]
    end = loading._end

    def ended(*given: Any) -> None:
        loading._put(register, rows, Choice(), MONDAY - timedelta(minutes=5), Loaded(register, "earlier"))
        end(*given)

    monkeypatch.setattr(loading, "_end", ended)
    with clock.freeze(MONDAY):
        assert loading.load(path, register, Choice()).gone == 0
    assert _removed() == 0


def test_a_clock_that_was_wrong_hides_nobody_who_leaves(load: Load) -> None:
    with clock.freeze(MONDAY + timedelta(days=400)):
        load(_many(12))
    with clock.freeze(MONDAY):
        assert load(_many(11)).exit_code == 0
    assert _removed() == 1
