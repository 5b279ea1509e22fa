"""Numbers of public registers as they are kept here, and what somebody who types one may mean.

Schemes are those of org-id.guide; numbers are written as imports of listings write them.
"""

import re

CHARITY = re.compile(r"([0-9]{6,7})(?:-([0-9]{1,3}))?")
SCOTTISH_CHARITY = re.compile(r"SC[0-9]{6}")
NORTHERN_CHARITY = re.compile(r"(?:NIC?)?(1[0-9]{5})(?:-([0-9]{1,3}))?")
COMPANY = re.compile(r"[A-Z]{2}[0-9]{6}|[A-Z]{2}[0-9]{5}[A-Z]|[0-9]{1,8}")
SOCIETY = re.compile(r"(?:IP|RS|SP|CU|FS|BS|NP)[0-9]{3,6}[A-Z]?|[0-9]{4,6}[RSA]?")
PREFIX = re.compile(
    r"^(?:GB-(?:CHC|SC|NIC|COH|MPR)-|(?:REGISTERED)?(?:CHARITY|COMPANY|SOCIETY)(?:NUMBER|NO)?[.:]?|NO[.:])"
)
SHORTEST_COMPANY = 6


def compact(text: str) -> str:
    """Capitals and digits of what was typed, without spaces and what often stands before a number."""
    bare = re.sub(r"\s", "", text).upper().replace("–", "-")
    return PREFIX.sub("", bare)


def charity(text: str) -> str | None:
    """A number of the Charity Commission for England and Wales; "-1" and so on for what is linked to a charity."""
    found = CHARITY.fullmatch(compact(text))
    if found is None:
        return None
    return found[1] if not int(found[2] or 0) else f"{found[1]}-{int(found[2])}"


def scottish_charity(text: str) -> str | None:
    """A number of the Scottish Charity Regulator: SC and six digits."""
    found = SCOTTISH_CHARITY.fullmatch(compact(text))
    return found[0] if found else None


def northern_charity(text: str) -> str | None:
    """A number of the Charity Commission for Northern Ireland: NI and six digits."""
    found = NORTHERN_CHARITY.fullmatch(compact(text))
    if found is None:
        return None
    return f"NI{found[1]}" if not int(found[2] or 0) else f"NI{found[1]}-{int(found[2])}"


def company(text: str) -> str | None:
    """A number of Companies House: eight letters and digits."""
    bare = compact(text)
    if not COMPANY.fullmatch(bare):
        return None
    return bare.zfill(8)


def society(text: str) -> str | None:
    """A number of the Mutuals Public Register."""
    found = SOCIETY.fullmatch(compact(text))
    return found[0] if found else None


def readings(typed: str) -> tuple[tuple[str, str], ...]:
    """The schemes and numbers that somebody may mean, likeliest first; empty for what is no number.

    "1093556" may be a charity or, without its zero, a company; "SC012345" a charity or a company in Scotland.
    """
    bare = compact(typed)
    if not any(letter.isdigit() for letter in bare) or not bare.isascii():
        return ()
    found: list[tuple[str, str | None]] = [("GB-CHC", charity(bare)), ("GB-SC", scottish_charity(bare))]
    if bare.startswith("NI"):
        found.append(("GB-NIC", northern_charity(bare)))
    if len(bare) >= SHORTEST_COMPANY and "-" not in bare:
        found.append(("GB-COH", company(bare)))
    if bare[0].isalpha():
        found.append(("GB-MPR", society(bare)))
    return tuple((scheme, number) for scheme, number in found if number is not None)
