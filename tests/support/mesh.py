"""NHS England's own stand-in for MESH as a process of its own, with mailboxes that a test may look into."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from mesh_client import MeshClient

from portal.referrals.dispatching.transports.mailbox import Mailbox
from tests.support.processes import fetch, free_port

OURS, THEIRS, OTHER = "X26ABC1", "X26ABC2", "X26ABC3"
"""Mailboxes that the sandbox knows: two of the organisation X26, one of X27."""
PASSWORD, SHARED_KEY = "password", "TestKey"
WORKFLOW = "TEST_WORKFLOW"
"""A workflow whose only receiver is THEIRS."""
PATIENCE_SECONDS = 60.0


class Sandbox:
    """`mailbox` is ours, as the settings would name it. `boxes` are folders of further mailboxes, made before it starts."""

    def __init__(self, folder: Path, boxes: tuple[str, ...] = ()) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mailbox = Mailbox(self.url, OURS, PASSWORD, SHARED_KEY, WORKFLOW)
        self.log = folder / "log.txt"
        self._process: subprocess.Popen[bytes] | None = None
        for box in boxes:
            (folder / "store" / box).mkdir(parents=True)

    def start(self) -> None:
        """Serve, and wait until it does."""
        own = {
            "AUTH_MODE": "full", "STORE_MODE": "file", "SHARED_KEY": SHARED_KEY,
            "MAILBOXES_DATA_DIR": str(self.folder / "store"), "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        command = [sys.executable, "-m", "uvicorn", "--port", str(self.port), "mesh_sandbox.api:app"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **own}, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + PATIENCE_SECONDS
        while fetch(f"{self.url}/health")[0] != 200:
            assert self._process.poll() is None and time.monotonic() < until, self.log.read_text()[-1500:]
            time.sleep(0.05)

    def stop(self) -> None:
        """Be gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    @contextmanager
    def of(self, box: str) -> Iterator[MeshClient]:
        """Somebody's client."""
        with MeshClient(self.url, box, PASSWORD, shared_key=SHARED_KEY.encode()) as client:
            yield client

    def fetched(self, box: str = THEIRS) -> list[Any]:
        """What lies in a mailbox: each with its headers, and its body in `body`. Taken out, as a practice's system does."""
        found = []
        with self.of(box) as client:
            for message_id in client.list_messages():
                message = client.retrieve_message(message_id)
                message.body = message.read()
                message.close()
                client.acknowledge_message(message_id)
                found.append(message)
        return found

    def lying(self, box: str) -> int:
        """How many messages lie in a mailbox."""
        with self.of(box) as client:
            return len(client.list_messages())

    def report(self, message_id: str, *, workflow: str = WORKFLOW, code: str = "14") -> None:
        """MESH says into our mailbox that a message could not be delivered."""
        told = {
            "mailbox_id": OURS, "code": code, "description": "Not collected after 5 days", "workflow_id": workflow,
            "linked_message_id": message_id, "status": "undeliverable",
        }  # fmt: skip
        self._post("/messageexchange/admin/report", told)

    def happens(self, message_id: str, status: str, code: str | None = None) -> None:
        """Something happens to a message."""
        told = {"status": status, "code": code, "event": "SEND", "description": "Mr Vantongeren is not known"}
        self._post(f"/messageexchange/admin/message/{message_id}/event", told)

    def _post(self, path: str, told: dict[str, Any]) -> None:
        asked = Request(self.url + path, json.dumps(told).encode(), {"Content-Type": "application/json"})
        with urlopen(asked, timeout=30) as answer:
            assert answer.status == 200


@contextmanager
def mesh(folder: Path, boxes: tuple[str, ...] = ()) -> Iterator[Sandbox]:
    """A sandbox while the body runs."""
    sandbox = Sandbox(folder, boxes)
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
