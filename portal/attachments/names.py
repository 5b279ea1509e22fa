"""What a file is called: what its giver called it, without what leads elsewhere or cannot be seen."""

import re

from portal.attachments.kinds import Kind
from portal.core.plain import one_line

LONGEST = 100
UNFIT = re.compile(r'[<>:"|?*%;]+')
"""Letters that mean something to some system of files or to a header."""


def plain_name(told: str | None) -> str:
    """The last part of a path, of what can be seen of it, with its ending. Empty where nothing is left."""
    name = one_line(re.split(r"[/\\]", one_line(told))[-1])
    return UNFIT.sub("_", name).strip(". ")


def ending_of(name: str) -> str:
    """The ending in small letters, without the dot; empty where there is none."""
    stem, _dot, ending = name.rpartition(".")
    return ending.lower() if stem else ""


def named(name: str, kind: Kind) -> str:
    """For a download: at most 100 letters, and an ending of its kind."""
    stem = name.rpartition(".")[0] if ending_of(name) in kind.endings else name
    ending = ending_of(name) if ending_of(name) in kind.endings else kind.endings[0]
    return f"{stem[:LONGEST].strip('. ') or 'file'}.{ending}"
