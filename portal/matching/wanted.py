"""What is known of the person whom support is looked for. Nothing of it is kept, and no name is among it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.geography.places import Place

Asker = Literal["person", "link_worker"]

AGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "children": (0, 10),
        "under_18": (11, 17),
        "18_25": (18, 25),
        "adults": (26, 49),
        "50_64": (50, 64),
        "65_plus": (65, 99),
    }
)
"""First and last age of each band that can be chosen: those of the filter "who", without one lying in another."""
AGE_LABELS: Mapping[str, LazyString] = MappingProxyType(
    {
        "children": _l("Up to 10"),
        "under_18": _l("11 to 17"),
        "18_25": _l("18 to 25"),
        "adults": _l("26 to 49"),
        "50_64": _l("50 to 64"),
        "65_plus": _l("65 or over"),
    }
)
GROUPS: Mapping[str, LazyString] = MappingProxyType(
    {
        "carers": _l("Carers"),
        "parents": _l("Parents"),
        "lgbtq": _l("LGBTQ+"),
        "veterans": _l("Veterans"),
    }
)
"""Groups of people that a listing may be for, by the values of the filter "who"."""


@dataclass(frozen=True)
class Wanted:
    """What was told. What is empty was not told, and no rule asks after it.

    `ages`: the youngest and the oldest that they may be. `are`: woman, man, and groups of people they belong to; `are_not`:
    those they surely do not. `only`: they want "women_only" or "men_only". `languages`: one of them has to be spoken; sign
    language stands by itself in `signs`. `interpreter`: somebody has to interpret where nobody speaks it. `when`: values of
    that filter, one is enough. `most_cost`: "free" or "low_cost", the most they can pay. `asker`: who gets in touch.
    """

    needs: tuple[str, ...] = ()
    place: Place | None = None
    within_km: float | None = None
    ages: tuple[int, int] | None = None
    are: frozenset[str] = frozenset()
    are_not: frozenset[str] = frozenset()
    only: str = ""
    how: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    signs: bool = False
    interpreter: bool = False
    when: frozenset[str] = field(default_factory=frozenset)
    most_cost: str = ""
    asker: Asker = "person"
