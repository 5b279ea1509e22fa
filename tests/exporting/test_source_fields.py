"""What sources told and we have no place for goes out again only where an operator asks, and nothing of persons or places."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.exporting.cli import export_command
from portal.exporting.source_fields import OF_ORGANIZATION, OF_SERVICE
from portal.openreferral.tables import TABLES
from portal.openreferral.unmodelled import NOT_MODELLED
from tests.importing.nested import plain, take


def exported(app: Flask, path: Path, *options: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(export_command, [str(path), "--format", "oruk", *options], obj=app)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads((path / "services.json").read_text(encoding="utf-8"))["contents"]
    return found


def told() -> dict[str, Any]:
    service = plain(
        alternate_name="Talking Tea", wait_time=" 3  weeks ", licenses="<b>GP</b>", interpretation_services=7
    )
    service["contacts"] = [{"name": "Jane Smith", "email": "jane@ash.org.uk", "department": "Care"}]
    service["notes"] = "Ask for Jane"
    service["organization"] |= {
        "year_incorporated": 1999,
        "legal_status": "CIO",
        "tax_id": "123",
        "tax_status": "a@b.org",
    }
    service["service_at_locations"][0]["location"]["alternate_name"] = "The back door"
    return service


def test_nothing_goes_out_unasked(app: Flask, tmp_path: Path) -> None:
    take(told())
    ((document),) = exported(app, tmp_path)
    assert not {"alternate_name", "wait_time"} & set(document) and "year_incorporated" not in document["organization"]


def test_harmless_fields_go_out_where_they_are_asked_for(app: Flask, tmp_path: Path) -> None:
    take(told())
    ((document),) = exported(app, tmp_path, "--with-source-fields")
    assert (document["alternate_name"], document["wait_time"]) == ("Talking Tea", "3 weeks")
    assert document["organization"]["year_incorporated"] == 1999 and document["organization"]["legal_status"] == "CIO"
    assert list(document)[-1] == "hereabouts"
    text = json.dumps(document)
    for word in ("Jane", "jane@", "back door", "<b>", "a@b.org", "Care", '"123"'):
        assert word not in text, word


def test_words_of_a_private_address_are_taken_out_of_them(app: Flask, tmp_path: Path) -> None:
    service = told() | {"name": "Ash Refuge", "alternate_name": "The house at 1 High Street"}
    service["attributes"] = [{"taxonomy_term": {"name": "Women's refuge"}}]
    take(service)
    ((document),) = exported(app, tmp_path, "--with-source-fields")
    here = document["service_at_locations"][0]["location"]
    assert here["hereabouts"]["privacy"] == "area"
    assert "High Street" not in json.dumps(document)


def test_what_goes_out_is_on_the_list_of_what_is_not_modelled() -> None:
    for table, names in (("service", OF_SERVICE), ("organization", OF_ORGANIZATION)):
        assert {f"{table}.{name}" for name in names} <= set(NOT_MODELLED)
        assert not set(names) & set(TABLES[table].columns)


@pytest.mark.parametrize("name", ["hsds", "csv", "xlsx"])
def test_tables_have_no_place_for_them(sqlite_app: Flask, tmp_path: Path, name: str) -> None:
    refused = CliRunner().invoke(
        export_command, [str(tmp_path), "--format", name, "--with-source-fields"], obj=sqlite_app
    )
    assert refused.exit_code == 2 and "is for --format oruk" in refused.output
