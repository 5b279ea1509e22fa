"""The script of a key: small, ours, the same for everybody, and a plain link where a frame may not be."""

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core import assets, brand
from portal.widget.models import WidgetKey
from portal.widget.script import LARGEST
from tests.support.page import Browser
from tests.widget.conftest import KEY, SITE

Widget = Callable[..., WidgetKey]
ADDRESS = f"/widget/{KEY}.js"
NOT_DONE = (
    "eval", "Function(", "innerHTML", "insertAdjacentHTML", "document.write", "setAttribute", "cookie", "localStorage",
    "navigator", "sessionStorage", "indexedDB", "fetch(", "XMLHttpRequest", "sendBeacon", "import(", "referrer;",
)  # fmt: skip


def told(code: str) -> dict[str, Any]:
    """What a script is told."""
    found = re.search(r"\}\)\((\{.*\})\);\n$", code)
    assert found is not None
    return dict(json.loads(found[1]))


def test_it_is_small_cacheable_and_for_pages_of_other_origins(
    sqlite_app: Flask, browser: Browser, widget: Widget
) -> None:
    widget(sites=[SITE, "https://*.surgery.example.org", "https://shop.example.org:8443"], allows_local=True)
    answer = browser.get(ADDRESS)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert len(answer.html.encode()) < LARGEST == 5_000
    assert answer.headers["Cache-Control"] == "public, max-age=300" and "Cookie" not in answer.headers["Vary"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = browser.client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.headers.getlist("Set-Cookie")


def test_with_as_many_sites_as_there_may_be_it_is_still_small_on_the_wire(
    sqlite_app: Flask, browser: Browser, widget: Widget
) -> None:
    widget(sites=[f"https://*.a-rather-long-name-of-a-website-{number}.example.org:8443" for number in range(20)])
    assert len(gzip.compress(browser.get(ADDRESS).html.encode())) < LARGEST


@pytest.mark.parametrize("name", ["js/widget.js", "js/widget-frame.js"])
def test_our_code_does_nothing_that_follows_anybody_or_that_a_strict_policy_stops(name: str) -> None:
    found = assets.load(name)
    assert found is not None
    code = found.body.decode()
    assert not [word for word in NOT_DONE if word in code]


def test_it_is_told_what_its_key_says_and_nothing_else(sqlite_app: Flask, browser: Browser, widget: Widget) -> None:
    widget(languages=["ur", "en"], name="Of no concern to visitors", filters={"near": "LE2 0QB"})
    code = browser.get(ADDRESS).html
    assert told(code) == {
        "script": ADDRESS,
        "sites": [SITE],
        "local": False,
        "first": "ur",
        "languages": told(code)["languages"],
        "single": ["q", "near", "within", "sort"],
        "several": {
            **{name: name for name in ("join", "when", "cost", "access", "how", "who", "topic", "space")},
            "spoken": "language",
        },
    }
    assert told(code)["languages"]["en"] == {
        "code": "en", "direction": "ltr", "page": f"/widget/{KEY}", "site": "/services",
        "title": "Find support, by Hereabouts", "link": "Find support on Hereabouts",
    }  # fmt: skip
    urdu = told(code)["languages"]["ur"]
    assert (urdu["direction"], urdu["page"], urdu["site"]) == ("rtl", f"/ur/widget/{KEY}", "/ur/services")
    assert browser.get(f"/cy{ADDRESS}").html == code


@pytest.mark.parametrize("key", ["nobodys", "a" * 40, "%f0%9f%92%99", "');alert(1);(", "x%22y", "%3Cscript%3E", "a.js"])
def test_under_a_key_that_nobody_has_it_names_no_site(sqlite_app: Flask, browser: Browser, key: str) -> None:
    answer = browser.get(f"/widget/{key}.js")
    data = told(answer.html)
    assert data["sites"] == [] and data["local"] is False and data["languages"]["en"]["site"] == "/services"
    assert answer.html.isascii()


def test_one_that_is_switched_off_names_no_site(sqlite_app: Flask, browser: Browser, widget: Widget) -> None:
    widget(is_on=False, allows_local=True)
    data = told(browser.get(ADDRESS).html)
    assert data["sites"] == [] and data["local"] is False


def test_a_name_with_signs_does_no_harm(sqlite_app: Flask, browser: Browser, widget: Widget, monkeypatch: Any) -> None:
    name = "A \"B\" </script>\u2028<!-- 'C' \\"
    monkeypatch.setattr("portal.widget.script.current_brand", lambda: brand.Brand(name=name))
    widget()
    code = browser.get(ADDRESS).html
    assert told(code)["languages"]["en"]["link"] == f"Find support on {name}" and "\u2028" not in code
