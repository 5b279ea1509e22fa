"""Bundles: what people in one situation often need together, as one table. A new bundle is a row; see the recipe.

Keys are kept in the database and are never renamed. A bundle has at most three lines, since three referrals can be sent at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

MOST_LINES = 3


@dataclass(frozen=True)
class Line:
    """One thing that is asked for. `need`: an id of our needs. `words`: of those that help with the need, a listing with one of
    these words in its name or first line goes first, then one that has it further down; they are the words of listings, and
    so not translated.
    """

    id: str
    label: LazyString
    need: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bundle:
    """Several things at once. `reason`: what the groups read, until the link worker writes it in their own words."""

    id: str
    label: LazyString
    reason: LazyString
    lines: tuple[Line, ...]


_ALL = (
    Bundle(
        "home-from-hospital", _l("Home from hospital"),
        _l("Just home from hospital: needs help to get about, with shopping, and some company in the first weeks."),
        (
            Line("lift", _l("Lift"), "transport", ("lift", "driver", "minibus", "transport")),
            Line("shopping", _l("Shopping"), "home-help", ("shopping", "shop for")),
            Line("befriending", _l("Befriending"), "befriending", ("befriend",)),
        ),
    ),
    Bundle(
        "living-alone", _l("Older and living alone"),
        _l("Lives alone and would like company, a reason to go out, and to be steadier on their feet."),
        (
            Line("company", _l("Company"), "befriending"),
            Line("going-out", _l("Going out"), "older-social"),
            Line("balance", _l("Strength and balance"), "falls-frailty", ("balance", "strength")),
        ),
    ),
    Bundle(
        "debt-and-food", _l("Debt and food"),
        _l("Behind with money and going without: needs advice, food for now, and help with heating."),
        (
            Line("debt", _l("Debt advice"), "debt"),
            Line("food", _l("Food"), "food"),
            Line("heating", _l("Heating and bills"), "energy"),
        ),
    ),
    Bundle(
        "new-here", _l("New here"),
        _l("New to the area: would like to learn English, to meet people, and to know their rights."),
        (
            Line("english", _l("Learning English"), "english-language"),
            Line("people", _l("Meeting people"), "loneliness"),
            Line("rights", _l("Advice and rights"), "refugee-immigration"),
        ),
    ),
    Bundle(
        "looking-after", _l("Looking after somebody"),
        _l("Looks after somebody at home: needs a break, to know what they can claim, and somebody to talk to."),
        (
            Line("break", _l("A break"), "carers", ("respite", "break")),
            Line("claiming", _l("What can be claimed"), "benefits"),
            Line("talking", _l("Somebody to talk to"), "low-mood-worry"),
        ),
    ),
)  # fmt: skip

BUNDLES: Mapping[str, Bundle] = MappingProxyType({one.id: one for one in _ALL})


def line_label(bundle: str, line: str) -> str:
    """What a line is called; its key where the bundle has changed since."""
    known = BUNDLES.get(bundle)
    found = next((one for one in known.lines if one.id == line), None) if known else None
    return str(found.label) if found else line
