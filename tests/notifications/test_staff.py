"""What staff do: see what failed, send it again, put messages in other words; and how long things are kept."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.core.viewer import Nobody
from portal.notifications import actions, keeping, wording
from portal.notifications.models import OutboxMessage
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.notifications.queries import failed_messages
from portal.notifications.senders.port import Refused
from portal.shortlists.notifications import SavedList
from tests.factories import MONDAY
from tests.support.mailbox import Mailbox

STAFF = Nobody()
LIST = SavedList(code="7K4PQH", service_ids=())


@pytest.fixture
def failed(sqlite_app: Flask, mailbox: Mailbox) -> UUID:
    """A message that the provider did not take."""
    with unit():
        notify(LIST, to=Recipient(email="reader@example.org"), key="list:1")
    mailbox.sender.next_problem = Refused("smtp 554", kind="hard")
    assert mailbox.all == []
    return failed_messages()[0].id


def test_what_failed_is_listed_without_whom_it_was_for(failed: UUID) -> None:
    one = failed_messages()[0]
    assert (one.name, one.channel, one.reason, one.can_resend) == ("saved-list", "email", "smtp 554", True)
    assert "reader" not in repr(one)


def test_it_is_sent_again_once_and_noted(failed: UUID, mailbox: Mailbox) -> None:
    with unit():
        actions.resend(failed, by=STAFF)
    assert mailbox.one.to == "reader@example.org"
    assert failed_messages() == []
    with pytest.raises(actions.CannotResend), unit():
        actions.resend(failed, by=STAFF)
    assert [one.action for one in db.session.query(AuditEntry)] == ["message.resent"]


def test_after_a_month_it_can_be_sent_no_more(failed: UUID) -> None:
    with clock.freeze(clock.now() + timedelta(days=31)):
        with unit():
            keeping.tidy()
        assert not failed_messages()[0].can_resend
        with pytest.raises(actions.CannotResend), unit():
            actions.resend(failed, by=STAFF)
    with pytest.raises(NotFound), unit():
        actions.resend(uuid4(), by=STAFF)


def test_after_400_days_nothing_is_known_of_it(failed: UUID) -> None:
    with clock.freeze(clock.now() + timedelta(days=401)), unit():
        keeping.tidy()
    assert db.session.query(OutboxMessage).count() == 0


def test_own_words_stand_in_place_of_ours(sqlite_app: Flask, mailbox: Mailbox) -> None:
    with unit():
        wording.put("saved-list", "subject", "en", "Places for you, from {service_name}", by=STAFF)
        wording.put("saved-list", "words", "en", "Hello <b>there</b>.\n\nWe wish you well. {code}", by=STAFF)
        notify(LIST, to=Recipient(email="reader@example.org"), key="list:1")
        notify(LIST, to=Recipient(email="reader@example.org", locale="cy"), key="list:2")
    ours, theirs = sorted(mailbox.all, key=lambda one: one.locale)
    assert theirs.subject == "Places for you, from Hereabouts"
    assert "Hello <b>there</b>.\n\nWe wish you well. 7K4PQH" in theirs.text
    assert theirs.html and "<p>Hello &lt;b&gt;there&lt;/b&gt;.</p><p>We wish you well. 7K4PQH</p>" in theirs.html
    assert "/list/7K4PQH" in theirs.text and "Places for you" not in ours.subject
    with unit():
        wording.take_back("saved-list", "subject", "en", by=STAFF)
        notify(LIST, to=Recipient(email="reader@example.org"), key="list:3")
    assert mailbox.all[-1].subject == "Your list from Hereabouts"


@pytest.mark.parametrize(
    ("part", "text", "wrong"),
    [
        ("subject", "For {reader}", "{reader}"), ("subject", "", "Write something"), ("subject", "x" * 121, "120"),
        ("words", "For {code.__class__}", "{code.__class__}"), ("words", "{{ code }}", "brace"), ("words", "a } b", "brace"),
        ("sms", "Your list: {names}", "{link}"), ("sms", "{link} " + "x" * 150, "160"), ("sms", "{link} " + "ŵ" * 130, "134"),
        ("subject", "{}", "{}"),
    ],
)  # fmt: skip
def test_own_words_that_cannot_stand_are_refused(sqlite_app: Flask, part: str, text: str, wrong: str) -> None:
    with pytest.raises(wording.WrongWords) as refused, unit():
        wording.put("saved-list", part, "en", text, by=STAFF)
    assert wrong in refused.value.sentence


def test_words_of_what_there_is_not_are_not_found(sqlite_app: Flask) -> None:
    for name, part, locale in (
        ("nothing", "subject", "en"),
        ("saved-list", "body", "en"),
        ("saved-list", "words", "xx"),
    ):
        with pytest.raises(NotFound), unit():
            wording.put(name, part, locale, "Hello", by=STAFF)


def test_a_template_in_own_words_is_no_template(sqlite_app: Flask) -> None:
    own = {"words": "7 * 7 = {{7*7}} {% raw %}", "subject": "{service_name}"}
    shown = wording.preview("saved-list", "en", own=own)
    assert "{{7*7}} {% raw %}" in shown.text and shown.subject == "Hereabouts"


def test_failed_messages_of_two_days_are_given_up_by_the_clock(sqlite_app: Flask, mailbox: Mailbox) -> None:
    with clock.freeze(MONDAY), unit():
        notify(LIST, to=Recipient(email="reader@example.org"), key="list:1")
    with clock.freeze(MONDAY + timedelta(hours=49)):
        assert mailbox.all == []
    assert failed_messages()[0].reason == "too late"
