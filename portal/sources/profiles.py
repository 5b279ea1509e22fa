"""The kinds of sources that are read, and what may be said of how and when. Adding one: docs/recipes/add-a-source-profile.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Kind:
    """A profile: what it is called; whether an address of it may be a feed that is walked page by page, and in whose dialect.

    `format`: what its files are read as, or none where the file tells. `wants_mapping`: columns have to be told apart.
    """

    label: LazyString
    dialect: str | None = None
    format: str | None = None
    wants_mapping: bool = False


PROFILES: Mapping[str, Kind] = {
    "oruk3": Kind(_l("Open Referral UK 3"), dialect="3", format="oruk"),
    "oruk1": Kind(_l("Open Referral UK 1"), dialect="1", format="oruk"),
    "hsds3": Kind(_l("HSDS 3 (feed or package)"), dialect="3"),
    "hsds2": Kind(_l("HSDS 2 (package)"), format="hsds"),
    "hsds1": Kind(_l("HSDS 1 (package)"), format="hsds"),
    "table": Kind(_l("Table: CSV, workbook or JSON records, with a mapping"), wants_mapping=True),
}

RHYTHMS: Mapping[str, LazyString] = {
    "daily": _l("Every day"),
    "weekly": _l("Every week"),
    "monthly": _l("Every month"),
    "by_hand": _l("When somebody asks for it"),
}
PERIODS: Mapping[str, timedelta] = {
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}
"""How far apart readings are. By hand has none."""

TRUSTS: Mapping[str, LazyString] = {
    "preview": _l("A person looks at each reading before it is applied"),
    "apply": _l("After the first was accepted, readings are applied by themselves"),
}
STATES: Mapping[str, LazyString] = {
    "new": _l("New: nothing of it was accepted yet"),
    "active": _l("Active"),
    "paused": _l("Paused"),
    "stopped": _l("Stopped: somebody has to look"),
}
RUN_STATES: Mapping[str, LazyString] = {
    "asked": _l("Waits for the worker"),
    "fetching": _l("Is being read"),
    "waiting": _l("Waits for a person"),
    "applying": _l("Is being applied"),
    "applied": _l("Applied"),
    "failed": _l("Could not be read"),
    "refused": _l("Refused by a person"),
    "superseded": _l("Read again before anybody decided"),
}
OUTCOMES: Mapping[str, LazyString] = {
    "new": _l("New"),
    "changed": _l("Changed"),
    "doubtful": _l("May be one that we hold"),
    "copy": _l("Copy of one that we hold"),
    "left_out": _l("Left out"),
    "refused": _l("Cannot be taken"),
    "closed": _l("Ended, says the source"),
    "vanished": _l("In the source no more"),
}
DOUBTS: Mapping[str, LazyString] = {
    "first": _l("It is the first reading of this source, so somebody has to look at it."),
    "preview": _l("Somebody looks at each reading of this source."),
    "many": _l("It would take away more than a fifth of what this source gave us, so somebody has to look at it."),
}
"""Why a reading waits for a person."""
