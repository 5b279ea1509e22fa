"""Moving house: an export into an empty instance with `--as-here` says the same, to the byte, also who confirmed what."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from portal.core import audit, clock
from portal.core.extensions import db
from portal.directory.models import Contact, Service, Source, SourceRecord
from portal.exporting.actions import export_services
from portal.exporting.formats import FORMATS
from portal.importing.cli import import_command
from tests.exporting.roundtrip import documents
from tests.exporting.test_ids import lost_between
from tests.exporting.test_roundtrip import WHERE, fill_demo, fill_rich, fresh_instance
from tests.factories import MONDAY, Make


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.freeze(MONDAY + timedelta(hours=10)):
        yield


def move_in(app: Flask, path: Path, *options: str) -> Any:
    return CliRunner().invoke(import_command, [str(path), "--as-here", *options], obj=app)


def whole() -> list[Any]:
    """Every document as it leaves, records in order of their ids; nothing is left aside."""
    found: list[Any] = _in_order(list(documents()))
    return found


def _in_order(value: Any) -> Any:
    if isinstance(value, list):
        told = [_in_order(one) for one in value]
        return sorted(told, key=lambda one: one["id"]) if told and isinstance(told[0], dict) else told
    return {name: _in_order(one) for name, one in sorted(value.items())} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("fill", [fill_rich, fill_demo])
def test_every_byte_is_the_same_in_the_new_house(
    sqlite_app: Flask, make: Make, tmp_path: Path, name: str, fill: Callable[[Make], None]
) -> None:
    fill(make)
    before = whole()
    export_services(tmp_path, name)
    fresh_instance()
    done = move_in(sqlite_app, tmp_path / WHERE[name], "--format", name)
    assert done.exit_code == 0, done.output
    after = whole()
    assert lost_between(before, after) == []
    assert json.dumps(before) == json.dumps(after)
    assert any("assured_date" in one for one in after)


def test_an_instance_with_listings_is_no_new_house(app: Flask, make: Make, tmp_path: Path) -> None:
    fill_rich(make)
    export_services(tmp_path, "oruk")
    fresh_instance()
    make.service("Already here")
    refused = move_in(app, tmp_path / "services.json")
    assert refused.exit_code == 1 and "--as-here is for an empty instance" in refused.output
    assert db.session.scalar(select(func.count()).select_from(Service)) == 1


def test_only_what_a_portal_like_this_one_wrote_moves_in(app: Flask, make: Make, tmp_path: Path) -> None:
    fill_rich(make)
    told = list(documents())
    fresh_instance()
    for one in told[1:]:
        del one["hereabouts"]
    (tmp_path / "mixed.json").write_text(json.dumps({"contents": told}), encoding="utf-8")
    done = move_in(app, tmp_path / "mixed.json")
    assert f"1 new, 0 changed, 0 same, {len(told) - 1} refused." in done.output
    assert "no portal like this one wrote it" in done.output


def test_it_stands_as_it_stood_with_its_sources_and_nothing_else(app: Flask, make: Make, tmp_path: Path) -> None:
    fill_rich(make)
    export_services(tmp_path, "oruk")
    fresh_instance()
    assert move_in(app, tmp_path / "services.json").exit_code == 0
    (record,) = db.session.scalars(select(SourceRecord))
    assert (record.source.name, record.external_id, record.source.licence) == (
        "Vale Directory", "v-44", "Open Government Licence 3.0",
    )  # fmt: skip
    assert [one.name for one in db.session.scalars(select(Source))] == ["Vale Directory"]
    tea = db.session.scalars(select(Service).where(Service.name == "=Tea + talk")).one()
    assert (str(tea.assured_date), tea.assured_by, tea.assured_how) == ("2026-11-01", "group", "email")
    entries = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "listings.moved_in")).all()
    assert [(one.actor_kind, one.details) for one in entries] == [("operator", {"listings": 5})]


def test_without_asking_nothing_is_confirmed(app: Flask, make: Make, tmp_path: Path) -> None:
    fill_rich(make)
    export_services(tmp_path, "oruk")
    fresh_instance()
    done = CliRunner().invoke(import_command, [str(tmp_path / "services.json")], obj=app)
    assert done.exit_code == 0
    columns = (Service.assured_date, Service.assured_by, Service.assured_how, Service.assurer_email)
    assert {tuple(row) for row in db.session.execute(select(*columns))} == {(None, None, None, None)}
    assert {one.source.name for one in db.session.scalars(select(SourceRecord))} == {"services"}


def test_agreements_stay_in_the_old_house(app: Flask, make: Make, tmp_path: Path) -> None:
    fill_rich(make)
    for contact in db.session.scalars(select(Contact)):
        contact.name_agreed_at = clock.now()
    db.session.commit()
    export_services(tmp_path, "oruk")
    assert "Ann Lark" in (tmp_path / "services.json").read_text(encoding="utf-8")
    fresh_instance()
    assert move_in(app, tmp_path / "services.json").exit_code == 0
    assert "Ann Lark" not in json.dumps(list(documents()))
    assert set(db.session.scalars(select(Contact.name_agreed_at))) == {None}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"assured_date": "2036-01-01"}, {"assured_date": None}),
        ({"assured_date": "31 February"}, {"assured_date": None}),
        ({"assured_date": ["2026-01-01"]}, {"assured_date": None}),
        ({"assurer_email": "nobody"}, {"assurer_email": None}),
        (
            {"hereabouts": {"assured_by": "<script>", "assured_how": "x" * 500}},
            {"assured_by": None, "assured_how": None},
        ),
        ({"hereabouts": {"provenance": {"source": "A"}}}, {}),
        ({"hereabouts": {"provenance": {"source": "A", "id": "1", "copied_at": "never"}}}, {}),
        ({"last_modified": "2099-01-01T00:00:00Z"}, {}),
    ],
)
def test_what_never_was_does_not_move_in(
    sqlite_app: Flask, make: Make, tmp_path: Path, told: dict[str, Any], expected: dict[str, Any]
) -> None:
    fill_rich(make)
    document = next(one for one in documents() if one["name"] == "Bare")
    fresh_instance()
    (tmp_path / "one.json").write_text(json.dumps({"contents": [document | told]}), encoding="utf-8")
    done = move_in(sqlite_app, tmp_path / "one.json")
    assert done.exit_code == 0, done.output
    (service,) = db.session.scalars(select(Service))
    assert {name: getattr(service, name) for name in expected} == expected
    assert service.last_modified <= clock.now()


@pytest.mark.parametrize("options", [["--source", "A"], ["--mapping", "a.toml"]])
def test_wrong_use_exits_with_2(sqlite_app: Flask, tmp_path: Path, options: list[str]) -> None:
    assert move_in(sqlite_app, tmp_path / "services.json", *options).exit_code == 2
    address = CliRunner().invoke(import_command, ["https://feed.example.org/", "--as-here"], obj=sqlite_app)
    assert address.exit_code == 2
