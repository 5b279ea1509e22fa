"""Ages of the person who is to be helped, in figures and words: "76M", "she is eighty nine", "grandad 84", "get fit at 60".

Groups by age ("over 50s", "for pensioners") are in the lexicon. Years that something took, and other figures, are no ages.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from portal.directory.audience import BANDS

TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
ONES: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
SMALL: Final = {word: number for number, word in enumerate((*ONES, *TEENS))}
DECADES: Final = {"fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90}
OLD, VERY_OLD, OLDEST = 50, 60, 114
"""Years from which a bare figure may be an age, and from which years in another language are one wherever they stand."""


def _either(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


N: Final = r"(?<![\d.:/£$€,-])(\d{1,3})\b"
IS: Final = _either(
    r"i\s?am i['’]?m am he\s?is she\s?is he['’]?s she['’]?s who\s?is who['’]?s they\s?are being turn turned turns turning nearly"
    r" almost pushing approaching"
)
SOMEONE: Final = _either(
    "mum mom mam mummy mother dad daddy da father grandad granddad grandpa gramps nan nana nanna nanny gran granny grandma"
    " grandmother grandfather husband hubby wife missus partner son sun daughter lad lass boy girl brother sister uncle aunt"
    " auntie aunty friend mate neighbour neighbor grandson granddaughter nephew niece cousin man woman lady gent gentleman"
    " fella bloke male female patient pt client child kid teenager toddler widow widower resident stepson stepdaughter"
    " boyfriend girlfriend"
)
NEARLY: Final = r"(?:(?:only|just|now|nearly|almost|about|over|turning|turned|gone|getting\son\sfor|aged?)\s+)?"
NO_OTHER_UNIT: Final = (
    r"(?!\s*(?:[%/+:]|[-–]\s?\d|\.\d|"
    + _either(
        r"x am pm o.?clock mins? minutes? hours? hrs? days? wks? weeks? mths? months? miles? mph kids? children people of k"
        r" st nd rd th stone kg cm ft foot feet inches lbs? quid pounds? p grand times falls flights bags cats? dogs?"
        r" percent per degrees steps stairs fags cigs units pints cans tablets pills mg ml bus bedroom bed jobs cars sessions"
    )
    + r"\b|(?:years?|yrs?)\s+"
    + _either("ago sober clean in of married together experience service later since without dry behind on now")
    + r"\b))"
)
ENDS: Final = (
    r"(?=\s*(?:$|[,.;!?)(\n–-]|"
    + _either(
        r"years? yrs? yo and but who with has have had lives? living needs? wants? is just can['’]?t cannot to so on not keeps?"
        r" in because cos coz now still after at since dementia autistic autism blind deaf alone lonely isolated next this gets"
        r" recently never newly lost frail housebound retired bereaved depressed anxious low sat stuck home for doesn['’]?t"
        r" won['’]?t would wiv loves fell falling refuses wanting looking likes post pmh dx obese smoker homeless adhd asd"
    )
    + r"\b))"
)
AGES: Final = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"(?<![\d.:/£$€,-])(\d{1,3})\s?-?\s?(?:yo|y/o|(?:years?|yrs?|y)[ -]?(?:olds?|of age))\b", re.IGNORECASE),
        (r"(?<![\d.:/£$€,-])(\d{1,3})(?:\s?[MF]|[mf])\b(?![’'/])(?!\s+(?:walk|away))", 0),
        (r"\b[MF]\s?/?\s?(\d{2})\b(?![\d/])", 0),
        (rf"\bage[ds]?\s*:?\s*(?:of\s+|about\s+|around\s+)?{NEARLY}{N}{NO_OTHER_UNIT}", re.IGNORECASE),
        (rf"\b(?:{IS}|{SOMEONE}(?:\s?is|['’]?s))\s+{NEARLY}{N}{NO_OTHER_UNIT}", re.IGNORECASE),
        (rf"\b{SOMEONE}(?:\s|,\s|-|\s?\()\s?{NEARLY}{N}{NO_OTHER_UNIT}{ENDS}", re.IGNORECASE),
        (
            rf"^\W*{N}{NO_OTHER_UNIT}(?=,|\s+"
            + _either(
                "and single lives living female male man woman lady gent retired widow with but housebound lonely alone"
            )
            + r"\b)",
            re.IGNORECASE,
        ),
    )
)
AGES_OF_THE_OLD: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:at|over|past|gone)\s+(?:the\s+(?:grand\s+)?age\s+of\s+)?{N}{NO_OTHER_UNIT}{ENDS}",
        rf"(?<!\d )(?<!\d,)\band\s+(?:i['’]?m\s+)?{N}{NO_OTHER_UNIT}"
        r"(?=\s*(?:$|[,.;!)]|(?:and|but|living|alone|lost|on m[ey])\b))",
        rf"\b(?:in(?:to)?\s+(?:his|her|my|their|your)|{SOMEONE})\s+(?:early\s|mid\s|late\s)?'?(\d\d)'?s\b",
    )
)
"""Where other figures stand as well: an age only from fifty on."""
AND_OVER: Final = re.compile(r"(?<![\d.:/£$€,-])([5-8][05])\s?\+(?!\d)")
UNTIL: Final = re.compile(r"(?<![\d.:/£$€,-])(\d\d)\s?(?:-|–|to)\s?(\d\d)\b(?!\s*(?:[ap]m|%|-|/))", re.IGNORECASE)
UNTIL_WHEN: Final = frozenset(
    {*((first, last) for first in (16, 17, 18) for last in (24, 25)), (11, 16), (11, 17), (11, 18), (13, 18), (12, 16)}
)
"""First and last ages of groups for the young, as they are written without a word."""
A_BABY: Final = re.compile(r"\b(?:months?|mths?|mo|wks?|weeks?|days?)[ -]old\b", re.IGNORECASE)
_CHILD: Final = _either(
    "fille fils enfant garçon petit petite bébé âgée? agée? syn syna synem córka córki córkę corka dziecko dziecka ma mam mąż"
    " mama tata babcia dziadek fiul fiica copil copilul are am băiat fetiță син сина дочка донька дочці сину мамі йому їй мені"
    " дитина дитині має sina dochka dochky"
)
YEARS: Final = _either("ans lat lata roku ani años років роки рік rokiv roky")
ELSEWHERE: Final = (
    re.compile(rf"\b{_CHILD}\s+(?:de\s+|a\s+)?{N}\s+{YEARS}\b", re.IGNORECASE),
    re.compile(r"(?<!\d)(\d{1,3})[ -]?(?:letni\w*|latek|latka|річн\w+|richn\w+|oed|mlwydd|blwydd)\b", re.IGNORECASE),
)
ELSEWHERE_OLD: Final = re.compile(
    rf"(?<!\d)(\d{{2,3}})\s*(?:{YEARS}"
    r"|anos|jir|sano|sanad|sal|saal|sala|varsh|varas|bochor|bosor|bochhor|سنة|سنه|عام|سال|বছর|વર્ષ|વરસ|ਸਾਲ)",
    re.IGNORECASE,
)
_IN_WORDS: Final = re.compile(
    rf"\b(?:({'|'.join(TENS)})(?:[ -]({'|'.join(ONES[1:])}))?"
    rf"|({'|'.join((*ONES[1:], *TEENS))})(?=[ -](?:years?|yrs?)[ -]olds?\b))\b",
    re.IGNORECASE,
)
_DECADE: Final = re.compile(
    rf"\bin(?:to)?\s+(?:his|her|my|their)\s+(?:early\s|mid\s|late\s)?({'|'.join(DECADES)})\b", re.IGNORECASE
)
_GROUPS: Final = ("children", "under_18", "18_25", "50_plus", "65_plus")
"""Groups that an age stands for, the narrowest last. Who is between them looks for no group of their age."""


def ages_in(text: str) -> Mapping[str, frozenset[str]]:
    """The filter `who` that the ages in a text surely say; nothing where there are none, or several that differ."""
    said = {value for years in _ages(_IN_WORDS.sub(_figures, text)) if (value := _group_of(years))}
    return {"who": frozenset(said)} if len(said) == 1 else {}


def _figures(found: re.Match[str]) -> str:
    tens, ones, small = ((part or "").lower() for part in found.groups())
    return str(SMALL[small] if small else TENS[tens] + SMALL.get(ones, 0))


def _ages(text: str) -> Iterator[int]:
    if A_BABY.search(text):
        yield 0
    yield from (DECADES[one.lower()] for one in _DECADE.findall(text))
    if not any(letter.isdigit() for letter in text):
        return
    yield from map(int, AND_OVER.findall(text))
    for first, last in UNTIL.findall(text):
        if (int(first), int(last)) in UNTIL_WHEN:
            yield int(last)
    for pattern in (*AGES, *ELSEWHERE):
        yield from map(int, pattern.findall(text))
    for pattern in AGES_OF_THE_OLD:
        yield from (years for one in pattern.findall(text) if (years := int(one)) >= OLD)
    yield from (years for one in ELSEWHERE_OLD.findall(text) if (years := int(one)) >= VERY_OLD)


def _group_of(years: int) -> str | None:
    if years > OLDEST:
        return None
    groups = [one for one in _GROUPS if BANDS[one][0] <= years <= BANDS[one][1]]
    return groups[-1] if groups else None
