"""MESH, the message exchange of the NHS, by NHS England's own client.

Source: API catalogue, "Message Exchange for Social Care and Health (MESH) API". A mailbox is looked up by the ODS code of the
practice and a workflow id, or a message is routed to the practice where the patient is registered, by
GPPROVIDER_<NHS number>_<DDMMYYYY>_<surname>: that address names a person, so it stands in the header Mex-To alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import requests
from mesh_client import MeshClient

from portal.codes import nhs_numbers
from portal.referrals.dispatching.transports.mailbox import Mailbox
from portal.referrals.dispatching.transports.port import Answer, Document, NoWay, Refused, Sent, ServerTrouble

SECONDS = 30.0
"""How long MESH may take to answer once."""
SUBJECT = "Social prescribing: message back"
CONTENT_TYPE = "application/fhir+json"
TAKEN = frozenset({200, 202})
TRY_LATER = frozenset({401, 403, 408, 425, 429})
"""Ours to mend, or theirs: the document itself is not at fault."""
LOST = frozenset({"error", "undeliverable"})
NOT_IN_A_SURNAME = re.compile(r"[^A-Z' -]")
PROGRAM = "hereabouts"


class MeshTransport:
    """One mailbox of ours."""

    name = "mesh"
    silence: timedelta | None = None

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self._open: MeshClient | None = None

    def address(self, document: Document) -> str:
        """The mailbox, or the address that routes to the registered practice. Raises NoWay where it is not just one."""
        if self.mailbox.route == "registered":
            return _registered(document)
        if not document.ods_code:
            raise NoWay("no-ods-code")
        with _asking():
            found = self._client().lookup_endpoint(document.ods_code, self.mailbox.workflow)
        ids = {str(one["mailbox_id"]) for one in found.get("results") or ()}
        if len(ids) != 1:
            raise NoWay("several-mailboxes" if ids else "no-mailbox")
        return ids.pop()

    def send(self, document: Document) -> str:
        """Hand it over whole, in one piece. MESH answers at once whether it knows the recipient."""
        to = self.address(document)
        with _asking(may_have_gone=True):
            answer = self._client().send_chunk(
                to, document.fhir.encode(), 1, 1,
                workflow_id=self.mailbox.workflow, local_id=str(document.local_id), subject=SUBJECT,
                filename=f"{document.local_id}.json", content_type=CONTENT_TYPE,
            )  # fmt: skip
        if answer.status_code in TAKEN:
            return str(_json(answer)["message_id"])
        if answer.status_code in TRY_LATER:
            raise ServerTrouble(f"mesh {answer.status_code}")
        raise Refused(_code("mesh", answer.status_code, _first_code(_json(answer))), kind="hard")

    def poll(self, waiting: Sequence[Sent]) -> Iterable[Answer]:
        """Where each of ours stands, then the reports of what could not be delivered that lie in our mailbox."""
        answers = {one.local_id: answer for one in waiting if (answer := self._tracked(one)) is not None}
        for report in self._reports(waiting):
            answers[report.local_id] = report
        return list(answers.values())

    def settle(self, answers: Sequence[Answer]) -> None:
        """Acknowledge the reports, which takes them out of our mailbox."""
        for one in answers:
            if one.receipt is not None:
                with _asking():
                    self._client().acknowledge_message(one.receipt)

    def take_back(self, local_id: UUID) -> bool:
        """What MESH has taken is gone."""
        return False

    def trouble(self) -> str | None:
        """Whether MESH lets us into our mailbox."""
        try:
            with _asking():
                self._client().handshake()
        except ServerTrouble as problem:
            return f"MESH does not let us in ({problem.reason}). Look at PORTAL_MESH_*: see docs/documents.md."
        finally:
            self.close()
        return None

    def close(self) -> None:
        """Let go of the connections."""
        client, self._open = self._open, None
        if client is not None:
            client.close()

    def _client(self) -> MeshClient:
        """The client. Certificates are always checked: by the authority that is set, else by those that it knows for MESH."""
        if self._open is None:
            own = self.mailbox
            self._open = MeshClient(
                own.url, own.id, own.password,
                shared_key=own.shared_key.encode(),
                cert=(own.certificate, own.key) if own.certificate else None,
                verify=own.authority or None,
                max_retries=0,
                timeout=SECONDS,
                application_name=PROGRAM,
            )  # fmt: skip
        return self._open

    def _tracked(self, sent: Sent) -> Answer | None:
        try:
            with _asking():
                told = self._client().track_message(sent.message_id)
        except ServerTrouble as problem:
            if problem.reason == "mesh 404":  # older than MESH remembers: the clock sees to it
                return None
            raise
        status = str(told.get("status") or "").lower()
        if status == "acknowledged":
            there = told.get("recipient_ods_code")
            is_other = bool(sent.ods_code and there and str(there).upper() != sent.ods_code)
            return Answer(sent.local_id, "acknowledged", "other-practice" if is_other else "mesh-acknowledged")
        if status in LOST:
            return Answer(sent.local_id, "failed", _code("mesh", status, told.get("status_code")))
        return None

    def _reports(self, waiting: Sequence[Sent]) -> Iterator[Answer]:
        """Reports about documents that wait; one of our workflow about another is of no use any more, and taken away.

        What else lies in the mailbox is left to whom it is for.
        """
        by_message = {one.message_id.upper(): one.local_id for one in waiting}
        by_local = {str(one.local_id): one.local_id for one in waiting}
        with _asking():
            for message_id in self._client().list_messages():
                report = self._client().retrieve_message(message_id)
                try:
                    linked = str(report.mex_header("linkedmsgid") or "").upper()
                    about = by_message.get(linked) or by_local.get(str(report.local_id or ""))
                    if report.message_type != "REPORT":
                        continue
                    if about is not None:
                        code = _code("mesh-report", report.mex_header("statuscode"))
                        yield Answer(about, "failed", code, message_id)
                    elif report.workflow_id == self.mailbox.workflow:
                        self._client().acknowledge_message(message_id)
                finally:
                    report.close()


def _registered(document: Document) -> str:
    """The address that MESH routes by what it knows of the patient. It refuses one whose parts do not belong together."""
    number = nhs_numbers.read(document.nhs_number)
    plain = unicodedata.normalize("NFKD", document.family_name or "").encode("ascii", "ignore").decode().upper()
    surname = " ".join(NOT_IN_A_SURNAME.sub("", plain).split())
    if not (number and document.birth_date and surname):
        raise NoWay("patient-not-known")
    return f"GPPROVIDER_{number}_{date.fromisoformat(document.birth_date):%d%m%Y}_{surname}"


def _code(*parts: object) -> str:
    """A reason of at most 40 of a-z, 0-9 and "-": codes alone, never the words of the other side."""
    told = "-".join(str(part) for part in parts if part)
    return re.sub(r"[^a-z0-9]+", "-", told.lower()).strip("-")[:40]


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _first_code(told: dict[str, Any]) -> str | None:
    """The code of an error, in either form of the API."""
    details = told.get("detail")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else told
    code = first.get("code") or first.get("errorCode")
    return str(code) if code else None


@contextmanager
def _asking(*, may_have_gone: bool = False) -> Iterator[None]:
    """Whatever keeps us from MESH, as trouble of the transport: a status or the kind of error, since its words hold addresses."""
    try:
        yield
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "error"
        raise ServerTrouble(f"mesh {status}", may_have_gone=may_have_gone) from None
    except requests.exceptions.SSLError:
        raise ServerTrouble("mesh tls") from None
    except requests.ConnectTimeout:
        raise ServerTrouble("mesh ConnectTimeout") from None
    except (requests.RequestException, OSError) as error:
        raise ServerTrouble(f"mesh {type(error).__name__}", may_have_gone=may_have_gone) from None
