"""The engine that this application searches with."""

import hashlib
import shutil
import time
from functools import cache
from importlib import metadata
from pathlib import Path

from flask import Flask, current_app

from portal.core.settings import Settings
from portal.search import models  # noqa: F401 (the tables of the application)
from portal.search.port import Engine

KEPT_BY = ("words.py", "storing.py", "columns.py")
"""The modules that decide what is kept of a document. When one changes, what older code kept no longer fits."""
KEPT_SECONDS = 24 * 60 * 60


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings name. Touches no disk yet."""
    from portal.search.whoosh_engine import WhooshEngine

    return WhooshEngine(settings.index_folder / version())


@cache
def version() -> str:
    """The folder of an index that this code can read: another one after each change of how documents are kept.

    So an upgrade finds no index and builds one, while processes of the older code still read theirs.
    """
    digest = hashlib.sha256(metadata.version("whoosh3").encode())
    for name in KEPT_BY:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:12]


def sweep(settings: Settings) -> None:
    """Take away what older code kept, once nobody has written it for a day."""
    for folder in settings.index_folder.glob("*"):
        if folder.is_dir() and folder.name != version() and folder.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def init_app(app: Flask, engine: Engine | None = None) -> None:
    """Bind the engine of the settings, or this one, to the application."""
    app.extensions["portal.search"] = engine or open_engine(app.extensions["portal.settings"])


def engine() -> Engine:
    """The engine of the running application."""
    found: Engine = current_app.extensions["portal.search"]
    return found
