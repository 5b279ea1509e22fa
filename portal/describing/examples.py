"""Examples in the description: what the feed itself answered about made-up listings of the tests, with other ids.

`data/examples.json` is written by the tests: `PORTAL_WRITE_EXAMPLES=1 python3 -m portal test tests/describing`. They fail when
the feed answers otherwise.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "examples.json"

Json = dict[str, Any]


@cache
def every() -> Json:
    """All examples, by the endpoint that gave them."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def of(endpoint: str) -> Json:
    """The example of an endpoint, as a media type has it; nothing where there is none."""
    found = every().get(endpoint)
    return {} if found is None else {"example": found}


GONE: Json = every().get("gone", {})
"""What is told of a service that is no longer listed."""
