"""From a search that finds nothing to the table of a commissioner, in a real browser with and without scripts.

Twelve visitors look in vain for debt advice and seven for company, and each says so. The commissioner sees a number for the one
need, and nowhere that seven were behind the other.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core import clock, tallies
from portal.core.extensions import db
from portal.core.timetable import ask_for_due
from portal.directory import counting
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.worker import TIMETABLE
from tests.factories import Make
from tests.support.chromium import SIZES, check_at
from tests.support.mail_server import Listener
from tests.support.page import Browser
from tests.support.town import Town, mail_from

FIRST_DAY = datetime(2026, 7, 6, 10, 0, tzinfo=UTC)
STILL_THE_QUARTER = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
TOO_SOON = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
ADDRESS = "/insight/leicester/2026-q3/unmet"
FORMS, SEARCHES = "unmet-forms", "unmet-searches"
MANY, FEW = "Debt and money advice", "Someone to visit or phone you"
WORKERS = {"usage.fold", "insight.collect", "insight.publish"}
HERE = "LE2 0QB"


@pytest.fixture
def mail_server(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with mail_from(sqlite_app, monkeypatch) as listener:
        yield listener


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def town(
    request: pytest.FixtureRequest, sqlite_app: Flask, make: Make, site: str, chromium: Chromium, mail_server: Listener
) -> Iterator[Town]:
    for path in tallies.place(counting.FOLDER).iterdir():
        path.unlink()
    _cut("leicester", Southfields="E02006850", Highfields="E02002844")
    _cut("camden", Bloomsbury="E02000190")
    make.service("Tuesday Soup", needs=["food"])
    town = Town(site, chromium, mail_server, script=request.param)
    yield town
    town.close()


def test_what_nobody_finds_reaches_the_commissioner_and_seven_stay_hidden(
    town: Town, sqlite_app: Flask, make: Make, browser: Browser
) -> None:
    visitor = town.person()
    for words, how_many in (("debt", 12), ("befriending", 7)):
        _looks_and_tells(town, visitor, words)
        for number in range(1, how_many):
            _tells_as_well(browser, words, number)
    desk = town.signed_in(sqlite_app, make.user("commissioner", area="leicester"))
    _worker(town, STILL_THE_QUARTER)
    _worker(town, TOO_SOON)
    assert _goto(town, desk, ADDRESS, TOO_SOON) == 404, "a quarter is told some days after its end, and not before"
    _worker(town, PUBLISHED)
    with clock.freeze(PUBLISHED):
        _reads_the_page(town, desk)
        _reads_the_files(town, desk)
        for path in ("/unmet", "/unmet.json", f"/unmet/{FORMS}.csv", "/fairness", "/groups", ""):
            assert _goto(town, desk, f"/insight/camden/2026-q3{path}", PUBLISHED) == 404, path
        other = town.signed_in(sqlite_app, make.user("commissioner", area="camden"))
        assert _goto(town, other, ADDRESS, PUBLISHED) == 404
        assert _goto(town, other, "/insight/camden/2026-q3/unmet", PUBLISHED) == 200


def _cut(slug: str, **codes: str) -> None:
    since = date(2026, 1, 1)
    made = NeighbourhoodSet(slug=slug, name=slug.title(), area=slug.title(), valid_from=since)
    for name, code in codes.items():
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=since)
        made.neighbourhoods.append(Neighbourhood(slug=name.lower(), name=name, parts=[part]))
    db.session.add(made)
    db.session.commit()


def _looks_and_tells(town: Town, page: Page, words: str) -> None:
    """The first visitor: types, finds nothing, and sends the form as it stands beside the results."""
    with clock.freeze(FIRST_DAY):
        page.goto(f"{town.site}/")
        page.get_by_label("What do you need help with?").fill(words)
        page.get_by_label("Postcode").first.fill(HERE)
        page.locator("form.search-box button").click()
        page.wait_for_url("**/services?**")
        expect(page.locator("#tell-postcode")).to_have_value(HERE)
        _check(town, page)
        page.locator("form[action$='/services/not-found']").get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")


def _tells_as_well(browser: Browser, words: str, number: int) -> None:
    """Another one on a day of their own, whose browser asks for the same pages and sends the same form."""
    with clock.freeze(FIRST_DAY + timedelta(days=number)):
        browser.client.environ_base["HTTP_USER_AGENT"] = "Firefox"
        form = browser.get(f"/services?{urlencode({'q': words, 'near': HERE})}").one(
            "form[action$='/services/not-found']"
        )
        told = {str(one["name"]): str(one.get("value", one.get_text())) for one in form.select("input, textarea")}
        assert "Thank you for telling us" in browser.follow(browser.post(str(form["action"]), told, expect=303)).text


def _worker(town: Town, now: datetime) -> None:
    """What the worker does for figures, by its own timetable."""
    rows = [row for row in TIMETABLE if row.handler.name in WORKERS]
    assert {row.handler.name for row in rows} == WORKERS
    with clock.freeze(now):
        db.session.remove()
        assert set(ask_for_due(rows)) == WORKERS
        town.work()


def _goto(town: Town, page: Page, path: str, now: datetime) -> int:
    with clock.freeze(now):
        answered = page.goto(f"{town.site}{path}")
    assert answered is not None
    return answered.status


def _reads_the_page(town: Town, desk: Page) -> None:
    desk.goto(f"{town.site}/insight")
    desk.get_by_role("link", name="Unmet need").first.click()
    for source, label in ((FORMS, "“Could not find” forms"), (SEARCHES, "Searches with no result")):
        desk.get_by_role("link", name=label).click()
        expect(desk.locator(f"#t-{source}")).to_have_text(label)
        assert _on_page(desk, source) == _told(), source
        assert "7" not in desk.locator("main table").all_inner_texts()[0]
        _check(town, desk)
    expect(desk.locator("p.lead").first).to_have_text(f"{MANY} is the largest need that nobody could meet.")


def _reads_the_files(town: Town, desk: Page) -> None:
    for source in (FORMS, SEARCHES):
        answered = desk.request.get(f"{town.site}{ADDRESS}/{source}.csv")
        assert answered.headers["content-type"].startswith("text/csv")
        head, *lines = csv.reader(io.StringIO(answered.text().lstrip("\ufeff")))
        assert head[3:] == ["Highfields", "Southfields"]
        assert {line[2]: line[3:] for line in lines} == _told(), source
    document = json.loads(desk.request.get(f"{town.site}{ADDRESS}.json").text())
    tables = {one["id"]: one for one in document["tables"]}
    for source in (FORMS, SEARCHES):
        cells = {row["name"]: row["cells"] for row in tables[source]["rows"]}
        assert cells[MANY][1] == {"value": 10} and cells[FEW][1] == {"value": None, "shown": "fewer than 8"}


def _told() -> dict[str, list[str]]:
    return {MANY: ["0", "10"], FEW: ["0", "fewer than 8"]}


def _on_page(desk: Page, source: str) -> dict[str, list[str]]:
    rows = desk.locator(f"table[aria-labelledby='t-{source}'] tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def _check(town: Town, page: Page) -> None:
    if town.script:
        size = page.viewport_size
        check_at(page)
        page.set_viewport_size(size or SIZES["desk"])
