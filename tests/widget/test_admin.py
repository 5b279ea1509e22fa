"""The pages where administrators say which websites may show our listings."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from portal.accounts.roles import Role
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.widget.models import WidgetKey, WidgetUse
from portal.widget.queries import first_day
from tests.factories import Make
from tests.support.chromium import SIZES, check_at, picture
from tests.support.page import Browser
from tests.support.people import session_of

ADDRESS = "/admin/widgets"
PICTURES = os.environ.get("PORTAL_PICTURES")
FILLED = {
    "name": "Larkfield Library", "sites": "https://www.library.example.org/\nhttps://*.surgery.example.org", "is_on": "y",
    "near": "LE2 0QB", "within": "5", "topic": ["food", "loneliness"], "cost": "free", "languages": ["en", "ur"], "first": "ur",
    "colours": "plum", "key": "k" * 30, "evil": "x", "q": "",
}  # fmt: skip
Widget = Callable[..., WidgetKey]


@pytest.fixture
def boss(make: Make, as_user: Callable[..., Browser]) -> Browser:
    return as_user(make.user("administrator"))


def every() -> list[WidgetKey]:
    db.session.expire_all()
    return db.session.query(WidgetKey).order_by(WidgetKey.name).all()


def acts() -> list[str]:
    return [
        one.action
        for one in db.session.query(AuditEntry).order_by(AuditEntry.number)
        if one.action.startswith("widget")
    ]


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.ADMINISTRATOR])
def test_administrators_alone_may_open_them(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], widget: Widget, role: str
) -> None:
    user = make.user(role, organisation=make.organisation("Larkfield Circle"), area="E06000016")
    one_id = widget().id
    browser = as_user(user)
    for path in ("", "/add", f"/{one_id}"):
        browser.get(f"{ADDRESS}{path}", expect=403)
    for path in ("/add", f"/{one_id}", f"/{one_id}/switch"):
        browser.post(f"{ADDRESS}{path}", FILLED, expect=403)
    assert [(one.name, one.is_on) for one in every()] == [("Larkfield Library", True)] and acts() == []


def test_a_website_is_added_and_shown_with_the_lines_to_copy(app: Flask, boss: Browser) -> None:
    assert boss.get("/admin").link("Other websites") == ADDRESS
    assert "Last changed:" not in boss.get(f"{ADDRESS}/add").main
    page = boss.follow(boss.post(f"{ADDRESS}/add", FILLED, expect=303))
    (one,) = every()
    assert one.sites == ["https://www.library.example.org", "https://*.surgery.example.org"]
    assert one.filters == {"near": "LE2 0QB", "within": "5", "topic": ["food", "loneliness"], "cost": ["free"]}
    assert (one.languages, one.colours, one.is_on, one.allows_local) == (["ur", "en"], "plum", True, False)
    assert len(one.key) == 12 and one.key.isalnum() and one.key.islower()
    script, frame = (page.one(f"#{name}").get_text() for name in ("by-script", "by-frame"))
    assert f'<script src="http://127.0.0.1:8000/widget/{one.key}.js" async></script>' in script
    assert '<noscript><a href="http://127.0.0.1:8000/ur/services"' in script
    assert f'<iframe src="http://127.0.0.1:8000/ur/widget/{one.key}"' in frame
    assert page.one("#rules").get_text() == "script-src http://127.0.0.1:8000; frame-src http://127.0.0.1:8000"
    boss.get(page.link("See it by itself (opens in a new tab)"))
    for field in ("within", "first"):
        assert page.one(f"#{field} option[selected]")["value"] == FILLED[field]
    ticked = {str(tag["id"]) for tag in page.select("input[checked]")}
    assert ticked == {
        "is_on",
        "topic-food",
        "topic-loneliness",
        "cost-free",
        "languages-en",
        "languages-ur",
        "colours-plum",
    }
    assert acts() == ["widget.added"]


def test_a_form_that_is_sent_twice_makes_one(app: Flask, boss: Browser) -> None:
    first, second = (boss.post(f"{ADDRESS}/add", FILLED, expect=303).headers["Location"] for _turn in range(2))
    assert first == second and len(every()) == 1 and acts() == ["widget.added"]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Enter a name"),
        ("name", "x" * 101, "Use 100 characters or fewer"),
        ("sites", "", "Enter at least one address"),
        ("sites", "https://www.example.org/page", "without a page after the name"),
        ("sites", "http://www.example.org", "like https://www.example.org"),
        ("sites", "http://127.0.0.1:5500/try.html", "tick “Also show it in pages on one’s own machine”"),
        ("sites", "localhost:3000", "tick “Also show it in pages on one’s own machine”"),
        ("sites", "http://localhost.evil.example", "like https://www.example.org"),
        ("sites", "null", "like https://www.example.org"),
        ("sites", "https://*.co.uk", "Websites of many different people"),
        ("sites", "https://bücher.example", "in plain letters"),
        ("sites", "https://a.example.org\n" + "\n".join(f"https://a{n}.example.org" for n in range(20)),
         "Use 20 addresses or fewer"),
        ("sites", "x" * 5_000, "Use 20 addresses or fewer"),
        ("near", "Nowhereatallville", "Enter a full UK postcode or a town"),
        ("near", "x" * 500, "Use 120 characters or fewer"),
        ("q", "tea " * 100, "Use 300 characters or fewer"),
        ("within", "7", "Choose one of the answers"),
        ("colours", "pink", "Choose one of the answers"),
        ("first", "tlh", "Choose one of the answers"),
        ("languages", ["tlh"], "Choose from the answers"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_at_its_field(
    sqlite_app: Flask, boss: Browser, field: str, typed: object, sentence: str
) -> None:
    page = boss.post(f"{ADDRESS}/add", {**FILLED, field: typed}, expect=422)
    assert page.select(f'.error-summary a[href="#{field}"]') and page.select(f"#{field}")
    assert sentence in page.one(".error-summary").get_text() and not every()
    assert {"topic-food", "cost-free"} <= {str(tag["id"]) for tag in page.select("input[checked]")}


def test_rubbish_is_no_fault_of_ours(app: Flask, boss: Browser) -> None:
    for rubbish in ("\x00", "\ud800".encode("utf-8", "surrogatepass"), "9" * 5_000, "\u202e<script>"):
        sent = {name: rubbish for name in FILLED if name != "key"}
        boss.post(f"{ADDRESS}/add", {**sent, "version": rubbish}, expect=422)
    boss.get(f"{ADDRESS}/{'0' * 8}-0000-0000-0000-{'0' * 12}", expect=404)
    boss.post(f"{ADDRESS}/{'0' * 8}-0000-0000-0000-{'0' * 12}/switch", expect=404)


def test_a_change_is_kept_and_of_two_at_once_the_second_is_asked_again(
    app: Flask, boss: Browser, widget: Widget
) -> None:
    one_id = widget().id
    address = f"{ADDRESS}/{one_id}"
    version = boss.get(address).one('input[name="version"]')["value"]
    boss.post(address, {**FILLED, "version": version, "name": "The first"}, expect=303)
    page = boss.post(address, {**FILLED, "version": version, "name": "The second"}, expect=409)
    assert every()[0].name == "The first" and page.one("#name")["value"] == "The second"
    assert "Somebody else changed this" in page.main and "Last changed:" in page.main
    boss.post(
        address, {**FILLED, "version": page.one('input[name="version"]')["value"], "name": "The second"}, expect=303
    )
    assert every()[0].name == "The second" and acts() == ["widget.changed", "widget.changed"]


def test_one_is_switched_off_and_on(app: Flask, boss: Browser, widget: Widget) -> None:
    one = widget()
    one_id, key = one.id, one.key
    for to, is_on, status in (("off", False, 403), ("off", False, 403), ("on", True, 200)):
        page = boss.follow(boss.post(f"{ADDRESS}/{one_id}/switch", {"to": to}, expect=303))
        assert every()[0].is_on is is_on and (("Switch off" if is_on else "Switch on") in page.main)
        boss.get(f"/widget/{key}", expect=status)
    assert acts() == ["widget.switched_off", "widget.switched_on"]


def test_without_languages_it_has_all_and_only_ones_own_machine_may_do(sqlite_app: Flask, boss: Browser) -> None:
    filled = {
        **FILLED,
        "languages": [],
        "first": "en",
        "sites": "",
        "allows_local": "y",
        "near": "",
        "topic": [],
        "cost": [],
    }
    boss.post(f"{ADDRESS}/add", filled, expect=303)
    boss.post(f"{ADDRESS}/add", {**filled, "first": "cy", "name": "Welsh first", "key": "w" * 30}, expect=303)
    assert [(one.languages, one.sites) for one in every()] == [([], []), (["cy", "en", "ur"], [])]
    assert "One’s own machine only" in boss.get(ADDRESS).main


def test_uses_are_shown_by_day(sqlite_app: Flask, boss: Browser, widget: Widget) -> None:
    one_id = widget().id
    db.session.add(WidgetUse(day=first_day(), widget_key_id=one_id, count=7))
    db.session.commit()
    assert "7 pages shown in the last 30 days" in boss.get(ADDRESS).main
    page = boss.get(f"{ADDRESS}/{one_id}")
    assert page.words("tbody td")[-1] == "7" and len(page.select("tbody tr")) == 30


def test_everybody_can_use_them(sqlite_app: Flask, make: Make, chromium: Chromium, site: str, widget: Widget) -> None:
    one_id = widget(filters={"topic": ["food"]}).id
    context = chromium.new_context(viewport=SIZES["desk"])
    name, token = session_of(sqlite_app, make.user("administrator", name="Ines Calder"))
    context.add_cookies([{"name": name, "value": token, "url": site}])
    window = context.new_page()
    for prefix in ("", "/ur"):
        for path in ("", "/add", f"/{one_id}"):
            answered = window.goto(f"{site}{prefix}{ADDRESS}{path}")
            assert answered is not None and answered.status == 200, path
            check_at(window)
            if PICTURES:
                picture(window, Path(PICTURES), f"admin-widgets{prefix[1:]}{path[:4].replace('/', '-')}")
    context.close()
