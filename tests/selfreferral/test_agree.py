"""The link by which a person is asked whether they agree: opening it changes nothing, a pressed button does."""

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.referrals import links
from portal.referrals.models import Introduction, IntroductionLink
from tests.factories import Make
from tests.support.page import Browser
from tests.support.referrals import World, make_person

PRESSED = {"answer": "yes"}


def _asked(loop: World, **options: object) -> tuple[Introduction, str]:
    one = loop.introduction("awaiting-consent", **options)
    token = links.new_link(one, "agree", email="quilla.v@people.example.org")
    db.session.commit()
    return one, f"/agree/{token}"


def _state(one: Introduction) -> str:
    db.session.expire_all()
    return db.session.get_one(Introduction, one.id).state


def test_yes_sends_it_under_an_agreement_given_online(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    one, address = _asked(loop)
    page = browser.get(address)
    assert "Larkfield Circle" in page.main and "Saffron Vale Link Workers" in page.main
    assert "Vantongeren" not in page.html and "Company, and a reason" not in page.html
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    thanks = browser.follow(browser.post(address, PRESSED, expect=303))
    assert "You agreed, and your referral was sent" in thanks.main
    assert _state(one) == "sent"
    (agreed,) = one.person.consents
    assert (agreed.status, agreed.how, agreed.given_by) == ("active", "online", "person")
    assert one.referral.code is not None


def test_no_refuses_and_shares_nothing(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    one, address = _asked(loop)
    page = browser.follow(browser.post(address, {"answer": "no"}, expect=303))
    assert "Nothing was shared" in page.main and _state(one) == "patient-declined"
    assert [agreed.status for agreed in one.person.consents] == ["refused"]
    browser.post(address, PRESSED, expect=200)
    assert _state(one) == "patient-declined"


def test_no_ends_what_was_agreed_with_the_group_before_and_all_that_stands_under_it(
    sqlite_app: Flask, browser: Browser, loop: World, make: Make
) -> None:
    """Or it would stay open for ever under an agreement that has ended, where its group can do nothing with it."""
    goes_on = loop.introduction("in-progress")
    one, address = _asked(loop, service=make.service("Kettle and Chat", organisation=loop.group))
    browser.post(address, {"answer": "no"}, expect=303)
    assert (_state(one), _state(goes_on)) == ("patient-declined", "withdrawn")
    assert {agreed.status for agreed in one.person.consents} == {"withdrawn", "refused"}


def test_a_scanner_that_opens_or_sends_the_form_changes_nothing(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    one, address = _asked(loop)
    browser.get(address)
    browser.post(address, {}, expect=200)
    sent = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
    token = browser.csrf_token()
    browser.client.post(address, data=PRESSED | {"csrf_token": token}, headers=sent)
    browser.client.head(address)
    assert _state(one) == "awaiting-consent"
    assert db.session.query(IntroductionLink).filter(IntroductionLink.used_at.is_not(None)).count() == 0


def test_a_child_needs_the_tick_of_a_parent(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    child = make_person(loop.team, worker=loop.worker, age_group="under-16")
    one, address = _asked(loop, person=child)
    page = browser.post(address, PRESSED, expect=422)
    assert "parent or guardian" in page.words(".error-summary")[0]
    browser.post(address, PRESSED | {"parent": "y"}, expect=303)
    assert _state(one) == "sent" and one.person.consents[0].given_by == "parent"


def test_a_group_that_has_no_space_any_more_is_told_of_and_nothing_is_shared(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    one, address = _asked(loop)
    loop.service.status = "defunct"
    db.session.commit()
    page = browser.post(address, PRESSED, expect=422)
    assert "This listing has closed" in page.main and "Nothing was shared" in page.main
    assert _state(one) == "awaiting-consent" and one.person.consents == []


@pytest.mark.parametrize("token", ["forged", "x" * 43])
def test_a_forged_link_opens_nothing(sqlite_app: Flask, browser: Browser, token: str) -> None:
    browser.get(f"/agree/{token}", expect=404)


def test_an_older_link_and_one_that_was_answered_elsewhere_are_dead(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    one, first = _asked(loop)
    token = links.new_link(one, "agree", email="quilla.v@people.example.org")
    db.session.commit()
    page = browser.get(first, expect=410)
    assert "does nothing any more" in page.main
    browser.post(f"/agree/{token}", {"answer": "no"}, expect=303)
    browser.post(first, PRESSED, expect=410)
    assert _state(one) == "patient-declined"
