"""The card beside a search: right for danger and nation, before the results, never instead; on the page and for programs."""

import json
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.directory import helplines as numbers
from portal.directory.cli import search
from portal.directory.helplines import KINDS, helplines, helplines_for
from portal.operations import doctor
from tests.support.page import Browser, Page

HEADINGS = {
    "emergency": "Emergency: Call 999 or go to A&E now",
    "mental_health": "Urgent: Talk to someone now",
    "abuse": "Urgent: If someone hurts you or scares you",
    "safeguarding_child": "Urgent: If a child is at risk",
    "safeguarding_adult": "Urgent: If an adult is at risk",
    "homelessness": "Urgent: If you have nowhere to sleep tonight",
}
DESPAIR = "i cant go on"
NATIONS = {
    "LE2 0QB": ("111", ["0800 1111"], ["0800 132 737", "0800 83 85 87", "0808 808 8000"]),
    "CF10 1EP": ("111", ["0800 132 737", "0808 164 0123"], ["0800 83 85 87", "0808 808 8000"]),
    "EH1 1YZ": ("111", ["0800 83 85 87"], ["0800 132 737", "0808 808 8000"]),
    "Belfast": ("0808 808 8000", ["116 123"], ["0800 132 737", "0800 83 85 87"]),
}
"""By place: the first number of a mental health crisis, others that stand there, and those of other nations, which do not."""


@pytest.fixture
def _some(sqlite_app: Flask, make: Any, index_now: Any) -> None:
    make.service("Evening listening room", needs=["crisis"], sessions=[make.session()])
    make.service("Safe house advice", needs=["abuse"], is_online=True)
    make.service("Night shelter", needs=["homelessness"], is_online=True)
    index_now()


def asked(browser: Browser, expect: int = 200, **told: Any) -> Page:
    """The page of a search."""
    address = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in told.items())
    return browser.get(f"/services?{address}", expect=expect)


def card(page: Page, kind: str) -> str:
    """The words of one card."""
    return " ".join(page.one(f".urgent-card[aria-labelledby=urgent-{kind}]").get_text(" ").split())


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize("near", NATIONS)
def test_each_nation_has_its_own_numbers_by_postcode(browser: Browser, near: str) -> None:
    first, there, elsewhere = NATIONS[near]
    page = asked(browser, q=DESPAIR, near=near)
    words = card(page, "mental_health")
    lines = [str(link["href"]) for link in page.select(".urgent-card__lines a")]
    assert lines[0] == f"tel:{first.replace(' ', '')}"
    assert all(number in words for number in there) and not any(number in words for number in elsewhere)
    assert ("option 2" in words) is (near in {"LE2 0QB", "CF10 1EP"})


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize(
    ("near", "number"),
    [("LE2 0QB", "0808 2000 247"), ("CF10 1EP", "0808 80 10 800"), ("EH1 1YZ", "0800 027 1234"), ("Belfast", "0808 802 1414")],
)  # fmt: skip
def test_abuse_has_the_line_of_the_nation_first(browser: Browser, near: str, number: str) -> None:
    page = asked(browser, q="my husband hits me", near=near)
    assert page.select(".urgent-card__lines a")[0]["href"] == f"tel:{number.replace(' ', '')}"


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize("kind", ["mental_health", "abuse"])
def test_without_a_place_they_are_englands_and_those_of_the_others_are_one_link_away(
    browser: Browser, kind: str
) -> None:
    page = asked(browser, q={"mental_health": DESPAIR, "abuse": "my husband hits me"}[kind])
    words = card(page, kind)
    assert all(line.number in words for line in helplines_for(kind, "england"))
    there = browser.get(page.link("Help in Wales, Scotland or Northern Ireland").partition("#")[0])
    for nation in ("wales", "scotland", "northern_ireland"):
        assert all(line.number in there.main for line in helplines_for(kind, nation))


@pytest.mark.usefixtures("_some")
def test_a_place_of_another_nation_that_is_not_found_still_brings_its_numbers(browser: Browser) -> None:
    page = asked(browser, q=DESPAIR, near="BT1 1AA", expect=422)
    assert "0808 808 8000" in card(page, "mental_health")


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("homeless and my husband hits me and i want to die, chest pain",
         ["emergency", "mental_health", "abuse", "homelessness"]),
        ("a child is being beaten next door", ["safeguarding_child"]),
        ("her carer hits my gran and takes her money", ["safeguarding_adult"]),
        ("nowhere to sleep tonite", ["homelessness"]),
        ("chce sie zabic, maz mnie bije", ["mental_health", "abuse"]),
    ],
)  # fmt: skip
def test_cards_are_those_of_the_danger_worst_first(browser: Browser, words: str, kinds: list[str]) -> None:
    shown = asked(browser, q=words).words(".urgent-card h2")
    assert shown[: len(kinds)] == [HEADINGS[kind] for kind in kinds]


@pytest.mark.usefixtures("_some")
def test_the_card_stands_before_the_results_and_never_instead_of_them(browser: Browser) -> None:
    for words, topic in ((DESPAIR, ""), ("", "crisis"), ("listening", "crisis")):
        page = asked(browser, near="LE2 0QB", q=words, topic=topic)
        assert page.main.index("Talk to someone now") < page.main.index("Evening listening room")
        assert not page.select(".urgent-card button, dialog"), "it is no pop-up and cannot be sent away"


@pytest.mark.usefixtures("_some")
@pytest.mark.parametrize(
    ("topic", "kind"), [("crisis", "mental_health"), ("abuse", "abuse"), ("homelessness", "homelessness")]
)
def test_a_topic_that_is_chosen_raises_its_card_on_the_page_and_for_programs(
    sqlite_app: Flask, browser: Browser, topic: str, kind: str
) -> None:
    assert asked(browser, topic=topic).words(".urgent-card h2") == [HEADINGS[kind]]
    assert query(sqlite_app, "", "--filter", f"topic={topic}")["urgent"] == [kind]
    too_long = asked(browser, q="tea " * 100, topic=topic, near="EH1 1YZ", expect=422)
    assert too_long.words(".urgent-card h2") == [HEADINGS[kind]], "also where the words are too long to be searched"
    assert kind != "mental_health" or "0800 83 85 87" in too_long.main


@pytest.mark.usefixtures("_some")
def test_programs_are_told_the_kinds_in_the_order_of_the_cards(sqlite_app: Flask, browser: Browser) -> None:
    words = "nowhere to sleep tonight"
    assert query(sqlite_app, words, "--filter", "topic=crisis")["urgent"] == ["mental_health", "homelessness"]
    assert asked(browser, q=words, topic="crisis").words(".urgent-card h2") == [
        HEADINGS["mental_health"], HEADINGS["homelessness"]
    ]  # fmt: skip
    lines = [
        {"query": words},
        {"query": "tea dance"},
        {"query": "kil myslef", "near": "BT1 1AA"},
        {"query": "chcę się zabić"},
    ]
    typed = "\n".join(map(json.dumps, lines))
    ran = CliRunner().invoke(search, ["batch", "-"], obj=sqlite_app, input=typed)
    told = [json.loads(line)["urgent"] for line in ran.stdout.splitlines()]
    assert told == [["homelessness"], [], ["mental_health"], ["mental_health"]]


def query(app: Flask, *asked: str) -> dict[str, Any]:
    """What `portal search query --json` answers."""
    ran = CliRunner().invoke(search, ["query", *asked, "--json"], obj=app)
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_lines_stand_on_a_card_in_the_order_of_the_file(sqlite_app: Flask) -> None:
    order = list(helplines())
    for kind in KINDS:
        shown = [line.id for line in helplines_for(kind)]
        assert shown == sorted(shown, key=order.index)


def test_every_number_says_where_it_comes_from(sqlite_app: Flask) -> None:
    assert all(
        line.source and hasattr(line, "last_checked") and hasattr(line, "next_check") for line in helplines().values()
    )


def _with(monkeypatch: pytest.MonkeyPatch, **checked: tuple[date, date]) -> None:
    """As if these had been checked, and all others too, in time."""
    usual = (date(2026, 11, 1), date(2027, 2, 1))
    told = {
        one.id: numbers.Helpline(
            **{
                **one.__dict__,
                "last_checked": checked.get(one.id, usual)[0],
                "next_check": checked.get(one.id, usual)[1],
            }
        )
        for one in helplines().values()
    }
    monkeypatch.setattr(numbers, "helplines", lambda: MappingProxyType(told))


def the_check(app: Flask) -> Any:
    """What the doctor says of the numbers."""
    with app.test_request_context():
        return next(one for one in doctor.examine() if one.name == "helplines")


@pytest.mark.usefixtures("monday")
def test_the_doctor_names_what_nobody_ever_checked_and_does_not_fail_by_it(sqlite_app: Flask) -> None:
    check = the_check(sqlite_app)
    assert not check.is_good and not check.is_vital
    assert all(line.name in check.sentence for line in helplines().values() if not line.vouched)
    assert "docs/helplines.md" in check.sentence


@pytest.mark.usefixtures("monday")
def test_the_doctor_is_content_once_all_are_signed_and_names_each_that_is_overdue(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with(monkeypatch)
    assert the_check(sqlite_app).is_good
    late = (date(2026, 8, 1), date(2026, 11, 1))
    _with(monkeypatch, samaritans=late, hourglass=late)
    check = the_check(sqlite_app)
    assert not check.is_good and "Samaritans" in check.sentence and "Hourglass" in check.sentence
    assert "Childline" not in check.sentence
