"""Another website on a port of this machine, with a strict policy of its own and none of our styles."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

PAGE = """<!doctype html>
<html lang="{lang}"{dir}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Larkfield Library</title>{head}</head>
<body><header><p>Larkfield Library</p></header><main><h1>Help near you</h1><p>We lend books.</p>
{body}
<p id="after"><a href="/about">About the library</a></p></main></body></html>"""


@dataclass
class Site:
    """The website: `pages` by path, and the headers of all. `here` is its own address, `host` may be another name for it."""

    port: int = 0
    host: str = "localhost"
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def here(self) -> str:
        return f"http://{self.host}:{self.port}"

    def strict(self, portal: str, *, frames: str = "frame-src {0}") -> None:
        """As strict as a website can be that lets our script and our frame through: not one style, and no connection."""
        rules = (
            "default-src 'none'",
            "script-src {0}",
            frames,
            "base-uri 'none'",
            "form-action 'none'",
            "object-src 'none'",
        )
        self.headers["Content-Security-Policy"] = "; ".join(rules).format(portal)
        self.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        self.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        self.headers["X-Content-Type-Options"] = "nosniff"

    def put(self, body: str, *, head: str = "", lang: str = "en", path: str = "/") -> str:
        """Set a page, and give its address."""
        direction = ' dir="rtl"' if lang == "ur" else ""
        self.pages[path] = PAGE.format(lang=lang, dir=direction, head=head, body=body)
        return f"{self.here}{path}"

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        page = self.pages.get(request.path)
        return Response(page or "", 200 if page else 404, headers=self.headers, mimetype="text/html")


@contextmanager
def running() -> Iterator[Site]:
    """Such a website while it runs."""
    site = Site()
    server = make_server("127.0.0.1", 0, Request.application(site.answer), threaded=True)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
