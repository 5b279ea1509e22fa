"""Questions that nobody means well with, and some that a tired hand types: the same ones for each seed."""

from collections.abc import Callable, Iterator
from random import Random

from portal.directory.filters import FILTERS

COMMON = [
    *(
        "tea",
        "coffee",
        "walk",
        "group",
        "help",
        "free",
        "advice",
        "debt",
        "lonely",
        "grief",
        "class",
        "garden",
        "chess",
    ),
    *("women", "men", "food", "bank", "dance", "choir"),
]
STOPS = ["the", "and", "of", "to", "a", "in", "is", "it", "for", "with", "on", "at"]
EMOJI = "🫖🍰👵🏽‍🦽🏳️‍🌈👨‍👩‍👧‍👦🇬🇧❤️😭"
SIGNS = "'\"\\*?()[]{}<>:^~|&%$#@!-_+=/.,;`"
CONTROLS = "\x00\x01\x07\x08\x1b\x7f\x85\u2028\u2029"
MARKS = "\u200e\u200f\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2069\u061c\ufeff\u200d\u00ad"
SCRIPTS = (
    "دروس لغة",
    "ગુજરાતી યોગ",
    "Łódź żółć",
    "пожалуйста",
    "中文課程",
    "हिन्दी कक्षा",
    "ㄱㄴㄷ",
    "İıßŉﬁﷺ½Ⅷ",
    "cwtsh â ŵy",
)
OPERATORS = ("AND", "OR", "NOT", "&&", "||", "NEAR/3", "name:", "needs:[a TO z]", "^99", "~2", "+", "-", "(", ")", "..")
SQL = ("' OR 1=1 --", "'; DROP TABLE service; --", '" UNION SELECT 1,2,3 --', "%' AND '%'='", "1/**/OR/**/1", "\\x27")
CODE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "${7*7}",
    "%(x)s %s {0}",
    "../../etc/passwd",
    "<!--",
    "javascript:x",
    "]]>",
)
BOMBS = ("(a+)+$", "(.*)*!", "(?:a|aa)+b", "[a-z]{1,9999}", "(((((", "^(([a-z])+.)+[A-Z]([a-z])+$", "\\p{L}+", "(?=")
PLACES = (
    "LE2 0QB", "le20qb", "NW1", "KT19 8AG", "Leicester", "Camden Town", "Epsom", "LE2", "M1 3HF",
    "Zanzibar", "Paris", "90210", "ZZ1 1ZZ", "BT1 1AA", "JE2 3AB", "LE2 OQB", "🏠", "<b>", "a" * 5000, "LE2 0ZZ", "0",
    "52.63,-1.13", "' OR 1=1", "\x00", "St. Mary's", "near me", "%",
)  # fmt: skip
PAGES = ("0", "-1", "2", "7", "100", "101", "1000000000", "9" * 400, "1e9", "x", "٣", "")
UNKNOWN = ("gold", "%00", "*", "' OR 1=1", "free,paid", "x" * 2000, "🙂")

Parameters = list[tuple[str, str]]


def _several(chance: Random, things: tuple[str, ...] | list[str], most: int = 6) -> str:
    return " ".join(chance.choices(things, k=chance.randint(1, most)))


def _misspelt(chance: Random) -> str:
    words = []
    for word in chance.choices(COMMON, k=chance.randint(1, 16)):
        at = chance.randrange(len(word))
        words.append(word[:at] + chance.choice("aeioutrsn") + word[at + chance.randint(0, 1) :])
    return " ".join(words)


def _mixed(chance: Random) -> str:
    letters = SIGNS + CONTROLS + MARKS + EMOJI + "".join(SCRIPTS) + "tea cake lonely "
    return "".join(chance.choices(letters, k=chance.randint(0, 300)))


WORDS: dict[str, Callable[[Random], str]] = {
    "operators": lambda chance: _several(chance, [*OPERATORS, *COMMON], 12),
    "quotes": lambda chance: "".join(
        chance.choices(['"', "“", "'", " ", "«", *COMMON, " the "], k=chance.randint(1, 60))
    ),
    "phrases": lambda chance: f'"{_several(chance, [*COMMON, *STOPS], 16)}" {_several(chance, COMMON, 3)}',
    "wildcards": lambda chance: _several(
        chance, ["*", "t*", "te*", "tea*", "com*", "the*", "gro*", "*ea", "t?a", "**"], 16
    ),
    "stop words": lambda chance: _several(chance, STOPS, 80),
    "long": lambda chance: (chance.choice([*COMMON, *SIGNS, *SCRIPTS, "a "]) * 10_000)[
        : chance.choice((300, 301, 10_000))
    ],
    "many words": lambda chance: _several(chance, COMMON, 60)[:300],
    "controls": lambda chance: "".join(chance.choices([*CONTROLS, *COMMON], k=chance.randint(1, 40))),
    "marks": lambda chance: "".join(chance.choices([*MARKS, *COMMON, *SCRIPTS], k=chance.randint(1, 30))),
    "emoji": lambda chance: "".join(chance.choices([*EMOJI, " tea "], k=chance.randint(1, 60))),
    "accents": lambda chance: "a" + "\u0300\u0301\u0327\u20dd" * chance.randint(1, 70),
    "scripts": lambda chance: _several(chance, SCRIPTS),
    "sql": lambda chance: _several(chance, [*SQL, *COMMON]),
    "code": lambda chance: _several(chance, [*CODE, *COMMON]),
    "regex bombs": lambda chance: f"{chance.choice(BOMBS)} {'a' * chance.randint(1, 250)}{chance.choice(SIGNS)}",
    "misspelt": _misspelt,
    "mixed": _mixed,
    "nothing": lambda chance: chance.choice(("", " ", "\t", "\u3000")),
}
"""Kinds of words, and what makes one."""


def questions(count: int, seed: int = 2026) -> Iterator[tuple[str, Parameters]]:
    """So many questions: each its kind, and the parameters of its address. All kinds of words come in turn."""
    chance = Random(seed)
    kinds = list(WORDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        asked = [("q", WORDS[kind](chance))]
        if chance.random() < 0.6:
            asked.append(("near", chance.choice(PLACES)))
        for _ in range(chance.choice((0, 0, 1, 2, 5, 30))):
            one = chance.choice(FILTERS)
            asked.append((one.name, chance.choice((*one.ids, chance.choice(UNKNOWN)))))
        if chance.random() < 0.2:
            asked.append(("page", chance.choice(PAGES)))
        if chance.random() < 0.1:
            asked.append((chance.choice(("sort", "view", "exact", "not", "colour", "q[]")), _mixed(chance)))
        yield kind, asked
