"""Typed English put into plain words: dialect, text speak and short forms become one form, and words that carry no meaning go.

The words are data (`data/plain_speech.yaml`). Danger is looked for in what was typed and in this reading of it, so that a
phrase need not list every way to say "I" or "cannot".
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from portal.directory.folding import folded
from portal.directory.typing_errors import known_words

SPEECH = Path(__file__).parent / "data" / "plain_speech.yaml"
LONGEST_RUN = 3
SHORT_FORM = re.compile(r"(?<=[^\W\d_])['’‘`´](?:s|d|re|ve|m)\b(?!\w)", re.IGNORECASE)
"""What is left of "is", "has", "would", "are", "have" and "am"."""
NORTHERN_THE = re.compile(r"(?<!\w)t['’‘`´](?=[^\W\d_]{2})", re.IGNORECASE)
"""The article of Yorkshire and Lancashire: "in t'car"."""
ARTICLES = frozenset({"a", "an", "the"})
DETERMINERS = ARTICLES | {"my", "your", "his", "her", "our", "their", "some", "this"}


def plainly(text: str) -> str:
    """The text in plain words, in small letters but for words that hold no other."""
    words = folded(NORTHERN_THE.sub("", SHORT_FORM.sub("", text))).split()
    forms, kept, at = _forms(), list[str](), 0
    while at < len(words):
        for length in range(min(LONGEST_RUN, len(words) - at), 0, -1):
            run = " ".join(words[at : at + length]).lower()
            if run in forms:
                kept += forms[run]
                at += length
                break
        else:
            kept.append(_with_g(words[at]))
            at += 1
    return " ".join(kept)


def without_empty_words(phrase: str) -> str:
    """A phrase (see portal/directory/phrases.py) as it reads in plain words: parts that are empty words alone go, and those
    before the last that may be an article may be missing.
    """
    kept, parts = [], phrase.split()
    for place, part in enumerate(parts):
        words = part.removesuffix("?").split("|")
        if all(_forms().get(word) == () for word in words):
            continue
        is_article = not {*words} - DETERMINERS and bool({*words} & ARTICLES) and place < len(parts) - 1
        kept.append(f"{part.removesuffix('?')}?" if is_article else part)
    return " ".join(kept)


def _with_g(word: str) -> str:
    """ "Livin" as "living"."""
    lower = word.lower()
    is_short = len(word) > 4 and lower.endswith("in") and lower not in known_words() and f"{lower}g" in known_words()
    return f"{word}g" if is_short else word


@cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """What each word, or run of words, becomes."""
    data = yaml.safe_load(SPEECH.read_text(encoding="utf-8"))
    forms = {said: tuple(plain.split()) for plain, line in data["means"].items() for said in line.split()}
    forms |= {said: tuple(plain.split()) for plain, runs in data["runs"].items() for said in runs}
    forms |= {f"{person}s": (person,) for person in data["persons"].split()}
    forms |= dict.fromkeys(data["empty"].split(), ())
    return forms
