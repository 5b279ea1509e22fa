"""The engine that this application searches with."""

from flask import Flask, current_app

from portal.core.settings import Settings
from portal.search.port import Engine


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings name. Touches no disk yet."""
    from portal.search.whoosh_engine import WhooshEngine

    return WhooshEngine(settings.index_folder)


def init_app(app: Flask, engine: Engine | None = None) -> None:
    """Bind the engine of the settings, or this one, to the application."""
    app.extensions["portal.search"] = engine or open_engine(app.extensions["portal.settings"])


def engine() -> Engine:
    """The engine of the running application."""
    found: Engine = current_app.extensions["portal.search"]
    return found
