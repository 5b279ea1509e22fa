"""Who has seen what: in plain words, by role and organisation, on a page and on paper."""

from collections.abc import Callable

from flask import Flask

from portal.core.extensions import db
from portal.referrals import answering
from portal.referrals.actors import group_by_link
from portal.referrals.queries import note_reading
from tests.support.page import Browser
from tests.support.referrals import World

AsUser = Callable[..., Browser]


def test_it_says_who_opened_what_without_names(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("accepted")
    note_reading(loop.group_worker, one, what="referral")
    browser, at = as_user(loop.worker), f"/clients/{loop.person.reference}"
    for _time in range(3):
        browser.get(at)
    page = browser.get(f"{at}/seen")
    rows = page.words("tbody tr")
    assert any("Link worker, Saffron Vale Link Workers Opened the record 3 times" in row for row in rows)
    assert any("Group worker, Larkfield Circle Opened the referral to Larkfield Circle" in row for row in rows)
    assert any("Sent a referral to Larkfield Circle" in row for row in rows)
    assert any("Noted that the person agreed to share with Larkfield Circle" in row for row in rows)
    assert "Arkwright" not in page.main and "Ferndale" not in page.main
    paper = browser.get(f"{at}/seen/print")
    assert "Opened the record" in paper.text and "Quilla" not in paper.html and "Arkwright" not in paper.html


def test_what_a_group_did_by_a_link_is_told_as_its_own(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    answering.accept(one, by=group_by_link(one, one.id))
    db.session.commit()
    page = as_user(loop.worker).get(f"/clients/{loop.person.reference}/seen")
    assert "Larkfield Circle, by the link in an e-mail Said yes to the referral" in page.main
