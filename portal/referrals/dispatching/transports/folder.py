"""A folder that the record system of a practice, or a person, fetches documents from. Nothing leaves the machine by it.

A document is a folder of its own named by its id, which is there whole or not at all: `document.html`, `document.json` (FHIR R4)
and `manifest.json`. Whoever has filed it puts `<id>.json` into `answers`: {"outcome": "acknowledged"} or {"outcome": "failed",
"code": "wrong-patient"}. The document is then taken away.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from portal.core import clock
from portal.core.durable import sync
from portal.referrals.dispatching.transports.port import Answer, Document, Sent, ServerTrouble

LARGEST_ANSWER = 4096
CODE = re.compile(r"[a-z0-9-]{1,40}")
OWNERS_ONLY = 0o700


class FolderTransport:
    """`folder` holds `documents` and `answers`."""

    name = "folder"
    silence: timedelta | None = None

    def __init__(self, folder: Path) -> None:
        self.documents, self.answers = folder / "documents", folder / "answers"

    def address(self, document: Document) -> str:
        """The folder of this document."""
        return str(self.documents / str(document.local_id))

    def send(self, document: Document) -> str:
        """Write it beside, see that it is on the disk, then give it its name. One that is there already stays as it is."""
        with _on_disk():
            for folder in (self.documents, self.answers):
                folder.mkdir(mode=OWNERS_ONLY, parents=True, exist_ok=True)
            place = self.documents / str(document.local_id)
            if not place.exists():
                self._put(document, place)
        return str(document.local_id)

    def poll(self, waiting: Sequence[Sent]) -> Iterable[Answer]:
        """The answers that lie there, of those that wait."""
        with _on_disk():
            return [answer for one in waiting if (answer := self._answer(one.local_id)) is not None]

    def settle(self, answers: Sequence[Answer]) -> None:
        """Take away both the answer and what it is about."""
        with _on_disk():
            for one in answers:
                self._forget(one.local_id)
                (self.answers / f"{one.local_id}.json").unlink(missing_ok=True)

    def take_back(self, local_id: UUID) -> bool:
        """Take it out of the folder. False where somebody has answered, or moved it away."""
        with _on_disk():
            place = self.documents / str(local_id)
            if not place.exists() or (self.answers / f"{local_id}.json").exists():
                return False
            self._forget(local_id)
        return True

    def trouble(self) -> str | None:
        """Whether documents can be written there."""
        try:
            for folder in (self.documents, self.answers):
                folder.mkdir(mode=OWNERS_ONLY, parents=True, exist_ok=True)
        except OSError:
            return "Documents cannot be written into PORTAL_DOCUMENTS_FOLDER."
        if not all(os.access(folder, os.W_OK | os.X_OK) for folder in (self.documents, self.answers)):
            return "Documents cannot be written into PORTAL_DOCUMENTS_FOLDER."
        return None

    def close(self) -> None:
        """There is nothing to let go of."""

    def _put(self, document: Document, place: Path) -> None:
        files = {"document.html": document.html.encode(), "document.json": document.fhir.encode()}
        manifest = {
            "id": str(document.local_id),
            "reference": document.reference,
            "practice": {"ods": document.ods_code, "name": document.practice_name},
            "written_at": clock.now().isoformat(timespec="seconds"),
            "files": {name: {"sha256": sha256(body).hexdigest(), "bytes": len(body)} for name, body in files.items()},
            "answer": f"answers/{document.local_id}.json",
        }
        files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
        beside = place.with_name(f".{place.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=OWNERS_ONLY)
        for name, body in files.items():
            with (beside / name).open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        sync(beside)
        beside.rename(place)
        sync(place.parent)

    def _answer(self, local_id: UUID) -> Answer | None:
        """What somebody said; one that is half written, or says nothing that is known, is left until it does."""
        try:
            with (self.answers / f"{local_id}.json").open("rb") as file:
                told = json.loads(file.read(LARGEST_ANSWER))
        except (FileNotFoundError, ValueError, RecursionError):
            return None
        outcome = told.get("outcome") if isinstance(told, dict) else None
        if outcome not in {"acknowledged", "failed"}:
            return None
        code = told.get("code")
        said = code if isinstance(code, str) and CODE.fullmatch(code) else f"folder-{outcome}"
        return Answer(local_id, outcome, said, str(local_id))

    def _forget(self, local_id: UUID) -> None:
        """Out of sight in one step, then gone."""
        place, away = self.documents / str(local_id), self.documents / f".{local_id}.gone"
        with suppress(FileNotFoundError):
            place.rename(away)
        shutil.rmtree(away, ignore_errors=True)


@contextmanager
def _on_disk() -> Iterator[None]:
    """Whatever the disk says, as trouble of the transport. Its own words hold paths."""
    try:
        yield
    except OSError as error:
        raise ServerTrouble(f"folder {type(error).__name__}") from error
