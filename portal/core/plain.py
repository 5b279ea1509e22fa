"""Text that people typed or a file holds, without characters that nobody sees."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Categories of Unicode: controls, direction marks, letters that are not assigned, lone surrogates."""
JOINERS = "\u200c\u200d"
"""Unseen too, but the scripts of South Asia, the Arabic script and pictures need them: beside these alone they stay."""
JOINED = re.compile(
    "[\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
SELECTORS = "\ufe0e\ufe0f"
"""Say whether a picture is drawn in colours. After anything else nobody sees them."""
PICTURES = frozenset({"So", "Sk", "Sm"})
NO_WIDTH = frozenset(
    map(
        chr,
        (
            0x34F,
            0x115F,
            0x1160,
            0x17B4,
            0x17B5,
            0x16FE4,
            0x1D159,
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE0E),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
"""Letters and marks by their category that show nothing: joiners of marks, fillers, selectors of forms."""
BLANK = "\u2800\u3164\uffa0"
"""The same, but as wide as a letter."""
ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "FULLWIDTH", "MATHEMATICAL"})
"""Alphabets, by the first word of the names of their letters, of which one is often taken for another."""
MARKS = frozenset({"Mn", "Me"})
MOST_MARKS = 4
"""Marks over and under one letter. No script in use needs more; a heap of them covers the lines around."""


def plain(text: str | None) -> str:
    """What can be seen of a text, trimmed. Line ends of any kind are new lines, other white space is spaces. NFC."""
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", _seen(lines)).strip()


def one_line(text: str | None) -> str:
    """What can be seen of a text, on one line in single spaces."""
    return " ".join(plain(text).split())


def mixed_words(text: str) -> list[str]:
    """Words with letters of two alphabets that look alike, such as a Latin word with one letter of Cyrillic, each once."""
    if text.isascii():
        return []
    words = (word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii())
    return [word for word in dict.fromkeys(words) if len({_alphabet(letter) for letter in word} & ALIKE) > 1]


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _seen(text: str) -> str:
    kept: list[str] = []
    before, marks = "", 0
    for letter in text:
        if " " <= letter <= "~":  # nearly all
            kept.append(letter)
            before, marks = letter, 0
            continue
        shown = _shown(letter, before)
        if not shown:
            continue
        if shown not in JOINERS:
            marks = marks + 1 if unicodedata.category(shown) in MARKS else 0
        if marks <= MOST_MARKS:
            kept.append(shown)
            before = shown
    return "".join(kept)


def _shown(letter: str, before: str) -> str:
    """What is seen of a letter after the one before it."""
    if letter == "\n" or letter in "\u2028\u2029":
        return "\n"
    if letter in JOINERS:
        is_picture = letter == JOINERS[1] and _is_picture(before)
        return letter if is_picture or JOINED.match(before) else ""
    if letter in SELECTORS:
        return letter if _is_picture(before) and before not in SELECTORS else ""
    if letter.isspace() or letter in BLANK:
        return " "
    return "" if letter in NO_WIDTH or unicodedata.category(letter) in UNSEEN else letter


def _is_picture(letter: str) -> bool:
    return bool(letter) and (letter in SELECTORS or unicodedata.category(letter) in PICTURES)


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address, as it is written; nobody is asked whether anyone reads it."""
    try:
        validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
