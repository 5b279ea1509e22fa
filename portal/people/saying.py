"""How somebody may be reached, as one piece of a sentence: capitals stand at its beginning alone."""

from collections.abc import Iterable
from functools import lru_cache

from babel.dates import get_day_names, get_month_names
from flask_babel.speaklater import LazyString

from portal.core import wording
from portal.core.i18n import lazy_gettext as _l
from portal.people.items import AGE_GROUPS, WAYS

WITHIN: dict[str, LazyString] = {
    "phone": _l("phone"),
    "text": _l("text"),
    "e-mail": _l("e-mail"),
    "letter": _l("letter"),
    "through-me": _l("through me"),
}
"""The ways of `items.WAYS` inside a sentence."""


def ways_told(ways: Iterable[str] | None) -> str:
    """ "Phone, text or e-mail", in the order of the table; nothing where none is known."""
    known = set(ways or ())
    listed = wording.or_list([str(WITHIN[way]) for way in WAYS if way in known])
    return listed[:1].upper() + listed[1:]


def within(typed: str) -> str:
    """What somebody typed as it stands after other words: "after 2pm". Names of days and months keep their capital."""
    first = typed.split(maxsplit=1)[0] if typed.strip() else ""
    keeps = not first[1:].islower() or first.casefold().startswith(_names())
    return typed if keeps else typed[:1].lower() + typed[1:]


def age_words(told: str | None) -> str | None:
    """ "65 or over": an age group by its key, or as it is said already."""
    return str(AGE_GROUPS.get(told, told)) if told else None


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """What people type in English, whatever language the page is in."""
    found = [*get_day_names("abbreviated", locale="en").values(), *get_month_names("abbreviated", locale="en").values()]
    return tuple(one.casefold() for one in found)
