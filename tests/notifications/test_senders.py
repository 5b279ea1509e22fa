"""The port of senders: the same tests against each adapter, then what each has of its own."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import pytest
import trustme
from flask import Flask

from portal.core.settings import Settings
from portal.notifications.senders.console import ConsoleSender
from portal.notifications.senders.current import senders_of
from portal.notifications.senders.govuk import NotifySender
from portal.notifications.senders.kept import KeptSender
from portal.notifications.senders.port import Outgoing, Refused, Sender, ServerTrouble
from portal.notifications.senders.smtp import Server, SmtpSender, server_of
from portal.notifications.senders.writing import From
from tests.support.mail_server import listening, text_of
from tests.support.notify_service import KEY, NotifyService, notify_service

WRITER = From("no-reply@support.example.org", "help@support.example.org")
SILENT = lambda: None  # noqa: E731


def _mail(to: str = "reader@example.org", **said: object) -> Outgoing:
    told = {
        "subject": "Eich rhestr – سلام",
        "text": "Helo\n.dot\n",
        "html": "<p>Helo</p>",
        "sender_name": "Support, near you",
    }
    return Outgoing(id=uuid4(), channel="email", to=to, **{**told, **said})  # type: ignore[arg-type]


@dataclass
class Case:
    """An adapter, who got what by it, and how to let its provider be in trouble or refuse an address."""

    sender: Sender
    got: Callable[[], list[str]]
    be_in_trouble: Callable[[], None] = SILENT
    refuse_address: Callable[[], None] = SILENT
    has_provider: bool = field(default=True)


@pytest.fixture(params=["kept", "console", "smtp", "notify"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "kept":
        kept = KeptSender()
        yield Case(kept, lambda: [one.to for one in kept.sent], has_provider=False)
    elif request.param == "console":
        read = lambda: [_to(path) for path in sorted(tmp_path.glob("*.eml"))]  # noqa: E731
        yield Case(ConsoleSender(tmp_path, WRITER), read, has_provider=False)
    elif request.param == "smtp":
        with listening() as server:

            def refuse() -> None:
                server.at_rcpt = lambda address: "550 5.1.1 Unknown"

            yield Case(SmtpSender(server_of(server.url), WRITER), lambda: server.recipients, server.stop, refuse)
    else:
        with notify_service() as service:
            sender = NotifySender(KEY, {"email": "template"}, service.url)
            got = lambda: [one["email_address"] for one in service.taken]  # noqa: E731
            wrong = [{"error": "ValidationError", "message": "email_address Not a valid email address"}]
            yield Case(sender, got, lambda: _answer(service, 500), lambda: _answer(service, 400, wrong))


def _to(path: Path) -> str:
    return str(message_from_bytes(path.read_bytes(), policy=policy.default)["To"])


def _answer(service: NotifyService, status: int, errors: list[dict[str, str]] | None = None) -> None:
    service.status, service.errors = status, errors or [{"error": "Trouble", "message": "No"}]


def test_what_is_sent_arrives_and_the_sender_can_be_used_after_it_was_closed(case: Case) -> None:
    case.sender.send(_mail("first@example.org"))
    case.sender.send(_mail("second@example.org"))
    case.sender.close()
    case.sender.send(_mail("third@example.org"))
    case.sender.close()
    case.sender.close()
    assert case.got() == ["first@example.org", "second@example.org", "third@example.org"]
    assert case.sender.trouble() is None


def test_trouble_is_told_apart_from_a_refusal(case: Case) -> None:
    if not case.has_provider:
        return
    case.refuse_address()
    with pytest.raises(Refused) as refused:
        case.sender.send(_mail())
    assert (refused.value.kind, refused.value.is_about_address) == ("hard", True)
    case.sender.close()
    case.be_in_trouble()
    with pytest.raises(ServerTrouble):
        case.sender.send(_mail())
    assert case.sender.trouble()
    assert case.got() == []


def test_a_reason_never_repeats_the_address(case: Case) -> None:
    if not case.has_provider:
        return
    case.refuse_address()
    with pytest.raises(Refused) as refused:
        case.sender.send(_mail("asha.example@example.org"))
    assert "asha" not in refused.value.reason


def test_an_email_is_text_and_html_from_the_local_service() -> None:
    with listening() as server:
        sent = _mail(headers={"List-Unsubscribe": "<https://support.example.org/stop>"})
        SmtpSender(server_of(server.url), WRITER).send(sent)
    mail = server.mails[0]
    assert str(mail["From"]) == '"Support, near you" <no-reply@support.example.org>'
    assert str(mail["Subject"]) == "Eich rhestr – سلام"
    assert mail["Message-ID"] == f"<{sent.id.hex}@support.example.org>"
    assert mail["Reply-To"] == "help@support.example.org" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail["List-Unsubscribe"] == "<https://support.example.org/stop>"
    assert text_of(mail).replace("\r\n", "\n") == "Helo\n.dot\n" and "<p>Helo</p>" in text_of(mail, "html")
    assert not list(mail.iter_attachments())


@pytest.mark.parametrize(
    "address", ["a@b@c", "no address", "x@y\r\nBcc: other@example.org", "one@example.org,two@example.org", "@", ""]
)
def test_an_address_that_would_say_more_is_never_sent_to(address: str) -> None:
    with listening() as server:
        server.at_rcpt = lambda told: "250 OK" if told == address else "550 5.1.1 Unknown"
        with pytest.raises(Refused):
            SmtpSender(server_of(server.url), WRITER).send(_mail(address))
    assert server.mails == []


def test_names_of_hosts_in_any_script_arrive(sqlite_app: Flask) -> None:
    with listening() as server:
        SmtpSender(server_of(server.url), WRITER).send(_mail("asha@bücher.example"))
    assert server.recipients == ["asha@xn--bcher-kva.example"]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[trustme.CA, Path]:
    found, path = trustme.CA(), tmp_path / "authority.pem"
    found.cert_pem.write_to_path(str(path))
    return found, path


def _tls_of(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_password_goes_over_tls_alone(authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
    with listening(tls=_tls_of(authority[0], "localhost"), password="word") as server:
        SmtpSender(server_of(server.url), WRITER).send(_mail())
    assert len(server.mails) == 1


@pytest.mark.parametrize("is_known", [True, False], ids=["another host's", "an unknown authority's"])
def test_a_certificate_that_does_not_fit_is_refused(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
    name = "mail.example.org" if is_known else "localhost"
    with listening(tls=_tls_of(authority[0], name), password="word") as server:
        sender = SmtpSender(server_of(server.url), WRITER)
        with pytest.raises(ServerTrouble, match="tls"):
            sender.send(_mail())
        assert "cannot be used" in str(sender.trouble())
    assert server.mails == []


def test_a_server_that_offers_no_tls_gets_nothing() -> None:
    with listening() as server, pytest.raises(ServerTrouble):
        SmtpSender(replace(server_of(server.url), tls="starttls"), WRITER).send(_mail())
    assert server.mails == []


def test_a_server_on_another_machine_is_never_spoken_to_without_tls() -> None:
    with pytest.raises(ValueError, match="this machine"):
        server_of("smtp://mail.example.org?tls=none")
    assert server_of("smtps://a%40b:p%2Fw@mail.example.org") == Server(
        "mail.example.org", 465, "a@b", "p/w", "implicit"
    )
    assert server_of("smtp://mail.example.org") == Server("mail.example.org", 587)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "BadRequestError", Refused), (403, "AuthError", ServerTrouble), (429, "RateLimitError", ServerTrouble),
        (429, "TooManyRequestsError", ServerTrouble), (500, "Exception", ServerTrouble), (503, "", ServerTrouble),
    ],
)  # fmt: skip
def test_answers_of_notify(status: int, error: str, kind: type[Exception]) -> None:
    with notify_service() as service:
        _answer(service, status, [{"error": error, "message": "Can’t send"}])
        with pytest.raises(kind) as raised:
            NotifySender(KEY, {"email": "template"}, service.url).send(_mail())
        assert not getattr(raised.value, "is_about_address", False)


def test_notify_is_asked_whether_it_has_a_message_before_it_is_given_it_again() -> None:
    with notify_service() as service:
        sender, mail = NotifySender(KEY, {"email": "template"}, service.url), _mail()
        service.is_silent = True
        with pytest.raises(ServerTrouble) as raised:
            sender.send(mail)
        assert raised.value.may_have_gone
        assert sender.send(replace(mail, may_have_gone=True)) == service.taken[0]["id"]
        assert len(service.taken) == 1


def test_a_text_goes_by_notify() -> None:
    with notify_service() as service:
        text = Outgoing(id=uuid4(), channel="sms", to="+447700900982", subject="", text="Tuesday Table")
        NotifySender(KEY, {"sms": "template"}, service.url).send(text)
    assert service.taken[0]["phone_number"] == "+447700900982"
    assert service.taken[0]["personalisation"] == {"body": "Tuesday Table"}
    assert service.taken[0]["type"] == "sms"


def test_the_console_keeps_one_file_a_message_and_forgets_the_oldest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.notifications.senders.console.MOST_KEPT", 3)
    sender, mails = ConsoleSender(tmp_path / "outbox", WRITER), [_mail(f"{one}@example.org") for one in range(5)]
    for mail in [*mails, mails[-1]]:
        sender.send(mail)
    kept = sorted((tmp_path / "outbox").iterdir())
    assert [_to(path) for path in kept] == ["2@example.org", "3@example.org", "4@example.org"]
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0
    told = capsys.readouterr().err
    assert str(kept[-1]) in told and "example.org" not in told


def test_each_setting_gives_its_senders(sqlite_app: Flask, settings: Settings) -> None:
    def kinds(**said: str) -> dict[str, str]:
        return {name: type(one).__name__ for name, one in senders_of(replace(settings, testing=False, **said)).items()}

    assert kinds() == {}
    assert kinds(mail_url="console:") == {"email": "ConsoleSender", "sms": "ConsoleSender"}
    assert kinds(mail_url="smtps://mail.example.org") == {"email": "SmtpSender"}
    keys = {"notify_key": KEY, "notify_sms_template": "a"}
    assert kinds(mail_url="smtps://mail.example.org", **keys) == {"email": "SmtpSender", "sms": "NotifySender"}
    assert kinds(mail_url="notify:", notify_email_template="b", **keys) == {
        "email": "NotifySender",
        "sms": "NotifySender",
    }
