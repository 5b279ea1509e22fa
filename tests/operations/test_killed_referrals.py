"""Server and worker are killed while people refer, answer and take back. The full program: benchmarks/kill_referrals.py."""

import random
import shutil
from pathlib import Path

from tests.support.killing_referrals import try_out
from tests.support.loop_at_work import Town
from tests.support.mail_server import listening

VERBS = frozenset({"create", "send", "accept"})


def test_nothing_acknowledged_is_lost_half_done_or_twice(geography_folder: Path, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    shutil.copy(made / "portal.sqlite3", folder)
    with listening() as listener:
        town = Town(folder, geography_folder, f"sqlite:///{folder / 'portal.sqlite3'}", listener)
        try:
            counted = try_out(town, listener, kills=2, least=12, chance=random.Random(9), verbs=VERBS)
        finally:
            town.stop()
    assert counted.unexpected == [] and counted.waiting == []
    assert counted.kills == 2 and counted.acts >= 12 and set(counted.verbs) >= VERBS
    assert (counted.lost, counted.twice, counted.half_done, counted.chain) == ([], [], [], [])
    assert counted.mails_lost == 0 and counted.mails_twice <= counted.kills and counted.most_of_one <= 2
