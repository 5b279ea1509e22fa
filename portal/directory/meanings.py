"""What searches and listings are about, as vectors (`portal.search.meaning`), and which needs a text is near to.

Each need has a middle, that of sentences which people say when they have it. What was read from words in any language so becomes
a direction too.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from flask_babel import force_locale

from portal.directory.examples import middle_of
from portal.directory.listings import Listing
from portal.directory.needs import NEEDS
from portal.search import meaning
from portal.search.words import base

NEED_WEIGHT: Final = np.float32(0.8)
"""What the needs that were read count for, against the words themselves."""


def of_search(words: str, needs: Sequence[str]) -> bytes:
    """The packed meaning of a search: its words, where they are English, and the needs that were read from it."""
    said = meaning.of_text(words, is_typed=True)
    middle = meaning.together(middle_of(need) for need in needs)
    if said is None or middle is None:
        return meaning.pack(middle if said is None else said)
    return meaning.pack(meaning.unit(said + NEED_WEIGHT * middle))


def of_listing(listing: Listing) -> bytes:
    """The packed meaning of a listing: its texts, where they are English, and the names of its needs."""
    service = listing.service
    texts = [names_of(need) for need in listing.needs if need in NEEDS]
    if base(service.lang) == "en":
        texts += [service.name, service.summary or "", service.description or ""]
    return meaning.pack(meaning.of_text("\n".join(texts)))


@cache
def names_of(need: str) -> str:
    """What a need is called in English."""
    about = NEEDS[need]
    with force_locale("en"):
        return ", ".join([str(about.label), *map(str, about.also)])
