"""A ClamAV daemon for tests: it speaks INSTREAM and PING over TCP, finds harm by a mark, and can be slow of speech or dead."""

import socket
import struct
import threading
from types import TracebackType

HARM = b"X5O!P%@AP"
"""How the harmless test file of EICAR begins; anything that holds it is found to be harmful."""
FOUND = "Eicar-Test-Signature"


class Scanner:
    """Listens while it is entered. `seen`: what was sent, whole. `says`: in place of a verdict, what it answers."""

    def __init__(self, says: bytes | None = None) -> None:
        self.seen: list[bytes] = []
        self.says = says
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def place(self) -> str:
        """As PORTAL_CLAMAV names it."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "Scanner":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                link, _address = self._listener.accept()
            except OSError:
                return
            with link, link.makefile("rb") as told:
                self._answer(link, told.read(6) == b"zPING\0", told)

    def _answer(self, link: socket.socket, is_ping: bool, told: object) -> None:
        if is_ping:
            link.sendall(b"PONG\0")
            return
        assert told.read(4) == b"EAM\0"  # type: ignore[attr-defined]
        content = b""
        while (length := struct.unpack(">I", told.read(4))[0]) > 0:  # type: ignore[attr-defined]
            content += told.read(length)  # type: ignore[attr-defined]
        self.seen.append(content)
        verdict = f"stream: {FOUND} FOUND" if HARM in content else "stream: OK"
        link.sendall(self.says if self.says is not None else verdict.encode() + b"\0")
