"""Server and worker are killed while people edit and send: nothing acknowledged is lost. The full program: benchmarks/kill.py."""

import math
import random
import shutil
from pathlib import Path

import pytest

from tests.operations import moving
from tests.support.killing import Instance, try_out
from tests.support.mail_server import listening


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_when_server_and_worker_are_killed(
    on: str, request: pytest.FixtureRequest, geography_folder: Path, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    url = f"sqlite:///{folder / 'portal.sqlite3'}"
    if on == "postgresql":
        url = moving.database(request.getfixturevalue("postgres_server"), like=request.getfixturevalue("migrated"))
    else:
        shutil.copy(made / "portal.sqlite3", folder)
    with listening() as listener:
        instance = Instance(folder, geography_folder, url, listener)
        try:
            counted = try_out(instance, listener, kills=2, least=24, chance=random.Random(4))
        finally:
            instance.stop()
    assert counted.unexpected == []
    assert len(counted.found) == 2 and math.inf not in counted.found
    assert counted.edits >= 6 and counted.mails >= 3
    assert (counted.lost, counted.twice, counted.half_done, counted.index) == ([], 0, [], "")
    assert counted.mails_lost == 0 and counted.mails_twice <= counted.kills and counted.most_of_one <= 2
