"""Pages of the frame: whose sites may frame them, that nobody is known on them, and that they hold whatever comes."""

import gzip
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core import assets, clock, tallies
from portal.core.extensions import db
from portal.directory import counting, missed
from portal.directory.models import MissedSearch
from portal.widget import uses
from portal.widget.models import WidgetKey, WidgetUse
from portal.widget.queries import first_day
from tests.directory.test_privacy import SECRETS, private
from tests.factories import Make
from tests.support import hostile
from tests.support.page import Browser
from tests.support.people import session_of
from tests.widget.conftest import KEY, SITE

pytestmark = pytest.mark.usefixtures("monday")
START = f"/widget/{KEY}"
CRISIS = f"{START}/results?q=i+want+to+kill+myself"
LARGEST = 60_000
Widget = Callable[..., WidgetKey]


@pytest.fixture(autouse=True)
def _nothing_noted(active_app: Flask, monday: None) -> None:
    for folder in (missed.FOLDER, missed.WORDS_FOLDER, uses.FOLDER, counting.FOLDER):
        for path in tallies.place(folder).iterdir():
            path.unlink()


def ancestors(answer: Any) -> str:
    """Who may frame it."""
    rules = dict(one.split(" ", 1) for one in answer.headers["Content-Security-Policy"].split("; "))
    return rules["frame-ancestors"]


def every_page(service_id: UUID) -> list[str]:
    pages = [
        "",
        "?near=LE2+0QB",
        "/results?q=table&near=LE2+0QB",
        "/results?q=table&page=2",
        "/results?near=nowhere+at+all",
    ]
    pages += ["/results?q=i+want+to+kill+myself", f"/services/{service_id}", f"/services/{uuid4()}"]
    return [f"{prefix}{START}{page}" for page in pages for prefix in ("", "/ur", "/cy")]


def test_the_sites_of_the_key_alone_may_frame_it(
    sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID
) -> None:
    widget(sites=[SITE, "https://*.surgery.example.org", "https://shop.example.org:8443"])
    for address in every_page(table):
        answer = browser.client.get(address)
        assert ancestors(answer) == f"{SITE} https://*.surgery.example.org https://shop.example.org:8443", address
        assert "X-Frame-Options" not in answer.headers


def test_all_other_headers_are_as_strict_as_those_of_the_site(
    sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID
) -> None:
    widget()
    own = browser.client.get("/services").headers
    for address in every_page(table):
        told = browser.client.get(address).headers
        rules = dict(one.split(" ", 1) for one in told["Content-Security-Policy"].split("; "))
        strict = dict(one.split(" ", 1) for one in own["Content-Security-Policy"].split("; "))
        assert rules.items() <= {**strict, "frame-ancestors": SITE}.items()
        assert rules.keys() >= {"default-src", "script-src", "style-src", "object-src", "base-uri", "form-action"}
        assert rules["default-src"] == "'none'"
        assert told["Referrer-Policy"] == "no-referrer"
        assert told["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert told["X-Robots-Tag"] == "noindex"
        for name in ("X-Content-Type-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
            assert told[name] == own[name], name


def test_pages_on_ones_own_machine_only_where_that_was_allowed(
    sqlite_app: Flask, browser: Browser, widget: Widget
) -> None:
    widget(allows_local=True)
    widget("another", sites=[SITE])
    assert ancestors(browser.client.get(START)) == f"{SITE} http://localhost:* http://127.0.0.1:*"
    assert "localhost" not in ancestors(browser.client.get("/widget/another"))


def test_nobody_is_known_there(app: Flask, make: Make, widget: Widget, table: UUID) -> None:
    """Not a cookie is set or read, also for who is signed in, keeps a list, and has all that a browser can bring."""
    widget()
    name, token = session_of(app, make.user("administrator", name="Ines Calder"))
    signed_in, stranger = app.test_client(), app.test_client()
    signed_in.set_cookie(name, token)
    signed_in.post("/list/add", data={"service": table, "next": "/"})
    signed_in.get("/account")
    for address in every_page(table):
        told, plain = signed_in.get(address), stranger.get(address)
        assert told.data == plain.data and told.status_code == plain.status_code, address
        assert not told.headers.getlist("Set-Cookie") and not plain.headers.getlist("Set-Cookie")
        assert "Cookie" not in told.headers.get("Vary", "")
        assert b"Ines Calder" not in told.data and b"csrf_token" not in told.data


def test_caches_may_share_what_is_not_sensitive(
    sqlite_app: Flask, browser: Browser, make: Make, widget: Widget, table: UUID
) -> None:
    widget()
    sensitive = make.service("Safe Harbour", needs=["abuse"])
    for address in (START, f"{START}/results?q=table", f"{START}/services/{table}"):
        assert browser.get(address).headers["Cache-Control"] == "public, max-age=60"
    for address in (CRISIS, f"{START}/results?topic=abuse", f"{START}/services/{sensitive.id}"):
        assert browser.get(address).headers["Cache-Control"] == "no-store"
    assert browser.get("/widget/nobodys", expect=404).headers["Cache-Control"] == "no-store"


def test_an_unknown_key_is_a_plain_page_that_nobody_may_frame(sqlite_app: Flask, browser: Browser) -> None:
    for key in ("nobodys", "NOBODYS", "a" * 40, "%00", "%f0%9f%92%99", "..x", "x.y", "';--"):
        for path in ("", "/results?q=tea", f"/services/{uuid4()}"):
            page = browser.get(f"/widget/{key}{path}", expect=404)
            assert ancestors(page) == "'none'" and page.headers["X-Frame-Options"] == "DENY"
            assert page.headers["Referrer-Policy"] == "no-referrer"
    browser.get(f"/widget/{'a' * 41}", expect=404)


def test_one_that_is_switched_off_says_so_on_its_own_sites(
    sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID
) -> None:
    widget(is_on=False)
    for path in ("", "/results?q=table", f"/services/{table}"):
        page = browser.get(f"{START}{path}", expect=403)
        assert ancestors(page) == SITE and "Tuesday" not in page.text
        assert "does not show this list at the moment" in page.main


@pytest.mark.parametrize(
    "referer",
    ["https://evil.example/", "https://www.library.example.org.evil.example/", "http://www.library.example.org/", "http://localhost:3000/",
     "https://www.library.example.org:8443/", "https://xwww.library.example.org/"],
)  # fmt: skip
def test_a_frame_on_another_site_is_refused_where_the_browser_names_it(
    sqlite_app: Flask, browser: Browser, widget: Widget, referer: str
) -> None:
    widget()
    for headers in ({"Referer": referer}, {"Referer": referer, "Sec-Fetch-Dest": "iframe"}):
        page = browser.get(f"{START}/results?q=table", expect=403, headers=headers)
        assert page.headers["Cache-Control"] == "no-store"
    browser.get(START, headers={"Referer": referer, "Sec-Fetch-Dest": "document"})


@pytest.mark.parametrize(
    "referer", [f"{SITE}/", f"{SITE}/help?x=1", "", "about:blank", "https://[x", "http://localhost/widget/librarywidge"]
)
def test_a_frame_on_its_own_site_or_on_an_unnamed_one_is_answered(
    sqlite_app: Flask, browser: Browser, widget: Widget, referer: str
) -> None:
    widget()
    browser.get(f"{START}/results?q=table", headers={"Referer": referer, "Sec-Fetch-Dest": "iframe"})


def test_it_searches_pages_and_shows_one_listing(app: Flask, browser: Browser, widget: Widget, table: UUID) -> None:
    widget()
    start = browser.get(START)
    assert start.form(f"{START}/results") == {"q": "", "near": ""}
    found = browser.get(f"{START}/results?q=table&near=LE2+0QB")
    assert len(found.select(".service-card")) == 6 and found.words("h2[role=status]") == [
        "12 places and groups near LE2 0QB"
    ]
    second = browser.get(found.link("Next page"))
    assert len(second.select(".service-card")) == 6
    listing = browser.get(str(second.select(".service-card a")[0]["href"]))
    assert listing.words("h1")[0].startswith("Tuesday Table") and "0116 496 0142" in listing.main
    back = browser.get(listing.link("Back to results"))
    assert back.words(".service-card h3") == second.words(".service-card h3")
    assert listing.link("See this on Hereabouts (opens in a new tab)").startswith("/services/")
    assert found.link("See all on Hereabouts (opens in a new tab)").startswith("/services?q=table")


def test_only_forms_that_ask_stand_in_it(sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID) -> None:
    widget()
    for address in (START, f"{START}/results?q=table", f"{START}/services/{table}"):
        forms = browser.get(address).select("form")
        assert all(one["method"] == "get" and str(one["action"]).startswith(START) for one in forms)
    assert browser.client.post(f"{START}/results", data={"q": "table"}).status_code == 405


def test_each_link_stays_in_the_frame_or_opens_beside_it(
    sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID
) -> None:
    widget()
    for address in (
        START,
        f"{START}/results?q=table",
        CRISIS,
        f"{START}/services/{table}",
        f"{START}/results?topic=abuse",
    ):
        for link in browser.get(address).select("a[href]"):
            href, target = str(link["href"]), link.get("target")
            stays = href.startswith((START, f"/ur{START}", f"/cy{START}", "#", "tel:", "sms:", "mailto:"))
            assert target == (None if stays else "_top" if link.has_attr("data-exit") else "_blank"), href
            if target == "_blank":
                assert link["rel"] == ["noopener", "noreferrer"] and "new tab" in link.get_text()


def test_danger_brings_the_same_help_as_on_the_site_and_before_all_else(
    sqlite_app: Flask, browser: Browser, widget: Widget
) -> None:
    widget()
    for words in ("i want to kill myself", "he hits me", "my baby is not breathing", "mujhe marna hai", "مجھے مرنا ہے"):
        there, here = (browser.get(f"{path}?q={words}") for path in ("/services", f"{START}/results"))
        cards = [
            " ".join(one.get_text(" ").replace("(opens in a new tab)", "").split())
            for one in here.select(".urgent-card")
        ]
        assert cards == there.words(".urgent-card") and cards
        assert here.html.index("urgent-card") < here.html.index('role="search"')
        assert len(here.select(".exit-this-page")) == len(there.select(".exit-this-page")) == 1
        assert here.one("html").has_attr("data-held")
        assert words not in here.one("title").get_text()


def test_sensitive_pages_can_be_left_at_once_and_others_have_no_such_button(
    sqlite_app: Flask, browser: Browser, make: Make, widget: Widget, table: UUID
) -> None:
    widget()
    sensitive = make.service("Safe Harbour", needs=["addiction"])
    page = browser.get(f"{START}/services/{sensitive.id}")
    assert page.select("[data-exit]") and page.one("title").get_text() == "Support near you - Hereabouts"
    assert not browser.get(f"{START}/services/{table}").select("[data-exit]")


@pytest.mark.parametrize("level", ["hidden", "area"])
def test_nothing_of_a_withheld_place_is_told(
    app: Flask, browser: Browser, make: Make, widget: Widget, index_now: Callable[[], None], level: str
) -> None:
    widget()
    one_id = private(make, level).id
    index_now()
    told = [f"/services/{one_id}", f"/services/{one_id}?q=Lantern", "/results?q=circle", "?near=LE2+0QB&sort=nearest"]
    told += [
        "/results?q=circle&near=LE2+0QB&within=1",
        "/results?q=Lantern+Row&sort=nearest&near=LE2+0QB",
        "?near=LE2+0QB&sort=nearest",
    ]
    is_found = 0
    for path in told:
        html = browser.get(f"{START}{path}").html.replace("q=Lantern", "")
        shown = html.replace('value="Lantern Row"', "")
        assert not [secret for secret in SECRETS if secret in shown], path
        is_found += "Circle" in shown
    assert is_found >= 2


def test_a_listing_that_is_gone_or_merged(
    sqlite_app: Flask, browser: Browser, make: Make, widget: Widget, table: UUID
) -> None:
    widget()
    for columns in ({"status": "defunct"}, {"withdrawn_at": clock.now()}):
        gone = make.service("Gone for good", **columns)
        page = browser.get(f"{START}/services/{gone.id}", expect=410)
        assert "Gone for good" not in page.text and page.link("Find other support") == START
    merged = make.service("Twin", merged_into_id=table)
    answer = browser.client.get(f"{START}/services/{merged.id}?q=table&evil=1")
    assert answer.status_code == 301 and answer.headers["Location"] == f"{START}/services/{table}?q=table"


def test_hostile_parameters_never_break_it(app: Flask, widget: Widget, table: UUID) -> None:
    widget()
    client = app.test_client()
    paths = ("", "/results", f"/services/{table}")
    for number, (kind, prefix, asked) in enumerate(hostile.addresses(len(hostile.KINDS) * 6)):
        address = f"{prefix}{START}{paths[number % 3]}"
        answer: TestResponse = client.open(address, query_string=asked.decode("latin-1"))
        assert answer.status_code in {200, 302, 400, 414, 422}, (kind, address, asked[:200])
        assert b"<script>alert" not in answer.data
        assert not answer.headers.getlist("Set-Cookie")


def test_languages_and_their_direction(sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID) -> None:
    widget()
    page = browser.get(f"/ur{START}/results?q=table")
    assert page.one("html")["dir"] == "rtl" and page.one("html")["lang"] == "ur"
    assert str(page.select(".service-card a")[0]["href"]).startswith(f"/ur{START}/services/")
    assert page.link("English") == f"{START}/results?q=table"
    widget("welsh", languages=["cy", "en"])
    answer = browser.client.get("/ur/widget/welsh/results?q=tea&near=LE2")
    assert answer.status_code == 302 and answer.headers["Location"] == "/cy/widget/welsh/results?q=tea&near=LE2"
    assert [one["hreflang"] for one in browser.get("/cy/widget/welsh").select("a[hreflang]")] == ["en"]
    widget("klingon", languages=["tlh"])
    browser.get("/widget/klingon")


def test_it_begins_with_what_its_key_and_its_website_set(
    sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID
) -> None:
    widget(
        filters={
            "near": "LE2 0QB",
            "within": "5",
            "topic": ["food"],
            "cost": ["free", "low_cost"],
            "evil": ["x"],
            "sort": 7,
        }
    )
    page = browser.get(START)
    sent = page.form(f"{START}/results") if len(page.select(f'form[action="{START}/results"]')) == 1 else {}
    assert page.one("#near")["value"] == "LE2 0QB" and page.words("h2[role=status]") == [
        "12 places and groups near LE2 0QB"
    ]
    hidden = {(str(one["name"]), str(one["value"])) for one in page.select('form[role="search"] input[type="hidden"]')}
    assert hidden == {("within", "5"), ("topic", "food"), ("cost", "free"), ("cost", "low_cost")}, sent
    other = browser.get(f"{START}?near=&topic=debt&within=1")
    assert other.one("#near")["value"] == "" and "Debt" in other.text
    assert browser.get(f"{START}/results").one("#near")["value"] == ""


def test_all_of_a_page_weighs_little(sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID) -> None:
    widget(colours="plum")
    pages = (
        START,
        f"{START}/results?q=table&near=LE2+0QB",
        f"{START}/services/{table}",
        f"{START}/results?topic=abuse",
    )
    for prefix in ("", "/ur"):
        for address in pages:
            page = browser.get(f"{prefix}{address}")
            parts = [str(one.get("src") or one.get("href")) for one in page.select("script[src], link[href]")]
            files = [assets.load(part.partition("?")[0].removeprefix("/static/")) for part in parts]
            weight = len(page.html.encode()) + sum(len(one.body) for one in files if one is not None)
            sent = len(gzip.compress(page.html.encode())) + sum(len(one.compressed or one.body) for one in files if one)
            assert None not in files and len(files) >= 3
            assert sent < 20_000 and weight <= LARGEST, (address, weight, sent)


def test_searches_in_it_count_as_searches_of_nobody(
    sqlite_app: Flask, browser: Browser, make: Make, widget: Widget, index_now: Callable[[], None]
) -> None:
    widget()
    make.service("Singing", needs=["arts-music"])
    index_now()
    browser.get(f"{START}/results?q=food+bank&near=LE2+0QB")
    for unseen in ("again=1&q=food+bank&near=LE2+0QB", "q=food+bank&near=LE2+0QB&page=2"):
        browser.get(f"{START}/results?{unseen}")
    browser.get(f"{START}?q=food+bank&near=LE2+0QB")
    missed.fold()
    kept = [(one.district, one.need, one.language, one.count) for one in db.session.query(MissedSearch)]
    assert kept == [("LE2", "food", "en", 1)]


def test_filters_and_pages_do_not_count_again(sqlite_app: Flask, browser: Browser, widget: Widget, table: UUID) -> None:
    widget()
    page = browser.get(f"{START}/results?q=table&cost=low_cost")
    assert "again=1" in page.link("Clear all") and "again=1" in page.link("Next page")
    assert page.one('.filters__form input[name="again"]')["value"] == "1"
    assert not page.select('form[role="search"] input[name="again"]')


def test_uses_are_a_figure_by_day_and_key(app: Flask, browser: Browser, widget: Widget, table: UUID) -> None:
    one, other = widget(), widget("another")
    for path in ("", "/results?q=table", f"/services/{table}"):
        browser.get(f"{START}{path}")
    browser.get("/widget/another")
    browser.client.get(START, headers={"User-Agent": "Examplebot/1.0"})
    browser.get(f"{START}/services/{uuid4()}", expect=404)
    lines = (tallies.place(uses.FOLDER) / tallies.OPEN).read_text().splitlines()
    assert lines == [f"2026-03-02 {one.id}"] * 3 + [f"2026-03-02 {other.id}"] or len(lines) == 4
    tallies.note(uses.FOLDER, "yesterday", str(one.id))
    tallies.note(uses.FOLDER, clock.today().isoformat(), str(uuid4()))
    for _twice in range(2):
        uses.fold()
    browser.get(START)
    uses.fold()
    kept = {(row.day, row.widget_key_id): row.count for row in db.session.query(WidgetUse)}
    assert kept == {(clock.today(), one.id): 4, (clock.today(), other.id): 1}


def test_uses_go_after_thirty_days(app: Flask, widget: Widget) -> None:
    one = widget()
    for day in (first_day(), date(2020, 1, 1)):
        db.session.add(WidgetUse(day=day, widget_key_id=one.id, count=3))
    db.session.commit()
    uses.tidy()
    assert [row.day for row in db.session.query(WidgetUse)] == [first_day()]


def test_a_fault_of_ours_is_a_page_of_the_frame_too(
    sqlite_app: Flask, browser: Browser, widget: Widget, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget()

    def fails(*_args: object, **_options: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr("portal.widget.views.find", fails)
    page = browser.get(f"{START}/results?q=tea", expect=500)
    assert ancestors(page) == SITE and page.headers["Cache-Control"] == "no-store" and not page.select("header")
    assert "say the number" in page.main and "fault" not in page.main.replace("our fault", "")
