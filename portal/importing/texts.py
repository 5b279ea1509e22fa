"""Other people's texts made plain: no markup, no entities, no odd white space, no marks of spreadsheets."""

import html
import re

import nh3

from portal.core import plain
from portal.openreferral.tables import NOT_GIVEN

NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        ".",
        "?",
        "n/a",
        "na",
        "nil",
        "none",
        "null",
        "nan",
        "not known",
        "unknown",
        "not applicable",
        NOT_GIVEN.lower(),
        "tbc",
    }
)
"""What people write, in small letters, where they have nothing to say."""

FORMULA = re.compile(r"^=|^[@+-][A-Z]+\(")
SHEET_ERROR = re.compile(r"^#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!)$", re.IGNORECASE)
LINE_ENDS = re.compile(r"<\s*(?:br|/p|/li|/div|/h[1-6]|/tr|/ul|/ol)\b[^<>]*>", re.IGNORECASE)
MARKUP = re.compile(r"<\s*[/!]?[a-zA-Z][^<>]*>")
HALF_PAIR = re.compile("[\ud800-\udfff]")


def paragraphs(text: str) -> str:
    """Plain text in paragraphs: one line end within a paragraph's lines, one empty line between paragraphs."""
    lines = [" ".join(line.split()) for line in plain.plain(_without_markup(text)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """Plain text on one line, in single spaces."""
    return plain.one_line(_without_markup(text))


def says_nothing(text: str) -> bool:
    """True for an empty text and for "N/A", "None", "Not known" and their like."""
    return text.strip().lower() in NOTHING


def is_sheet_rubble(text: str) -> bool:
    """True for a spreadsheet's formula or error, such as "=A1" or "#REF!", which is nobody's words."""
    stripped = text.strip()
    return bool(FORMULA.match(stripped) or SHEET_ERROR.match(stripped))


def storable(text: str) -> str:
    """The same text with what no database takes (NUL, half a surrogate pair) replaced by the mark for "unreadable"."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if text.isascii() else HALF_PAIR.sub("\ufffd", text)


def _without_markup(text: str) -> str:
    for _again in range(2):
        if "<" in text and MARKUP.search(text):
            text = nh3.clean(LINE_ENDS.sub("\n", text), tags=set(), clean_content_tags={"script", "style"})
        if "&" in text:
            text = html.unescape(text)
    return text
