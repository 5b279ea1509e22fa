"""What an administrator does with measures: in use or not, licences, words and tables that are brought, signatures."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.measures import actions, queries, tables
from portal.measures.actions import Taken
from portal.measures.instruments import instruments
from portal.measures.models import MeasureSetting, MeasureWording
from portal.people.models import Person
from tests.factories import Make
from tests.support.page import Browser

As = Callable[..., Browser]
SWEMWBS = "/admin/measures/swemwbs"
TABLE = "\n".join(f"{raw} {raw / 2 + 3.5}" for raw in range(7, 36))
"""Made up, as the words are. The real ones are their holders'."""
WORDS = (
    {"intro": "Tick one."}
    | {f"question-question-{number}": f"Made-up statement {number}" for number in range(1, 8)}
    | {f"said-frequency-{number}": f"Made-up answer {number}" for number in range(1, 6)}
)


@pytest.fixture
def boss(make: Make, as_user: As) -> Browser:
    return as_user(make.user("administrator"))


def ready(name: str, language: str = "en") -> queries.Ready:
    db.session.rollback()
    return queries.measure(name, language)


def sign(boss: Browser, name: str, *, expect: int = 303) -> None:
    told = str(boss.get(f"/admin/measures/{name}").one("input[name=digest]")["value"])
    boss.post(f"/admin/measures/{name}/sign", {"digest": told}, expect=expect)


def test_the_page_says_how_each_measure_stands(sqlite_app: Flask, boss: Browser) -> None:
    home = boss.get("/admin")
    assert home.select('a[href="/admin/measures"]') and "2 in use with words that nobody has signed" in home.text
    rows = [one.get_text(" ", strip=True) for one in boss.get("/admin/measures").select(".sheet__row")]
    assert len(rows) == len(instruments())
    assert "checked" not in rows[-1] and "checked" not in rows[-2]
    assert [("In use" in row, "Wording not checked yet" in row) for row in rows[:4]] == [(True, True)] * 2 + [
        (False, True)
    ] * 2
    assert all("Not in use" in row for row in rows[2:]) and "under which licence" in rows[4]


@pytest.mark.parametrize("name", list(instruments()))
def test_each_measure_has_a_page(sqlite_app: Flask, boss: Browser, name: str) -> None:
    page, one = boss.get(f"/admin/measures/{name}"), instruments()[name]
    assert bool(page.select("#wording")) == (one.status == "free")
    assert {row["id"] for row in page.select("h2")} >= {
        "words" if need == "words" else "scores" if need == "table" else need for need in one.needs
    }
    boss.get("/admin/measures/nonsense", expect=404)


def test_a_free_one_is_put_into_use_and_out_of_it(sqlite_app: Flask, boss: Browser) -> None:
    for told, is_on in (("on", True), ("off", False)):
        boss.post("/admin/measures/gad7/use", {"use": told}, expect=303)
        assert ready("gad7").is_on == is_on
    boss.post("/admin/measures/ons4/use", {"use": "off"}, expect=303)
    assert [one.instrument.id for one in queries.measures_on("en")] == ["loneliness"]
    assert db.session.query(AuditEntry).filter_by(action="measure.switched").count() == 3


def test_the_wording_is_signed_as_it_was_shown_in_each_language_by_itself(sqlite_app: Flask, boss: Browser) -> None:
    assert not ready("phq9").wording.is_checked
    sign(boss, "phq9")
    assert ready("phq9").wording.is_checked and not ready("phq9", "cy").wording.is_checked
    page = boss.get("/admin/measures/phq9")
    assert "Signed on" in page.text and not page.select("input[name=digest]")
    boss.post("/admin/measures/gad7/sign", {"digest": "of something else"}, expect=303)
    assert not ready("gad7").wording.is_checked


def test_a_changed_word_ends_the_signature(sqlite_app: Flask, boss: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.measures import wording

    sign(boss, "gad7")
    assert ready("gad7").wording.is_checked
    assert "Mild 5 to 9; Moderate 10 to 14" in boss.get("/admin/measures/gad7").text
    monkeypatch.setattr(wording, "QUESTIONS", wording.QUESTIONS | {"gad7.nervous": "Feeling quite nervous"})
    assert not ready("gad7").wording.is_checked


def test_what_a_licensed_one_needs_is_brought_in_its_order(
    sqlite_app: Flask, boss: Browser, person: Person, worker: User
) -> None:
    assert ready("swemwbs").lacks == ("licence", "words", "table")
    boss.post(f"{SWEMWBS}/words", WORDS, expect=422)
    boss.post(f"{SWEMWBS}/use", {"use": "on"}, expect=303)
    assert not ready("swemwbs").is_on
    boss.post(f"{SWEMWBS}/licence", {"number": "REG-2026-114"}, expect=303)
    boss.post(f"{SWEMWBS}/words", WORDS, expect=303)
    boss.post(f"{SWEMWBS}/table", {"table": TABLE}, expect=303)
    assert ready("swemwbs").lacks == ()
    boss.post(f"{SWEMWBS}/use", {"use": "on"}, expect=303)
    sign(boss, "swemwbs")
    one = ready("swemwbs")
    assert one.is_on and one.wording.is_checked and one.licence_number == "REG-2026-114"
    assert one.wording.answer(one.instrument.items[0], "5") == "Made-up answer 5"
    answers = {item.id: "4" for item in one.instrument.items}
    with sqlite_app.test_request_context():
        kept = actions.record(person, Taken("swemwbs", answers, "before", "person", "w" * 30), by=worker)
        db.session.commit()
        assert kept.score is not None and kept.score["total"] == 17.5 and kept.licence == "REG-2026-114"
    boss.post(f"{SWEMWBS}/table", {"table": TABLE.replace("21 14.0", "21 14.1")}, expect=303)
    assert not ready("swemwbs").wording.is_checked
    boss.post(f"{SWEMWBS}/licence", {"number": ""}, expect=303)
    assert not ready("swemwbs").is_on


def test_words_that_are_brought_stand_in_place_of_none_in_other_languages(sqlite_app: Flask, boss: Browser) -> None:
    boss.post(f"{SWEMWBS}/licence", {"number": "1"}, expect=303)
    boss.post(f"{SWEMWBS}/words", WORDS, expect=303)
    assert ready("swemwbs", "cy").wording.language == "en"
    boss.post(f"/cy{SWEMWBS}/words", WORDS | {"intro": "Ticiwch un."}, expect=303)
    assert (ready("swemwbs", "cy").wording.intro, ready("swemwbs").wording.intro) == ("Ticiwch un.", "Tick one.")
    assert {one.language for one in db.session.query(MeasureWording)} == {"en", "cy"}


def test_a_range_that_nobody_confirmed_is_given_by_who_uses_it(sqlite_app: Flask, boss: Browser) -> None:
    path = "/admin/measures/mycaw"
    for told in (
        {"lowest": "6", "highest": "0"},
        {"lowest": "0", "highest": "x"},
        {"lowest": "0"},
        {"lowest": "0", "highest": "900"},
    ):
        page = boss.post(f"{path}/ends", told, expect=422)
        assert page.one("#lowest")["value"] == told["lowest"]
    boss.post(f"{path}/licence", {"number": "by letter", "version": "2026"}, expect=303)
    boss.post(f"{path}/ends", {"lowest": "0", "highest": "6"}, expect=303)
    names = [item.id for item in instruments()["mycaw"].items]
    words = {f"question-{name}": f"Made-up {name}" for name in names} | {
        "said-ends-lowest": "Well",
        "said-ends-highest": "Badly",
    }
    boss.post(f"{path}/words", words, expect=303)
    one = ready("mycaw")
    assert one.lacks == () and one.version == "2026" and one.instrument.scales[0].highest == 6
    assert (
        one.wording.answer(one.instrument.items[1], "6") == "Badly"
        and one.wording.answer(one.instrument.items[1], "3") == "3"
    )


BROKEN = {
    "": "Paste the table",
    "seven 7": "Line 1 is not two numbers, like 7 7.00",
    TABLE.replace("8 7.5\n", ""): "The table has no score for the sum 8",
    TABLE.replace("8 7.5", "7 7.5"): "Line 2: this sum stands twice or cannot come up",
    TABLE.replace("35 21.0", "36 21.0"): "Line 29: this sum stands twice or cannot come up",
    TABLE.replace("8 7.5", "8 36"): "Line 2: the score must be from 7 to 35",
    TABLE.replace("35 21.0", "35 7"): "A higher sum must not have a lower score",
}


@pytest.mark.parametrize("told", BROKEN)
def test_a_table_that_makes_no_sense_is_refused_and_kept_in_the_form(
    sqlite_app: Flask, boss: Browser, told: str
) -> None:
    page = boss.post(f"{SWEMWBS}/table", {"table": told}, expect=422)
    assert page.text.count(BROKEN[told]) >= 2 and page.one("#table").get_text(strip=True) == told
    assert db.session.query(MeasureSetting).count() == 0


def test_tables_are_read_with_tabs_commas_and_blank_lines(sqlite_app: Flask) -> None:
    scale = instruments()["swemwbs"].scales[0]
    told = "\n\n".join(f" {raw},\t{raw} " for raw in range(7, 36))
    assert tables.read(told, scale) == {raw: float(raw) for raw in range(7, 36)}


@pytest.mark.parametrize(
    ("path", "told"),
    [("ons4/words", WORDS), ("ons4/table", {"table": TABLE}), ("ons4/ends", {"lowest": "0", "highest": "5"})],
)
def test_what_a_measure_has_no_use_for_is_refused(
    sqlite_app: Flask, boss: Browser, path: str, told: dict[str, str]
) -> None:
    answer = boss.client.post(f"/admin/measures/{path}", data=told | {"csrf_token": boss.csrf_token()})
    assert answer.status_code == 422
    assert db.session.query(MeasureSetting).count() == 0 == db.session.query(MeasureWording).count()


def test_others_may_not(sqlite_app: Flask, make: Make, as_user: As, browser: Browser) -> None:
    for role in ("moderator", "information-governance"):
        as_user(make.user(role)).get("/admin/measures", expect=403)
    browser.get("/admin/measures", expect=303)


@pytest.mark.parametrize("nasty", ["\x00", "<script>alert(1)</script>", "x" * 10_000, "\u202e", "💥" * 200])
@pytest.mark.parametrize("path", ["licence", "words", "table", "ends", "sign", "use"])
def test_no_input_breaks_it(sqlite_app: Flask, boss: Browser, path: str, nasty: str) -> None:
    told: dict[str, Any] = dict.fromkeys(
        [*WORDS, "number", "version", "table", "lowest", "highest", "digest", "use"], nasty
    )
    answer = boss.client.post(f"{SWEMWBS}/{path}", data=told | {"csrf_token": boss.csrf_token()})
    assert answer.status_code in {303, 422} and b"<script>alert" not in answer.data
    boss.get(SWEMWBS)
