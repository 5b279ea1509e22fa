"""Telling what could not be found: kept once, kept small, and danger first leads to help."""

import math
import threading

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.unmet import actions
from portal.unmet.models import UnmetNeed
from tests.support.page import Browser

ADDRESS = "/services/not-found"
KEY = "one-time-key-0000000000000000"


def _typed(**fields: str) -> dict[str, str]:
    return {
        "need": "befriending",
        "words": "Someone to play chess with",
        "postcode": "LE2 0QB",
        "contact": "",
        "key": KEY,
    } | fields


def _kept() -> list[UnmetNeed]:
    db.session.rollback()
    return db.session.query(UnmetNeed).all()


def test_what_was_told_is_kept_with_the_district_only(app: Flask, browser: Browser) -> None:
    page = browser.follow(browser.post(ADDRESS, _typed(), expect=303))
    assert "Thank you" in page.text
    (kept,) = _kept()
    assert (kept.needs, kept.district, kept.words, kept.contact) == (
        ["befriending"],
        "LE2",
        "Someone to play chess with",
        None,
    )


def test_sending_the_same_form_twice_keeps_it_once(app: Flask, browser: Browser) -> None:
    for _ in range(3):
        browser.post(ADDRESS, _typed(), expect=303)
    assert len(_kept()) == 1


def test_of_two_that_come_at_once_one_is_kept_and_both_are_thanked(app: Flask) -> None:
    typed, answers = _typed(), []
    clients = [Browser(app) for _ in range(4)]
    tokens = [one.csrf_token() for one in clients]

    def send(number: int) -> None:
        sent = typed | {"csrf_token": tokens[number]}
        answers.append(clients[number].client.post(ADDRESS, data=sent).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert len(_kept()) == 1


def test_each_form_has_a_key_of_its_own(sqlite_app: Flask, browser: Browser) -> None:
    keys = {str(browser.get(ADDRESS).one("input[name=key]")["value"]) for _ in range(3)}
    assert len(keys) == 3


def test_a_need_from_the_results_is_filled_in(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get(f"{ADDRESS}?need=befriending")
    assert page.one("option[selected]")["value"] == "befriending"
    assert not browser.get(f"{ADDRESS}?need=nonsense").select('option[selected][value="nonsense"]')


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"need": "", "words": " "}, "Choose a need, or say in a sentence what you were looking for"),
        ({"words": "x" * 501}, "Use 500 characters or fewer"),
        ({"postcode": "ZZ9 9ZZ"}, "ZZ9 9ZZ"),
        ({"contact": "call me"}, "Enter a phone number or an e-mail address"),
        ({"need": "nonsense"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_twice_and_nothing_is_lost(
    app: Flask, browser: Browser, wrong: dict[str, str], sentence: str
) -> None:
    page = browser.post(ADDRESS, _typed(**wrong), expect=422)
    assert page.text.count(sentence) >= 2
    assert page.one("title").get_text().startswith("Error: ")
    assert page.one("textarea").get_text(strip=True) == _typed(**wrong)["words"].strip()
    assert _kept() == []


def test_words_of_danger_lead_to_help_first_and_are_not_kept(app: Flask, browser: Browser) -> None:
    danger = _typed(words="I want to kill myself and nobody helps")
    page = browser.post(ADDRESS, danger, expect=200)
    assert "Does someone need help right now?" in page.text and page.select('a[href^="tel:"]')
    assert _kept() == []
    again = browser.post(ADDRESS, danger | {"change": "yes"}, expect=200)
    assert "I want to kill myself" in again.one("textarea").get_text()
    browser.post(ADDRESS, danger | {"send": "yes"}, expect=303)
    (kept,) = _kept()
    assert kept.words is None and kept.needs == ["befriending"]


def test_too_many_in_an_hour_are_refused(app: Flask, browser: Browser) -> None:
    for number in range(actions.MOST_AN_HOUR):
        browser.post(ADDRESS, _typed(key=f"{number:030d}"), expect=303)
    page = browser.post(ADDRESS, _typed(key="z" * 30), expect=429)
    minutes = math.ceil(int(page.headers["Retry-After"]) / 60)
    assert 58 <= minutes <= 60 and f"Wait {minutes} minutes, then try again." in page.main
    assert len(_kept()) == actions.MOST_AN_HOUR


@pytest.mark.parametrize("field", ["need", "words", "postcode", "contact", "key"])
@pytest.mark.parametrize(
    "nasty", ["\x00", "\u202e\u200f", "<script>alert(1)</script>", "💥" * 300, "%s%n", "' or 1=1 --", "x" * 100_000]
)
def test_no_input_breaks_it(app: Flask, browser: Browser, field: str, nasty: str) -> None:
    token = browser.csrf_token()
    db.session.commit()
    answer = browser.client.post(ADDRESS, data=_typed(**{field: nasty}) | {"csrf_token": token})
    assert answer.status_code in {200, 303, 413, 422}
    assert b"<script>alert" not in answer.data


def test_a_search_without_results_has_the_form_filled_in_and_ready_to_send(app: Flask, browser: Browser) -> None:
    page = browser.get("/services?q=chess+for+beginners&near=LE2+0QB&topic=befriending")
    form = page.one("form[action='/services/not-found']")
    fields = {str(one["name"]): str(one.get("value", one.get_text())) for one in form.select("input, textarea")}
    assert (fields["words"], fields["postcode"], fields["need"]) == ("chess for beginners", "LE2 0QB", "befriending")
    page = browser.follow(
        browser.post(ADDRESS, {name: fields[name] for name in fields if name != "csrf_token"}, expect=303)
    )
    assert "Thank you" in page.text
    assert [(one.words, one.district) for one in _kept()] == [("chess for beginners", "LE2")]


def test_words_of_danger_are_not_repeated_in_the_form(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get("/services?q=my+husband+hits+me&near=LE2+0QB")
    assert page.one("#tell-words").get_text(strip=True) == ""
