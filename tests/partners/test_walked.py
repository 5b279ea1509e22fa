"""Every page of this part with real things in its address: it opens for whoever may, and is whole for a browser."""

from urllib.parse import quote_from_bytes

import pytest
from flask import Flask

from portal.core.permissions import Permission
from tests.factories import Make
from tests.house import walk
from tests.house.access_table import ACCESS
from tests.support.people import browser_as


def test_every_page_opens_for_who_may(sqlite_app: Flask, make: Make) -> None:
    world = walk.world(make)
    browsers = {
        name: browser_as(sqlite_app, world.people[name]) for name in ("lead-provider", "commissioner", "administrator")
    }
    allowed = {
        Permission.PARTNERS_READ.value: {"lead-provider", "commissioner"},
        Permission.PARTNERS_MANAGE.value: {"lead-provider"},
        Permission.SITE_MANAGE.value: {"administrator"},
    }
    rules = [one for one in sqlite_app.url_map.iter_rules() if one.endpoint.startswith("partners.")]
    pages = [one for one in rules if "GET" in (one.methods or ()) and not one.rule.startswith("/<")]
    assert len(pages) >= 30
    for rule in pages:
        address = walk.address_of(rule, world)
        for name, browser in browsers.items():
            browser.get(address, expect=200 if name in allowed[ACCESS[rule.endpoint]] else 403)


RUBBISH = ("\x00", "\ud800", "9" * 5000, "=1+1", "<b>" * 3000, "\u202e\u200b", "%s%n", "../../etc", "é\u0301" * 2000)


@pytest.mark.parametrize("nasty", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_in_every_field_is_refused_or_kept_as_words(sqlite_app: Flask, make: Make, nasty: str) -> None:
    world = walk.world(make)
    browser = browser_as(sqlite_app, world.people["lead-provider"])
    rules = [one for one in sqlite_app.url_map.iter_rules() if one.endpoint.startswith("partners.")]
    forms = [one for one in rules if {"GET", "POST"} <= (one.methods or set()) and not one.rule.startswith("/<")]
    sent = nasty.encode("utf-8", "surrogatepass")
    for rule in forms:
        if ACCESS[rule.endpoint] != Permission.PARTNERS_MANAGE.value:
            continue
        address = walk.address_of(rule, world)
        fields = {str(one["name"]) for one in browser.get(address).select("main form [name]")} - {"csrf_token"}
        body = "&".join(f"{name}={quote_from_bytes(sent)}" for name in sorted(fields))
        token = browser.csrf_token()
        answer = browser.client.post(
            address, data=f"csrf_token={token}&{body}", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in {303, 400, 409, 422}, f"{address}: {answer.status_code}"
