"""What a widget looks for at first: what its website set, over what an administrator set for its key.

Both are parameters of an ordinary search, so whatever the site can filter by, a widget can start with.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.directory.asking import SearchRequest, request_from
from portal.directory.filters import FILTERS
from portal.widget.models import WidgetKey

SINGLE = ("q", "near", "within", "sort")
SEVERAL = tuple(one.name for one in FILTERS if one.source != "within")
NAMES = (*SINGLE, *SEVERAL)
"""Parameters that a website may start with."""


def starting(widget: WidgetKey, args: Mapping[str, Sequence[str]], language: str) -> SearchRequest:
    """The search that a widget opens with. A parameter of the address, even an empty one, stands for that of the key."""
    told = {name: _several(widget.filters.get(name)) for name in NAMES}
    asked = {name: [*args[name]] for name in NAMES if name in args}
    return request_from({**told, **asked}, language)


def is_search(asked: SearchRequest) -> bool:
    """Whether there is anything to look for yet. A distance alone is nothing."""
    return bool(asked.words or asked.near or asked.filters)


def kept(asked: SearchRequest) -> dict[str, Any]:
    """A search as a key keeps it: what is not set is left out."""
    params = asked.params()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items() if name in NAMES}


def _several(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
