"""Bars and wide tables as they are drawn: no word is broken, nothing stands on anything else, and all rows look alike."""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ViewportSize

from tests.factories import Make
from tests.insight.test_accessible import window
from tests.insight.test_pages_accessible import HOME, person
from tests.support.chromium import SIZES, check_fits

A4: ViewportSize = {"width": 718, "height": 1000}
"""Within its margins."""
BROKEN_WORDS = """all => all.flatMap(one => {
  const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
  for (let text = walk.nextNode(); text; text = walk.nextNode())
    for (const word of text.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
      const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
      if (tops.size > 1) found.push(word[0]);
    }
  return found;
})"""
TOUCHING = """all => { const boxes = all.map(one => one.getBoundingClientRect());
  return boxes.flatMap((one, at) => boxes.slice(at + 1).filter(other =>
    one.left < other.right + 2 && other.left < one.right + 2 && one.top < other.bottom && other.top < one.bottom)).length }"""
LINES = """all => all.map(one => { const range = document.createRange(); range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map(box => Math.round(box.bottom))).size })"""
ROWS_OF_CELLS = """all => all.map(one => { const style = getComputedStyle(one), before = getComputedStyle(one, "::before");
  return [style.fontSize, before.fontSize, style.paddingInlineStart, style.paddingInlineEnd].join(" ") })"""


@pytest.mark.parametrize("size", ["narrow", "phone", "desk", "paper"])
@pytest.mark.parametrize("language", ["", "/ur"], ids=["left to right", "right to left"])
def test_words_of_bars_are_whole_and_numbers_stand_apart(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make, language: str, size: str
) -> None:
    context = window(sqlite_app, chromium, site, person(make))
    page = context.new_page()
    page.set_viewport_size(A4 if size == "paper" else SIZES[size])
    small = []
    for path in (HOME, f"{HOME}/unmet"):
        page.goto(f"{site}{language}{path}")
        page.emulate_media(media="print" if size == "paper" else "screen")
        assert page.locator(".chart").count() > 1
        assert page.locator(".chart tbody th").evaluate_all(BROKEN_WORDS) == []
        for chart in page.locator(".chart").all():
            assert chart.locator(".chart__tick, tbody th bdi, .chart__number").evaluate_all(TOUCHING) == 0
            for tick in chart.locator(".chart__tick").all():
                box, room = tick.bounding_box(), chart.locator("tfoot svg").bounding_box()
                assert box is not None and room is not None
                assert room["x"] - 1 <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"] + 1
        small += page.locator(".chart__number.soft").evaluate_all(LINES)
    assert set(small) == {1}
    context.close()


@pytest.mark.parametrize("place", ["tablet", "paper"])
def test_tables_that_do_not_scroll_have_room_for_small_numbers(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make, place: str
) -> None:
    context = window(sqlite_app, chromium, site, person(make, wide=True, is_small=True))
    page = context.new_page()
    page.set_viewport_size(A4 if place == "paper" else {"width": 780, "height": 1000})
    page.goto(f"{site}{HOME}")
    page.emulate_media(media="print" if place == "paper" else "screen")
    assert page.locator(".counted__table td.soft").count() > 50
    check_fits(page)
    context.close()


def test_small_numbers_of_a_wide_table_look_alike(sqlite_app: Flask, chromium: Chromium, site: str, make: Make) -> None:
    """On a desk none is in two lines where others are in one; on a phone every line has the same letters and edges."""
    context = window(sqlite_app, chromium, site, person(make, wide=True))
    page = context.new_page()
    page.goto(f"{site}{HOME}/unmet")
    page.set_viewport_size(SIZES["desk"])
    small = page.locator(".counted--wide td.soft")
    assert small.count() > 5
    assert len(set(small.evaluate_all("all => all.map(one => getComputedStyle(one).whiteSpace)"))) == 1
    assert set(small.evaluate_all(LINES)) == {1}
    page.set_viewport_size(SIZES["phone"])
    assert len(set(page.locator(".counted--wide td[data-label]").evaluate_all(ROWS_OF_CELLS))) == 1
    edges = "all => all.map(one => getComputedStyle(one).paddingInlineStart)"
    assert len(set(page.locator(".counted--wide tbody :is(th, td)").evaluate_all(edges))) == 1
    context.close()
