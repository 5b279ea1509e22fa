"""Every page of this part with real things in its address: it opens for whoever may, and is whole for a browser.

Who may not is refused: `tests/house/test_walk.py`. The visitor of `tests/house/test_rubbish.py` leads no programme, so rubbish is
sent to these forms here.
"""

from flask import Flask

from portal.core.permissions import Permission
from tests.factories import Make
from tests.house import walk
from tests.house.access_table import ACCESS
from tests.house.test_rubbish import RUBBISH, SCRIPT
from tests.support.people import browser_as

WHO = {
    Permission.PARTNERS_READ.value: "commissioner",
    Permission.PARTNERS_MANAGE.value: "lead-provider",
    Permission.SITE_MANAGE.value: "administrator",
}
"""Whoever may with this permission; a lead provider reads as well, which its own tests show."""
TURNS = (0, 3)
"""Of the pieces of rubbish each field gets two, the next one those after."""


def test_every_page_opens_for_who_may_and_rubbish_is_refused_or_kept_as_words(sqlite_app: Flask, make: Make) -> None:
    world = walk.world(make)
    browsers = {mark: browser_as(sqlite_app, world.people[name]) for mark, name in WHO.items()}
    keeper = browsers[Permission.PARTNERS_MANAGE.value]
    rules = [one for one in sqlite_app.url_map.iter_rules() if one.endpoint.startswith("partners.")]
    pages = [one for one in rules if "GET" in (one.methods or ()) and not one.rule.startswith("/<")]
    assert len(pages) >= 30
    forms = {}
    for rule in pages:
        address, mark = walk.address_of(rule, world), ACCESS[rule.endpoint]
        page = browsers[mark].get(address)
        if "POST" in (rule.methods or ()) and mark == Permission.PARTNERS_MANAGE.value:
            forms[address] = sorted({str(one["name"]) for one in page.select("main form [name]")} - {"csrf_token"})
    token = keeper.csrf_token()
    for turn in TURNS:
        for address, fields in forms.items():
            body = "&".join(f"{name}={RUBBISH[(place + turn) % len(RUBBISH)]}" for place, name in enumerate(fields))
            answer = keeper.client.post(
                address, data=f"csrf_token={token}&{body}", content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code in {303, 400, 409, 422}, f"{address}: {answer.status_code}"
            assert SCRIPT not in answer.get_data(as_text=True), address
    assert len(forms) > 15
