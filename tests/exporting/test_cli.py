import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.exporting import folders
from portal.exporting.cli import export_command
from tests.factories import Make
from tests.support.forking import Program, run


@pytest.fixture
def command(app: Flask) -> Any:
    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(export_command, list(map(str, arguments)), obj=app)

    return call


def test_services_are_counted(command: Any, make: Make, tmp_path: Path) -> None:
    make.service("One")
    make.service("Two")
    done = command(tmp_path / "out", "--format", "oruk")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"2 services in {tmp_path / 'out'} (services.json).\n"
    assert "(20 files)" in command(tmp_path / "package", "--format", "hsds").stdout


def test_machines_get_json(command: Any, make: Make, tmp_path: Path) -> None:
    make.service("One")
    told = json.loads(command(tmp_path, "--format", "csv", "--json").stdout)
    assert told == {"format": "csv", "services": 1, "files": ["services.csv"], "cut": 0, "left_out": {}}


def test_what_breaks_the_standard_is_left_out_and_counted(command: Any, make: Make, tmp_path: Path) -> None:
    make.service("One", url="http://no where", email="nobody")
    make.service("Two", url="nothing")
    told = json.loads(command(tmp_path, "--format", "oruk", "--json").stdout)
    assert told["left_out"] == {"service.email": 1, "service.url": 2}
    said = command(tmp_path, "--format", "csv").stdout
    assert "Left out, because the standard wants another form of them: service.email 1, service.url 2." in said


def test_an_earlier_export_gives_way_to_one_in_another_format(command: Any, make: Make, tmp_path: Path) -> None:
    make.service("One")
    assert command(tmp_path, "--format", "hsds").exit_code == 0
    assert command(tmp_path, "--format", "csv").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [folders.MARK, "services.csv"]


def test_a_folder_with_other_things_is_refused(command: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    refused = command(tmp_path, "--format", "oruk")
    assert refused.exit_code == 1 and "Name an empty folder or a new one." in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("arguments", [[], ["--format", "pdf"]])
def test_wrong_use_exits_with_2(command: Any, tmp_path: Path, arguments: list[str]) -> None:
    assert command(tmp_path / "out", *arguments).exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["hsds", "xlsx"])
def test_a_disk_without_space_is_said_in_a_sentence(sqlite_app: Flask, make: Make, tmp_path: Path, name: str) -> None:
    """No file may grow beyond a few letters, as on a disk that is full."""
    for number in range(20):
        make.service(f"Group {number}")
    url = sqlite_app.config["SQLALCHEMY_DATABASE_URI"]
    program = (
        "import sys; from portal.app import create_app; from portal.core.settings import Settings; from pathlib import Path;"
        "from click.testing import CliRunner; from portal.exporting.cli import export_command; import resource;"
        "folder, url, name = sys.argv[1:];"
        "app = create_app(Settings(instance=Path(folder), secret_key='a secret of the tests, long enough',"
        " database_url=url, testing=True, log_level='error'));"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000));"
        "done = CliRunner().invoke(export_command, [folder + '/out', '--format', name], obj=app);"
        "sys.stdout.write(done.output); sys.exit(done.exit_code)"
    )
    done = run(Program([str(tmp_path), url, name], code=program), os.environ, seconds=60)
    assert done.returncode == 1, done.stderr
    assert done.stdout == "The disk is full: nothing was exported to out. What was there before is as it was.\n"
    assert list((tmp_path / "out").iterdir()) == []
