"""Every set of colours can be read: letters on every ground that they stand on, by the same pairs as the brand's."""

import re
from pathlib import Path

import pytest

from portal.admin.colours import LEAST, OURS, contrast, unreadable
from portal.widget.colours import SETS

SHEET = (Path(__file__).parent.parent.parent / "portal/static/css/widget.css").read_text(encoding="utf-8")


def colours_of(name: str) -> dict[str, str]:
    """The colours of a set, as the style sheet has them."""
    found = re.search(rf":root\.colours-{name} \{{(.*?)\}}", SHEET, re.DOTALL)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", found[1])) if found else {}


def test_each_set_is_in_the_style_sheet_and_no_other() -> None:
    assert set(re.findall(r"\.colours-([a-z]+)", SHEET)) == {one.id for one in SETS} - {"ours"}
    assert all(colours_of(one.id).keys() == OURS.keys() for one in SETS if one.id != "ours")


@pytest.mark.parametrize("name", [one.id for one in SETS])
def test_letters_can_be_read_on_every_ground(name: str) -> None:
    chosen = colours_of(name)
    assert unreadable(chosen) == []
    ground = {**OURS, **chosen}
    for letters in ("#3d4d4c", "#53407a", "#a01f17"):  # soft text, visited links, errors: the same in every set
        assert contrast(letters, ground["mist"]) >= LEAST and contrast(letters, ground["dew"]) >= LEAST
