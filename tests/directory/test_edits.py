"""Two processes edit at random while a worker runs: index and database end equal. The full form is `benchmarks/edits.py`."""

from pathlib import Path

import pytest

from benchmarks import edits
from portal.app import create_app
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory import queries
from portal.directory.models import Service
from tests.operations import moving

EDITS = 40


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_random_edits_of_two_processes_leave_the_index_equal_and_nothing_withheld_findable(
    kind: str, tmp_path: Path, geography_folder: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "geography").symlink_to(geography_folder, target_is_directory=True)
    url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    if kind == "postgresql":
        url = moving.database(request.getfixturevalue("postgres_server"))
    assert edits.try_out(tmp_path, url, EDITS, seed=7) == []
    app = create_app(edits.settings_for(tmp_path, url))
    with app.app_context(), unit():
        service = db.session.get_one(Service, queries.public_ids()[0])
        service.status = "defunct"
    assert any("finds" in one for one in edits.wrong(app)), "a change that the index was not told of must show"
