"""Self-referral from the service to cancelling it, in a real browser: with and without scripts, on both databases."""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core.extensions import db
from portal.referrals.models import Introduction
from tests.selfreferral import walking
from tests.support.chromium import SIZES, check_accessible
from tests.support.referrals import World


def _next(page: Page, heading: str, *, look: bool) -> None:
    page.click("main form button:has-text('Continue')")
    expect(page.locator("h1")).to_have_text(heading)
    if look:
        check_accessible(page)


def _asks(page: Page, *, look: bool) -> tuple[str, str]:
    """Fill in the six pages and send; gives reference and code."""
    page.click("main a.button:has-text('Start')")
    page.check("input[name=who][value=me]")
    _next(page, "About you", look=False)
    page.fill("[name=given_name]", "Quilla")
    page.check("input[name=age_group][value='65-over']")
    page.fill("[name=postcode]", "le20qb")
    _next(page, "What would help?", look=False)
    page.fill("[name=words]", walking.WORDS)
    _next(page, "Getting in touch safely", look=False)
    page.check("input[name=ways][value=phone]")
    page.fill("[name=phone]", "07700 900 982")
    _next(page, "Getting in touch safely", look=look)
    expect(page.locator(".error-summary")).to_contain_text("safe to text or leave a message")
    page.check("input[name=voicemail][value=no]")
    _next(page, "Anything to keep people safe", look=False)
    _next(page, "Your agreement", look=False)
    page.check("input[name=agreed][value=yes]")
    _next(page, "Check before you send", look=look)
    page.click("button:has-text('Send referral')")
    expect(page.locator("h1")).to_have_text("Your referral was sent")
    reference, code = page.locator(".asking__code").all_inner_texts()
    return reference, code


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_ask_look_and_cancel(app: Flask, loop: World, site: str, chromium: Chromium, scripts: bool) -> None:
    size = "narrow" if app.extensions["portal.settings"].is_on_postgresql else "phone"
    page = chromium.new_page(viewport=SIZES[size], java_script_enabled=scripts)
    page.goto(f"{site}/refer/{loop.service.id}")
    expect(page.get_by_text("This is not for emergencies or to report abuse")).to_be_visible()
    reference, code = _asks(page, look=scripts)
    page.goto(f"{site}/my-referral")
    page.fill("[name=reference]", reference.lower())
    page.fill("[name=code]", code)
    page.click("main form button:has-text('Continue')")
    expect(page.locator(".state-tag")).to_have_text("Sent, not seen")
    if scripts:
        check_accessible(page)
    page.click("a:has-text('Cancel my referral')")
    page.check("input[name=why][value=needs-met-elsewhere]")
    page.click("main form button:has-text('Cancel my referral')")
    expect(page.locator(".notification--done")).to_contain_text("It is cancelled")
    page.close()
    db.session.rollback()
    (one,) = db.session.query(Introduction).all()
    assert (one.state, one.reason_code, one.ended_by) == ("withdrawn", "needs-met-elsewhere", "person")


def test_the_pages_hold_in_urdu_and_on_a_narrow_phone(
    sqlite_app: Flask, loop: World, site: str, chromium: Chromium
) -> None:
    page = chromium.new_page(viewport=SIZES["narrow"])
    for address in (f"/ur/refer/{loop.service.id}/who", "/ur/ask-a-link-worker", "/cy/my-referral"):
        page.goto(f"{site}{address}")
        check_accessible(page)
    page.close()


def test_a_page_weighs_little(sqlite_app: Flask, loop: World, site: str, chromium: Chromium) -> None:
    page = chromium.new_page(viewport=SIZES["phone"])
    sizes: list[int] = []
    page.on("requestfinished", lambda one: sizes.append(one.sizes()["responseBodySize"]))
    page.goto(f"{site}/refer/{loop.service.id}/who")
    page.wait_for_load_state("networkidle")
    page.close()
    assert 0 < sum(sizes) < 100_000
