"""Text that people typed, without characters that nobody sees."""

import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
KEPT = frozenset("\n\t\u200c\u200d")
"""New lines and tabs, and the joiners that scripts of South Asia and the Arabic script need."""


def plain(text: str | None) -> str:
    """What was typed without control characters, direction marks and lone surrogates, trimmed. NFC."""
    kept = (letter for letter in (text or "") if letter in KEPT or unicodedata.category(letter) not in UNSEEN)
    return unicodedata.normalize("NFC", "".join(kept)).strip()
