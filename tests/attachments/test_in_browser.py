"""Giving a file and saving it in a real browser, without script, and how its pages look at both sizes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.attachments.models import Attachment
from portal.core.extensions import db
from tests.attachments.conftest import Sides
from tests.support.chromium import SIZES, check_accessible, picture, served
from tests.support.files import EXE, pdf, png
from tests.support.people import session_of
from tests.support.referrals import World

PICTURES = os.environ.get("PORTAL_TEST_PICTURES")


def test_a_file_is_given_refused_and_saved_without_script(
    sqlite_app: Flask, loop: World, chromium: Chromium, scanned_by: Callable[[str], None]
) -> None:
    sides = Sides(sqlite_app, loop)
    sides.send(png(), "Where the door is.png", type="image/png", words="The side door.")
    scanned_by("127.0.0.1:1")
    sides.send_back(words="Our form, to fill in.", name="A form with a rather long name that has to find its place.pdf")
    sides.send_back(words="And this.", name="Harmful.pdf")
    db.session.query(Attachment).filter_by(side="group").order_by(Attachment.at.desc()).first().state = "infected"  # type: ignore[union-attr]
    scanned_by("")
    users = {sides.record: session_of(sqlite_app, loop.worker), sides.inbox: session_of(sqlite_app, loop.group_worker)}
    db.session.commit()
    db.session.remove()
    with served(sqlite_app) as site:
        for address, (name, token) in users.items():
            for size in ("phone", "desk"):
                context = chromium.new_context(viewport=SIZES[size], java_script_enabled=size == "phone")
                context.add_cookies([{"name": name, "value": token, "url": site}])
                page = context.new_page()
                page.goto(f"{site}{address}")
                _refused_then_given(page, "message-" if address == sides.record else "", size)
                if size == "phone":
                    check_accessible(page)
                context.close()


def _refused_then_given(page: Page, prefix: str, size: str) -> None:
    form = page.locator(f"form:has([name='{prefix}file'])")
    if prefix:
        page.locator("#act-message summary").click()
    words = form.locator("textarea")
    words.fill(f"The letter, {size}.")
    page.locator(f"#{prefix}file").set_input_files({"name": "letter.pdf", "mimeType": "application/pdf", "buffer": EXE})
    form.locator("button").click()
    expect(page.locator(".error-summary")).to_contain_text("not what its name says")
    expect(words).to_have_value(f"The letter, {size}.")
    if PICTURES:
        picture(page, Path(PICTURES), f"file-{prefix}refused-{size}")
    page.locator(f"#{prefix}file").set_input_files(
        {"name": f"letter {size}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    form.locator("button").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"letter {size}.pdf").last.click()
    assert saved.value.suggested_filename == f"letter {size}.pdf"
    assert Path(saved.value.path()).read_bytes() == pdf().rstrip()
    if PICTURES:
        picture(page, Path(PICTURES), f"file-{prefix}given-{size}")


pytestmark = pytest.mark.usefixtures("sqlite_app")
