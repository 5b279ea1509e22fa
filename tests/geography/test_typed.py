"""Areas as people type them."""

import pytest
from flask import Flask

from portal.geography.queries import councils
from portal.geography.typed import codes_in

LEICESTER, SOMEWHERE = "E06000016", "E02002888"


@pytest.mark.parametrize("between", [",", ", ", ";", "\n", "\r\n", "،", "，"])
def test_areas_stand_on_lines_or_between_commas_of_any_script(sqlite_app: Flask, between: str) -> None:
    code, name = next((code, name) for code, name in councils() if code != LEICESTER and "," not in name)
    assert codes_in(between.join(["leicester", name.upper(), LEICESTER])) == ([LEICESTER, code], [])


def test_where_councils_alone_are_taken_a_neighbourhood_is_none(sqlite_app: Flask) -> None:
    assert codes_in(f"Leicester {SOMEWHERE}") == ([], [f"Leicester {SOMEWHERE}"])
    assert codes_in(f"{LEICESTER} {SOMEWHERE}") == ([LEICESTER, SOMEWHERE], [])
    assert codes_in(f"Leicester, {SOMEWHERE}", councils_only=True) == ([LEICESTER], [SOMEWHERE])


def test_every_council_can_be_named_in_one_line(sqlite_app: Flask) -> None:
    every = councils()
    assert codes_in(", ".join(name for _code, name in every), councils_only=True) == (
        [code for code, _name in every],
        [],
    )
