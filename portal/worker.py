"""Runs jobs until it is told to stop, and asks for what the timetable says is due. Workers alone write the search index."""

import signal
import threading
import time
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.core import throttle
from portal.core.queue import work_once
from portal.core.timetable import Every, ask_for_due
from portal.directory import indexing
from portal.search.current import engine
from portal.search.port import IndexUnavailable
from portal.shortlists import actions as shortlists
from portal.unmet import actions as unmet

log = structlog.get_logger()

IDLE_SECONDS = 0.15
LOOK_AT_TIMETABLE_SECONDS = 30.0
AFTER_TROUBLE_SECONDS = 2.0

TIMETABLE = (
    Every(indexing.refresh, timedelta(hours=1)),
    Every(throttle.tidy, timedelta(days=1)),
    Every(shortlists.tidy, timedelta(days=1)),
    Every(unmet.tidy, timedelta(days=1)),
    Every(unmet.reencrypt, timedelta(days=1)),
)


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT. The job in hand is finished first; one that is killed goes back by its lease."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker.started")
    with app.app_context():
        _until(stop)
    log.info("worker.stopped")


def _until(stop: threading.Event) -> None:
    looked_at = float("-inf")
    is_mended = False
    while not stop.is_set():
        try:
            if not is_mended:
                indexing.mend_index()
                is_mended = True
            if time.monotonic() - looked_at > LOOK_AT_TIMETABLE_SECONDS:
                is_mended = engine().ready()
                ask_for_due(TIMETABLE)
                looked_at = time.monotonic()
            if not work_once():
                stop.wait(IDLE_SECONDS)
        except (SQLAlchemyError, IndexUnavailable) as error:
            log.error("worker.no_database", error=type(error).__name__)
            stop.wait(AFTER_TROUBLE_SECONDS)
