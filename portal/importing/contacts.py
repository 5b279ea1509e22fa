"""Addresses of the web, e-mail and telephone numbers of a source: only those that can be used."""

import re
from urllib.parse import urlsplit

import phonenumbers

LONGEST_URL = 2_000
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24})")
NOT_REAL = re.compile(r"(?:^|\.)(?:example\.(?:org|com|net)|test|invalid|localhost)$", re.IGNORECASE)
"""Domains that are nobody's. Source: RFC 2606."""
DRAMA = re.compile(r"\+447700900\d{3}|\+44(?:1632960|2079460|1184960|1914980|1164960)\d{3}")
"""Numbers kept for plays and examples. Source: Ofcom."""
SHORT_NUMBER = re.compile(r"999|11[129]|10[15]|116 ?\d{3}")
"""Numbers that are the same everywhere. Another short one may be anything, such as a spreadsheet's day."""
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+")
CHARITY_NUMBERS = (
    (re.compile(r"(?:GB-NIC-)?(?:NIC ?|NI ?)?(1\d{5})", re.IGNORECASE), "GB-NIC", re.compile(r"NI", re.IGNORECASE)),
    (re.compile(r"(?:GB-)?(SC0\d{5})", re.IGNORECASE), "GB-SC", None),
    (re.compile(r"(?:GB-CHC-)?(\d{6,7}(?:-\d{1,3})?)", re.IGNORECASE), "GB-CHC", None),
)


def web_address(text: str) -> str | None:
    """A usable web address, with http:// where the source left it out. None for anything else."""
    text = text.strip()
    if "://" not in text:
        if ":" in text.split("/")[0]:
            return None
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return None
    is_usable = parts.scheme.lower() in {"http", "https"} and not parts.username and HOST.fullmatch(host)
    return text if is_usable and len(text) <= LONGEST_URL and not re.search(r"[\s<>\"\\^`{|}]", text) else None


def email_address(text: str, *, may_be_example: bool = False) -> str | None:
    """A usable e-mail address. None for what cannot be one or is an example."""
    found = EMAIL.fullmatch(text.strip().removeprefix("mailto:"))
    is_usable = found and (may_be_example or not NOT_REAL.search(found[1])) and len(found[0]) <= 254
    return found[0] if found and is_usable else None


def telephone_numbers(text: str, country: str = "GB") -> list[str]:
    """The valid numbers in a text, each as it is written in Britain. Numbers kept for examples are left out.

    `country` (two letters) is where numbers without a prefix are dialled.
    """
    text = text.strip()
    if SHORT_NUMBER.fullmatch(text):
        return [text]
    if country == "GB" and re.fullmatch(r"[1-9]\d{9}", text):
        text = f"0{text}"
    found = [match.number for match in phonenumbers.PhoneNumberMatcher(text[:200], country)]
    form = phonenumbers.PhoneNumberFormat
    real = [number for number in found if not DRAMA.fullmatch(phonenumbers.format_number(number, form.E164))]
    shown = [
        phonenumbers.format_number(number, form.NATIONAL if number.country_code == 44 else form.INTERNATIONAL)
        for number in real
    ]
    return list(dict.fromkeys(shown))


def charity_number(text: str) -> tuple[str, str] | None:
    """Register and number of a charity by their shape: GB-CHC, GB-SC or GB-NIC of org-id.guide. None for another shape."""
    compact = re.sub(r"\s", "", text)
    for shape, register, needed in CHARITY_NUMBERS:
        found = shape.fullmatch(compact)
        if found is not None and (needed is None or needed.search(compact)):
            number = found[1].upper()
            return register, f"NI{number}" if register == "GB-NIC" else number
    return None
