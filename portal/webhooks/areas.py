"""Areas as somebody types them for a webhook: names of councils, or codes of councils and neighbourhoods."""

import re

from portal.core.plain import one_line
from portal.geography.queries import councils

CODE = re.compile(r"[A-Z]\d{8}")
LONGEST_SAID = 60


def codes_in(typed: str) -> tuple[list[str], list[str]]:
    """Codes of the areas that were named, each once, and words that name none. Between codes a space does too."""
    by_name = {name.casefold(): code for code, name in councils()}
    parts = [told for part in re.split(r"[,;\n]", typed) if (told := one_line(part))]
    codes: list[str] = []
    unknown: list[str] = []
    while parts:
        taken, found = _first(parts, by_name)
        codes += found
        unknown += [] if found else [parts[0][:LONGEST_SAID]]
        parts = parts[taken:]
    return list(dict.fromkeys(codes)), unknown


def _first(parts: list[str], by_name: dict[str, str]) -> tuple[int, list[str]]:
    """How many parts the first area takes, and its code. A name can hold a comma itself; a part can be several codes."""
    for count in (2, 1):
        if code := by_name.get(", ".join(parts[:count]).casefold()):
            return count, [code]
    words = parts[0].upper().split()
    return 1, words if all(CODE.fullmatch(word) for word in words) else []
