"""What the page of a clash shows: both versions, and the form again."""

from typing import Any

from flask import request

from portal.changes.applying import Clash
from portal.changes.compare import difference
from portal.groups.editing import Editing


def clash_of(one: Editing, clash: Clash | None) -> dict[str, Any]:
    """Both versions of a clash, word by word."""
    name = one.fact.name
    if clash is None and request.method == "GET" and one.has_moved:
        both = difference(name, one.fact.read(one.service), one.value)
        return {"clash": both, "both": both}
    if clash is None:
        return {"clash": None, "both": None}
    return {"clash": clash, "both": difference(name, clash.standing[name], clash.own[name])}
