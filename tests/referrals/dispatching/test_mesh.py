"""MESH, against NHS England's own sandbox: delivered and acknowledged, refused, undeliverable, shut out, down, and over TLS."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
import trustme
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.referrals.dispatching import answers, queries
from portal.referrals.dispatching.transports.mailbox import problem_with
from portal.referrals.dispatching.transports.mesh import MeshTransport
from portal.referrals.dispatching.transports.port import Document, NoWay, ServerTrouble
from tests.factories import Make
from tests.referrals.dispatching.conftest import FAMILY, PRIVATE, Handover, Use, work
from tests.support.mesh import OTHER, OURS, THEIRS, WORKFLOW, Sandbox, mesh
from tests.support.processes import free_port
from tests.support.referrals import NUMBER

REGISTERED = f"GPPROVIDER_{NUMBER}_27031964_VANTONGEREN"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with mesh(tmp_path_factory.mktemp("mesh"), boxes=(REGISTERED,)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """With nothing in any mailbox."""
    for box in (OURS, THEIRS, OTHER, REGISTERED):
        running.fetched(box)
    return running


def _poll() -> None:
    answers.poll()
    db.session.rollback()


def test_a_document_goes_to_the_mailbox_of_the_practice_and_is_acknowledged_once_it_is_fetched(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    use(MeshTransport(sandbox.mailbox))
    handover = Handover(make)
    handover.end()
    work()
    row = handover.row
    assert (row.state, row.transport, row.reason) == ("sent", "mesh", None)
    _poll()
    assert handover.row.state == "sent"
    (message,) = sandbox.fetched()
    assert FAMILY.encode() in message.body and b'"type": "document"' in message.body
    assert (message.local_id, message.workflow_id) == (str(row.local_id), WORKFLOW)
    headers = " ".join(f"{name} {value}" for name, value in message.mex_headers())
    assert message.content_type == "application/fhir+json" and [one for one in PRIVATE if one in headers] == []
    _poll()
    row = handover.row
    assert (row.state, row.reason, row.content) == ("acknowledged", "mesh-acknowledged", None)
    assert [one for one in PRIVATE if one in _asked(sandbox)] == []


def test_the_registered_practice_is_addressed_by_a_header_alone(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    use(MeshTransport(replace(sandbox.mailbox, route="registered")))
    handover = Handover(make)
    handover.end()
    work()
    assert handover.row.state == "sent"
    (message,) = sandbox.fetched(REGISTERED)
    assert message.recipient == REGISTERED
    told = capsys.readouterr()
    assert [one for one in PRIVATE if one in _asked(sandbox) or one in told.err or one in told.out] == []
    _poll()
    assert handover.row.reason in {"mesh-acknowledged", "other-practice"}


@pytest.mark.parametrize(
    ("known", "surname"), [(NUMBER, "Ó Súilleabháin-Núñez"), (None, FAMILY), (NUMBER, "张"), ("9990000017", FAMILY)]
)
def test_an_address_is_made_of_what_is_known_for_sure(known: str | None, surname: str, sandbox: Sandbox) -> None:
    transport = MeshTransport(replace(sandbox.mailbox, route="registered"))
    document = replace(_document(), nhs_number=known, birth_date="1964-03-27", family_name=surname)
    if surname.startswith("Ó"):
        assert transport.address(document) == f"GPPROVIDER_{NUMBER}_27031964_O SUILLEABHAIN-NUNEZ"
        return
    with pytest.raises(NoWay, match="patient-not-known"):
        transport.address(document)


def test_a_practice_without_one_mailbox_gets_nothing(sqlite_app: Flask, sandbox: Sandbox) -> None:
    transport = MeshTransport(sandbox.mailbox)
    for code, workflow, reason in (
        (None, WORKFLOW, "no-ods-code"),
        ("C82031", WORKFLOW, "no-mailbox"),
        ("X26", "TEST_WORKFLOW2", "several-mailboxes"),
    ):
        transport.mailbox = replace(sandbox.mailbox, workflow=workflow)
        with pytest.raises(NoWay, match=reason):
            transport.send(replace(_document(), ods_code=code))
    transport.close()
    assert sandbox.lying(THEIRS) == 0


def test_a_recipient_that_mesh_does_not_know_is_refused_for_good(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    use(MeshTransport(replace(sandbox.mailbox, route="registered")))
    handover = Handover(make)
    handover.person.family_name = "Elsewhere"
    handover.end()
    work()
    row = handover.row
    assert (row.state, row.reason, row.attempts) == ("refused", "mesh-417-12", 1)


def test_a_report_that_it_was_not_collected_fails_it_and_leaves_the_mailbox_and_others_messages_stay(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    use(MeshTransport(sandbox.mailbox))
    handover = Handover(make)
    handover.end()
    work()
    with sandbox.of(THEIRS) as client:
        client.send_message(OURS, b"for somebody else", workflow_id="OTHER")
    sandbox.report(str(handover.row.message_id))
    sandbox.report("NOBODYS")
    _poll()
    row = handover.row
    assert (row.state, row.reason) == ("failed", "mesh-report-14") and row.content
    assert sandbox.lying(OURS) == 1, "reports are acknowledged, what is for others is not"


def test_an_answer_of_another_practice_is_something_to_see_to(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    use(MeshTransport(sandbox.mailbox))
    handover = Handover(make)
    handover.end()
    work()
    row = handover.row
    row.ods_code = "C82031"
    db.session.commit()
    sandbox.fetched()
    _poll()
    row = handover.row
    assert (row.state, row.reason) == ("acknowledged", "other-practice")
    assert [one.id for one in queries.to_see_to()] == [row.id]


def test_an_error_on_the_way_fails_it_by_its_code_alone(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    use(MeshTransport(sandbox.mailbox))
    handover = Handover(make)
    handover.end()
    work()
    sandbox.happens(str(handover.row.message_id), "undeliverable", "14")
    _poll()
    row = handover.row
    assert row.state == "failed" and str(row.reason).startswith("mesh-undeliverable") and FAMILY not in str(row.reason)


def test_wrong_credentials_are_trouble_and_no_fault_of_the_document(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    shut_out = MeshTransport(replace(sandbox.mailbox, password="wrong", route="registered"))
    assert "403" in str(shut_out.trouble())
    assert MeshTransport(sandbox.mailbox).trouble() is None
    use(shut_out)
    handover = Handover(make)
    handover.end()
    work()
    row = handover.row
    assert (row.state, row.reason) == ("queued", "mesh 403") and row.next_try_at > clock.now()
    use(MeshTransport(sandbox.mailbox))
    with clock.freeze(clock.now() + timedelta(minutes=2)):
        work()
    assert handover.row.state == "sent"


def test_while_mesh_is_down_it_is_tried_again_and_gone_once_it_is_back(
    sqlite_app: Flask, make: Make, use: Use, sandbox: Sandbox
) -> None:
    use(MeshTransport(replace(sandbox.mailbox, url=f"http://127.0.0.1:{free_port()}")))
    handover = Handover(make)
    handover.end()
    moment = clock.now()
    for _try in range(3):
        with clock.freeze(moment):
            work()
        moment += timedelta(hours=1)
    row = handover.row
    assert (row.state, row.attempts, row.reason) == ("queued", 3, "mesh ConnectionError")
    use(MeshTransport(sandbox.mailbox))
    with clock.freeze(moment):
        work()
    assert (handover.row.state, handover.row.reason) == ("sent", None) and len(sandbox.fetched()) == 1


def test_a_certificate_of_an_authority_that_nobody_named_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    other.cert_pem.write_to_path(str(tmp_path / "other.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with _https(context) as port:
        here = replace(sandbox.mailbox, url=f"https://localhost:{port}", authority=str(tmp_path / "ca.pem"))
        assert MeshTransport(here).trouble() is None
        for wrong in ("", str(tmp_path / "other.pem")):
            transport = MeshTransport(replace(here, authority=wrong, route="registered"))
            with pytest.raises(ServerTrouble, match="mesh tls"):
                transport.send(_document())
            transport.close()


def test_mesh_is_spoken_to_by_tls_anywhere_but_here(sandbox: Sandbox) -> None:
    assert problem_with(sandbox.mailbox) is None
    for wrong in ({"url": "http://mesh.example"}, {"password": ""}, {"route": "guess"}, {"certificate": "a.pem"}):
        assert problem_with(replace(sandbox.mailbox, **wrong))


def _document() -> Document:
    return Document(
        uuid4(), "K7PH-4MWX", "<p>", "{}", "en", "Tannery Row Surgery", nhs_number=NUMBER, birth_date="1964-03-27",
        family_name=FAMILY,
    )  # fmt: skip


def _asked(sandbox: Sandbox) -> str:
    """What our own requests have left in the log of the other side: their addresses stand there."""
    lines = sandbox.log.read_text().splitlines()
    return "\n".join(line for line in lines if f"/{OURS}" in line or "endpointlookup" in line)


class _Takes(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _https(context: ssl.SSLContext) -> Iterator[int]:
    """A server that says yes to everything, over TLS."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Takes) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_told: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
