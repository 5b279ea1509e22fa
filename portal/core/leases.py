"""Claims that lapse by themselves, so that what a killed process held goes back. Renewed while the work goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from portal.core.extensions import db

log = structlog.get_logger()


@contextmanager
def renewed(renew: Callable[[Session], object], *, lease: timedelta, trouble: str) -> Iterator[None]:
    """Run `renew` three times a lease, each in a transaction of its own, while the body runs.

    A renewal that fails is logged as `trouble` and tried again: what is claimed is safe to do twice.
    """
    engine, stop = db.engine, threading.Event()

    def go_on() -> None:
        while not stop.wait(lease.total_seconds() / 3):
            try:
                with Session(engine) as session, session.begin():
                    renew(session)
            except Exception:
                log.warning(trouble)

    renewal = threading.Thread(target=go_on, daemon=True, name="lease")
    renewal.start()
    try:
        yield
    finally:
        stop.set()
        renewal.join()
