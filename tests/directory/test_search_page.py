"""`/services` under every kind of input: the right status, the words kept, never an error of ours."""

from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.usefixtures("monday")

NASTY = [
    "",
    " ",
    "the and of to",
    "AND OR NOT",
    'tea AND (cake OR "',
    "name:tea ^9 ~3 tea* *tea* t?a",
    "[a TO z] {x TO y}",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} ${7*7} %(x)s %s {0}",
    "\x00\x01\x1b[31m tea \x7f",
    "\u202etea\u202c \u2066x\u2069 \u200f",
    "🫖🍰👵🏽‍🦽",
    "ﷺ ﷽ ㍿ ½ Ⅷ",
    "a\u0300\u0301\u0302\u0303" * 40,
    "دروس لغة إنجليزية مجانية",
    "ગુજરાતી ભાષા માં યોગ",
    "a " * 149,
    "-" * 300,
    "tea" * 100,
    "\\" * 50,
    "0" * 299,
    "\ufeff\ufffe\uffff",
    "../../etc/passwd",
]

ODD = [
    "page=0", "page=1000000000", "page=-1", "page=x", "page=", "page=1&page=2", "sort=up", "view=3d", "within=2",
    "within=all", "cost=gold", "cost=free&cost=free", "colour=blue", "topic=%00", "not=%F0%9F", "q=%ff%fe", "exact=2",
    "access=bsl", "space=now&space=later", "near=LE2&within=all&view=map", "view=map", "q[]=1&q[0]=2", "near=%20",
]  # fmt: skip


@pytest.fixture
def _some(active_app: Any, make: Any, index_now: Any) -> None:
    make.service("Tea and cake", needs=["loneliness"])
    make.service("Ring round", is_online=True)
    index_now()
    active_app.test_client().get("/services?q=warm&near=LE2")  # what is read once a process is read


def test_nasty_words_get_a_page_in_good_time(sqlite_app: Any, browser: Any, _some: None) -> None:
    for words in NASTY:
        started = perf_counter()
        browser.get("/services?" + urlencode({"q": words, "near": "LE2 0QB"}, errors="surrogatepass"))
        assert perf_counter() - started < 5.0, words


def test_a_place_that_cannot_be_used_is_an_error_beside_its_box(sqlite_app: Any, browser: Any, _some: None) -> None:
    for near in ["Zanzibar", "Paris", "90210", "ZZ1 1ZZ", "BT1 1AA", "JE2 3AB", "🏠", "<b>", "a" * 5000, "LE2 0ZZ"]:
        page = browser.get("/services?" + urlencode({"q": "tea", "near": near}), expect=422)
        assert page.select("input[name=q]")[0].get("value") == "tea"


def test_ten_thousand_letters_are_refused_and_kept(sqlite_app: Any, browser: Any, _some: None) -> None:
    words = ("lonely " * 1500)[:10_000].strip()
    page = browser.get("/services?" + urlencode({"q": words}), expect=422)
    assert page.select("input[name=q]")[0].get("value") == words
    assert "300" in page.text


def test_odd_addresses_get_a_page(sqlite_app: Any, browser: Any, _some: None) -> None:
    for query in ODD:
        browser.get(f"/services?{query}")


def test_what_was_dropped_or_changed_is_told(sqlite_app: Any, browser: Any, _some: None) -> None:
    text = browser.get("/services?q=tea&cost=gold&page=1000000000").text
    assert "We left out a filter that we do not know." in text
    assert "This is page 1" in text


def test_nothing_typed_comes_back_as_markup(sqlite_app: Any, browser: Any, _some: None) -> None:
    html = browser.get("/services?" + urlencode({"q": "<script>alert(1)</script>", "near": "LE2"})).html
    assert "<script>alert" not in html


def test_text_of_listings_never_becomes_markup(sqlite_app: Any, browser: Any, make: Any, index_now: Any) -> None:
    evil = "<img src=x onerror=alert(1)> yoga for everyone, and more about yoga"
    make.service(f"Yoga {evil}", summary="A class.", description=evil, place={"name": evil})
    index_now()
    html = browser.get("/services?q=yoga&near=LE2").html
    assert "<img src=x" not in html
    assert "Yoga &lt;img" in html


def test_a_page_of_results_asks_the_database_four_times_at_most_and_once_more_where_the_index_stands_in_it(
    app: Any, browser: Any, make: Any, index_now: Any, count_statements: Any
) -> None:
    for number in range(12):
        make.service(f"Tea {number}", sessions=[make.session()], languages=["gu"], areas=["*"])
    index_now()
    browser.get("/services?q=tea&near=LE2")
    with count_statements() as statements:
        browser.get("/services?q=tea&near=LE2&cost=free")
    is_postgresql = app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql")
    assert len(statements) <= 4 + is_postgresql


def test_a_page_of_long_listings_with_every_filter_is_sent_in_less_than_100_kb(
    app: Any, make: Any, index_now: Any
) -> None:
    told = " ".join(f"tea{number:x}" for number in range(400))
    for number in range(12):
        make.service(f"Tea {number} {told[:150]}", description=f"tea {told[number:]}", sessions=[make.session()])
    index_now()
    ticked = "&cost=free&when=mon&how=in_person&who=adults&language=gu&access=step_free&topic=food&join=drop_in"
    for address in ("/services?q=tea&near=LE2", f"/services?q=tea&near=LE2{ticked}", "/services?q=tea&view=map"):
        answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert 1_000 < len(answer.data) <= 100_000


def test_the_map_names_what_cannot_be_drawn_too(sqlite_app: Any, browser: Any, _some: None) -> None:
    page = browser.get("/services?near=LE2+0QB&view=map")
    assert page.words(".place-group:last-of-type h3") == ["Not on the map"]
    assert page.words(".place-group:last-of-type .place__name") == ["Ring round"]
