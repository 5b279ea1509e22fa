"""A sender for a demo: says on the terminal that there is a message, and keeps it as a file to open."""

import sys
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

from portal.notifications.senders.port import Outgoing
from portal.notifications.senders.writing import From, email_of

MOST_KEPT = 100


class ConsoleSender:
    """`folder` takes the last 100 messages, newest by name: `.eml` for e-mails, `.txt` for texts."""

    def __init__(self, folder: Path, sender: From) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, message: Outgoing) -> str | None:
        """Keep it as a file, and print where. What people are called is on no terminal, so the file alone says for whom."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / self._name(message)
        beside = path.with_suffix(".new")
        beside.write_bytes(self._bytes(message))
        beside.replace(path)
        print(f"Message: {message.subject or 'text'} -> {path}", file=sys.stderr, flush=True)  # noqa: T201 (its purpose)
        self._forget_old()
        return None

    def close(self) -> None:
        """There is nothing to let go of."""

    def trouble(self) -> str | None:
        """There is none."""
        return None

    def _name(self, message: Outgoing) -> str:
        """One file a message, however often it is tried. Later messages sort later."""
        known = next(self.folder.glob(f"*-{message.id.hex[:8]}.*"), None)
        if known is not None:
            return known.name
        last = max((int(path.name[:6]) for path in self.folder.glob("[0-9][0-9][0-9][0-9][0-9][0-9]-*")), default=0)
        return f"{last + 1:06d}-{message.id.hex[:8]}.{'eml' if message.channel == 'email' else 'txt'}"

    def _bytes(self, message: Outgoing) -> bytes:
        if message.channel == "sms":
            return f"To: {message.to}\n\n{message.text}\n".encode()
        email: EmailMessage = email_of(message, self.sender)
        return email.as_bytes()

    def _forget_old(self) -> None:
        kept = sorted(self.folder.glob("[0-9][0-9][0-9][0-9][0-9][0-9]-*"))
        for path in kept[:-MOST_KEPT]:
            with suppress(FileNotFoundError):
                path.unlink()
