"""Telephone numbers of people: read once, kept as they are dialled from anywhere, shown as people say them."""

import re
from contextlib import suppress

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from portal.codes.typed import Readable, plain_digits
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line

COUNTRY = 44
LONGEST = 40
SIGNS = re.compile(r"\+?[0-9() .,/\-\u2010-\u2015\u2212]+")
"""What a number is written with. Words beside it would be lost, so they are not read past."""
OF_DRAMA = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")
"""Numbers that belong to nobody, kept for plays and examples, and that the library does not know. Source: Ofcom."""
MOBILES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE})
"""Nobody is reached at one, and who rings it pays."""


def read(text: str | None) -> str | None:
    """The number as it is dialled from anywhere ("+447700900982"), or None.

    Numbers of other countries begin with + or 00. None too for a number with an extension, which could not be kept.
    """
    line = plain_digits(one_line(text))
    if len(line) > LONGEST or not SIGNS.fullmatch(line):
        return None
    number = _parsed(line)
    if number is None or phonenumbers.number_type(number) in COSTLY:
        return None
    return _dialled(number)


def mobile(text: str) -> str | None:
    """The first British mobile number of a text, as texts are sent to it, or None. Words before it do not matter."""
    number = _parsed(text[:LONGEST])
    dialled = _dialled(number) if number is not None else None
    return dialled if dialled and is_mobile(dialled) else None


def is_mobile(dialled: str) -> bool:
    """Whether texts can be sent to this number, as `read` gives it: a mobile phone of the United Kingdom."""
    if OF_DRAMA.fullmatch(dialled):
        return dialled.startswith("+447")
    number = phonenumbers.parse(dialled)
    return number.country_code == COUNTRY and phonenumbers.number_type(number) in MOBILES


def shown(dialled: str) -> str:
    """ "07700 900982", in groups as people say it; a number of another country with its code."""
    number = phonenumbers.parse(dialled)
    form = PhoneNumberFormat.NATIONAL if number.country_code == COUNTRY else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _parsed(text: str) -> PhoneNumber | None:
    with suppress(phonenumbers.NumberParseException):
        return phonenumbers.parse(text, "GB")
    return None


def _dialled(number: PhoneNumber) -> str | None:
    dialled = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    is_there = phonenumbers.is_valid_number(number) or OF_DRAMA.fullmatch(dialled)
    return dialled if is_there and number.extension is None else None


class Phone(Readable):
    """A check: what was typed is a telephone number that can be dialled."""

    sentence = _l("Enter a phone number, like 07700 900 982")

    def read(self, text: str) -> str | None:
        """See `read`."""
        return read(text)
