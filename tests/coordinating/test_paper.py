"""Answers on paper, as a browser draws them: what was counted stands beside its number, however long its name."""

from flask import Flask
from playwright.sync_api import Browser as Chromium

from tests.coordinating.patch import city, groups, sent, written
from tests.factories import Make
from tests.support.people import session_of

CHOICES = ("Volunteers", "A room with a kitchen and step-free access from the street", "Nothing at all, thank you")
OVER = """all => all.filter(one => { const words = document.createRange(); words.selectNodeContents(one);
  const name = words.getBoundingClientRect(), count = one.nextElementSibling.getBoundingClientRect();
  return name.right > count.left && name.bottom > count.top && name.top < count.bottom }).length"""


def test_no_name_runs_over_its_number(sqlite_app: Flask, chromium: Chromium, site: str, make: Make) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    question = sent(boss, groups(make, 2), written("What do you need?", "choice", choices=CHOICES))
    context = chromium.new_context(viewport={"width": 718, "height": 1000})
    name, token = session_of(sqlite_app, boss)
    context.add_cookies([{"name": name, "value": token, "url": site}])
    page = context.new_page()
    for medium in ("screen", "print"):
        page.goto(f"{site}/coordinate/questions/{question}/print")
        page.emulate_media(media="print" if medium == "print" else "screen")
        assert page.locator(".item dt").count() >= len(CHOICES)
        assert page.locator(".item dt").evaluate_all(OVER) == 0
    context.close()
