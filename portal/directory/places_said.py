"""A place that is named among typed words: "free counselling camden", "gym in Highfields, Leicester". No postcodes.

A name that is an everyday word as well counts only where it is written as a name.
"""

import re
from typing import Final

from portal.geography import current
from portal.geography.gazetteer import OWN_WEIGHT

LEAST_PEOPLE: Final = 20_000
"""People of a place that is known by its name alone. Parts of a town that neighbourhoods are named after weigh more."""
LEADS: Final = frozenset({"in", "near", "around", "at", "nr", "from", "yn", "ger", "w", "we", "в", "у"})
EVERYDAY: Final = frozenset(
    {
        "bath", "battle", "ash", "bury", "crook", "deal", "eye", "hope", "march", "reading", "rugby", "sale", "sandwich",
        "settle", "stone", "street", "ware", "wash", "wells", "wing",
    }
)  # fmt: skip
"""Names of places that people also type without meaning the place."""
MOST_WORDS: Final = 40
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def place_said(text: str) -> str | None:
    """The name of a place among the words, as it was typed; none where nobody can be sure. The longest, the last of several."""
    words = [one[0] for one in _WORD.finditer(text)][:MOST_WORDS]
    for size in (3, 2, 1):
        for at in range(len(words) - size, -1, -1):
            if _is_place(words, at, size):
                return " ".join(words[at : at + size])
    return None


def _is_place(words: list[str], at: int, size: int) -> bool:
    said = words[at : at + size]
    is_led = at > 0 and words[at - 1].casefold() in LEADS
    if not is_led and at + size != len(words) and at != 0:
        return False
    if len(words) == size and not is_led:
        return False  # a name alone is as likely that of a group
    names = current.atlas().named(" ".join(said))
    if not names or names[0].weight < LEAST_PEOPLE:
        return False
    towns = (one for one in names if one.kind != "neighbourhood" and LEAST_PEOPLE <= one.weight < OWN_WEIGHT)
    if at == 0 and not is_led and not any(towns):
        return False  # names of groups begin with those of neighbourhoods: "Saffron Singers"
    return size > 1 or said[0].casefold() not in EVERYDAY or (is_led and said[0][0].isupper())
