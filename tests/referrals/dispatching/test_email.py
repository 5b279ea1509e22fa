"""Documents by e-mail, through a real mail server: to secure domains alone, nothing of the person outside the attachment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.notifications import actions as notifications
from portal.notifications.forms import Event
from portal.notifications.senders import current as senders
from portal.referrals.dispatching import answers
from portal.referrals.dispatching.transports import current
from tests.factories import Make
from tests.referrals.dispatching.conftest import EMAIL, FAMILY, PRIVATE, Handover, work
from tests.support.mail_server import Listener, listening, text_of


@pytest.fixture
def mail_server(active_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A real mail server that the application sends documents to."""
    with listening() as listener:
        told = active_app.extensions["portal.settings"]
        told = replace(told, mail_url=listener.url, documents_transports=("e-mail",), testing=False)
        monkeypatch.setitem(active_app.extensions, senders.NAME, senders.senders_of(told))
        monkeypatch.setitem(active_app.extensions, current.NAME, current.transports_of(told))
        yield listener


def test_it_goes_to_the_practice_with_the_document_attached_and_counts_as_delivered_unless_it_comes_back(
    sqlite_app: Flask, make: Make, mail_server: Listener
) -> None:
    handover = Handover(make)
    handover.end()
    work()
    row = handover.row
    assert (row.state, row.transport) == ("sent", "e-mail")
    (mail,) = [one for one, to in zip(mail_server.mails, mail_server.recipients, strict=True) if to == EMAIL]
    page, file = mail.iter_attachments()
    assert [one.get_content_type() for one in (page, file)] == ["text/html", "application/fhir+json"]
    assert FAMILY in page.get_content() and FAMILY.encode() in file.get_content()
    outside = "".join(f"{name}: {value}" for name, value in mail.items()) + text_of(mail)
    outside += str(page.get_filename()) + str(file.get_filename())
    assert [one for one in PRIVATE if one in outside] == [] and handover.one.shown_reference in mail["Subject"]
    local_id = row.local_id
    assert local_id.hex in mail["Message-ID"]
    for days, state in ((2, "sent"), (4, "acknowledged")):
        with clock.freeze(clock.now() + timedelta(days=days)), unit():
            answers.sweep()
        assert handover.row.state == state
    assert handover.row.reason == "not-returned"
    with unit():
        notifications.take_bounces([Event("told:1", local_id, "hard", "told hard")])
    assert (handover.row.state, handover.row.reason) == ("failed", "returned")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (None, "no-address"),
        ("surgery@gmail.example", "not-secure"),
        ("surgery@nhs.net.example", "not-secure"),
        ("surgery@mail.nhs.net", "not-secure"),
    ],
)
def test_an_address_that_is_not_secure_gets_nothing(
    address: str | None, reason: str, sqlite_app: Flask, make: Make, mail_server: Listener
) -> None:
    handover = Handover(make)
    handover.practice.email = address
    db.session.commit()
    handover.end()
    work()
    assert (handover.row.state, handover.row.reason) == ("refused", reason)
    assert all(list(one.iter_attachments()) == [] for one in mail_server.mails)


def test_an_address_that_the_server_refuses_is_refused_and_a_dead_server_waits(
    sqlite_app: Flask, make: Make, mail_server: Listener
) -> None:
    mail_server.stop()
    handover = Handover(make)
    handover.end()
    work()
    assert handover.row.state == "queued"
    mail_server.start()
    mail_server.at_rcpt = lambda address: "550 5.1.1 no such" if address == EMAIL else "250 OK"
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        work()
    assert (handover.row.state, handover.row.reason) == ("refused", "smtp 550 5.1.1")


def test_a_bounce_that_is_a_messages_or_soft_changes_no_document(
    sqlite_app: Flask, make: Make, mail_server: Listener
) -> None:
    handover = Handover(make)
    handover.end()
    work()
    with unit():
        notifications.take_bounces([Event("told:2", handover.row.local_id, "soft", "told soft")])
        notifications.take_bounces([Event("told:3", handover.row.id, "hard", "told hard")])
    assert handover.row.state == "sent"
