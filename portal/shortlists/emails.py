"""Which addresses a list is mailed to. Which phones it is sent to is for `portal.codes.phones`."""

from email_validator import EmailNotValidError, validate_email

LONGEST_EMAIL = 254


def email_address(typed: str) -> str | None:
    """The address in its usual form, or None where it is none."""
    try:
        return str(validate_email(typed[: LONGEST_EMAIL + 1], check_deliverability=False).normalized)
    except EmailNotValidError:
        return None
