"""From the worker to a real mail server, to the link in the mail, to the button; and what a refusing server leads to."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.assurance import phoning
from portal.core import clock
from portal.core.queue import work_until_idle
from portal.directory.models import Service
from portal.notifications.senders import current
from tests.assurance.conftest import Days, checked
from tests.factories import Make
from tests.support.mail_server import Listener, listening
from tests.support.page import Browser


@pytest.fixture
def mail_server(active_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with listening() as listener:
        settings = replace(active_app.extensions["portal.settings"], mail_url=listener.url)
        monkeypatch.setitem(active_app.extensions, current.NAME, current.senders_of(settings))
        yield listener


def test_from_the_mail_to_checked_this_month(
    app: Flask, due: Service, mail_server: Listener, days: Days, browser: Browser
) -> None:
    service_id = due.id
    days.look()
    work_until_idle()
    [mail] = mail_server.mails
    assert mail["Subject"] == "Is this still right? Tannery Park Allotment Group"
    assert mail_server.recipients == ["hello@tannery.example"]
    plain, html = (part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    for told in ("Every Saturday", "0116 496 0187", "Free", "Larkfield Hall"):
        assert told in plain and told in html
    assert "To stop messages like this" not in plain and mail["List-Unsubscribe"] is None
    yes, change, closed = re.findall(r"http://127\.0\.0\.1:8000(/confirm/[\w/-]+)", plain)
    assert (change, closed) == (f"{yes}/change", f"{yes}/closed")
    page = browser.get(yes)
    browser.follow(browser.post(yes, page.form(yes) | {"answer": "right"}, expect=303))
    shown = browser.follow(browser.get(f"/services/{service_id}", expect=301))
    assert "Checked this month" in shown.words("ul.tags li") and "Checked by the group on" in shown.text


def test_a_session_of_the_day_on_which_a_mail_is_written_is_told_by_its_date(
    sqlite_app: Flask, make: Make, mail_server: Listener, days: Days, browser: Browser
) -> None:
    """A mail is read on another day than it was written, so "today" would be wrong in it; and it is half a sentence."""
    make.service(
        organisation=make.organisation(email="hello@larkfield.example"), sessions=[make.session("MO", "19:00", "20:30")],
        assured_date=checked(76),
    )  # fmt: skip
    days.look()
    work_until_idle()
    [mail] = mail_server.mails
    plain, html = (part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    yes = re.findall(r"http://127\.0\.0\.1:8000(/confirm/[\w/-]+)", plain)[0]
    for told in (plain, html, browser.get(yes).main):
        assert "Next: Monday 23 November, 7pm to 8.30pm." in told.replace("\N{NO-BREAK SPACE}", " ").replace(
            "&nbsp;", " "
        )
        assert "Next: Today" not in told


def test_a_server_that_knows_no_such_person_leads_to_the_telephone(
    due: Service, make: Make, mail_server: Listener, days: Days
) -> None:
    mail_server.at_rcpt = lambda address: "550 5.1.1 no such user"
    days.look()
    work_until_idle()
    assert mail_server.mails == []
    [one] = phoning.phone_list(make.user("moderator"))
    assert (one.why, one.since) == ("came_back", clock.today())
