"""Searches that found nothing or little: what is kept of them, and what is not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import quote_plus

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from portal.core import clock, tallies
from portal.core.extensions import db, settings
from portal.core.jobs import HANDLERS, Job
from portal.core.queue import work_until_idle
from portal.directory import missed
from portal.directory.models import MissedSearch, MissedWords
from portal.worker import TIMETABLE
from tests.factories import MONDAY, Make
from tests.support.page import Browser

HOUR = MONDAY.replace(minute=0, second=0, microsecond=0)
Row = tuple[str, str, str, str, int]


@pytest.fixture(autouse=True)
def _nothing_noted(active_app: Flask, monday: None) -> None:
    with active_app.app_context():
        for folder in (missed.FOLDER, missed.WORDS_FOLDER):
            for path in tallies.place(folder).iterdir():
                path.unlink()


@pytest.fixture
def few(make: Make, index_now: Callable[[], None]) -> None:
    """A place where a group for lonely people meets, and no other: every search finds one or none."""
    make.service(name="Tuesday Table", needs=["loneliness"])
    index_now()


def kept() -> list[Row]:
    missed.fold()
    db.session.expire_all()
    rows = db.session.scalars(select(MissedSearch).order_by(MissedSearch.need, MissedSearch.language))
    return [(one.district, one.need, one.language, one.kind, one.count) for one in rows]


def said() -> list[tuple[str, str]]:
    missed.fold()
    return [(one.need, one.words) for one in db.session.scalars(select(MissedWords))]


def test_nothing_found_is_kept_by_need_district_hour_and_language(app: Flask, browser: Browser) -> None:
    browser.get("/services?q=food+bank&near=LE2+0QB")
    browser.get("/cy/services?q=food+bank&near=LE2+0QB")
    assert kept() == [("LE2", "food", "cy", "none", 1), ("LE2", "food", "en", "none", 1)]
    assert db.session.scalars(select(MissedSearch.hour).distinct()).all() == [HOUR]
    assert said() == [("food", "food bank")] * 2


def test_the_same_cell_is_one_row_however_often_it_is_folded(app: Flask, browser: Browser) -> None:
    for turn in range(1, 4):
        for _twice in range(2):
            browser.get("/services?q=food+bank&near=LE2+0QB")
        assert kept() == [("LE2", "food", "en", "none", 2 * turn)]


def test_a_flood_in_one_hour_is_no_need_of_people(app: Flask, browser: Browser) -> None:
    line = ("food", "en", "none")
    for _turn in range(2):
        for _one in range(missed.MOST_AN_HOUR - 5):
            tallies.note(missed.FOLDER, HOUR.isoformat(), "LE2", *line)
        kept()
    assert kept() == [("LE2", *line, missed.MOST_AN_HOUR)]


def test_few_results_and_relaxed_ones_are_poor(app: Flask, browser: Browser, few: None) -> None:
    browser.get("/services?q=lonely&near=LE2+0QB")
    assert kept() == [("LE2", "loneliness", "en", "poor", 1)]


def test_a_search_that_finds_enough_is_not_kept(app: Flask, make: Make, browser: Browser) -> None:
    for number in range(4):
        make.service(name=f"Table {number}", needs=["loneliness"])
    db.session.commit()
    work_until_idle()
    browser.get("/services?q=lonely&near=LE2+0QB")
    assert kept() == [] and said() == []


def test_filters_that_were_read_and_left_out_make_it_poor(app: Flask, make: Make, browser: Browser) -> None:
    for number in range(4):
        make.service(name=f"Table {number}", needs=["loneliness"])
    db.session.commit()
    work_until_idle()
    page = browser.get("/services?q=lonely+in+a+wheelchair&near=LE2+0QB")
    assert len(page.select("article, .card, .service")) >= 3
    assert ("LE2", "loneliness", "en", "poor", 1) in kept()


@pytest.mark.parametrize(
    "address",
    [
        "/services?q=food+bank&near=nowhere+at+all",
        "/services?q=food+bank&page=2",
        "/services?near=LE2+0QB",
        "/services",
        "/services?q=i+want+to+list+my+group",
        "/services?q=" + "x" * 400,
    ],
)
def test_what_is_no_first_page_of_a_search_for_help_is_not_kept(app: Flask, browser: Browser, address: str) -> None:
    browser.client.get(address)
    assert kept() == [] and said() == []


def test_a_search_that_showed_urgent_help_keeps_no_need_no_language_and_no_words(app: Flask, browser: Browser) -> None:
    browser.get("/cy/services?q=i+want+to+kill+myself&near=LE2+0QB")
    browser.get("/services?topic=abuse&near=LE2+0QB")
    assert kept() == [("LE2", "", "", "none", 2)] and said() == []


def test_words_about_what_is_sensitive_are_not_kept(app: Flask, browser: Browser) -> None:
    browser.get("/services?q=hiv+support+group&near=LE2+0QB&topic=lgbtq")
    browser.get("/services?q=alcoholics+anonymous&near=LE2+0QB")
    assert "" not in {row[1] for row in kept()} and said() == []


@pytest.mark.parametrize(
    "words",
    [
        "abortion",
        "Herpes clinic",
        "erectile dysfunction!",
        "pregnant and dont want it",
        "HIV test",
    ],
)
def test_intimate_words_are_not_kept_whatever_need_was_read(app: Flask, browser: Browser, words: str) -> None:
    browser.get(f"/services?q={quote_plus(words)}&near=LE2+0QB")
    assert kept() and said() == []


def test_words_are_scrubbed_and_unreadable_in_file_and_database(app: Flask, browser: Browser) -> None:
    browser.get("/services?q=my+name+is+Margaret+Oakes+chair+yoga+0116+496+0999+oakes@example.org&near=LE2+0QB")
    noted = b"".join(path.read_bytes() for path in tallies.place(missed.WORDS_FOLDER).iterdir())
    assert noted and not any(word in noted for word in (b"yoga", b"Margaret", b"oakes", b"0116"))
    assert [words for _need, words in said()] == ["chair yoga"]
    raw = db.session.execute(text("select words from missed_words")).scalar()
    assert raw is not None and "yoga" not in raw
    assert not [path for path in tallies.place(missed.WORDS_FOLDER).iterdir()]


def test_the_place_is_kept_as_the_first_half_of_its_postcode(app: Flask, browser: Browser) -> None:
    for near in ("LE2+0QB", "LE2+0", "LE2", "Leicester", ""):
        browser.get(f"/services?q=food+bank&near={near}")
    assert {row[0] for row in kept()} <= {"LE2", "LE1", ""}
    assert sum(row[4] for row in kept()) == 5


def test_no_column_leads_to_who_searched(app: Flask) -> None:
    columns = {
        table: {one["name"] for one in inspect(db.engine).get_columns(table)}
        for table in ("missed_search", "missed_words")
    }
    assert columns == {
        "missed_search": {"hour", "district", "need", "language", "kind", "count"},
        "missed_words": {"id", "day", "need", "words"},
    }


def test_nothing_is_written_to_the_database_by_the_page_and_no_job_is_asked_for(
    app: Flask, browser: Browser, count_statements: Callable[[], object]
) -> None:
    db.session.commit()
    with count_statements() as seen:  # type: ignore[attr-defined]
        browser.get("/services?q=food+bank&near=LE2+0QB")
    assert not [one for one in seen if one.lstrip().lower().startswith(("insert", "update", "delete"))]
    assert not db.session.scalars(select(Job)).all()


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Googlebot/2.1"},
        {"Cache-Control": "max-age=0"},
        {"Sec-Purpose": "prefetch"},
        {"Referer": "http://localhost/services?q=food++bank&near=LE2+0QB&cost=free"},
        {"Referer": "http://localhost/services?near=LE2+0QB&q=food+bank&page=2"},
    ],
)
def test_robots_reloading_and_paging_are_not_counted(app: Flask, browser: Browser, headers: dict[str, str]) -> None:
    browser.get("/services?q=food+bank&near=LE2+0QB", headers=headers)
    assert kept() == [] and said() == []


@pytest.mark.parametrize(
    "referrer",
    [
        "http://localhost/",
        "http://localhost/services?q=debt&near=LE2+0QB",
        "http://localhost/services?q=food+bank&near=LE3",
        "http://localhost/services?q=food+bank&near=LE2+0QB&topic=food",
        "http://elsewhere.example/services?q=food+bank&near=LE2+0QB",
        "not an address at all [",
    ],
)
def test_another_search_is_counted_wherever_it_comes_from(app: Flask, browser: Browser, referrer: str) -> None:
    browser.get("/services?q=food+bank&near=LE2+0QB", headers={"Referer": referrer})
    assert [row[4] for row in kept()] == [1]


@pytest.mark.parametrize("trouble", [OSError("no space left"), ValueError("strange"), RuntimeError("broken")])
def test_whatever_goes_wrong_the_page_is_shown(app: Flask, browser: Browser, trouble: Exception) -> None:
    with patch.object(missed, "kind_of", side_effect=trouble):
        browser.get("/services?q=food+bank&near=LE2+0QB")
    assert kept() == []
    with patch.object(missed, "scrubbed", side_effect=trouble):
        browser.get("/services?q=food+bank&near=LE2+0QB")
    assert [row[4] for row in kept()] == [1] and said() == []


def test_lines_that_were_folded_before_a_kill_keep_their_words_once(app: Flask, browser: Browser) -> None:
    browser.get("/services?q=food+bank&near=LE2+0QB")
    folder = tallies.place(missed.WORDS_FOLDER)
    line = (folder / tallies.OPEN).read_bytes()
    assert len(said()) == 1
    (folder / "again.closed").write_bytes(line)
    assert said() == [("food", "food bank")]


def test_broken_lines_are_left_out(app: Flask) -> None:
    day, hour = HOUR.date().isoformat(), HOUR.isoformat()
    (tallies.place(missed.FOLDER) / tallies.OPEN).write_text(
        f"{hour} LE2 nonsense en none\n{hour} LE2 food en evil\n2026-13-01 LE2 food en none\n{hour[:-6]} LE2 food en none\n"
        f"{hour} TOOLONG food en none\nx\n{hour} LE2 food en none\n"
    )
    (tallies.place(missed.WORDS_FOLDER) / tallies.OPEN).write_text(
        f"{day} food {'0' * 32} gAAAAnonsense\n{day} food nonsense gAAAA\n{day} food {'0' * 32} {'g' * 3000}\n"
    )
    assert kept() == [("LE2", "food", "en", "none", 1)] and said() == []


def test_words_are_forgotten_after_thirty_days_and_counts_after_a_year(app: Flask) -> None:
    def put(at: datetime) -> None:
        hour = at.replace(minute=0, second=0, microsecond=0)
        db.session.add(MissedSearch(hour=hour, district="LE2", need="food", language="en", kind="none", count=9))
        db.session.add(MissedWords(day=at.date(), need="food", words="food bank"))

    for days in (0, 29, 30, 31, 32, 365, 367):
        put(clock.now() - timedelta(days=days))
    db.session.commit()
    missed.tidy()
    today = clock.today()
    assert sorted((today - day).days for day in db.session.scalars(select(MissedWords.day))) == [0, 29, 30]
    assert sorted((HOUR - hour).days for hour in db.session.scalars(select(MissedSearch.hour))) == [
        0,
        29,
        30,
        31,
        32,
        365,
    ]


def test_the_worker_folds_and_forgets_by_the_clock(sqlite_app: Flask) -> None:
    periods = {row.handler.name: row.period for row in TIMETABLE}
    assert periods["missed.fold"] <= timedelta(minutes=5) and periods["missed.tidy"] <= timedelta(days=1)
    assert {"missed.fold", "missed.tidy"} <= set(HANDLERS)


def test_no_more_words_are_kept_in_a_day_than_anybody_reads(app: Flask, browser: Browser) -> None:
    with patch.object(missed, "MOST_WORDS_A_DAY", 2):
        for _turn in range(3):
            browser.get("/services?q=food+bank&near=LE2+0QB")
            said()
    assert len(said()) == 2


def test_lines_stand_in_the_folder_of_the_instance(sqlite_app: Flask, browser: Browser) -> None:
    browser.get("/services?q=food+bank&near=LE2+0QB")
    line = (settings().instance / missed.FOLDER / tallies.OPEN).read_text()
    assert line.split() == [HOUR.isoformat(), "LE2", "food", "en", "none"]
