"""Ages that stand in typed words as figures: "76M", "she is 89", "19 year old". Words for ages are in the lexicon."""

import re
from collections.abc import Mapping

_AGE = r"(?<![\d.:/£-])(\d{1,3})"
PATTERNS = (
    re.compile(
        _AGE + r"\s?(?:yo|y/o|yrs?|years?)\b(?:[ -]?olds?\b)?(?!\s+(?:ago|experience|together|later|service|sober))",
        re.IGNORECASE,
    ),
    re.compile(_AGE + r"\s?-?\s?year[ -]olds?\b", re.IGNORECASE),
    re.compile(_AGE + r"\s?[mf]\b(?!\w)", re.IGNORECASE),
    re.compile(
        r"\b(?:aged?|is|am|im|i'm|i’m|hes|he's|he’s|shes|she's|she’s|turned|nearly|over)\s+(?:only\s+|just\s+)?"
        + _AGE
        + r"\b(?!\s*(?:%|/|:|am\b|pm\b|min|hour|day|week|month|mile|people|of\b|k\b|st\b|stone|kg))",
        re.IGNORECASE,
    ),
)


def ages_in(text: str) -> Mapping[str, frozenset[str]]:
    """The filter `who` that the ages in a text surely say; nothing where there are none, or several that differ."""
    said = {value for pattern in PATTERNS for one in pattern.findall(text) if (value := _value_of(int(one)))}
    return {"who": frozenset(said)} if len(said) == 1 else {}


def _value_of(years: int) -> str | None:
    if years < 13:
        return "children"
    if years < 18:
        return "under_18"
    if years <= 25:
        return "18_25"
    return "65_plus" if 65 <= years < 115 else None
