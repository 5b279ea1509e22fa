"""References and codes that people read out and type: hard to guess, no look-alikes, and never a word.

No character looks or sounds like another one of the alphabet, and vowels are left out. What people are likely to type
instead of a character is understood as that character.
"""

import re
import secrets

ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
MISREAD = str.maketrans({"B": "8", "S": "5", "Z": "2", "O": "Q", "0": "Q", "U": "V", "I": "J", "L": "J", "1": "J"})
LENGTH = 8
"""Of a reference of a person, a referral or an introduction: 152 thousand million of each."""
HALF = 4


def new_reference(length: int = LENGTH) -> str:
    """A new one."""
    return "".join(secrets.choice(ALPHABET) for _place in range(length))


def read_reference(typed: str, length: int = LENGTH) -> str | None:
    """The one that was meant: small letters, spaces, hyphens and look-alikes are forgiven. None if it is none."""
    squeezed = re.sub(r"[\s\-.]+", "", typed[:40]).upper().translate(MISREAD)
    is_one = len(squeezed) == length and all(character in ALPHABET for character in squeezed)
    return squeezed if is_one else None


def shown(reference: str) -> str:
    """As it is written for people: "K7PH-4MWX"."""
    return f"{reference[:HALF]}-{reference[HALF:]}"
