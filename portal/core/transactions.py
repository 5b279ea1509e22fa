"""One commit a request, made here and nowhere else.

A request with an unsafe method whose answer is below 400 is committed once, when it ends; every other is rolled back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core.database import reading, writing
from portal.core.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KEEP_TRYING_SECONDS = 40.0
"""How long the database is asked to note what cannot be undone: a message or a document that has gone."""


@contextmanager
def unit() -> Iterator[None]:
    """One transaction for a command or a job: committed at the end, rolled back on any error."""
    with writing():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.remove()


@contextmanager
def short() -> Iterator[Session]:
    """A short transaction of its own, apart from the request's: throttle counters, refusals, claims of jobs.

    The request's own may hold the one write lock of SQLite, so it is let go first; it must not have changed anything yet.
    """
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("a short transaction must come before the changes of the request")
    db.session.rollback()
    with beside() as apart:
        yield apart


@contextmanager
def beside() -> Iterator[Session]:
    """A short transaction beside the request's own, which goes on with what it has read. Only for a request that reads: one that
    may write holds the one write lock of SQLite, and this would wait for it in vain.
    """
    with writing(), Session(db.engine, expire_on_commit=False) as apart, apart.begin():
        yield apart


def insist(what: Callable[[Session], None]) -> None:
    """Note in a short transaction what has happened outside; where the database is busy, again and again for KEEP_TRYING_SECONDS.

    Raises SQLAlchemyError after that.
    """
    until = time.monotonic() + KEEP_TRYING_SECONDS
    while True:
        try:
            with short() as session:
                what(session)
        except SQLAlchemyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            return


def init_app(app: Flask) -> None:
    """Open each request's transaction in the right mode, and end it by its answer."""
    app.before_request(_open)
    app.after_request(_end)
    app.teardown_request(_close)


def _open() -> None:
    if request.method == "HEAD":
        request.method = "GET"  # so that no view takes the question of a mail scanner for the press of a button
    g.transaction_mode = ExitStack()
    g.transaction_mode.enter_context(writing() if _may_write() else reading())


def _end(response: Response) -> Response:
    if not _may_write() or response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except DBAPIError as fault:  # a full disk shows here first
        session.pop("_flashes", None)  # what they say was done was not
        return current_app.make_response(current_app.handle_user_exception(fault))
    return response


def _close(_error: BaseException | None) -> None:
    if "transaction_mode" in g:
        g.pop("transaction_mode").close()


def _may_write() -> bool:
    if request.method not in SAFE_METHODS:
        return True
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), "_writes_on_get", False))
