"""What strangers try at every site: addresses that lead away, names that fill memory, files outside the folder."""

import pytest
from flask import Flask

from portal.core import assets
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
