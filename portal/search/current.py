"""The engine that this application searches with."""

import hashlib
import shutil
import time
from contextlib import ExitStack
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, has_request_context

from portal.core.settings import Settings
from portal.search import meaning, models  # noqa: F401 (the tables of the application)
from portal.search.port import Engine

if TYPE_CHECKING:
    from portal.search.postgres_engine import PostgresEngine

KEPT_BY = ("words.py", "storing.py", "columns.py", "lexicon.py", "packing.py", "meaning.py", "data/ranking.yaml")
"""The modules that decide what is kept of a document. When one changes, what older code kept no longer fits."""
KEPT_SECONDS = 24 * 60 * 60


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings name. Touches neither disk nor database yet."""
    if settings.search_engine == "postgres":
        return _postgres(settings)
    from portal.search.whoosh_engine import WhooshEngine

    return WhooshEngine(settings.index_folder / version())


def _postgres(settings: Settings) -> "PostgresEngine":
    from portal.search.postgres_engine import PostgresEngine

    return PostgresEngine(settings.database_url, version())


@cache
def version() -> str:
    """The name of an index that this code can read: another one after each change of how documents are kept.

    So an upgrade finds no index and builds one, while processes of the older code still read theirs.
    """
    digest = hashlib.sha256("".join(map(metadata.version, ("whoosh3", meaning.MODEL))).encode())
    for name in KEPT_BY:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:12]


def sweep(settings: Settings) -> None:
    """Take away what older code kept, once nobody has written it for a day."""
    for folder in settings.index_folder.glob("*"):
        if folder.is_dir() and folder.name != version() and folder.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
    if settings.search_engine == "postgres":
        engine = _postgres(settings)
        engine.sweep(KEPT_SECONDS)
        engine.close()


def init_app(app: Flask, engine: Engine | None = None) -> None:
    """Bind this engine to the application, or that of the settings. Then each request is answered from one commit."""
    app.extensions["portal.search"] = engine or open_engine(app.extensions["portal.settings"])
    if engine is None:
        app.teardown_request(_let_go)


def engine() -> Engine:
    """The engine of the running application. From the first time that a request asks for it, it holds still for that one."""
    found: Engine = current_app.extensions["portal.search"]
    if has_request_context() and "search_stack" not in g:
        g.search_stack = ExitStack()
        g.search_stack.enter_context(found.still())
    return found


def _let_go(_error: BaseException | None) -> None:
    if "search_stack" in g:
        g.pop("search_stack").close()
