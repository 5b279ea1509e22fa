"""What strangers try at every site: addresses that lead away, names that fill memory, files outside the folder."""

import pytest
from flask import Flask

from portal.core import assets
from tests.factories import Make
from tests.support.page import Browser


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/config.py",
        "css/../../app.py",
        "%00",
        "css",
        "a" * 400,
        f"css/{'a' * 300}.css",
    ],
)
def test_nothing_but_our_static_files_is_served(sqlite_app: Flask, name: str) -> None:
    assert sqlite_app.test_client().get(f"/static/{name}").status_code == 404


def test_names_of_static_files_that_strangers_make_up_are_not_remembered(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    client.get("/static/css/portal.css")
    before = assets.load.cache_info().currsize
    for number in range(20):
        client.get(f"/static/no-such-{number}.css")
        client.get(f"/static/css/{'./' * number}portal.css")
    assert assets.load.cache_info().currsize == before


@pytest.mark.parametrize(
    "address",
    ["/cy//evil.example", "/cy/%2f%2fevil.example/x", "/cy/%5c%5cevil.example", "/ur///evil.example"],
)
def test_no_link_of_a_page_that_is_not_there_leads_away(browser: Browser, address: str) -> None:
    page = browser.get(address, expect=404)
    links = [str(link["href"]) for link in page.select("a[href]")]
    assert not [link for link in links if not link.startswith(("/", "#", "tel:", "sms:", "mailto:", "https://"))]
    assert not [link for link in links if link.startswith(("//", "/\\")) or "://evil" in link]


@pytest.mark.parametrize("address", ["/", "/services", "/no-such-page", "/cy//static//x", "/services//x"])
def test_a_foreign_host_is_never_repeated(sqlite_app: Flask, address: str) -> None:
    answer = sqlite_app.test_client().get(address, base_url="http://evil.example")
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True) + str(answer.headers)
    assert "our fault" not in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "rubbish", ["%00", "%ed%a0%80", "%ff%fe", "%F0%9F", "%e2%80%ae", "a" * 3_000, "%", "1e999", "٣"]
)
def test_no_address_with_rubbish_in_it_is_a_fault_of_ours(app: Flask, rubbish: str) -> None:
    client = app.test_client()
    for address in (
        f"/services?q={rubbish}&near={rubbish}&topic={rubbish}&page={rubbish}&not=near:{rubbish}",
        f"/services/{rubbish}",
        f"/services/areas.geojson?box={rubbish},{rubbish},{rubbish},{rubbish}",
        f"/organisations/{rubbish}/{rubbish}",
        f"/neighbourhoods/{rubbish}?week={rubbish}",
        f"/list?code={rubbish}",
        f"/list/{rubbish}",
        f"/list/print?service={rubbish}",
        f"/services/not-found?need={rubbish}",
        f"/sitemap.xml?part={rubbish}",
        f"/cy/{rubbish}",
        f"/{rubbish}",
    ):
        assert client.get(address).status_code < 500, address


def test_no_form_with_rubbish_in_it_is_a_fault_of_ours(app: Flask) -> None:
    browser = Browser(app)
    rubbish = "a\x00\u202eb\ufffe" * 50
    for address in ("/list/add", "/list/remove", "/list/share"):
        browser.post(address, {"service": rubbish, "next": rubbish, "then": rubbish}, expect=303)
    told = {"words": rubbish, "postcode": rubbish, "contact": rubbish, "need": rubbish, "key": rubbish}
    browser.post("/services/not-found", told, expect=422)
    browser.post("/services/not-found", {"words": rubbish, "need": "", "key": rubbish}, expect=303)


@pytest.mark.parametrize("value", ["x", "." * 3_900, "WyJBQUFBIiwiIl0.aaaaaa.bbbbbb", '"\\000"', "W10.a.b"])
def test_a_forged_list_is_no_list(sqlite_app: Flask, value: str) -> None:
    browser = Browser(sqlite_app)
    for name in ("list", "portal"):
        browser.client.set_cookie(name, value)
    assert "You have not saved anything yet." in browser.get("/list").main


def test_codes_of_lists_cannot_be_guessed_by_naming_other_addresses(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    answers = [
        client.get("/list/234567", headers={"X-Forwarded-For": f"10.0.0.{number}", "Forwarded": f"for=10.0.0.{number}"})
        for number in range(62)
    ]
    assert [answer.status_code for answer in answers] == [404] * 60 + [429] * 2
    assert client.get("/cy/list/234567/print").status_code == 429


@pytest.mark.parametrize("address", ["/urgent-help", "/privacy", "/robots.txt", "/static/css/portal.css", "/brand.css"])
def test_what_is_cached_for_all_says_nothing_of_who_asked_first(browser: Browser, make: Make, address: str) -> None:
    browser.post("/list/add", {"service": str(make.service().id)}, expect=303)
    browser.post("/list/add", {"service": "00000000-0000-0000-0000-000000000000"}, expect=303)
    kept = browser.client.get(address)
    assert kept.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in kept.headers
    assert kept.data == browser.app.test_client().get(address).data
