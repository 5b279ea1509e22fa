"""Colours that a widget may come in: a table of whole sets, since letters must be readable on every ground.

A set is a row here and a class of `static/css/widget.css`; a test measures the contrast of both.
"""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

OURS = "ours"


@dataclass(frozen=True)
class Colours:
    """One set: its id, which is also its class, and its words."""

    id: str
    label: LazyString


SETS: tuple[Colours, ...] = (
    Colours(OURS, _l("As this site")),
    Colours("slate", _l("Slate grey")),
    Colours("ocean", _l("Deep blue")),
    Colours("plum", _l("Plum")),
    Colours("black", _l("Black and white")),
)
