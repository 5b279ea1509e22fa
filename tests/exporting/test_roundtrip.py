"""The heart of exports: what leaves and comes back elsewhere is the same, and says so when it leaves again."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo import actions as demo
from portal.directory.actions import ensure_needs
from portal.directory.models import Service
from portal.exporting.actions import export_services
from portal.exporting.formats import FORMATS
from portal.importing.actions import Origin, import_rows
from portal.importing.cli import import_command
from portal.importing.rows import Row
from portal.openreferral.flattening import Document
from tests.conftest import _empty
from tests.exporting.roundtrip import documents, lost
from tests.factories import MONDAY, Make
from tests.openreferral import rich

WHERE = {"oruk": "services.json", "hsds": ".", "csv": "services.csv", "xlsx": "services.xlsx"}


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """A Monday evening: nothing that the demo says was said later."""
    with clock.freeze(MONDAY + timedelta(hours=10)):
        yield


def fresh_instance() -> None:
    """The same application over an empty database."""
    db.session.remove()
    _empty()
    ensure_needs()
    db.session.commit()


def fill_rich(make: Make) -> None:
    ensure_needs()
    rich.fill(make)


def fill_demo(_make: Make) -> None:
    """A tenth of the demo, spread over all of it. `benchmarks/roundtrip.py` takes the whole and ten thousand more."""
    with unit():
        demo.load()
        ids = list(db.session.scalars(select(Service.id).order_by(Service.id)))
        kept = ids[::10]
        db.session.execute(update(Service).where(Service.id.not_in(kept)).values(withdrawn_at=clock.now()))


def import_folder(app: Flask, folder: Path, name: str, *options: str) -> str:
    """What `portal import` says of an export."""
    done = CliRunner().invoke(import_command, [str(folder / WHERE[name]), "--source", "Elsewhere", *options], obj=app)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()[-1]


def test_nested_documents_come_back(app: Flask, make: Make) -> None:
    fill_rich(make)
    before = list(documents())
    fresh_instance()
    rows = [Row(number, {"hsds": document}) for number, document in enumerate(before, 1)]
    results = list(import_rows(iter(rows), Origin("elsewhere")))
    assert [(result.outcome, result.why, result.notes) for result in results] == [("new", None, ())] * len(before)
    assert lost(before, list(documents())) == []


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("fill", [fill_rich, fill_demo])
def test_every_format_comes_back_the_same(
    sqlite_app: Flask, make: Make, tmp_path: Path, name: str, fill: Callable[[Make], None]
) -> None:
    fill(make)
    before: list[Document] = list(documents())
    export_services(tmp_path, name)
    fresh_instance()
    told = import_folder(sqlite_app, tmp_path, name, "--format", name)
    assert told == f"{len(before)} new, 0 changed, 0 same, 0 refused."
    assert lost(before, list(documents())) == []
    assert import_folder(sqlite_app, tmp_path, name) == f"0 new, 0 changed, {len(before)} same, 0 refused."


def test_a_package_comes_back_from_a_zip_file_too(sqlite_app: Flask, make: Make, tmp_path: Path) -> None:
    fill_rich(make)
    before = list(documents())
    export_services(tmp_path / "out", "hsds")
    path = shutil.make_archive(str(tmp_path / "package"), "zip", tmp_path / "out")
    fresh_instance()
    done = CliRunner().invoke(import_command, [path, "--source", "Elsewhere"], obj=sqlite_app)
    assert done.exit_code == 0, done.output
    assert lost(before, list(documents())) == []


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_export_read_by_the_portal_that_wrote_it_doubles_nothing(
    sqlite_app: Flask, make: Make, tmp_path: Path, name: str
) -> None:
    fill_rich(make)
    count = len(list(documents()))
    export_services(tmp_path, name)
    done = CliRunner().invoke(import_command, [str(tmp_path / WHERE[name]), "--source", "Elsewhere"], obj=sqlite_app)
    assert done.exit_code == 1
    assert f"0 new, 0 changed, 0 same, {count} refused." in done.stdout
    assert "it was exported from this portal, where it stands already" in done.stdout
    assert len(list(documents())) == count
