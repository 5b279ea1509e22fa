"""What pages for a situation in life are made of, as tables: limits, what is done to them, languages of their texts."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

LONGEST_TITLE = 120
LONGEST_TEXT = 2_000
MOST_SECTIONS = 8
MOST_SHOWN = 12
MOST_PINS = 6
CARERS = "carers"
"""The need of those who look after somebody."""
REVIEW_AHEAD_DAYS = 30
LONGEST_REVIEW_DAYS = 366

ACTS: Mapping[str, LazyString] = MappingProxyType(
    {
        "made": _l("Made"),
        "words": _l("Words, place or review date changed"),
        "section": _l("Section added"),
        "changed": _l("Section changed"),
        "moved": _l("Section moved"),
        "removed": _l("Section taken out"),
        "pinned": _l("Service pinned"),
        "unpinned": _l("Service unpinned"),
        "published": _l("Published"),
        "unpublished": _l("Taken off the site"),
    }
)
"""What is done to a page. Keys are kept in the database and are never renamed."""


def act_label(act: str) -> str:
    """What was done, in the reader's language."""
    return str(ACTS.get(act, act))
