"""What the page of a source says of when it was changed, and of a file that waits to be read."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.sources.models import SourceSetting
from tests.factories import Make
from tests.support.page import Browser

TYPED = {
    "name": "Larkfield lunch clubs", "where": "file", "address": "", "profile": "table",
    "mapping": "Group: name\nPost code: postcode", "licence": "", "area": "", "rhythm": "by_hand", "trust": "preview",
}  # fmt: skip


def test_the_page_says_when_a_source_was_changed_and_who_sent_the_file_that_waits(
    app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    boss = make.user("administrator", name="Rosa Field")
    desk = as_user(boss)
    with clock.freeze(datetime(2026, 3, 2, 9, 30, tzinfo=UTC)):
        desk.post("/admin/sources/new", TYPED, expect=303)
    here = f"/admin/sources/{db.session.query(SourceSetting).one().source_id}"
    page = desk.get(here)
    assert "2 March, 9.30am" in page.one("#changed").get_text() and not page.select("#waits")
    desk.post(
        f"{here}/file", {"file": (io.BytesIO(b"Group,Post code\nTuesday Table,LE2 0QB\n"), "clubs.csv")}, expect=303
    )
    waits = desk.get(here).one("#waits").get_text()
    assert "clubs.csv" in waits and "Rosa Field" in waits
    work_until_idle()
    assert not desk.get(here).select("#waits")
