"""Which phones and addresses a list is sent to: mobile phones of the United Kingdom, and e-mail."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberType

COUNTRY = 44
LONGEST_EMAIL = 254
OF_DRAMA = re.compile(r"\+447700900\d{3}")
"""Numbers that belong to nobody, kept for plays and examples. Source: Ofcom. Nothing arrives there, nothing costs."""


def mobile_phone(typed: str) -> str | None:
    """The number as it is dialled from anywhere ("+447700900982"), or None where it is no mobile phone of the country."""
    try:
        number = phonenumbers.parse(typed[:40], "GB")
    except phonenumbers.NumberParseException:
        return None
    dialled = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if OF_DRAMA.fullmatch(dialled):
        return dialled
    is_mobile = phonenumbers.number_type(number) in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    is_ours = number.country_code == COUNTRY and phonenumbers.is_valid_number(number) and number.extension is None
    return dialled if is_mobile and is_ours else None


def as_read_out(dialled: str) -> str:
    """ "07700 900982", in groups as people say it."""
    return phonenumbers.format_number(phonenumbers.parse(dialled), PhoneNumberFormat.NATIONAL)


def email_address(typed: str) -> str | None:
    """The address in its usual form, or None where it is none."""
    try:
        return str(validate_email(typed[: LONGEST_EMAIL + 1], check_deliverability=False).normalized)
    except EmailNotValidError:
        return None
