"""Two at the same moment: a referral that two send goes once, a form that two post makes one, and two colleagues make one."""

from typing import Any

import pytest
from flask import Flask

from portal.caseload import referring_drafts
from portal.core.extensions import db
from portal.people.models import Consent
from portal.referrals import guards
from portal.referrals.models import Introduction, Referral
from tests.caseload.test_referring import filled, refer_at, the_one, to_check
from tests.support.at_once import all_know, post_all
from tests.support.people import browser_as, make_user
from tests.support.referrals import World


def test_two_send_at_once_and_it_goes_once(loop: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = browser_as(app, loop.worker), browser_as(app, make_user("link-worker", organisation=loop.team))
    check = to_check(one, loop)
    form = next(tag for tag in check.select("form") if str(tag["action"]).endswith("/send"))
    told: dict[str, Any] = {"version": str(form.select_one("[name=version]")["value"])}
    all_know(monkeypatch, referring_drafts, "referral_of", 2)
    assert post_all([(browser, str(form["action"]), told) for browser in (one, other)]) == [303, 303]
    assert the_one().state == "sent" and db.session.query(Consent).count() == 1


def test_the_same_form_at_once_makes_one(loop: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_as(app, loop.worker)
    told = filled(browser.get(refer_at(loop)), how="spoken")
    address = f"/clients/{loop.person.reference}/refer"
    two = [(browser_as(app, loop.worker), address, told) for _each in range(2)]
    all_know(monkeypatch, referring_drafts.sending, "referral_of_key", 2)
    assert post_all(two) == [303, 303]
    assert db.session.query(Referral).count() == 1 and db.session.query(Introduction).count() == 1


def test_two_colleagues_refer_to_the_same_group_at_once_and_one_goes(
    loop: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = [browser_as(app, loop.worker), browser_as(app, make_user("link-worker", organisation=loop.team))]
    posts = []
    for browser in browsers:
        check = to_check(browser, loop)
        form = next(tag for tag in check.select("form") if str(tag["action"]).endswith("/send"))
        posts.append((browser, str(form["action"]), {"version": str(form.select_one("[name=version]")["value"])}))
    all_know(monkeypatch, guards, "look", 2)
    assert post_all(posts) == [303, 422]
    assert sorted(one.state for one in db.session.query(Introduction)) == ["draft", "sent"]
