"""The public page on how results are ordered, sentence by sentence: its figures are read off the page and put to the real search.

Each sentence of the page has its test here, and each test its sentence: what is written and what is done cannot part.
"""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from math import inf
from typing import Any

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from flask import Flask

from portal.core import clock
from portal.core.wording import KM_A_MILE
from portal.directory.asking import SearchRequest, request_from
from portal.directory.cli import answer_of
from portal.directory.finding import find
from portal.directory.found import Found
from portal.directory.querying import Guesses, query_of
from portal.search import current, ranking
from portal.search.meaning import DIMENSIONS, pack
from portal.search.port import REMOTE, TOPIC, Document, Engine, Point, Query
from portal.search.storing import _USUAL
from portal.search.weights import WEIGHTS, Weights
from portal.search.whoosh_engine import WhooshEngine
from tests.factories import LEICESTER, Make
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")

ADDRESS = "/how-results-are-ordered"
NEAR = "LE2 0QB"
HERE = Point(*LEICESTER)
NUMBER = r"([\d.]+)"
SENTENCES: list[str] = []
DAY = 24 * 60
Figures = tuple[float, ...]


def written(sentence: str) -> Callable[[Any], Any]:
    """Marks a test as that of a sentence of the page, in which `#` stands for each figure."""
    SENTENCES.append(sentence)
    return pytest.mark.parametrize("figures", [sentence], indirect=True, ids=["as-written"])


def pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.escape(sentence).replace(r"\#", NUMBER))


def sentences(browser: Browser) -> list[str]:
    texts = browser.get(ADDRESS).words("main p, main li:not(:has(a))")
    return [one for text in texts for one in re.split(r"(?<=[.!?]) (?=[A-Z])", text)]


@pytest.fixture
def figures(request: pytest.FixtureRequest, sqlite_app: Flask, browser: Browser) -> Figures:
    """The figures of a sentence as they stand on the page."""
    found = [match for one in sentences(browser) if (match := pattern(request.param).fullmatch(one))]
    assert len(found) == 1, f"the page does not say: {request.param}"
    return tuple(float(one) for one in found[0].groups())


@pytest.fixture
def engine() -> Engine:
    made = WhooshEngine(None)
    made.mend()
    return made


@pytest.fixture
def asked(sqlite_app: Flask, make: Make, index_now: Callable[[], None]) -> Callable[..., Found]:
    """The search as people know it, over what was made so far."""

    def ask(words: str = "tea", near: str = "", **more: Any) -> Found:
        index_now()
        return find(SearchRequest(words, near, **more), with_rows=True)

    return ask


def test_every_sentence_of_the_page_has_its_test_and_every_test_its_sentence(
    sqlite_app: Flask, browser: Browser
) -> None:
    said = sentences(browser)
    assert [one for one in said if not any(pattern(each).fullmatch(one) for each in SENTENCES)] == []
    assert len(said) == len(set(said)) == len(SENTENCES) == len(set(SENTENCES))


def away(miles: float) -> Point:
    """A point so many miles north."""
    return Point(HERE.lat + miles * KM_A_MILE / 111.19508, HERE.lon)


def place(miles: float) -> dict[str, Any]:
    return {"point": (away(miles).lat, HERE.lon)}


def scores(engine: Engine, query: Query) -> dict[str, float]:
    return {hit.id: hit.score for hit in engine.search(replace(query, limit=100)).hits}


def order(engine: Engine, query: Query) -> list[str]:
    return [hit.id for hit in engine.search(replace(query, limit=100)).hits]


def names(found: Found) -> list[str]:
    return [row.name for row in found.rows]


def gains(engine: Engine, query: Query) -> dict[str, float]:
    """What the words alone give each document."""
    return {name: sum(one.gain for one in why.words) for name, why in engine.explain(query, engine.ids()).items()}


def tea(name: str, **more: Any) -> Document:
    return Document(name, texts={"name": "Tea"}, **more)


def about(*needs: str) -> dict[str, frozenset[str]]:
    return {TOPIC: frozenset(needs)}


def alike(share: float) -> bytes:
    """A meaning that is so much like that of `alike(1)`."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[:16], vector[16:32] = 0.25 * share, 0.25 * (1 - share**2) ** 0.5
    return pack(vector)


@written("Nobody can pay to stand higher, and we do not count what people click.")
def test_neither_money_nor_clicks(
    figures: Figures, make: Make, index_now: Callable[[], None], browser: Browser
) -> None:
    """Nothing that an order could be made of says either; and looking at the last does not raise it."""
    assert {one.name for one in fields(Document)} == {
        "id", "language", "texts", "points", "serves", "facets", "denied", "sessions", "checked", "demerit", "meaning",
    }  # fmt: skip
    assert {one.name for one in fields(Weights)} == {
        "texts", "saturation", "topic", "meaning", "alike_from", "partial_words", "few", "nearest", "nearest_alike",
        "half_km", "no_journey_km", "soon", "soon_days", "demerit",
    }  # fmt: skip
    for number in range(3):
        make.service(f"Tea {number}", place=place(number))
    index_now()
    address = f"/services?q=tea&near={NEAR}"
    before = browser.get(address)
    for _ in range(5):
        browser.get(before.link("Tea 2"))
    index_now()
    assert before.words(".service-card h3") == browser.get(address).words(".service-card h3") != []


@written("Nothing about you counts: not who you are, not what you looked for before, and not what is on your list.")
def test_nothing_of_the_person(
    figures: Figures, make: Make, index_now: Callable[[], None], browser: Browser, as_user: Callable[..., Browser]
) -> None:
    made = [make.service(f"Tea {number}", place=place(number)) for number in range(3)]
    ids = frozenset(one.id for one in made)
    make.service("Chess", needs=["debt"], description="A game.")
    index_now()
    address = f"/services?q=tea&near={NEAR}"
    stranger = browser.get(address).words(".service-card h3")
    known = as_user(make.user("moderator"))
    known.get("/services?q=chess")
    assert known.get(address).words(".service-card h3") == stranger
    request = request_from({"q": ["tea"], "near": [NEAR]})
    assert [card.id for card in find(request, saved=ids).cards] == [card.id for card in find(request).cards] != []
    assert {one.name for one in fields(Query)}.isdisjoint({"viewer", "user", "person", "session", "saved", "history"})


@written("A service is a match if it has all of your words, or helps with a need that we read from them.")
def test_what_is_a_match(figures: Figures, engine: Engine) -> None:
    engine.rebuild(
        [
            *(tea(f"word-{n}") for n in range(5)),
            Document("need", texts={"name": "Chat"}, facets=about("debt")),
            Document("neither", texts={"name": "Chess"}, facets=about("grief")),
        ]
    )
    assert "neither" not in order(engine, Query("tea", topics=frozenset({"debt"})))
    assert set(order(engine, Query("tea", topics=frozenset({"debt"})))) == {*(f"word-{n}" for n in range(5)), "need"}
    assert "need" not in order(engine, Query("tea"))


@written("If you tell us a place, we look up to # miles around it, unless you choose another distance.")
def test_how_far_we_look(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    (reach,) = figures
    make.service("Inside", place=place(reach - 0.5))
    make.service("Outside", place=place(reach + 0.5))
    make.service("At hand", place=place(0.5))
    assert names(asked("", NEAR)) == ["At hand", "Inside"]
    assert names(asked("", NEAR, within="1")) == ["At hand"]
    assert "Outside" in names(asked(""))


@written("What comes to your home, or is there for you online or by phone, is in reach too.")
def test_what_is_in_reach_without_a_journey(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    make.service("By phone", is_online=True)
    make.service("At home", place=place(60), modes=["home_visit"], areas=["E06000016"])
    make.service("Elsewhere at home", place=place(60), modes=["home_visit"], areas=["E07000208"])
    assert set(names(asked("", NEAR))) == {"By phone", "At home"}


@written(
    "If fewer than # in reach are a match, others come after them: those with at least half of your words, and up to # that are"
    " about the same."
)
def test_who_follows_where_few_match(figures: Figures, engine: Engine) -> None:
    few, most = map(int, figures)
    whole = [Document(f"whole-{n}", texts={"name": "Tea dance"}) for n in range(few)]
    half = Document("half", texts={"name": "Tea"})
    like = [Document(f"like-{n:03}", texts={"name": "Chat"}, meaning=alike(0.9 - n / 1000)) for n in range(most + 5)]
    query = Query("tea dance", meaning=alike(1))
    engine.rebuild([*whole, half, *like])
    assert set(order(engine, query)) == {one.id for one in whole}
    engine.rebuild([*whole[1:], half, *like])
    found = order(engine, query)
    assert set(found[: few - 1]) == {one.id for one in whole[1:]}
    assert set(found[few - 1 :]) == {"half", *(one.id for one in like[:most])}


@written("A word that few services have counts more than a word that many have.")
def test_rare_words(figures: Figures, engine: Engine) -> None:
    engine.rebuild([*(tea(f"tea-{n}") for n in range(9)), Document("ukulele", texts={"name": "Ukulele"})])
    assert gains(engine, Query("ukulele"))["ukulele"] > gains(engine, Query("tea"))["tea-0"]


def text(field: str, times: int) -> str:
    """A text of usual length in which "tea" stands so often."""
    return " ".join([*["tea"] * times, *(f"{field}{n}" for n in range(int(_USUAL[field]) - times))])


def worth(engine: Engine, field: str, figure: float) -> tuple[float, float]:
    """What a word gives in a text, and what it gives in a description where it stands so much more often."""
    often = 1 if figure.is_integer() else 2
    there = Document("there", texts={field: text(field, often)})
    engine.rebuild([there, Document("described", texts={"description": text("description", round(often * figure))})])
    found = gains(engine, Query("tea"))
    return found["there"], found["described"]


@written("In texts of usual length, a word in the name counts as much as # times that word in the description.")
def test_words_in_the_name(figures: Figures, engine: Engine) -> None:
    there, described = worth(engine, "name", figures[0])
    assert there == pytest.approx(described)


@written(
    "In the names of its needs it counts as much as # times, in the name of the organisation as much as # times, and in the"
    " summary as much as # times."
)
def test_words_in_other_texts(figures: Figures, engine: Engine) -> None:
    for field, figure in zip(("needs", "organisation", "summary"), figures, strict=True):
        there, described = worth(engine, field, figure)
        assert there == pytest.approx(described), field


@written("A need counts # times as much as a word can count that is just as rare.")
def test_needs_beside_words(figures: Figures, engine: Engine) -> None:
    """A word counts the more the more often it stands, up to what it can: here it stands in every text, hundreds of times."""
    full = {field: " ".join(["tea"] * 2_000) for field in _USUAL}
    others = [Document(f"other-{n}", texts={"name": "Chess"}) for n in range(20)]
    engine.rebuild([*others, Document("both", texts=full, facets=about("debt"))])
    why = engine.explain(Query("tea", topics=frozenset({"debt"})), ["both"])["both"]
    assert why.topics[0].gain / why.words[0].gain == pytest.approx(figures[0], rel=0.01)


@written("If we are half as sure that you mean it, it counts half as much.")
def test_certainty(figures: Figures, engine: Engine) -> None:
    engine.rebuild([Document("debt", facets=about("debt")), tea("other")])
    sure, half = (
        scores(engine, Query(topics=frozenset({"debt"}), certain=(("debt", certainty),)))["debt"]
        for certainty in (1.0, 0.5)
    )
    assert half == pytest.approx(sure / 2)


@written("Being about the same as your words counts too, even in other words, from # in 100 alike on.")
def test_meaning(figures: Figures, engine: Engine) -> None:
    least = figures[0] / 100
    near = {f"{share:.2f}": share for share in (least - 0.05, least + 0.05, 0.9)}
    engine.rebuild([tea("unlike"), *(tea(name, meaning=alike(share)) for name, share in near.items()), tea("other")])
    found = scores(engine, Query("tea", meaning=alike(1)))
    below, above, very = (found[name] for name in near)
    assert found["unlike"] == below < above < very


@written("What happens in the next # days counts # in 100 more.")
def test_soon(figures: Figures, engine: Engine) -> None:
    days, more = figures
    soon, later = (round(days * DAY) + minutes for minutes in (-60, 60))
    engine.rebuild([tea("soon", sessions=((soon, soon + 30),)), tea("later", sessions=((later, later + 30),))])
    found = scores(engine, Query("tea", now=0))
    assert found["soon"] / found["later"] == pytest.approx(1 + more / 100)


@written("If only some of your words are there, these count for # in 100.")
def test_some_words(figures: Figures, engine: Engine) -> None:
    engine.rebuild([Document("some", texts={"name": "Tea"})])
    some = scores(engine, Query("tea dance"))["some"]
    assert some / scores(engine, Query("tea"))["some"] == pytest.approx(figures[0] / 100)


@written("A place # miles away counts half as much as one next door.")
def test_distance(figures: Figures, engine: Engine) -> None:
    engine.rebuild([tea("far", points=(away(figures[0]),)), tea("next-door", points=(HERE,))])
    found = scores(engine, Query("tea", near=HERE))
    assert found["far"] / found["next-door"] == pytest.approx(0.5, rel=0.01)


@written("What needs no journey counts as if it were # miles away.")
def test_no_journey(figures: Figures, engine: Engine) -> None:
    engine.rebuild(
        [
            tea("there", points=(away(figures[0]),)),
            tea("phone", serves=frozenset({REMOTE})),
            tea("home", serves=frozenset({"E06000016"})),
        ]
    )
    found = scores(engine, Query("tea", near=HERE, area_codes=frozenset({"E06000016"})))
    assert found["phone"] == found["home"] == pytest.approx(found["there"], rel=0.01)


@written(
    "If we do not know where you are, every place counts as if it were # miles away, and what is online or by phone comes first."
)
def test_without_a_place(figures: Figures, engine: Engine, make: Make, asked: Callable[..., Found]) -> None:
    engine.rebuild([tea("there", points=(away(figures[0]),))])
    unknown, known = scores(engine, Query("tea")), scores(engine, Query("tea", near=HERE))
    assert unknown["there"] == pytest.approx(known["there"], rel=0.01)
    make.service("Tea tea tea", description="Tea, tea and tea.")
    make.service("Ring round", is_online=True, description="Tea while we phone you, and much else that we talk about.")
    assert names(asked("tea")) == ["Ring round", "Tea tea tea"]


def shares(make: Make, asked: Callable[..., Found], *several: dict[str, Any]) -> list[float]:
    """What each of these states takes of the score that a service would have, in 100."""
    host = make.organisation()
    for number, columns in enumerate([{}, *several]):
        make.service(f"Tea {number}", organisation=host, description="Tea.", **columns)
    found = {row.name: row.id for row in asked().rows}
    assert len(found) == len(several) + 1, "none of them has vanished"
    whole = {hit.id: hit.score for hit in current.engine().search(Query("tea", limit=50)).hits}
    by_number = [whole[str(found[f"Tea {number}"])] for number in range(len(several) + 1)]
    return [100 * (1 - score / by_number[0]) for score in by_number[1:]]


def space(state: str) -> dict[str, Any]:
    return {"space_state": state, "space_said_at": clock.now()}


@written("A wait takes # in 100, being full # in 100, and taking no new people # in 100.")
def test_space(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    assert shares(make, asked, *map(space, ("waiting", "full", "paused"))) == pytest.approx(figures)


@written(
    "Not being checked for # months takes # in 100, never being checked by us # in 100, and a warning that it may be wrong # in"
    " 100."
)
def test_freshness(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    months, *taken = figures
    edge = clock.today() - relativedelta(months=int(months))
    states = (
        {"assured_date": edge - timedelta(days=1)},
        {"assured_date": None, "assured_by": None},
        {"doubted_at": clock.now()},
        {"assured_date": edge},
    )
    assert shares(make, asked, *states) == pytest.approx([*taken, 0.0])


@written("Together these take # in 100 at most, so nothing vanishes by them.")
def test_together(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    worst = {**space("paused"), "doubted_at": clock.now()}
    assert shares(make, asked, worst) == pytest.approx(figures)


@written("What nobody has checked for # months is not shown.")
def test_aged_out(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    edge = clock.today() - relativedelta(months=int(figures[0]))
    make.service("Tea too old", assured_date=edge - timedelta(days=1))
    make.service("Tea just not", assured_date=edge)
    assert names(asked()) == ["Tea just not"]


@written(
    "If you name several needs, each of the # that we are surest of has a result among the first #, if we are at least # in 100"
    " sure of it."
)
def test_several_needs(figures: Figures, sqlite_app: Flask, engine: Engine) -> None:
    leading, first, sure = int(figures[0]), int(figures[1]), figures[2] / 100
    needs = ("debt", "food", "youth", "jobs", "send")
    near = [Document(f"near-{n}", facets=about("debt"), points=(HERE,)) for n in range(first)]
    engine.rebuild([*near, *(Document(need, facets=about(need), points=(away(15),), demerit=9) for need in needs[1:])])

    def among_the_first(*certainties: float) -> set[str]:
        confidence = dict(zip(needs, certainties, strict=True))
        query = query_of(SearchRequest(), Guesses(needs, confidence), None)
        hits = engine.search(replace(query, near=HERE, limit=first)).hits
        return {hit.id for hit in hits} & set(needs)

    def last_but(certainty: float) -> tuple[float, ...]:
        """The last of the needs that lead is so certain, those after it hardly."""
        return (*[1.0] * (leading - 1), certainty, *[0.1] * (len(needs) - leading))

    assert among_the_first(*np.linspace(1.0, sure, len(needs))) == set(needs[1:leading])
    assert among_the_first(*last_but(sure)) == set(needs[1:leading])
    assert among_the_first(*last_but(sure - 0.01)) == set(needs[1 : leading - 1])


@written(
    "If two services count the same, the nearer one comes first, then the one that happens sooner, then the one that was checked"
    " last."
)
def test_equals(figures: Figures, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    far, later = (away(5),), ((90_000, 90_060),)
    soon = ((80_000, 80_060),)
    engine.rebuild(
        [
            tea("a-far", points=far, sessions=soon, checked=9),
            tea("b-later", points=(HERE,), sessions=later, checked=9),
            tea("c-unchecked", points=(HERE,), sessions=soon, checked=1),
            tea("d", points=(HERE,), sessions=soon, checked=9),
        ]
    )
    # So that those at different distances count the same.
    monkeypatch.setattr(ranking, "WEIGHTS", replace(WEIGHTS, half_km=inf))
    assert order(engine, Query("tea", near=HERE)) == ["d", "c-unchecked", "b-later", "a-far"]


@pytest.fixture
def various(engine: Engine) -> Engine:
    """Each is the first of one order; the one with some of the words would be the first of all."""
    engine.rebuild(
        [
            Document("near", texts={"name": "Tea dance"}, points=(HERE,), sessions=((9_000, 9_060),), checked=5),
            Document("soon", texts={"name": "Tea dance"}, points=(away(2),), sessions=((2_000, 2_060),), checked=4),
            Document("checked", texts={"name": "Tea dance"}, points=(away(3),), checked=9),
            Document("some", texts={"name": "Tea"}, points=(HERE,), sessions=((1_000, 1_060),), checked=10),
        ]
    )
    return engine


@written("Nearest: by distance alone.")
def test_nearest(figures: Figures, various: Engine) -> None:
    assert order(various, Query("tea dance", near=HERE, sort="nearest"))[:3] == ["near", "soon", "checked"]


@written("Soonest: by the next time that it happens.")
def test_soonest(figures: Figures, various: Engine) -> None:
    assert order(various, Query("tea dance", near=HERE, sort="soonest"))[:3] == ["soon", "near", "checked"]


@written("Newest checked: by when somebody last confirmed it.")
def test_newest_checked(figures: Figures, various: Engine) -> None:
    assert order(various, Query("tea dance", near=HERE, sort="checked"))[:3] == ["checked", "near", "soon"]


@written("In every order, those with only some of your words come last.")
def test_some_words_come_last(figures: Figures, various: Engine) -> None:
    for sort in ranking.ORDERS:
        found = order(various, Query("tea dance", near=HERE, sort=sort))
        assert (len(found), found[-1]) == (4, "some"), sort


@written("If your words tell that you are in despair, and we know where you are, what happens soonest comes first.")
def test_despair(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    make.service("Nearest", needs=["crisis"], sessions=[make.session("FR")])
    make.service("Soonest", needs=["crisis"], sessions=[make.session("TU")], place=place(5))
    assert names(asked("i want to kill myself", NEAR)) == ["Soonest", "Nearest"]
    assert asked("i want to kill myself").request.sort == "best"
    assert names(asked("tea", NEAR)) == ["Nearest", "Soonest"]


def costing(make: Make, free: int, paid: int) -> None:
    for number in range(free):
        make.service(f"Nought {number}", description="Tea.", place=place(9))
    for number in range(paid):
        make.service(f"Dear {number}", description="Tea.", cost=700)


def kinds(found: list[str]) -> list[str]:
    return [name.split()[0] for name in found]


@written("If you type “free”, we set the filter “Free”, and you can take it off with “Not this”.")
def test_filters_read(figures: Figures, make: Make, index_now: Callable[[], None], browser: Browser) -> None:
    costing(make, 5, 2)
    index_now()
    page = browser.get(f"/services?q=free+tea&near={NEAR}")
    assert kinds(page.words(".service-card h3")) == ["Nought"] * 5
    without = browser.get(page.link("Not this : Free"))
    assert set(kinds(without.words(".service-card h3"))) == {"Nought", "Dear"}


@written("If fewer than # results pass such a filter, others come after them.")
def test_filters_read_that_leave_few(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    few = int(figures[0])
    costing(make, few - 1, 2)
    assert kinds(names(asked("free tea", NEAR))) == ["Nought"] * (few - 1) + ["Dear"] * 2
    make.service("Nought too", description="Tea.")
    assert kinds(names(asked("free tea", NEAR))) == ["Nought"] * few


@written("A filter that you set yourself stays on.")
def test_filters_set(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    costing(make, 1, 2)
    assert names(asked("tea", NEAR, filters={"cost": ("free",)})) == ["Nought 0"]


@written("Each number says how many results you would have with that filter on.")
def test_counts(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    costing(make, 3, 2)
    counted = answer_of(asked("tea", NEAR))["facets"]["cost"]
    assert counted == {value: asked("tea", NEAR, filters={"cost": (value,)}).total for value in counted}
    assert counted == {"free": 3, "paid": 2}


@written("If a group has not told us whether it is step-free, we do not count it as step-free.")
def test_what_is_not_told(figures: Figures, make: Make, asked: Callable[..., Found]) -> None:
    make.service("Step-free", place={"access": {"step_free": True}})
    make.service("Steps", place={"access": {"step_free": False}})
    make.service("Not told")
    assert asked("", NEAR).facets["access"]["step_free"] == 1
    assert names(asked("", NEAR, filters={"access": ("step_free",)})) == ["Step-free"]
