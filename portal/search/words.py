"""How text becomes words: folded, cut and stemmed alike in documents and questions.

Each document is read in its own language, and so is a question by each language that documents are in: a word typed on the
Welsh pages finds English documents by its English stem. Stems carry their language ("en:walk"), so that none is taken for
another's. Languages without a stemmer in Whoosh share an empty one (":cerdded").
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from whoosh.lang import has_stemmer, has_stopwords, stemmer_for_language, stopwords_for_language

LONGEST: Final = 40
"""Letters of a word that count. The rest of a longer one is cut off."""

# Signs that stand inside a word in scripts such as Devanagari; Python's \w leaves them out.
_MARKS = "".join(chr(point) for point in range(0x0900, 0x1100) if unicodedata.category(chr(point)) in ("Mn", "Mc"))
_SPACES = re.compile(" ")
_ASCII_WORD = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*(?:'(?:[^\W_]|[{_MARKS}])+)*")
_LETTERS = str.maketrans(
    dict.fromkeys("’‘ʼ`´", "'")
    | {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe"}
)

_WELSH_STOPS: Final = frozenset(
    _SPACES.split(
        "a ac ag am ar at dan dros drwy ei eich ein er eu fe fi fy gan gyda heb hi hon hwn i iddo ir mae mewn mi na nac ni"
        " nid neu o oes or os pan rhwng roedd sy sydd tan trwy wedi wrth y ydw ydy ydyn yn yr"
    )
)
_ALIKE: Final = {"en": {"lonely": "loneliness", "lonelier": "loneliness", "loneliest": "loneliness"}}
"""Words that the stemmer would take for others ("lonely" for "lone"), and the word that each is read as."""
_TAILS: Final = frozenset(("d", "ll", "m", "re", "s", "t", "ve"))


def fold(text: str) -> str:
    """Lower case without accents and control characters: "Caffi Tŷ Glas" is "caffi ty glas"."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(sign for sign in plain if not _is_dropped(sign))


@lru_cache(maxsize=4096)
def _is_dropped(sign: str) -> bool:
    """Accents of Latin and Greek, vowel points of Arabic and Hebrew, and signs that steer writing direction."""
    kind = unicodedata.category(sign)
    return kind == "Cf" or (kind in ("Mn", "Me") and sign not in _MARKS)


def cut(text: str) -> Iterator[str]:
    """The words of a text, folded, in order. "Women's" is "women", "don't" "dont", "l'eau" "l" and "eau"."""
    plain = fold(text)
    for word in (_ASCII_WORD if plain.isascii() else _WORD).findall(plain):
        if "'" not in word:
            yield word[:LONGEST]
            continue
        head, *tail = word.split("'")
        if tail[-1] == "s":
            tail.pop()
        if tail and len(head) <= 2:
            yield head
            head = ""
        yield (head + "".join(tail))[:LONGEST]


@lru_cache(maxsize=64)
def stops(language: str) -> frozenset[str]:
    """Words that a question can do without. Those of English where we know none of the language."""
    code = base(language)
    if code == "cy":
        return _WELSH_STOPS | _TAILS
    listed = stopwords_for_language(code if has_stopwords(code) else "en")
    return frozenset(part for word in listed for part in cut(word)) | _TAILS


@lru_cache(maxsize=256)
def base(language: str) -> str:
    """The first part of a BCP 47 tag: "en" of "en-GB"."""
    return language.replace("_", "-").split("-")[0].lower()


@lru_cache(maxsize=64)
def reading(language: str) -> str:
    """How the language is stemmed: its code where Whoosh has a stemmer for it, otherwise empty."""
    code = base(language)
    return code if has_stemmer(code) else ""


@lru_cache(maxsize=32)
def _stemmer(code: str) -> Callable[[str], str]:
    found: Callable[[str], str] = stemmer_for_language(code)
    return found


@lru_cache(maxsize=100_000)
def term(word: str, code: str) -> str:
    """The indexed form of a folded word under a reading."""
    if not code:
        return f":{word}"
    read = _ALIKE.get(code, {}).get(word, word)
    return f"{code}:{_stemmer(code)(read) or read}"
