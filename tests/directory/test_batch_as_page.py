"""`portal search batch` gives the same answers as the page: which, in which order, what they are read to mean, and the danger."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.directory.asking import request_from
from portal.directory.cli import search
from portal.directory.finding import find
from portal.directory.needs import NEEDS
from tests.support.page import Browser, Page

pytestmark = pytest.mark.usefixtures("monday")

LINES: tuple[dict[str, Any], ...] = (
    {"query": "lonely"},
    {"query": "I feel lonely since my wife died", "near": "LE2 0QB"},
    {"query": "befreinding for my dad he is 89", "near": "LE2 0QB"},
    {"query": "somewhere to go wen your skint"},
    {"query": "cant pay my gas bill", "near": "Leicester", "filters": {"cost": ["free"]}},
    {"query": "debt"},
    {"query": "debt advise", "near": "LE2 0QB", "within": 3},
    {"query": "yoga", "filters": {"how": ["online"]}},
    {"query": "free yoga today", "near": "LE2 0QB"},
    {"query": "yoga in the evening", "filters": {"when": ["mon", "tue"]}},
    {"query": "walking group not dancing", "near": "Leicester"},
    {"query": "not AA"},
    {"query": "food bank and company", "near": "LE2"},
    {"query": "Larkfield Circle"},
    {"query": "add my group"},
    {"query": "quiet place for autistic son", "near": "LE2 0QB", "filters": {"access": ["step_free"]}},
    {"query": "women only exercise", "filters": {"who": ["women_only"]}},
    {"query": "", "near": "LE2 0QB"},
    {"query": "", "filters": {"topic": ["bereavement"]}},
    {"query": "", "near": "LE2 0QB", "filters": {"topic": ["loneliness", "debt"], "cost": ["free", "donation"]}},
    {"query": "zzzzqqqq"},
    {"query": "tea", "near": "CF10 1EP"},
    {"query": "i want to die"},
    {"query": "kil myslef", "near": "EH1 1YZ"},
    {"query": "my husband hits me and we are homeless tonight", "near": "LE2 0QB"},
    {"query": "dead end job", "near": "LE2 0QB"},
    {"query": "tea", "filters": {"topic": ["crisis"]}},
    {"query": "unig ers i mam farw", "language": "cy"},
    {"query": "grŵp cerdded am ddim", "language": "cy", "near": "LE2 0QB"},
    {"query": "rwyf eisiau marw", "language": "cy"},
    {"query": "تنہائی", "language": "ur"},
    {"query": "قرض میں مدد", "language": "ur", "near": "LE2 0QB"},
    {"query": "main akeli hoon", "language": "ur"},
    {"query": "samotność po śmierci żony", "near": "LE2 0QB"},
    {"query": "potrzebuję pomocy z długami"},
    {"query": "એકલતા", "near": "LE2 0QB"},
    {"query": "hu eklo chhu"},
    {"query": "waan kelinimo dareemayaa"},
    {"query": "أشعر بالوحدة", "near": "LE2 0QB"},
    {"query": "chcę się zabić"},
)


@pytest.fixture
def _some(sqlite_app: Flask, make: Any, index_now: Any) -> None:
    circle = make.organisation("Larkfield Circle")
    point = {"point": (52.6316, -1.1243)}
    make.service(
        "Tea table", organisation=circle, place=point, needs=["loneliness"], cost="free", sessions=[make.session()]
    )
    make.service("After a loss", place=point, needs=["bereavement"], cost="donation", sessions=[make.session()])
    make.service("Ring round", is_online=True, needs=["befriending"], description="We phone you.")
    make.service("Money help", place={"point": (52.64, -1.13)}, needs=["debt", "energy"], cost="free")
    make.service("Yoga", place={"point": (52.70, -1.12)}, needs=["physical-activity"], cost=700, description="Stretch.")
    make.service("Yoga at home", is_online=True, needs=["physical-activity"], cost="free")
    make.service("Walking together", place=point, needs=["physical-activity", "loneliness"], sessions=[make.session()])
    make.service("Pantry", place=point, needs=["food"], cost="free")
    make.service("Evening listening room", needs=["crisis"], is_online=True)
    make.service("Safe house advice", needs=["abuse"], is_online=True)
    for number in range(14):
        make.service(f"Lunch club {number}", place={"point": (52.6 + number / 500, -1.12)}, needs=["loneliness"])
    index_now()


@pytest.fixture
def answers(sqlite_app: Flask, _some: None) -> list[dict[str, Any]]:
    typed = "\n".join(map(json.dumps, LINES))
    ran = CliRunner().invoke(search, ["batch", "-"], obj=sqlite_app, input=typed)
    assert ran.exit_code == 0, ran.output
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert not [one["problem"] for one in told if "problem" in one]
    return told


def params_of(line: dict[str, Any]) -> dict[str, list[str]]:
    """The parameters of the page's address that ask for the same."""
    told = {"q": line["query"], "near": line.get("near", ""), "within": str(line.get("within", ""))}
    return {**{name: [value] for name, value in told.items() if value}, **line.get("filters", {})}


def page_of(browser: Browser, line: dict[str, Any]) -> Page:
    """The page, in the language of the line where the site has it."""
    language = line.get("language", "en")
    before = "" if language == "en" else f"/{language}"
    response = browser.client.get(f"{before}/services", query_string=params_of(line))
    return Page(response)


def ids_on(page: Page) -> list[str]:
    """The ids of the results, in their order."""
    return [str(card["id"]).removeprefix("s-") for card in page.select(".results__list article.service-card")]


def test_there_are_forty_lines_in_several_languages_with_and_without_place_and_filters() -> None:
    assert len(LINES) == 40
    assert len([one for one in LINES if "near" in one]) > 10 and len([one for one in LINES if "filters" in one]) > 6


def test_every_line_has_the_results_of_the_page_in_its_order(browser: Browser, answers: list[dict[str, Any]]) -> None:
    wrong = []
    for line, answer in zip(LINES, answers, strict=True):
        page = page_of(browser, line)
        assert page.status in {200, 422}
        if ids_on(page) != [one["id"] for one in answer["results"]]:
            wrong.append((line, ids_on(page), [one["name"] for one in answer["results"]]))
    assert not wrong
    assert sum(bool(answer["results"]) for answer in answers) > 25, "else nothing was compared"
    assert len(answers[17]["results"]) == 10, "a page is full"


def test_every_line_raises_the_cards_of_the_page(browser: Browser, answers: list[dict[str, Any]]) -> None:
    for line, answer in zip(LINES, answers, strict=True):
        shown = [str(tag["id"]).removeprefix("urgent-") for tag in page_of(browser, line).select(".urgent-card h2")]
        assert shown == answer["urgent"], line
    assert sum(bool(answer["urgent"]) for answer in answers) >= 6


def test_needs_filters_and_what_was_corrected_are_those_of_the_page(
    sqlite_app: Flask, browser: Browser, answers: list[dict[str, Any]]
) -> None:
    for line, answer in zip(LINES, answers, strict=True):
        page = page_of(browser, line)
        guessed = [need for need in answer["needs"] if need not in line.get("filters", {}).get("topic", [])]
        for need in guessed if line.get("language", "en") == "en" else ():
            assert str(NEEDS[need].label) in page.text, (line, need)
        language = line.get("language", "en")
        prefix = "" if language == "en" else f"/{language}"
        with sqlite_app.test_request_context(f"{prefix}/services", base_url=None):
            found = find(request_from(params_of(line), language))
        chips = [way.params.get("not", ()) for way in found.guesses]
        refused = {one for told in chips for one in ((told,) if isinstance(told, str) else told)}
        assert {one for one in refused if ":" not in one} == set(guessed), line
        ticked = {name: list(values) for name, values in line.get("filters", {}).items()}
        spoken = {
            f"{name}:{value}"
            for name, values in answer["filters"].items()
            for value in values
            if name != "near" and value not in ticked.get(name, [])
        }
        assert {one for one in refused if ":" in one and not one.startswith("near:")} == spoken, line
        assert answer["corrected"] == found.corrected and answer["total"] == found.total, line
        if answer["corrected"]:
            assert answer["corrected"] in page.text
    assert any(answer["corrected"] for answer in answers) and any(answer["filters"] for answer in answers)
