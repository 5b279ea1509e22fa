"""Telephone numbers as people read them and as telephones dial them."""

import re
from dataclasses import dataclass

import phonenumbers

SHORT = 6
"""Numbers of at most so many digits are the same everywhere: 999, 111, 116 123."""


@dataclass(frozen=True)
class Telephone:
    """One number. `link` is a tel: address, or none where what was typed cannot be dialled."""

    text: str
    link: str | None = None
    note: str | None = None


def telephone(typed: str, note: str | None = None) -> Telephone:
    """A number as somebody typed it, in the national form where it is a British one."""
    digits = re.sub(r"\D", "", typed)
    if 3 <= len(digits) <= SHORT and not re.search(r"[A-Za-z]", typed):
        return Telephone(typed.strip(), f"tel:{digits}", note)
    try:
        number = phonenumbers.parse(typed, "GB")
    except phonenumbers.NumberParseException:
        return Telephone(typed.strip(), None, note)
    if not phonenumbers.is_possible_number(number):
        return Telephone(typed.strip(), None, note)
    is_british = number.country_code == 44
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_british else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    link = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)
    return Telephone(phonenumbers.format_number(number, form), link, note)
