"""What the page of a clash shows: both versions, and the form again."""

from typing import Any

from portal.changes.applying import Clash
from portal.changes.compare import difference
from portal.groups.editing import Editing


def clash_of(one: Editing, clash: Clash | None) -> dict[str, Any]:
    """Both versions of a clash, word by word."""
    if clash is None:
        return {"clash": None, "both": None}
    name = one.fact.name
    return {"clash": clash, "both": difference(name, clash.standing[name], clash.own[name])}
