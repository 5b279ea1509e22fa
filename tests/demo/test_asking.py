"""People of the demo who asked for themselves."""

from pathlib import Path

from flask import Flask

from portal.core.extensions import db
from portal.demo import asking
from portal.notifications.models import OutboxMessage
from portal.referrals.models import Referral
from tests.support.page import Browser


def test_the_page_of_one_opens_by_the_reference_and_code_of_the_docs(referred: Flask, browser: Browser) -> None:
    assert asking.ensure()
    db.session.commit()
    assert not asking.ensure()
    routes = [one.route for one in db.session.query(Referral) if one.organization_id is None]
    assert sorted(routes) == ["for-somebody", "self", "self"]
    assert db.session.query(OutboxMessage).filter_by(state="waiting").count() == 0
    told = Path("docs/self-referral.md").read_text(encoding="utf-8")
    assert "K7PH-4MWX" in told and "246 810" in told
    page = browser.follow(browser.post("/my-referral", {"reference": "k7ph 4mwx", "code": "246 810"}, expect=303))
    assert "Your referral K7PH-4MWX" in page.main and "Bexcombe" not in page.html
