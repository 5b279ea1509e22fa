"""Where the official files of the standard are, in a copy of the work that has them beside it. They are never part of ours."""

import json
from pathlib import Path
from typing import Any

import pytest

STANDARDS = Path(__file__).parents[3] / "shared" / "standards"
needs_standards = pytest.mark.skipif(not STANDARDS.is_dir(), reason="the official files are not beside this copy")


def official(path: str) -> Any:
    return json.loads((STANDARDS / path).read_text())
