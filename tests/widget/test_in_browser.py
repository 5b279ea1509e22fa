"""A page of another origin shows our listings in a real browser: under a strict policy of its own, by script and by frame."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Frame, Page, expect

from portal.widget.models import WidgetKey
from tests.factories import Make
from tests.support.chromium import SIZES, axe_finds, check_accessible
from tests.widget import foreign
from tests.widget.conftest import KEY

pytestmark = pytest.mark.usefixtures("monday")
PICTURES = os.environ.get("PORTAL_PICTURES")
WATCH = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
  });
"""
KEEPS = """async () => ({
  cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
})"""
NOTHING = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0}
WEATHER = "https://www.bbc.co.uk/weather"


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    """The first search of a process reads much, and the machine may be busy."""
    expect.set_options(timeout=25_000)
    yield
    expect.set_options(timeout=5_000)


class Library:
    """The website, our site, and windows on them."""

    def __init__(self, foreign_site: foreign.Site, portal: str, chromium: Chromium) -> None:
        self.site, self.portal, self.chromium = foreign_site, portal, chromium
        self.contexts: list[BrowserContext] = []
        foreign_site.strict(portal)

    def script(self, data: str = "", *, how: str = "async", key: str = KEY) -> str:
        return f'<script src="{self.portal}/widget/{key}.js" {data} {how}></script>'

    def frame(self, path: str = "", query: str = "") -> str:
        return f'<iframe src="{self.portal}{path}/widget/{KEY}{query}" title="Find support" width="100%" height="700"></iframe>'

    def open(self, address: str, size: str = "desk", *, script: bool = True) -> Page:
        context = self.chromium.new_context(viewport=SIZES[size], java_script_enabled=script)
        context.route(WEATHER, lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
        context.add_init_script(WATCH)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    def inside(self, page: Page, number: int = 0) -> Frame:
        """The frame of ours on a page, once it is there."""
        handle = page.locator("iframe").nth(number)
        handle.scroll_into_view_if_needed()
        element = handle.element_handle()
        assert element is not None
        found = element.content_frame()
        assert found is not None
        found.wait_for_load_state()
        return found

    def check(self, page: Page, inside: Frame) -> None:
        """No rule was broken, and nothing is kept: by neither of the two."""
        for one in (page.main_frame, inside):
            assert one.evaluate("window.violations") == [], one.url
        assert page.context.cookies() == []
        assert inside.evaluate(KEEPS) == NOTHING and page.evaluate(KEEPS) == NOTHING


@pytest.fixture
def library(chromium: Chromium, site: str) -> Iterator[Library]:
    with foreign.running() as other:
        made = Library(other, site, chromium)
        yield made
        for context in made.contexts:
            context.close()


@pytest.fixture
def shown(sqlite_app: Flask, widget: Callable[..., WidgetKey], table: UUID) -> WidgetKey:
    return widget(sites=["https://www.library.example.org"], allows_local=True)


def usable(inside: Frame) -> None:
    """Fail on anything that axe finds in the frame, and on sideways scrolling."""
    wrong = axe_finds(inside)
    assert not wrong, f"{inside.url}: {wrong}"
    wide = inside.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{inside.url} scrolls sideways by {wide}"


def as_tall_as_it_shows(page: Page, inside: Frame) -> None:
    """The frame has the height of its content: nothing is cut off, and nothing scrolls twice."""
    page.wait_for_function("document.querySelector('iframe').style.height !== ''")
    inside.wait_for_function("Math.abs(innerHeight - document.body.getBoundingClientRect().height) < 2")


def pictured(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"widget-{name}.png", full_page=True)


@pytest.mark.parametrize("size", ["narrow", "phone", "desk"])
def test_by_script_under_a_strict_policy(shown: WidgetKey, library: Library, size: str) -> None:
    page = library.open(library.site.put(library.script('data-near="LE2 0QB"')), size)
    inside = library.inside(page)
    for step in ("results", "one", "back"):
        if step == "one":
            inside.locator(".service-card a").first.click()
            expect(inside.locator("h1")).to_contain_text("Tuesday Table")
        if step == "back":
            inside.get_by_role("link", name="Back to results").click()
            expect(inside.locator("h2[role=status]")).to_be_visible()
        expect(inside.locator("h1")).to_be_visible()
        as_tall_as_it_shows(page, inside)
        usable(inside)
        pictured(page, f"en-{step}-{size}")
    assert inside.locator(".service-card").count() == 6
    inside.get_by_role("link", name="Next page").click()
    expect(inside.locator("[aria-current=page]")).to_have_text("Page 2")
    check_accessible(page)
    library.check(page, inside)
    assert page.locator("iframe").get_attribute("title") == "Find support, by Hereabouts"
    assert page.locator("iframe").get_attribute("loading") == "lazy"
    assert set(library.site.asked) <= {"/", "/favicon.ico"}


@pytest.mark.parametrize("script", [True, False])
def test_by_a_plain_frame_with_and_without_scripts(shown: WidgetKey, library: Library, script: bool) -> None:
    page = library.open(library.site.put(library.frame()), "narrow", script=script)
    inside = library.inside(page)
    inside.get_by_role("searchbox", name="What do you need help with?").fill("table")
    inside.get_by_role("textbox", name="Postcode or place").fill("LE2 0QB")
    inside.get_by_role("button", name="Find support").click()
    expect(inside.locator("h2[role=status]")).to_have_text("12 places and groups near LE2 0QB")
    inside.get_by_text("Filters", exact=True).click()
    inside.locator("#access-step_free").check()
    inside.get_by_role("button", name="Apply filters").click()
    inside.get_by_role("link", name="Remove filter: Step-free").click()
    expect(inside.get_by_role("link", name="Remove filter: Step-free")).to_have_count(0)
    inside.get_by_role("link", name="Tuesday Table").first.click()
    expect(inside.locator("h1")).to_contain_text("Tuesday Table")
    assert inside.evaluate("scrollX") == 0
    assert page.context.cookies() == []
    if script:
        library.check(page, inside)


def test_the_keyboard_is_enough(shown: WidgetKey, library: Library) -> None:
    page = library.open(library.site.put(library.script()))
    inside = library.inside(page)
    as_tall_as_it_shows(page, inside)
    page.keyboard.press("Tab")
    for typed in ("table", "LE2 0QB"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(inside.locator("h2[role=status]")).to_have_text("12 places and groups near LE2 0QB")
    for _press in range(40):
        page.keyboard.press("Tab")
        if inside.evaluate("document.activeElement.closest('.service-card') !== null"):
            break
    page.keyboard.press("Enter")
    expect(inside.locator("h1")).to_contain_text("Tuesday Table")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.href ?? ''").endswith("/about"):
            break
    assert page.evaluate("document.activeElement.textContent") == "About the library", (
        "the keyboard is caught in the frame"
    )
    library.check(page, inside)


@pytest.mark.parametrize("size", ["narrow", "phone", "desk"])
def test_in_urdu_from_right_to_left(shown: WidgetKey, library: Library, size: str) -> None:
    page = library.open(library.site.put(library.script('data-near="LE2 0QB"'), lang="ur"), size)
    inside = library.inside(page)
    assert inside.evaluate("document.documentElement.dir") == "rtl" and "/ur/widget/" in inside.url
    as_tall_as_it_shows(page, inside)
    usable(inside)
    pictured(page, f"ur-results-{size}")
    inside.locator(".service-card a").first.click()
    expect(inside.locator(".fact-sheet")).to_be_visible()
    as_tall_as_it_shows(page, inside)
    usable(inside)
    pictured(page, f"ur-one-{size}")
    library.check(page, inside)


def test_languages_and_what_it_looks_for_at_first_are_told_by_the_page(shown: WidgetKey, library: Library) -> None:
    for lang, data, wanted in (
        ("cy-GB", "", "/cy/widget/"),
        ("fr", "", f"{library.portal}/widget/"),
        ("ur", 'data-language="en"', f"{library.portal}/widget/"),
        ("en", 'data-language="UR"', "/ur/widget/"),
    ):
        page = library.open(library.site.put(library.script(data), lang=lang))
        inside = library.inside(page)
        assert wanted in inside.url and "?" not in inside.url, (lang, data)
    data = 'data-near="LE2 0QB" data-within="5" data-topic="food, loneliness" data-cost="low_cost"'
    data += ' data-spoken="gu" data-evil="1" data-page="2" data-constructor="x"'
    inside = library.inside(library.open(library.site.put(library.script(data))))
    assert inside.url.endswith("?near=LE2+0QB&within=5&topic=food&topic=loneliness&cost=low_cost&language=gu")
    expect(inside.locator("h2[role=status]")).to_have_text("12 places and groups near LE2 0QB")


def test_several_on_a_page_each_where_its_script_stands(shown: WidgetKey, library: Library) -> None:
    first, second = library.script('data-near="LE2 0QB"', how="async"), library.script('data-topic="food"', how="defer")
    third = library.script('data-into="place"', how="type=module")
    in_head = library.script('data-q="table"', how="")
    body = f'<div id="a">{first}</div><div id="b">{second}</div><div id="place"></div>{third}'
    page = library.open(library.site.put(body, head=in_head))
    expect(page.locator("iframe")).to_have_count(4)
    places = {"#a": "near=LE2", "#b": "topic=food", "#place": f"/widget/{KEY}", "body > div": "q=table"}
    for place, address in places.items():
        assert address in str(page.locator(f"{place} iframe").get_attribute("src")), place
    page.evaluate(
        """src => { const one = document.createElement("script"); one.src = src; one.dataset.near = "LE1";
        document.querySelector("#after").before(one); }""",
        f"{library.portal}/widget/{KEY}.js",
    )
    expect(page.locator("iframe")).to_have_count(5)
    assert "near=LE1" in str(page.locator("main > div > iframe").last.get_attribute("src"))
    assert page.evaluate("window.violations") == []


def only_a_link(page: Page, portal: str) -> None:
    link = page.locator("main a").first
    expect(link).to_have_text("Find support on Hereabouts")
    assert link.get_attribute("href") == f"{portal}/services" and link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    expect(page.locator("iframe")).to_have_count(0)


def test_a_plain_link_stands_where_it_may_not_be_shown(
    shown: WidgetKey, library: Library, widget: Callable[..., WidgetKey]
) -> None:
    widget("switchedoff", allows_local=True, is_on=False)
    widget("notlocal")
    for key in ("switchedoff", "notlocal", "nobodys"):
        only_a_link(library.open(library.site.put(library.script(key=key))), library.portal)
    library.site.strict(library.portal, frames="frame-src 'none'")
    only_a_link(library.open(library.site.put(library.script())), library.portal)
    page = library.open(library.site.put(library.script(), lang="ur"))
    assert page.locator("main a").first.get_attribute("lang") == "ur"
    check_accessible(page)


def test_a_frame_on_a_site_that_may_not_show_it_stays_empty(
    shown: WidgetKey, library: Library, widget: Callable[..., WidgetKey]
) -> None:
    widget("notlocal")
    page = library.open(library.site.put(library.frame().replace(KEY, "notlocal")))
    inside = page.frames[-1]
    assert "Find support near you" not in inside.content()


def test_it_is_silent_to_pages_that_do_not_ask_and_deaf_to_what_others_say(shown: WidgetKey, library: Library) -> None:
    page = library.open(library.site.put(library.script() + '<iframe srcdoc="<p>x" id="other"></iframe>'))
    inside = library.inside(page)
    as_tall_as_it_shows(page, inside)
    height = page.evaluate("document.querySelector('iframe').style.height")
    # The page itself, and another frame of it, pretend to be ours.
    for code in (
        "postMessage({ hereabouts: { height: 5 } }, '*')",
        f"postMessage({{ hereabouts: {{ height: 5 }} }}, '{library.site.here}')",
    ):
        page.evaluate(f"() => {{ {code} }}")
    page.evaluate("() => dispatchEvent(new MessageEvent('message', {data: {hereabouts: {height: 5}}, origin: 'null'}))")
    # Our own frame says what is no height.
    for told in ("'x'", "-1", "0", "1e9", "NaN", "Infinity", "{}", "null"):
        inside.evaluate(f"() => parent.postMessage({{ hereabouts: {{ height: {told} }} }}, '*')")
    inside.evaluate("() => { for (const one of [null, 7, 'x', {}, {hereabouts: null}]) parent.postMessage(one, '*') }")
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('iframe').style.height") == height
    # A page that asks wrongly, or from a place that may not, hears nothing.
    page.evaluate("() => { window.heard = []; addEventListener('message', ({data}) => heard.push(data)); }")
    for code in (
        "contentWindow.postMessage({hereabouts: 'what?'}, '*')",
        "contentWindow.postMessage(null, '*')",
        "contentWindow.postMessage({hereabouts: {height: 1}}, '*')",
    ):
        page.evaluate(f"() => document.querySelector('iframe').{code}")
    inside.evaluate("() => postMessage({hereabouts: 'how tall?'}, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("heard") == []
    page.evaluate("() => document.querySelector('iframe').contentWindow.postMessage({hereabouts: 'how tall?'}, '*')")
    page.wait_for_function("heard.length === 1")


@pytest.mark.parametrize("way", ["link", "keys"])
def test_danger_brings_help_first_and_a_way_out_that_takes_the_whole_page(
    shown: WidgetKey, library: Library, way: str
) -> None:
    page = library.open(library.site.put(library.script()), "phone")
    inside = library.inside(page)
    inside.get_by_role("searchbox").fill("my husband hits me")
    inside.get_by_role("button", name="Find support").click()
    expect(inside.locator(".urgent-card").first).to_be_visible()
    page.wait_for_function(
        f"document.querySelector('iframe').getBoundingClientRect().height <= {SIZES['phone']['height']}"
    )
    out = inside.locator("[data-exit]")
    for down in (0, 400, 4_000):
        inside.evaluate(f"scrollTo(0, {down})")
        expect(out).to_be_in_viewport()
    usable(inside)
    pictured(page, "crisis-phone")
    library.check(page, inside)
    if way == "link":
        out.click()
    else:
        inside.locator("h1").click()
        for _press in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(WEATHER)
    assert page.title() == "Weather"


def test_the_way_out_is_in_sight_where_the_frame_was_half_below(shown: WidgetKey, library: Library) -> None:
    page = library.open(library.site.put(library.script()), "phone")
    inside = library.inside(page)
    inside.get_by_role("searchbox").fill("my husband hits me")
    page.evaluate("document.body.style.paddingBlock = '2000px'")
    page.evaluate(
        "scrollTo(0, document.querySelector('iframe').getBoundingClientRect().top + scrollY - innerHeight + 80)"
    )
    page.keyboard.press("Enter")
    expect(inside.locator(".urgent-card").first).to_be_attached()
    expect(inside.locator("[data-exit]")).to_be_in_viewport()


def test_the_way_out_needs_no_script(shown: WidgetKey, library: Library) -> None:
    page = library.open(library.site.put(library.frame(query="?topic=abuse")), "phone", script=False)
    library.inside(page).locator("[data-exit]").click()
    page.wait_for_url(WEATHER)


def test_in_the_sandbox_that_the_paper_names(shown: WidgetKey, library: Library) -> None:
    told = (Path(__file__).parent.parent.parent / "docs" / "widget.md").read_text(encoding="utf-8")
    sandbox = next(part for part in told.split("`") if part.startswith("sandbox="))
    page = library.open(library.site.put(library.frame(query="?topic=abuse").replace("<iframe", f"<iframe {sandbox}")))
    inside = library.inside(page)
    with page.context.expect_page() as opened:
        inside.get_by_role("link", name="Urgent help").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("localStorage.length") == 0, "what opens beside it is in no sandbox"
    inside.locator("[data-exit]").click()
    page.wait_for_url(WEATHER)


def test_links_that_lead_out_open_beside_the_website(shown: WidgetKey, library: Library) -> None:
    page = library.open(library.site.put(library.script('data-near="LE2 0QB"')))
    inside = library.inside(page)
    for name in ("See all on Hereabouts", "Urgent help", "Privacy"):
        with page.context.expect_page() as opened:
            inside.get_by_role("link", name=name).click()
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(library.portal) and opened.value.evaluate("opener") is None
        assert opened.value.evaluate("document.referrer") == ""
    assert page.url.startswith(library.site.here) and "/widget/" in inside.url


def test_every_set_of_colours_can_be_read(
    shown: WidgetKey, library: Library, widget: Callable[..., WidgetKey], make: Make, index_now: Callable[[], None]
) -> None:
    from portal.widget.colours import SETS

    for one in SETS:
        widget(f"in{one.id}", allows_local=True, colours=one.id)
        body = library.script('data-near="LE2 0QB"', key=f"in{one.id}")
        page = library.open(library.site.put(body, path=f"/{one.id}"))
        usable(library.inside(page))
        pictured(page, f"colours-{one.id}")


def test_what_it_loads_is_small_and_ours_alone(shown: WidgetKey, library: Library) -> None:
    page = library.open("about:blank")
    asked: list[Any] = []

    def noted(answer: Any) -> None:
        asked.append(answer)

    page.on("response", noted)
    page.goto(library.site.put(library.script('data-near="LE2 0QB"')))
    inside = library.inside(page)
    as_tall_as_it_shows(page, inside)
    ours = [one for one in asked if one.url.startswith(library.portal)]
    assert {one.url.partition("?")[0] for one in asked} - {one.url.partition("?")[0] for one in ours} <= {
        f"{library.site.here}/", f"{library.site.here}/favicon.ico",
    }  # fmt: skip
    assert sum(len(one.body()) for one in ours) < 65_000 and len(ours) <= 5
    assert all("set-cookie" not in one.headers for one in ours)
