"""Areas as somebody types them: names of councils, or codes of councils and neighbourhoods."""

import re

from portal.core.plain import one_line
from portal.geography.queries import councils

CODE = re.compile(r"[A-Z]\d{8}")
BETWEEN = re.compile("[,;\\n\u060c\uff0c]")
"""Between two areas: a line end or a comma, also that of Arabic script and the full-width one."""
LONGEST_SAID = 60


def codes_in(typed: str, *, councils_only: bool = False) -> tuple[list[str], list[str]]:
    """Codes of the areas that were named, each once, and words that name none. Between codes a space does too."""
    by_name = {name.casefold(): code for code, name in councils()}
    known = frozenset(by_name.values()) if councils_only else None
    parts = [told for part in BETWEEN.split(typed) if (told := one_line(part))]
    codes: list[str] = []
    unknown: list[str] = []
    while parts:
        taken, found = _first(parts, by_name)
        is_known = bool(found) and (known is None or known.issuperset(found))
        codes += found if is_known else []
        unknown += [] if is_known else [parts[0][:LONGEST_SAID]]
        parts = parts[taken:]
    return list(dict.fromkeys(codes)), unknown


def _first(parts: list[str], by_name: dict[str, str]) -> tuple[int, list[str]]:
    """How many parts the first area takes, and its code. A name can hold a comma itself; a part can be several codes."""
    for count in (2, 1):
        if code := by_name.get(", ".join(parts[:count]).casefold()):
            return count, [code]
    words = parts[0].upper().split()
    return 1, words if all(CODE.fullmatch(word) for word in words) else []
