"""The pages of webhooks: administrators alone, a secret shown once, and every act with a button and plain words."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser as Chromium

from portal.accounts.roles import Role
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.webhooks.cli import webhooks
from portal.webhooks.models import WebhookSubscription
from tests.factories import Make
from tests.support.chromium import check_at, picture
from tests.support.page import Browser
from tests.support.people import session_of
from tests.webhooks.conftest import Receiver, change, deliveries, subscribe, worked

HOME = "/admin/webhooks"
PICTURES = os.environ.get("PORTAL_PICTURES")


@pytest.fixture
def boss(make: Make, as_user: Callable[..., Browser]) -> Browser:
    return as_user(make.user("administrator"))


def typed(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"address": receiver.address, "kinds": ["changed", "gone"], "areas": "", "key": "k" * 32} | more


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.ADMINISTRATOR])
def test_administrators_alone_may_open_it(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], role: str
) -> None:
    user = make.user(role, organisation=make.organisation("Larkfield Circle"), area="E06000016")
    as_user(user).get(HOME, expect=403)


def test_at_first_a_webhook_is_told_of_everything(sqlite_app: Flask, boss: Browser) -> None:
    assert [box["value"] for box in boss.get(HOME).select('[name="kinds"][checked]')] == ["changed", "gone"]


def test_a_webhook_is_added_and_its_secret_is_shown_once(
    app: Flask, boss: Browser, make: Make, allowed: Receiver
) -> None:
    assert boss.get("/admin").link("Webhooks") == HOME and "Nobody yet." in boss.get(HOME).main
    page = boss.post(HOME, typed(allowed, areas="e06000016, E02000001"), expect=200)
    secret = page.one("#the-secret").get_text()
    assert secret.startswith("whsec_") and page.headers["Cache-Control"] == "no-store"
    again = boss.follow(boss.post(HOME, typed(allowed), expect=303))
    assert "It was added before." in again.text and len(again.select(".sheet__link")) == 1
    assert secret not in again.html and "of-the-receiver" not in again.html
    (one,) = db.session.query(WebhookSubscription)
    assert one.areas == ["E06000016", "E02000001"] and secret not in boss.get(f"{HOME}/{one.id}").html


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": ""}, "Enter an address that begins with https://"),
        ({"address": "http://council.example/"}, "Enter a whole address that begins with https://"),
        ({"address": "http://Council.example/"}, "PORTAL_FETCH_ALLOW=council.example."),
        ({"address": "https://10.0.0.1/"}, "not on the public internet"),
        ({"address": "https://10.0.0.1/"}, "PORTAL_FETCH_ALLOW=10.0.0.1."),
        ({"address": "http://localhost:9999/hook"}, "PORTAL_FETCH_ALLOW=localhost:9999."),
        ({"address": "https://x.example/" + "a" * 2_000}, "2,000 characters"),
        ({"kinds": []}, "Choose at least one"),
        ({"areas": "Leicester, Nowhereshire"}, "We know no council called Nowhereshire."),
        ({"areas": " ".join(f"E{number:08}" for number in range(51))}, "50 areas or fewer"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    sqlite_app: Flask, boss: Browser, allowed: Receiver, wrong: dict[str, Any], sentence: str
) -> None:
    page = boss.post(HOME, typed(allowed, **wrong), expect=422)
    assert sentence in page.main and page.select(f"#{next(iter(wrong))}-error")
    assert not db.session.query(WebhookSubscription).count()


@pytest.mark.parametrize("address", ["ftp://council.example/", "https://user:word@council.example/", "council.example"])
def test_no_way_out_is_named_where_there_is_none(
    sqlite_app: Flask, boss: Browser, allowed: Receiver, address: str
) -> None:
    assert "PORTAL_FETCH_ALLOW" not in boss.post(HOME, typed(allowed, address=address), expect=422).main


def test_areas_are_named_as_people_call_them(sqlite_app: Flask, boss: Browser, allowed: Receiver) -> None:
    boss.post(HOME, typed(allowed, areas="leicester, E02000001 e02000002; Oadby and Wigston,E06000016"), expect=200)
    (one,) = db.session.query(WebhookSubscription)
    assert one.areas == ["E06000016", "E02000001", "E02000002", "E07000135"]


def test_every_button_does_what_it_says(sqlite_app: Flask, boss: Browser, make: Make, allowed: Receiver) -> None:
    one = subscribe(allowed)
    here = f"{HOME}/{one.id}"
    page = boss.follow(boss.post(f"{here}/test", {}, expect=303))
    assert "A test is on its way." in page.text and "waits" in page.main
    work_until_idle()
    assert allowed.got[0].verified(one.secret)["type"] == "webhook.test" and "arrived" in boss.get(here).main
    page = boss.follow(boss.post(f"{here}/switch", {"to": "off"}, expect=303))
    assert "It is paused." in page.text and one.now.state == "paused"
    change(make.service().id)
    boss.post(f"{here}/switch", {"to": "on"}, expect=303)
    allowed.answer = lambda _got, _sock: 500
    worked()
    page = boss.get(here)
    assert "The receiver answered with an error." in page.main and "500" in page.main
    assert page.main.count("Last tried:") == 2, "the test, and the listing that changed"
    new = boss.post(f"{here}/secret", {}, expect=200).one("#the-secret").get_text()
    assert new == one.now.secret != one.secret
    assert "less than a day ago" in boss.follow(boss.post(f"{here}/secret", {}, expect=303)).text
    assert "The webhook was removed." in boss.follow(boss.post(f"{here}/remove", {}, expect=303)).text
    boss.get(here, expect=404)
    assert not deliveries()


def test_one_that_there_is_not_is_not_found(sqlite_app: Flask, boss: Browser) -> None:
    for path in ("test", "secret", "switch", "remove"):
        boss.post(f"{HOME}/{uuid4()}/{path}", {}, expect=404)


def test_tests_do_not_pile_up(sqlite_app: Flask, boss: Browser, allowed: Receiver) -> None:
    one = subscribe(allowed)
    for _ in range(5):
        boss.post(f"{HOME}/{one.id}/test", {}, expect=303)
    assert "Is the worker running?" in boss.follow(boss.post(f"{HOME}/{one.id}/test", {}, expect=303)).text
    work_until_idle()
    assert len(allowed.got) == 5


def test_the_commands_do_the_same(sqlite_app: Flask, allowed: Receiver) -> None:
    runner = CliRunner()

    def ran(*arguments: str) -> Any:
        return runner.invoke(webhooks, [*arguments], obj=sqlite_app)

    added = json.loads(ran("add", allowed.address, "--kind", "gone", "--area", "Leicester", "--json").output)
    assert added["secret"].startswith("whsec_")
    sent = json.loads(ran("test", added["id"], "--json").output)
    work_until_idle()
    assert allowed.got[0].message_id == sent["id"]
    (told,) = json.loads(ran("list", "--json").output)["webhooks"]
    assert (
        told["deliveries"] == {"delivered": 1}
        and told["areas"] == ["E06000016"]
        and told["kinds"] == ["gone"]
        and "key" not in told["address"]
    )
    assert "1 delivered" in ran("list").output and "secret" in ran("add", allowed.address).output
    for wrong in (
        ("add", "http://x.example/"),
        ("add", allowed.address, "--area", "Nowhereshire"),
        ("test", str(uuid4())),
    ):
        done = ran(*wrong)
        assert done.exit_code == 1 and "Traceback" not in done.output


def test_the_pages_fit_and_axe_finds_nothing(
    sqlite_app: Flask, make: Make, site: str, chromium: Chromium, allowed: Receiver
) -> None:
    one, lost = subscribe(allowed, areas=("E06000016",)), subscribe(allowed)
    change(make.service().id)
    allowed.answer = lambda _got, _sock: 410
    worked()
    work_until_idle()
    user = make.user("administrator")
    cookie, token = session_of(sqlite_app, user)
    with chromium.new_context() as context:
        context.add_cookies([{"name": cookie, "value": token, "url": site}])
        tab = context.new_page()
        for address in (HOME, f"{HOME}/{one.id}", f"{HOME}/{lost.id}"):
            tab.goto(f"{site}{address}")
            check_at(tab)
            if PICTURES:
                picture(tab, Path(PICTURES), "webhooks")
