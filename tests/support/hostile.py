"""Addresses of the page of results that no browser of ours makes: the questions of `nasty`, and worse. The same for each seed.

Each is the bytes after "/services?", so that they may hold what is no UTF-8 at all.
"""

from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import quote, quote_from_bytes, urlencode

from portal.directory.filters import FILTERS
from tests.support import nasty
from tests.support.nasty import EMOJI, MARKS, SCRIPTS

PREFIXES = ("", "", "", "", "/cy", "/ur")
"""The languages that are offered unless a setting says otherwise."""
HERE = nasty.PLACES[:8]
"""Places that are found."""
PLANES = 17
SURROGATES = range(0xD800, 0xE000)
COMBINING = "".join(map(chr, [*range(0x0300, 0x0370), *range(0x0483, 0x048A), *range(0x064B, 0x0660), 0x20DD, 0x20E3]))
CRISIS = (
    "kill myself ", "want to die ", "i cant go on ", "suicide ", "he hits me ", "nowhere to sleep tonight ", "overdose ",
    "chcę się zabić ", "میں مرنا چاہتا ہوں ", "હું મરવા માંગુ છું ", "rwyf eisiau marw ", "waan is dili rabaa ",
)  # fmt: skip
PARTS_OF_CRISIS = ("want to ", "kill ", "my ", "going to ", "i ", "dont ", "no more ", "self ")
SYNTAX = (
    "name:(a OR b)~2^3", "[a TO z]", "{* TO *}", "/(a+)+$/", "NEAR(a b, 99999)", 'needs:"*"', "a\\", "\\", "^", "a AND",
    "NOT NOT NOT", "((((((((", "))))", "a~99999", "a^1e308",
    "*:*", "text MATCH '*'", "rank:bm25(1e9)", "SELECT pg_sleep(9)", "'; VACUUM; --",
    "(?:(?:a?){40}){40}", "(?<=a)b", "[[:alpha:]]", "\\N{BULLET}", "(?P<x>(?P=x))", "%s%s%s%n", "{0.__class__}",
)  # fmt: skip
RAW = (
    b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xc0\xaf", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xff\xfe",
    b"\xfe\xff",
    b"\xe2\x82", b"\x80", b"\xf0\x9f", b"\x00", b"\xef\xbf\xbf", b"\xef\xbb\xbf", b"\xf8\x88\x80\x80\x80",
)  # fmt: skip
"""Halves of pairs, overlong and cut letters, what lies beyond the last plane, and marks of byte order."""
HUGE = (
    "9" * 300, "-" + "9" * 300, "1e308", "-1e308", "1e-400", "NaN", "inf", "-0", "0x7fffffff",
    "9223372036854775808", "٣", "½", "1_0",
)  # fmt: skip
OTHER = ("within", "page", "sort", "view", "exact", "not", "aged", "explain", "why", "limit", "language", "colour", "")
"""Parameters of the page that are no filters, some that are none of its own, and one without a name."""


def _everywhere(chance: Random) -> str:
    """Letters of every plane, of which most are nobody's yet."""
    points = (chance.randrange(PLANES) * 0x10000 + chance.randrange(0x10000) for _ in range(chance.randint(1, 200)))
    return "".join(chr(point) for point in points if point not in SURROGATES)


def _turned(chance: Random) -> str:
    return "".join(letter + chance.choice(MARKS) * chance.randint(0, 3) for letter in chance.choice(CRISIS) * 4)


def _storm(chance: Random) -> str:
    few = chance.choice((1, 3, 40))
    bases = (chance.choice("aeiou ßłاગ한e") for _ in range(few))
    return "".join(base + "".join(chance.choices(COMBINING, k=300 // few)) for base in bases)


def _with_nothing(chance: Random) -> str:
    return "".join(letter + "\x00" * chance.randint(0, 2) for letter in chance.choice((*CRISIS, "lunch club", "debt")))


def _one_word(chance: Random) -> str:
    letters = chance.choice(
        ("abcdefghijklmnopqrstuvwxyz", "a", "ab", "لاا", "ગજ", "ㄱㄴ", "й", "0123456789", "'", "-a", "ß")
    )
    return "".join(chance.choices(letters, k=chance.choice((60, 299, 300, 300, 301))))


def _crisis(chance: Random) -> str:
    said = chance.choice(CRISIS) if chance.random() < 0.6 else "".join(chance.choices(PARTS_OF_CRISIS, k=40))
    if chance.random() < 0.4:
        said = "".join(letter * chance.choice((1, 1, 2, 9)) for letter in said)
    if chance.random() < 0.3:
        said = " ".join(said)
    return (said * 400)[: chance.choice((120, 299, 300, 300, 900))]


def _scrambled(chance: Random) -> str:
    """Words whose letters come from several scripts."""
    look_alikes = {
        "a": "а",
        "e": "е",
        "o": "ο",
        "i": "і",
        "c": "с",
        "p": "р",
        "s": "ѕ",
        "x": "х",
        "y": "у",
        "l": "Ⅼ",
        "k": "К",
    }
    words = chance.choices([*nasty.COMMON, *SCRIPTS, *CRISIS], k=chance.randint(1, 10))
    return " ".join(
        "".join(look_alikes.get(one, one) if chance.random() < 0.5 else one for one in word) for word in words
    )


def _faces(chance: Random) -> str:
    return "\u200d".join(
        chance.choices(
            [*EMOJI, "👩🏿", "❤️", "🏴\U000e0067\U000e0062\U000e0077\U000e007f", "1️⃣"], k=chance.randint(1, 80)
        )
    )


def _syntax(chance: Random) -> str:
    return " ".join(chance.choices([*SYNTAX, *nasty.OPERATORS, *nasty.COMMON], k=chance.randint(1, 20)))


WORDS: dict[str, Callable[[Random], str]] = {
    **nasty.WORDS,
    "every plane": _everywhere,
    "turned about": _turned,
    "combining storm": _storm,
    "nulls": _with_nothing,
    "one long word": _one_word,
    "syntax": _syntax,
    "crisis words": _crisis,
    "look-alikes": _scrambled,
    "joined emoji": _faces,
}
KINDS = (*WORDS, "raw bytes", "every parameter", "arrays", "nowhere", "many parameters")


def addresses(count: int, seed: int = 2026) -> Iterator[tuple[str, str, bytes]]:
    """So many: each its kind, what stands before "/services", and the bytes of its parameters. All kinds come in turn."""
    chance = Random(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        made = MADE[kind](chance) if kind in MADE else _asked(chance, WORDS[kind](chance))
        yield kind, chance.choice(PREFIXES), made


def _any_words(chance: Random) -> str:
    return WORDS[chance.choice(list(WORDS))](chance)


def _asked(chance: Random, words: str) -> bytes:
    asked = [("q", words)]
    if chance.random() < 0.5:
        asked.append(("near", chance.choice((*HERE, *HERE, *nasty.PLACES))))
    for _ in range(chance.choice((0, 0, 1, 3))):
        one = chance.choice(FILTERS)
        asked.append((one.name, chance.choice((*one.ids, chance.choice(nasty.UNKNOWN)))))
    return urlencode(asked, errors="surrogatepass").encode("ascii")


def _raw(chance: Random) -> bytes:
    """Bytes that are no letters, written with signs of per cent or as they are, in values and in names."""
    parts = []
    for name in chance.choices(("q", "near", "topic", "not", "page", "\u00e9"), k=chance.randint(1, 4)):
        value = b" ".join(chance.choices([*RAW, b"tea", b"kill myself"], k=chance.randint(1, 12)))
        value = value.replace(b" ", b"+")
        is_bare = chance.random() < 0.2
        told = bytes(one for one in value if one > 0x20) if is_bare else quote_from_bytes(value, safe="+").encode()
        parts.append(quote(name).encode() + chance.choice((b"=", b"=", b"", b"==", b"%00=")) + told)
    return chance.choice((b"&", b"&", b";", b"&&")).join(parts) + chance.choice((b"", b"%", b"%f", b"%zz", b"%u0041"))


def _every_parameter(chance: Random) -> bytes:
    names = [*(one.name for one in FILTERS), *OTHER]
    values = (*HUGE, *nasty.UNKNOWN, *nasty.PAGES, "", "1", "all", "best", "near", "map", "list")
    known = {one.name: one.ids for one in FILTERS}
    asked = [(name, chance.choice((*values, *known.get(name, ()), *known.get(name, ())))) for name in names]
    asked += [("q", _any_words(chance)[:200]), ("near", chance.choice(nasty.PLACES)[:200])]
    chance.shuffle(asked)
    return urlencode(asked, errors="surrogatepass").encode("ascii")


def _arrays(chance: Random) -> bytes:
    one = chance.choice(FILTERS)
    forms = ("{0}[]", "{0}[0]", "{0}[a][b]", "{0}", "{0}.x", "{0}[", "]{0}", "__proto__[{0}]")
    asked = [
        (chance.choice(forms).format(chance.choice((one.name, "q", "near", "page"))), chance.choice((*one.ids, *HUGE)))
    ]
    asked += [(chance.choice(("q", "near", "page", one.name)), chance.choice((*one.ids, *HUGE))) for _ in range(40)]
    return urlencode(asked).encode("ascii")


def _nowhere(chance: Random) -> bytes:
    asked = [
        ("q", chance.choice((*nasty.COMMON, *CRISIS, ""))),
        ("near", _any_words(chance)),
        ("within", chance.choice(("1", "10", *HUGE))),
    ]
    return urlencode(asked, errors="surrogatepass").encode("ascii")


def _many(chance: Random) -> bytes:
    most = chance.choice((60, 300, 900, 1_200))
    asked = [
        (chance.choice(("a", "not", "topic", "q", "x[]")), chance.choice(("food", "1", "", "%"))) for _ in range(most)
    ]
    return urlencode(asked).encode("ascii")


MADE: dict[str, Callable[[Random], bytes]] = {
    "raw bytes": _raw,
    "every parameter": _every_parameter,
    "arrays": _arrays,
    "nowhere": _nowhere,
    "many parameters": _many,
}
"""Kinds that are more than words in the box, and what makes the whole of one."""
