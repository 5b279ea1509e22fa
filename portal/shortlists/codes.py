"""The short codes of lists: six characters."""

from portal.core.references import ALPHABET, new_reference, read_reference

__all__ = ["ALPHABET", "LENGTH", "new_code", "read_code"]
LENGTH = 6


def new_code() -> str:
    """A new code. There are 244 million."""
    return new_reference(LENGTH)


def read_code(typed: str) -> str | None:
    """The code that was meant: small letters, spaces, hyphens and look-alikes are forgiven. None if it is none."""
    return read_reference(typed, LENGTH)
