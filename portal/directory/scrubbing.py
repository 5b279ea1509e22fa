"""What may be kept of words that somebody typed: ordinary words, none of which leads to a person. Rather too few than many.

Kept are words that stand in our lexicon or in the list of ordinary English words. Names of people and places, whatever stands
behind "my name is" or "Mrs", words with capitals inside a sentence, numbers and numerals, addresses and postcodes are left out.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from portal.directory.folding import folded
from portal.directory.lexicon import vocabulary
from portal.directory.places_said import EVERYDAY, LEAST_PEOPLE
from portal.directory.typing_errors import known_words
from portal.geography import current

MOST_WORDS = 40
LONGEST_PLACE_NAME = 4
"""Words of a name of a place that are looked for together."""
BEHIND = 2
"""So many words behind words that lead to a name are left out."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ADDRESS = re.compile(
    r"\S*@\S*(?:\s*\.\s*\w+)*|https?://\S+|www\.\S+|\S+\s*[\[(]at[\])]\s*\S+|\S+\s+at\s+\S+\s+(?:dot|d0t)\s+\S+"
    r"|\S+\.(?:com|org|net|uk)\b\S*",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\s?[0-9O][0-9A-Z]?\s*[0-9OI][A-Z]{2}\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\+?\(?\d(?:[ ().-]?\d){5,}")
_DOOR = re.compile(
    r"\b(?:(?<!bus )(?:number|no\.?|house|flat|apartment) \d+[a-z]?\b(?! bus)"
    r"|\d+[a-z]?,? (?:[\w'’]+ ){1,3}(?:street|st|road|rd|avenue|lane|close|drive|court|crescent|terrace|grove|gardens)\b)",
    re.IGNORECASE,
)
"""Where somebody lives, as people say it: "number 14", "flat 3b", "14 Saffron Lane"."""
LEFT_OUT = "[…]"
"""Stands in masked texts for what was left out."""
_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u0655\u0900-\u0dff'’‘ʼ])*|[.!?؟।…]")
_ENDS = frozenset(".!?؟।…")
_LEADS = (
    "my name is", "my name", "name is", "names", "named", "i am", "i'm", "im", "this is", "called", "known as", "signed",
    "mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "sir", "prof", "professor", "rev", "nurse", "aunty", "uncle", "auntie",
    "fy enw i yw", "fy enw i", "enw i",
    "je m'appelle", "m'appelle", "je suis", "mon nom est", "madame", "monsieur", "mme",
    "nazywam się", "nazywam sie", "mam na imię", "mam na imie", "jestem", "pan", "pani",
    "mă numesc", "ma numesc", "numele meu este", "mă cheamă", "ma cheama", "sunt", "domnul", "doamna",
    "magacaygu waa", "magaceygu waa", "waxaan ahay", "magacayga waa",
    "мене звати", "моє ім'я", "пан", "пані",
    "اسمي", "انا اسمي", "أنا", "السيد", "السيدة", "الدكتور",
    "میرا نام", "مرا نام", "میں", "mera naam", "mera nam", "naam", "main",
    "મારું નામ", "મારુ નામ", "maru naam", "maru nam", "હું",
    "ਮੇਰਾ ਨਾਮ", "ਮੇਰਾ ਨਾਂ", "ਮੈਂ",
    "আমার নাম", "amar nam", "আমি",
)  # fmt: skip
"""Words that a name follows, in the languages of the lexicon."""
_NO_MASK = frozenset(word for lead in _LEADS for word in lead.lower().split())
_NO_INITIALS = frozenset("AI")
_NUMERALS = _set(
    "zero oh nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double treble "
    "triple"
)
_NO_NAMES = _set(
    "bills brain cash charity craft crochet elder flood gamble harms hazard keys kitchens link rash scales showers "
    "stamps strain wages walls washer weeks will"
)
"""Ordinary words that stand in lists of surnames and that people look for help with."""
_INTIMATE = _set(
    "abortion abortions bisexual chlamydia condom condoms contraception contraceptive erectile ejaculation fertility gay "
    "genital gonorrhea gonorrhoea herpes hiv impotence impotent infertile infertility lesbian miscarriage miscarried "
    "orgasm penis porn pornography pregnancy pregnant prostitute prostitution queer sex sexual sexuality sexually "
    "std stds sti stis stillbirth stillborn syphilis thrush trans transgender vagina vaginal viagra"
)
"""Words about somebody's body and love that no need of ours is sensitive for: a search that holds one keeps none of its words."""
_MORE_NAMES = _set(
    "aisha andrei anil arabella aria arlo ayesha begum bibi bloggs charlie chloe chowdhury clive daniel deb deepak "
    "devi fatima farah freya gareth gupta hannah hunter hussein ibrahim imogen imran ion iqbal ismail jasmine jen jo "
    "jordan june kapoor kaur khatun kumar liam meg miah mistry mohamed mohamud muhammad mustafa nadia nasir nia "
    "nicola noor oliver omar pawel peg phoebe piotr pooja poppy rahman raj rani ravi sanjay sharma sian sienna singh "
    "sophie sultana tess uddin val willow yusuf zainab"
)
"""Names in Britain that the lists lack."""


@dataclass(frozen=True)
class _Token:
    """One word as it was typed. `is_first`: a sentence begins with it."""

    typed: str
    is_first: bool

    @property
    def word(self) -> str:
        return folded(self.typed).lower()


def scrubbed(text: str) -> str:
    """The ordinary words of a text, small, in order; empty where none is left. Needs an application, for names of places."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _POSTCODE.sub(" . ", _ADDRESS.sub(" . ", plain))
    tokens = list(_tokens(plain))
    left_out = _behind_leads(tokens) | _places(tokens)
    kept = [one.word for at, one in enumerate(tokens) if at not in left_out and _is_ordinary(one)]
    return " ".join(kept[:MOST_WORDS])


def masked(text: str) -> str:
    """A text as it was typed, for somebody who has to read it, with `LEFT_OUT` for what may lead to a person: addresses,
    numbers of doors, postcodes, long numbers, names that stand in lists, initials behind "Mr" and the like, and words with
    capitals that are no ordinary words and no places.

    Of scripts without capitals only what stands behind "my name is" and the like is left out. Needs an application.
    """
    plain = unicodedata.normalize("NFKC", text)
    hidden = [found.span() for pattern in (_ADDRESS, _LONG_NUMBER, _DOOR) for found in pattern.finditer(plain)]
    hidden += [found.span() for found in _POSTCODE.finditer(plain) if any(sign.isdigit() for sign in found[0])]
    spans = [found.span() for found in _TOKEN.finditer(plain) if found[0] not in _ENDS]
    tokens = list(_tokens(plain))
    behind, places = _behind_leads(tokens), _places(tokens)
    for at, token in enumerate(tokens):
        if _may_be_name(token, is_behind=at in behind, is_place=at in places):
            hidden.append(spans[at])
    return _without(plain, hidden)


def is_intimate(text: str) -> bool:
    """Whether a text is about somebody's body or love, so that not even its ordinary words are kept."""
    return any(one.word in _INTIMATE for one in _tokens(unicodedata.normalize("NFKC", text)))


def make_ready() -> None:
    """Read the lists before the first search and before a server forks."""
    for read in (vocabulary, known_words, _names, _leads):
        read()


def _may_be_name(token: _Token, *, is_behind: bool, is_place: bool) -> bool:
    word = token.word
    is_known = word in vocabulary() or word in known_words()
    has_capital = token.typed != token.typed.lower() and len(word) > 1
    has_case = token.typed.lower() != token.typed.upper()
    if is_behind and len(word) == 1 and has_case:
        return token.typed.isupper() and token.typed not in _NO_INITIALS
    if is_behind and len(word) > 1 and (has_capital or not is_known or not has_case):
        return word not in _NO_MASK
    if _is_name(word) and (not is_known or (has_capital and not token.is_first)) and not is_place:
        return True
    return has_capital and not (is_known or is_place or token.typed.isupper())


def _without(text: str, hidden: list[tuple[int, int]]) -> str:
    """A text with one sign for each run of what is hidden."""
    kept: list[str] = []
    end = 0
    for first, last in sorted(hidden):
        if last <= end:
            continue
        between = text[end : max(first, end)]
        if not kept or kept[-1] != LEFT_OUT or between.strip():
            kept += [between, LEFT_OUT]
        end = last
    return "".join([*kept, text[end:]])


def _tokens(text: str) -> Iterator[_Token]:
    is_first = True
    for found in _TOKEN.finditer(text):
        if found[0] in _ENDS:
            is_first = True
            continue
        yield _Token(found[0], is_first)
        is_first = False


def _is_ordinary(token: _Token) -> bool:
    word = token.word
    if len(word) < 2 or " " in word or any(sign.isnumeric() for sign in word) or word in _NUMERALS:
        return False
    if _is_name(word):
        return False
    if token.typed != token.typed.lower():
        # a name, or an abbreviation that we know: AA, PIP
        is_known = folded(token.typed) in vocabulary() if token.typed.isupper() else word in vocabulary()
        return is_known and (token.is_first or token.typed.isupper())
    return word in vocabulary() or word in known_words()


def _is_name(word: str) -> bool:
    if word in _NO_NAMES:
        return False
    return word in _names() or (word.endswith("s") and word[:-1] in _names() and word not in vocabulary())


@cache
def _names() -> frozenset[str]:
    """Given names and surnames. Source: the lists that zxcvbn tells weak passwords by, of the censuses of the United States."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed = (name for kind in ("male_names", "female_names", "surnames") for name in FREQUENCY_LISTS[kind])
    return frozenset(listed) | _MORE_NAMES


@cache
def _leads() -> tuple[tuple[str, ...], ...]:
    return tuple({tuple(folded(one).lower().split()) for one in _LEADS})


def _behind_leads(tokens: Sequence[_Token]) -> set[int]:
    """Places of words that lead to a name, and of those behind them."""
    words = [one.word for one in tokens]
    found: set[int] = set()
    for lead in _leads():
        for at in range(len(words) - len(lead) + 1):
            if tuple(words[at : at + len(lead)]) == lead:
                found.update(range(at, at + len(lead) + BEHIND))
    return found


def _places(tokens: Sequence[_Token]) -> set[int]:
    """Places of words that are the name of a place, alone or together. A word of the lexicon is that of a town, or none."""
    names, found = current.atlas(), set[int]()
    for size in range(1, LONGEST_PLACE_NAME + 1):
        for at in range(len(tokens) - size + 1):
            said = tokens[at : at + size]
            called = names.named(" ".join(one.typed for one in said))
            word = said[0].word
            if called and size == 1 and (word in vocabulary() or word in _NO_NAMES):
                called = [one for one in called if one.weight >= LEAST_PEOPLE and word not in EVERYDAY]
            if called:
                found.update(range(at, at + size))
    return found
