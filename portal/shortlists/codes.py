"""Short codes: easy to read out and type, hard to guess, and never a word.

No character looks or sounds like another one of the alphabet, and vowels are left out. What people are likely to type
instead of a character is understood as that character.
"""

import re
import secrets

ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
LENGTH = 6
MISREAD = str.maketrans({"B": "8", "S": "5", "Z": "2", "O": "Q", "0": "Q", "U": "V", "I": "J", "L": "J", "1": "J"})


def new_code() -> str:
    """A new code. There are 244 million."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code that was meant: small letters, spaces, hyphens and look-alikes are forgiven. None if it is none."""
    squeezed = re.sub(r"[\s\-.]+", "", typed[:40]).upper().translate(MISREAD)
    is_code = len(squeezed) == LENGTH and all(character in ALPHABET for character in squeezed)
    return squeezed if is_code else None
