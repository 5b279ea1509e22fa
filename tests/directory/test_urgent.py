"""Danger is seen in words however they are typed, everyday words stay quiet, and cards carry the right numbers."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from flask import Flask

from portal.directory import urgent
from portal.directory.helplines import KINDS
from portal.directory.phrases import Phrase, compiled
from portal.directory.understanding import understand
from portal.geography.places import Place, PlaceProblem
from tests.directory.crisis_examples import DISTRESS, OTHER_LANGUAGES, lines
from tests.directory.everyday_examples import EVERYDAY, EVERYDAY_OTHER
from tests.support.page import Browser

LISTS = {name: sorted(words) for name, words in urgent.word_lists().items()}
STATED_RATE = 0.95
"""How many of the crisis words of eight letters and more must be seen with one random typing error in them."""
LONG_WORDS = ["suicidal", "strangled me", "homeless", "overdosed", "self harming", "kill myself", "homelessness", "trafficked",
              "domestic violence", "rough sleeping", "nowhere to sleep", "unresponsive", "sexually assaulted"]  # fmt: skip


def phrases() -> list[Phrase]:
    return [phrase for known in urgent._phrases().values() for phrase in known if phrase.kinds]


def typed(phrase: Phrase) -> Iterator[str]:
    """The phrase with each of its choices in turn, the rest being first choices; of families, which are long, with three."""
    choices = []
    for part in [part for part in phrase.text.split() if part not in {"^", "$"}]:
        words = part.removesuffix("?").split("|")
        several = [one for word in words for one in (LISTS[word[1:]] if word.startswith("@") else [word])]
        choices.append(several if not phrase.family else [*several[:2], several[-1]])
    first = [words[0] for words in choices]
    for place, words in enumerate(choices):
        for word in words:
            yield " ".join(one for one in [*first[:place], word, *first[place + 1 :]] if one != "*")


def with_one_error(word: str, chance: random.Random) -> str:
    """A letter left out, doubled by another, swapped with the next or struck wrongly; never the first one."""
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice([
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ])  # fmt: skip


def test_every_phrase_of_the_list_calls_for_its_kind_in_each_of_its_wordings() -> None:
    wanted: dict[str, set[str]] = {}
    for phrase in phrases():
        for text in typed(phrase):  # many a phrase shares its wordings with others
            wanted.setdefault(text, set()).update(phrase.kinds)
    missed = [(text, kinds) for text, kinds in wanted.items() if not kinds <= set(urgent.kinds_in(text))]
    assert len(phrases()) > 500 and not missed, missed[:10]


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_of_people_in_danger_are_seen(kind: str) -> None:
    missed = [said for said in lines(DISTRESS[kind]) if kind not in urgent.kinds_in(said)]
    assert not missed


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_sentences_in_other_languages_are_seen_whatever_the_language_of_the_page(language: str) -> None:
    missed = [
        (kind, said)
        for kind, block in OTHER_LANGUAGES[language].items()
        for said in lines(block)
        if kind not in urgent.kinds_in(said) or kind not in urgent.kinds_in(said, [language])
    ]
    assert not missed and set(OTHER_LANGUAGES[language]) == set(KINDS)


def test_hundreds_of_everyday_phrases_raise_nothing() -> None:
    everyday = [*lines(EVERYDAY), *lines(EVERYDAY_OTHER)]
    raised = {said: urgent.kinds_in(said) for said in everyday if urgent.kinds_in(said)}
    assert len(everyday) > 400 and not raised


def test_an_everyday_phrase_hides_no_danger_that_stands_beside_it() -> None:
    assert urgent.kinds_in("dead end job and i want to kill myself") == ("mental_health",)
    assert urgent.kinds_in("hanging baskets. my husband hits me") == ("abuse",)
    assert urgent.kinds_in("alcohol abuse and domestic abuse") == ("abuse",)


@pytest.mark.parametrize(
    "said",
    ["KILL MYSELF", "Kill Myself!", "kill-myself", "kill...myself", "ki11 my$elf", "k i l l  m y s e l f", "killmyself",
     "k\u200bill my\u200fself", "\u202ekill myself\u202c", "kıll myself",
     "kill myse\u0301lf", "ｋｉｌｌ ｍｙｓｅｌｆ", "kill\u00a0myself",
     "kill my self", "k*ll myself", "kilmyself", "kil myslef", "killll myselffff", "s.u.i.c.i.d.e", "sui cide", "su1c1de",
     "i can’t go on", "i can't go on", "I CAN`T GO ON"],
)  # fmt: skip
def test_case_signs_hidden_marks_and_torn_or_joined_words_do_not_matter(said: str) -> None:
    assert urgent.kinds_in(said) == ("mental_health",)


def test_long_crisis_words_with_one_typing_error_are_seen_at_the_stated_rate() -> None:
    chance = random.Random(5)
    tries = [with_one_error(word, chance) for word in LONG_WORDS for _time in range(100)]
    seen = sum(bool(urgent.kinds_in(said)) for said in tries)
    assert seen / len(tries) >= STATED_RATE, f"{seen / len(tries):.3f}"


@pytest.mark.parametrize(
    "said",
    [
        "crisis cafe", "crisis cafes", "safe haven", "safe haven cafe", "calm haven near me", "crisis lounge",
        "neighbourhood mental health cafe", "Mental Health Cafés", "community mental health cafe", "local wellbeing cafe",
        "listening place", "the sanctuary", "evening sanctuary", "crisis drop-in",
    ],
)  # fmt: skip
def test_every_name_of_a_crisis_cafe_gets_the_same_answer(said: str, sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        read, known = understand(said, "en"), understand("crisis cafe", "en")
    assert read.urgent == known.urgent == ("mental_health",)
    assert read.needs == known.needs == ("crisis",), "the same services are found"


@pytest.mark.parametrize("said", ["listening cafe", "mental health drop-in"])
def test_what_may_be_one_gets_the_same_help_first(said: str, sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        read = understand(said, "en")
    assert read.urgent == ("mental_health",) and read.needs[0] == "crisis"


@pytest.mark.parametrize("said", ["memory cafe", "repair cafe", "death cafe", "neighbourhood cafe", "donkey sanctuary"])
def test_other_cafes_and_places_call_for_no_urgent_help(said: str) -> None:
    assert not urgent.kinds_in(said)


def test_kinds_come_worst_first_and_once() -> None:
    said = "homeless and my husband hits me and i want to die, chest pain"
    assert urgent.kinds_in(said) == ("emergency", "mental_health", "abuse", "homelessness")
    assert urgent.kinds_of_needs(["food", "homelessness", "crisis", "crisis"]) == ("mental_health", "homelessness")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "a " * 5_000, "x" * 10_000, "kill " * 2_000, "want to " * 1_250, "😀" * 5_000,
     "\u202e" * 10_000, "ل" * 10_000],
)  # fmt: skip
def test_text_of_any_kind_is_safe_and_quick(text: str) -> None:
    started = perf_counter()
    assert urgent.kinds_in(text) == ()
    assert perf_counter() - started < 1.0


def test_danger_at_the_end_of_ten_thousand_letters_is_seen() -> None:
    assert urgent.kinds_in("lunch club " * 900 + "i want to kill myself") == ("mental_health",)


def test_danger_said_six_hundred_times_is_seen_before_anybody_gives_up() -> None:
    started = perf_counter()
    assert set(urgent.kinds_in("i want to kill myself he hits me " * 600)) == {"mental_health", "abuse"}
    assert perf_counter() - started < 20.0  # two seconds; three minutes where each phrase asks all others


def test_a_usual_search_is_read_in_well_under_a_millisecond() -> None:
    everyday = lines(EVERYDAY)
    urgent.kinds_in("x")
    times = []
    for said in everyday:
        started = perf_counter()
        urgent.kinds_in(said)
        times.append(perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.001


@pytest.mark.needs_shared
def test_the_queries_for_development_raise_what_they_must_and_nothing_they_must_not(shared: Path) -> None:
    rows = [
        json.loads(row) for row in (shared / "data" / "relevance" / "queries.jsonl").read_text("utf-8").splitlines()
    ]
    missed = [
        row["query"]
        for row in rows
        if row["banner"] == "must" and not set(row["banner_kind"]) <= set(urgent.kinds_in(row["query"]))
    ]
    raised = [row["query"] for row in rows if row["banner"] == "must_not" and urgent.kinds_in(row["query"])]
    assert len(rows) == 60 and not missed and not raised


def test_a_line_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no word that must be there"):
        compiled("* maybe?", ("abuse",), {})
    with pytest.raises(ValueError, match="not one plain word"):
        compiled("kill my-self", ("mental_health",), {})


def card_lines(kind: str, nation: str | None) -> list[str]:
    (card,) = urgent.cards_for([kind], nation=nation)
    return [line.number for line in card.lines]


def test_each_nation_gets_its_own_numbers_for_a_mental_health_crisis(sqlite_app: Flask) -> None:
    assert card_lines("mental_health", "england") == ["111", "116 123", "85258", "0800 1111"]
    assert card_lines("mental_health", "wales") == [
        "111",
        "116 123",
        "0808 164 0123",
        "85258",
        "0800 132 737",
        "0800 1111",
    ]
    assert card_lines("mental_health", "scotland") == ["111", "116 123", "85258", "0800 83 85 87", "0800 1111"]
    assert card_lines("mental_health", "northern_ireland") == ["0808 808 8000", "116 123", "85258", "0800 1111"]


def test_each_nation_gets_its_own_numbers_for_abuse(sqlite_app: Flask) -> None:
    assert card_lines("abuse", "england") == ["0808 2000 247", "0808 801 0327", "0808 500 2222"]
    assert card_lines("abuse", "wales")[0] == "0808 80 10 800"
    assert card_lines("abuse", "scotland")[0] == "0800 027 1234"
    assert card_lines("abuse", "northern_ireland")[0] == "0808 802 1414"


def test_without_a_place_the_numbers_are_those_of_england_and_the_card_leads_to_the_others(sqlite_app: Flask) -> None:
    (card,) = urgent.cards_for(["mental_health"])
    assert (card.nation, card.is_for_all) == ("england", False)
    assert card_lines("mental_health", None) == card_lines("mental_health", "england")


def test_cards_come_worst_first_each_with_999_first(sqlite_app: Flask) -> None:
    cards = urgent.cards_for(["homelessness", "abuse", "emergency", "safeguarding_child"])
    assert [card.kind for card in cards] == ["emergency", "abuse", "safeguarding_child", "homelessness"]
    assert [card.prefix for card in cards] == ["Emergency:", *["Urgent:"] * 3]
    assert all('<a href="tel:999">' in card.danger for card in cards)
    assert "55" in cards[0].aids[0] and "18000" in cards[0].aids[1] and "999 BSL" in cards[0].aids[1]


def place(authority: str, nation: str, *codes: str) -> Place:
    return Place(
        authority,
        authority,
        "district",
        51.3,
        -0.3,
        "district",
        authority_name=authority,
        nation=nation,
        area_codes=frozenset(codes),
    )  # type: ignore[arg-type]


def test_the_council_of_the_place_is_named_and_no_number_of_a_council_is_made_up(sqlite_app: Flask) -> None:
    leicester = place("Leicester", "england", "E06000016", "E92000001")
    for kind, team in (
        ("homelessness", "homelessness team"),
        ("safeguarding_adult", "adult safeguarding team"),
        ("safeguarding_child", "children's services"),
    ):
        (card,) = urgent.cards_for([kind], place=leicester)
        assert card.ask == (f"Ask Leicester council for its {team}.",)


def test_a_county_looks_after_children_and_adults_and_the_district_after_homelessness(sqlite_app: Flask) -> None:
    epsom = place("Epsom and Ewell", "england", "E07000208", "E10000030")
    asked = [card.ask[0] for card in urgent.cards_for(["homelessness", "safeguarding_child"], place=epsom)]
    assert asked == [
        "Ask Surrey council for its children's services.",
        "Ask Epsom and Ewell council for its homelessness team.",
    ]


def test_a_place_in_northern_ireland_gets_its_lines_though_it_is_not_found(sqlite_app: Flask) -> None:
    problem = PlaceProblem("BT1 1AA", "northern_ireland", nation="northern_ireland")
    mental, home = urgent.cards_for(["mental_health", "homelessness"], place=problem)
    assert mental.lines[0].name == "Lifeline" and home.ask == ("In Northern Ireland, ask the Housing Executive.",)


def test_results_start_with_the_card_and_still_are_results(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get("/services?q=i+cant+go+on&near=LE2")
    card = page.one(".urgent-card")
    assert card["class"][:3] == ["nhsuk-card", "nhsuk-card--care", "nhsuk-card--care--urgent"]
    assert [str(link["href"]) for link in card.select('a[href^="tel:"], a[href^="sms:"]')][2:] == [
        "tel:111", "tel:116123", "sms:85258?&body=SHOUT", "tel:08001111"
    ]  # fmt: skip
    assert page.main.index("Talk to someone now") < page.main.index("We could not find a match yet")
    assert "i cant go on" not in page.one("title").get_text()


def test_danger_at_the_end_of_words_too_long_to_search_still_raises_its_card(
    sqlite_app: Flask, browser: Browser
) -> None:
    page = browser.get(f"/services?q={'very+long+story+' * 30}i+want+to+die", expect=422)
    assert page.words(".urgent-card h2") == ["Urgent: Talk to someone now"]


def test_a_card_about_abuse_brings_a_way_to_leave_the_page(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get("/services?q=my+husband+hits+me")
    assert page.one("a[data-exit]")["rel"] == ["nofollow", "noreferrer"]
    assert page.link("Keep your visit private") == "/keep-your-visit-private"


@pytest.mark.parametrize("topic", ["abuse", "lgbtq", "addiction"])
def test_results_about_a_sensitive_need_can_be_left_at_once(sqlite_app: Flask, browser: Browser, topic: str) -> None:
    assert len(browser.get(f"/services?topic={topic}").select("a[data-exit]")) == 1
    assert not browser.get("/services?topic=food").select("a[data-exit]")


def test_a_topic_of_danger_raises_its_card_without_words(sqlite_app: Flask, browser: Browser) -> None:
    assert browser.get("/services?topic=abuse").words(".urgent-card h2") == [
        "Urgent: If someone hurts you or scares you"
    ]
    assert not browser.get("/services?q=tea+dance").select(".urgent-card")
