"""Structured logs without personal data: only fields on the list below are written, whatever was passed."""

import logging
import sys
import time
import traceback
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "request_id", "method", "endpoint", "status", "ms", "error", "error_id", "where",
        "job", "attempts", "dead", "count", "seconds", "changed", "removed", "version", "folder", "port", "workers", "kind",
        "locale", "check", "state",
    }
)  # fmt: skip
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str = "info") -> None:
    """Write one JSON object a line to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _say_where,
            _keep_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS.get(level, logging.INFO)),
        logger_factory=lambda *_: _Printer(sys.stderr),  # the one in hand: a command may have its own
        cache_logger_on_first_use=False,
    )


class _Printer(structlog.PrintLogger):
    """Writes lines. One for which there is no room on a full disk is lost: the answer that it tells of is not."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def init_app(app: Flask) -> None:
    """Log one line a request: its endpoint, never its path, query or address."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=uuid4().hex[:12])


def _end(response: Response) -> Response:
    g.took_ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    level = (
        "debug"
        if request.endpoint in {"assets.static", "health.healthz", "health.readyz", "health.metrics"}
        else "info"
    )
    getattr(structlog.get_logger(), level)(
        "request", method=request.method, endpoint=request.endpoint, status=response.status_code, ms=g.took_ms
    )
    return response


def _say_where(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn an exception into its place in the code: never its message, which may hold what a person typed."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-4:]
        event["where"] = [f"{frame.filename.rpartition('/portal/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _keep_allowed(_logger: WrappedLogger, _method: str, event: EventDict) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name in ALLOWED}
