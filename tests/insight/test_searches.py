"""The page of what people look for and do not find: who sees it, its figures, and its words."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.extensions import db
from portal.directory.missed import KEPT_FOR, WORDS_KEPT_FOR
from portal.directory.models import MissedSearch, MissedWords
from portal.insight import explaining, queries
from portal.insight.months import last_half, month_of, months_kept
from tests.factories import Make
from tests.support.page import Browser, Page

ADDRESS = "/insight/searches"
SEES = {"administrator", "moderator", "commissioner", "lead-provider", "team-coordinator", "link-worker"}
SEES_WORDS = {"administrator", "moderator"}


def missed(
    count: int,
    need: str = "food",
    district: str = "LE2",
    *,
    language: str = "en",
    kind: str = "none",
    months: int = 1,
    at: datetime | None = None,
) -> None:
    """So many, in the last month that is over, or so many months ago."""
    hour = (at or _noon(months)).replace(minute=0, second=0, microsecond=0)
    key = (hour, district, need, language, kind)
    row = db.session.get(MissedSearch, key)
    if row is None:
        row = MissedSearch(hour=hour, district=district, need=need, language=language, kind=kind, count=0)
        db.session.add(row)
    row.count += count
    db.session.flush()


def _noon(months: int) -> datetime:
    month = month_of(clock.today())
    for _turn in range(months):
        month = month.before
    return month.moments[0] + timedelta(days=9, hours=12)


def words(text: str, times: int, day: date | None = None) -> None:
    """So many times, in the last half month that is over, or on a day."""
    for _turn in range(times):
        db.session.add(MissedWords(day=day or last_half()[1], need="food", words=text))
    db.session.flush()


def rows(page: Page, table: int = 0) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select("table")[table].select("tbody tr")
    ]


@pytest.fixture
def boss(make: Make, as_user: Callable[..., Browser]) -> Browser:
    return as_user(make.user("administrator"))


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_it_opens_for_those_who_plan_and_its_words_for_those_who_moderate(
    app: Flask, make: Make, as_user: Callable[..., Browser], role: str
) -> None:
    words("chair yoga", 3)
    user = make.user(role, organisation=make.organisation("Larkfield Circle"), area="E06000016")
    page = as_user(user).get(ADDRESS, expect=200 if role in SEES else 403)
    assert ("chair yoga" in page.text) is (role in SEES_WORDS)


def test_a_stranger_is_asked_to_sign_in(app: Flask, browser: Browser) -> None:
    assert "/sign-in" in browser.get(ADDRESS, expect=303).headers["Location"]


def test_nothing_missed_is_said(app: Flask, boss: Browser) -> None:
    page = boss.get(ADDRESS)
    assert "No search went without a result in that month." in page.main and "No words were said so often." in page.main
    assert not page.select("table")


def test_needs_stand_by_district_and_totals_that_give_nothing_away(app: Flask, monday: None, boss: Browser) -> None:
    missed(23, "food", "LE2")
    missed(14, "food", "LE3", kind="poor")
    missed(40, "debt", "LE2")
    missed(3, "debt", "LE3")
    missed(2, "housing", "LE2")
    missed(5, "transport", "LE1")
    missed(5, "transport", "LE4")
    missed(12, "", "")
    assert rows(boss.get(ADDRESS)) == [
        ["Debt and money advice", "not shown", "LE2 : 40 and others, with fewer"],
        ["Food banks and low-cost meals", "35", "LE2 : 25 LE3 : 15"],
        ["Getting to places", "10", "fewer than 8 from any one district"],
        ["No need was understood, or urgent help was shown", "10", "no place given : 10"],
        ["Housing advice and eviction", "fewer than 8", "fewer than 8 from any one district"],
    ]
    assert boss.get(ADDRESS).words("details p") == [" ".join(explaining.how_missed())]


def test_no_count_below_eight_stands_anywhere(app: Flask, monday: None, boss: Browser) -> None:
    for number in range(1, 8):
        missed(number, "food", f"LE{number}", language="cy", at=_noon(1) + timedelta(hours=number))
        missed(number, "debt", "LE9", language="pl", at=_noon(1) + timedelta(days=2, hours=number))
    for address in (ADDRESS, f"{ADDRESS}?need=food", f"{ADDRESS}?district=LE9", f"{ADDRESS}?month=2026-10"):
        page = boss.get(address)
        for cell in page.select("table td, .insight__places li"):
            told = re.sub(r"^\S+ ?: |fewer than 8", "", " ".join(cell.get_text(" ").split()))
            assert not re.search(r"(?<![\w:])[1-7](?![\w:])", told), told


def test_the_order_tells_no_more_than_the_figures(app: Flask, monday: None, boss: Browser) -> None:
    for district, number in (("LE1", 11), ("LE2", 12), ("LE3", 9)):
        missed(number, "food", district)
    assert rows(boss.get(ADDRESS)) == [["Food banks and low-cost meals", "30", "LE1 : 10 LE2 : 10 LE3 : 10"]]


@pytest.mark.parametrize(
    ("month", "shown"),
    [("2026-10", "10"), ("2026-09", "20"), ("2025-12", "40"), ("2025-11", "10"), ("2026-11", "10"), ("x", "10")],
)
def test_a_whole_month_is_shown_and_none_that_runs_or_is_half_forgotten(
    app: Flask, monday: None, boss: Browser, month: str, shown: str
) -> None:
    for months, count in ((0, 90), (1, 10), (2, 20), (11, 40), (12, 70)):
        missed(count, months=months)
    page = boss.get(f"{ADDRESS}?month={month}")
    assert rows(page)[0][1] == shown
    assert [one["value"] for one in page.select("#month option")][:2] == ["2026-10", "2026-09"]


def test_figures_stand_still_all_month_so_that_nobody_sees_when_a_search_came(app: Flask, boss: Browser) -> None:
    first, last = (datetime.fromisoformat(f"2026-07-{day}T06:10:00+00:00") for day in ("01", "31"))
    for at in ("2026-06-30T22:00", "2026-05-31T23:00"):  # the last hour of June where people live, and its first
        missed(10, "food", "LE2", at=datetime.fromisoformat(f"{at}:00+00:00"))
    for at in ("2026-06-30T23:00", "2026-05-31T22:00"):
        missed(10, "debt", "LE2", at=datetime.fromisoformat(f"{at}:00+00:00"))
    for now in (first, last):
        with clock.freeze(now):
            page = boss.get(ADDRESS)
            assert [row[:2] for row in rows(page)] == [["Food banks and low-cost meals", "20"]]
            assert page.words(".caption") == ["June 2026"]


@pytest.mark.parametrize("year", [2026, 2028])
def test_what_is_shown_is_wholly_kept_on_every_day(year: int) -> None:
    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        with clock.freeze(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)):
            first, last = last_half()
            assert day - WORDS_KEPT_FOR <= first <= last < day
            months = months_kept()
            assert 11 <= len(months) <= 12 and months[0].after <= day
            assert months[-1].moments[0] >= clock.now() - KEPT_FOR


def test_one_district_or_one_need_is_chosen(app: Flask, monday: None, boss: Browser) -> None:
    for number in range(9):
        missed(10 + 5 * number, "food", f"LE{number}")
    missed(20, "debt", "LE2")
    missed(2, "housing", "LE2")
    missed(4, "debt", "LE77")
    page = boss.get(f"{ADDRESS}?district=LE2")
    assert [row[1] for row in rows(page)] == ["20", "20", "fewer than 8"]
    assert page.one("#district option[selected]").get_text() == "LE2"
    every = boss.get(f"{ADDRESS}?need=food")
    assert len(rows(every)) == 1 and len(every.select(".insight__places li")) == 9
    assert len(boss.get(ADDRESS).select(".insight__places")[0].select("li")) == queries.MOST_PLACES + 1
    offered = [str(one.get_text()) for one in page.select("#district option")]
    assert "LE2" in offered and "LE77" not in offered
    assert "Nobody missed this there" in boss.get(f"{ADDRESS}?need=loneliness").main


@pytest.mark.parametrize(
    "asked", ["district=LE77", "district=' or 1=1", "need=nonsense", "month=99999999999999999999-01", "month=%00"]
)
def test_what_cannot_be_chosen_shows_all(app: Flask, monday: None, boss: Browser, asked: str) -> None:
    missed(10)
    assert rows(boss.get(f"{ADDRESS}?{asked}")) == rows(boss.get(ADDRESS))


def test_languages_hours_and_kinds_stand_apart_and_are_never_narrowed(app: Flask, boss: Browser) -> None:
    summer, now = (
        datetime.fromisoformat("2026-07-06T09:00:00+00:00"),
        datetime.fromisoformat("2026-08-20T09:00:00+00:00"),
    )
    with clock.freeze(now):
        missed(40, "food", "LE2", at=summer)
        missed(20, "food", "LE2", language="cy", at=summer)
        missed(3, "food", "LE2", language="ur", at=summer)
        missed(9, "debt", "LE3", kind="poor", at=summer.replace(hour=20))
        db.session.commit()
        user_page = boss.get(f"{ADDRESS}?need=debt")
        languages, kinds, hours = (rows(user_page, table) for table in (1, 2, 3))
        assert [row[1] for row in languages if row[0] == "English"] == ["50"]
        assert {row[1] for row in languages if row[0] != "English"} == {
            "not shown"
        }  # a small one, and the smallest beside it
        assert [row for row in hours if row[1] != "0"] == [["10am", "65"], ["9pm", "10"]]
        assert [row[0] for row in hours[:2]] == ["midnight", "1am"] and hours[12][0] == "midday" and len(hours) == 24
        assert [row[1] for row in kinds] == ["65", "10"]
        assert {row[0] for row in languages} == {"English", "Welsh (Cymraeg)", "Urdu (اردو)"}


def test_where_no_hour_may_be_told_one_sentence_says_so(app: Flask, boss: Browser) -> None:
    at, now = (datetime.fromisoformat(f"2026-{day}T09:00:00+00:00") for day in ("07-06", "08-20"))
    with clock.freeze(now):
        for hour in range(9):
            missed(4, "food", "LE2", at=at + timedelta(hours=hour))
        db.session.commit()
        page = boss.get(ADDRESS)
        assert "No hour of the day had enough searches in that month to be shown." in page.words("main p")
        assert page.words(".insight__table thead th:first-child") == ["Language of the page", "What was found"]


def test_words_are_shown_from_three_searches_on_of_half_a_month(app: Flask, monday: None, boss: Browser) -> None:
    words("chair yoga", 2)
    words("yoga for chair users", 1)
    words("bridge club", 2)
    words("somewhere to play bridge", 2)
    words("pottery", 12)
    words("weaving", 3, clock.today())
    words("weaving", 3, last_half()[0] - timedelta(days=1))
    words("pottery pottery", 1)
    page = boss.get(ADDRESS)
    shown = [" ".join(one.get_text(" ").split()) for one in page.select(".insight__words li")]
    assert shown == ["pottery 15", "bridge fewer than 8", "chair fewer than 8", "yoga fewer than 8"]


def test_words_whose_key_is_gone_break_nothing(app: Flask, boss: Browser) -> None:
    words("pottery", 3)
    db.session.commit()
    db.session.execute(db.text("update missed_words set words = 'gAAAAnonsense'"))
    db.session.commit()
    assert "No words were said so often." in boss.get(ADDRESS).main


def test_it_asks_little_of_the_database(app: Flask, boss: Browser, count_statements: Callable[[], object]) -> None:
    def asked() -> int:
        with count_statements() as seen:  # type: ignore[attr-defined]
            boss.get(ADDRESS)
        return len([one for one in seen if "missed_" in one])

    missed(10)
    before = asked()
    for number in range(40):
        missed(10 + number, "debt", f"LE{number}")
    assert asked() == before <= 5
