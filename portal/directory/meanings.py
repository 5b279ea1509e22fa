"""What searches and listings are about, as vectors (`portal.search.meaning`).

Each need has a middle, that of the lines which are sure of it and of its names. What was read from words in any language so
becomes a direction too.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np
from flask_babel import force_locale

from portal.directory import lexicon
from portal.directory.listings import Listing
from portal.directory.needs import NEEDS
from portal.search import meaning
from portal.search.meaning import Vector
from portal.search.words import base

NEED_WEIGHT: Final = 0.8
"""What the needs that were read count for, against the words themselves."""


def of_search(words: str, needs: Sequence[str], confidence: Mapping[str, float] | None = None) -> bytes:
    """The packed meaning of a search: its words, where they are English, and the needs that were read from it.

    `confidence`: how certain each need is, 0 to 1; 1 where it is not said.
    """
    said = meaning.of_text(words, is_typed=True)
    certain = {need: (confidence or {}).get(need, 1.0) for need in needs}
    middle = meaning.together(np.float32(much) * middles()[need] for need, much in certain.items())
    if said is None or middle is None:
        return meaning.pack(middle if said is None else said)
    return meaning.pack(meaning.unit(said + np.float32(NEED_WEIGHT) * middle))


def of_listing(listing: Listing) -> bytes:
    """The packed meaning of a listing: its texts, where they are English, and the names of its needs."""
    service = listing.service
    texts = [names_of(need) for need in listing.needs if need in NEEDS]
    if base(service.lang) == "en":
        texts += [service.name, service.summary or "", service.description or ""]
    return meaning.pack(meaning.of_text("\n".join(texts)))


@cache
def middles() -> Mapping[str, Vector]:
    """Each need's direction."""
    lines = lexicon.plain_lines()
    found = {need: meaning.together(map(meaning.of_text, (names_of(need), *lines.get(need, ())))) for need in NEEDS}
    return {need: middle for need, middle in found.items() if middle is not None}


@cache
def names_of(need: str) -> str:
    """What a need is called in English."""
    about = NEEDS[need]
    with force_locale("en"):
        return ", ".join([str(about.label), *map(str, about.also)])
