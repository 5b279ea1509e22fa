"""The structure that this application uses, opened once a process, and what an operator's files have added to it."""

import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from flask import current_app
from sqlalchemy import inspect, select

from portal.core.extensions import db, settings
from portal.geography.atlas import Atlas
from portal.geography.building import ensure_built
from portal.geography.models import GeographyFile

LOOK_AGAIN_SECONDS = 30.0
_opening = threading.Lock()


@dataclass
class _Loaded:
    kinds: frozenset[str] = frozenset()
    looked_at: float = field(default=float("-inf"))


def atlas() -> Atlas:
    """The opened structure; builds it first where nobody has yet, which takes some seconds."""
    home = current_app.extensions.get("portal.geography.home")
    if home is None:
        with _opening:
            home = ensure_built(settings().geography_folder)
            current_app.extensions["portal.geography.home"] = home
    return _open(home)


def loaded_kinds() -> frozenset[str]:
    """Kinds of file that `portal geography load` has brought. Asked of the database twice a minute at most."""
    known: _Loaded = current_app.extensions.setdefault("portal.geography.loaded", _Loaded())
    if time.monotonic() - known.looked_at > LOOK_AGAIN_SECONDS:
        known.kinds = frozenset(db.session.scalars(select(GeographyFile.kind).distinct()))
        known.looked_at = time.monotonic()
    return known.kinds


def forget_loaded() -> None:
    """Ask the database again at the next look-up: a file has just been loaded."""
    current_app.extensions.pop("portal.geography.loaded", None)


def is_prepared() -> bool:
    """True where the database has its tables, so that files can be loaded and asked."""
    return inspect(db.session.connection()).has_table(GeographyFile.__tablename__)


def expect_nothing_loaded() -> None:
    """Never ask the database in this process: it has no tables yet."""
    current_app.extensions["portal.geography.loaded"] = _Loaded(looked_at=float("inf"))


@lru_cache(maxsize=2)
def _open(home: Path) -> Atlas:
    return Atlas(home)
