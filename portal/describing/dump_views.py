"""Dumps, for readers who want everything at once: which there are, and the files themselves."""

from typing import Any

from flask import Blueprint, Response, send_file
from werkzeug.wsgi import ClosingIterator

from portal.core.access import public
from portal.core.errors import DomainError, TooManyRequests
from portal.core.extensions import settings
from portal.core.pages import whole_address
from portal.describing import dumps
from portal.describing.dumps import Dump
from portal.feed import answers, limits
from portal.feed.params import BASE
from portal.openreferral.documents import plain

PATH = f"{BASE}/dumps/"
CACHE = "public, no-cache"
"""Whoever keeps a copy asks each time whether it still holds: what must not be told any more is gone at once."""
RETRY_SECONDS = 300
SENT = frozenset({200, 206})
"""Answers with something of the file."""

bp = Blueprint("dumps", __name__, url_prefix=BASE)
bp.register_error_handler(DomainError, answers.problem_of)


class BeingMadeAgain(TooManyRequests):
    """It is there, and may not be given until it was looked through."""

    status = 503


@bp.get("/dumps", strict_slashes=False)
@public(cacheable=True)
def every() -> Response:
    """Which dumps there are, newest first."""
    found = dumps.found()
    state = dumps.state_for(found)
    told = [_told(one) for one in found if not one.suspect(state)]
    licence = {"licence": settings().feed_licence} if settings().feed_licence else {}
    response = answers.json_answer({**licence, "dumps": told})
    response.headers["Cache-Control"] = CACHE
    return response


@bp.get("/dumps/<string(length=10):day>/<name>")
@public(cacheable=True)
def file(day: str, name: str) -> Response:
    """One file of a dump, or a part of it."""
    dump = dumps.of_day(day)
    about = dump.file(name) if dump is not None else None
    if dump is None or about is None:
        raise DomainError("There is no such dump. See the list of those that there are.", status=404)
    if dumps.is_held_back(dump):
        raise BeingMadeAgain("This dump is being made again. Ask again in some minutes.", wait_seconds=RETRY_SECONDS)
    try:
        response = send_file(
            dump.folder / about.name,
            mimetype=dumps.FORMATS[about.name][1],
            as_attachment=True,
            download_name=f"{day}-{about.name}",
            conditional=True,
            etag=about.sha256,
            last_modified=dump.looked_at,
        )
    except FileNotFoundError:  # it was replaced a moment ago
        raise BeingMadeAgain("This dump is being made again. Ask again in some minutes.", wait_seconds=1) from None
    response.headers["Cache-Control"] = CACHE
    return _counted(response) if response.status_code in SENT else response


def _counted(response: Response) -> Response:
    """A file that is sent as one of the long answers, of which there may be few at once. Raises TooManyRequests."""
    try:
        end = limits.begin_stream()
    except TooManyRequests:
        response.close()
        raise
    file: Any = response.response
    # The server closes what it sends: the file itself, or for HEAD the response around it.
    response.response = ClosingIterator(answers.until_the_end(file, end), [file.close, end])
    response.call_on_close(end)
    return response


def _told(dump: Dump) -> dict[str, Any]:
    return {
        "date": str(dump.date),
        "made_at": plain(dump.made_at),
        "services": dump.services,
        "files": [
            {
                "format": dumps.FORMATS[one.name][0],
                "media_type": dumps.FORMATS[one.name][1],
                "url": whole_address(f"{PATH}{dump.date}/{one.name}"),
                "size": one.size,
                "sha256": one.sha256,
            }
            for one in dump.files
            if one.name in dumps.FORMATS
        ],
    }
