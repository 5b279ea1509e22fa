"""Pages of neighbourhoods: what is here, a week of sessions, and a week of drop-ins on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from tests.factories import MONDAY

pytestmark = pytest.mark.usefixtures("monday")
CODE, OTHER = "E02002840", "E02002841"


def cut(slug="city", *names, codes=(CODE,), valid_to=None, **columns):
    """A set of neighbourhoods; the first has the codes."""
    made = NeighbourhoodSet(
        slug=slug, name=slug.title(), area="Leicester", valid_from=date(2026, 1, 1), valid_to=valid_to
    )
    for place, name in enumerate(names or ("Clarendon Park",)):
        one = Neighbourhood(
            slug=name.lower().replace(" ", "-"), name=name, lat=52.61 + place / 100, lon=-1.11, **columns
        )
        for code in codes if place == 0 else ():
            one.parts.append(NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=date(2026, 1, 1)))
        made.neighbourhoods.append(one)
    db.session.add(made)
    db.session.commit()
    return made


def here(make, **columns):
    return make.location(neighbourhood_code=CODE, **columns)


def test_a_week_of_sessions_stands_by_day_and_time(app, browser, make):
    cut()
    make.service("Late", location=here(make), sessions=[make.session("TU", "14:00", "15:00")], cost=300)
    make.service(
        "Early", location=here(make), sessions=[make.session("TU,TH", "10:00", "12:00")], joining=["self_refer"]
    )
    page = browser.get("/neighbourhoods/clarendon-park")
    assert page.words("h1") == ["Clarendon Park"]
    assert "2 places and groups. 3 sessions in these 7 days. 1 needs no appointment." in page.main
    assert page.words(".week__day h3") == ["Tuesday", "Thursday"]
    assert page.words(".slot__time") == ["10am to midday", "2pm to 3pm", "10am to midday"]
    assert page.words(".slot__what")[1] == "Late Larkfield Hall . £3 a session"
    assert page.words(".slot .tag") == ["Ask about space", "Drop in", "Ask about space"]


def test_the_strip_counts_each_day_and_leads_to_it(sqlite_app, browser, make):
    cut()
    make.service(location=here(make), sessions=[make.session("TU")])
    page = browser.get("/neighbourhoods/clarendon-park")
    strip = page.words(".day-strip__day")
    assert strip[:3] == ["Mon 23 0 on", "Tue 24 1 on", "Wed 25 0 on"]
    target = page.one("a.day-strip__day")["href"].removeprefix("#")
    assert page.select(f"#{target}")
    assert page.one('[aria-current="date"]').get_text(" ", strip=True).startswith("Mon")


def test_other_weeks_can_be_looked_at_and_nonsense_is_this_week(sqlite_app, browser, make):
    cut()
    make.service(location=here(make), sessions=[make.session("TU", interval=2, dtstart=date(2026, 11, 3))])
    assert "We know of no sessions" in browser.get("/neighbourhoods/clarendon-park").main
    page = browser.get(browser.get("/neighbourhoods/clarendon-park").link("Next week"))
    assert page.words(".week__date") == ["Tuesday 1 December"]
    for week in ("-1", "99", "x", "1" * 400, "٣", ""):
        answer = browser.client.get("/neighbourhoods/clarendon-park", query_string={"week": week})
        assert answer.status_code == 200 and "This week's sessions" in answer.get_data(as_text=True)


def test_days_without_anything_stay_in_the_week_and_bank_holidays_have_their_name(sqlite_app, browser, make):
    cut()
    make.service(location=here(make), sessions=[make.session("MO,TU,FR", on_bank_holidays=False)])
    make.service("Lamp", location=here(make), sessions=[make.session("MO", on_bank_holidays=True)])
    with clock.freeze(datetime(2026, 12, 22, 9, tzinfo=UTC)):
        page = browser.get("/neighbourhoods/clarendon-park")
        paper = browser.get("/neighbourhoods/clarendon-park/timetable")
        walk_in = browser.get("/neighbourhoods/clarendon-park/drop-ins")
    assert page.words(".week__date, .week__none") == [
        "Tuesday 22 December, today",
        "Wednesday 23 December : nothing on",
        "Thursday 24 December : nothing on",
        "Friday 25 December , Christmas Day: nothing on",
        "Saturday 26 December , Boxing Day: nothing on",
        "Sunday 27 December : nothing on",
        "Monday 28 December Bank holiday for Boxing Day",
    ]
    assert "Monday 28 December, Bank holiday for Boxing Day" in paper.words(".day h2")
    assert "Monday 28 December Bank holiday for Boxing Day" in walk_in.words(".week__date")


def test_what_is_elsewhere_or_not_public_does_not_show(app, browser, make):
    cut()
    make.service("Elsewhere", location=make.location(neighbourhood_code=OTHER), sessions=[make.session()])
    make.service("Withdrawn", location=here(make), sessions=[make.session()], withdrawn_at=MONDAY)
    make.service("Hidden", location=here(make, privacy="hidden"), sessions=[make.session()])
    make.service("Opening only", location=here(make), opening=[make.opening()])
    page = browser.get("/neighbourhoods/clarendon-park")
    assert "1 place or group. 0 sessions in these 7 days." in page.main


def test_a_service_that_serves_the_area_online_is_part_of_its_week(sqlite_app, browser, make):
    cut()
    make.service("Screen", is_online=True, areas=[CODE], sessions=[make.session()])
    page = browser.get("/neighbourhoods/clarendon-park")
    assert page.words(".slot__what") == ["Screen Online . Free"]


def test_what_is_open_late_tonight_stands_apart(sqlite_app, browser, make):
    cut()
    make.service("Night Table", location=here(make), sessions=[make.session("MO", "18:00", "23:00")])
    make.service("Choir", location=here(make), sessions=[make.session("MO", "18:00", "19:00")])
    page = browser.get("/neighbourhoods/clarendon-park")
    assert "Open late tonight Night Table 6pm to 11pm" in page.words(".card--lamp")[0]
    with clock.freeze(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)):
        assert not browser.get("/neighbourhoods/clarendon-park").select(".card--lamp")


def test_topics_lead_into_the_search_with_their_counts(sqlite_app, browser, make):
    cut()
    for needs in (["loneliness"], ["loneliness", "debt"]):
        make.service("Group", location=here(make), needs=needs)
    page = browser.get("/neighbourhoods/clarendon-park")
    assert page.words(".counted li") == ["Feeling lonely or cut off 2", "Debt and money advice 1"]
    assert page.link("Debt and money advice").startswith("/services?topic=debt")


def test_neighbours_are_those_nearest(sqlite_app, browser):
    cut("city", "Clarendon Park", "One", "Two", "Three", "Four", "Five")
    page = browser.get("/neighbourhoods/clarendon-park")
    assert page.words(".spaced li") == ["One", "Two", "Three", "Four"]


def test_the_index_counts_each_service_once(app, browser, make):
    cut("city", "Clarendon Park", "Empty", codes=(CODE, OTHER))
    make.service("Both", at=[here(make), make.location(neighbourhood_code=OTHER)])
    make.service("Serves", is_online=True, areas=[CODE])
    make.service("Hidden", location=here(make, privacy="hidden"))
    page = browser.get("/neighbourhoods")
    counted = page.words(".topic-card p:not(:has(a))")
    assert counted == ["2 places and groups", "0 places and groups"]
    assert page.link("Drop-ins and crisis cafes : Empty") == "/neighbourhoods/empty/drop-ins"
    assert page.select("#city")


def test_an_instance_without_neighbourhoods_says_so(sqlite_app, browser):
    assert "no pages of neighbourhoods here yet" in browser.get("/neighbourhoods").main


def test_only_the_sets_of_the_instance_that_hold_today_are_shown(sqlite_app, browser):
    cut("city", "Clarendon Park")
    cut("county", "Oadby")
    cut("old", "Knighton", valid_to=date(2026, 6, 1))
    assert browser.get("/neighbourhoods").words(".topic-card h3") == ["Clarendon Park", "Oadby"]
    browser.get("/neighbourhoods/knighton", expect=404)
    before = sqlite_app.extensions["portal.settings"]
    sqlite_app.extensions["portal.settings"] = replace(before, area=("county",))
    try:
        assert browser.get("/neighbourhoods").words(".topic-card h3") == ["Oadby"]
        browser.get("/neighbourhoods/clarendon-park", expect=404)
        browser.get("/neighbourhoods/clarendon-park/timetable", expect=404)
    finally:
        sqlite_app.extensions["portal.settings"] = before


def test_an_unknown_neighbourhood_is_not_found(sqlite_app, browser):
    browser.get("/neighbourhoods/nowhere", expect=404)
    browser.get("/neighbourhoods/nowhere/timetable", expect=404)


def test_the_timetable_on_paper_holds_drop_ins_only(app, browser, make):
    cut()
    make.service("Open door", location=here(make), sessions=[make.session("TU", "10:00", "12:00")])
    make.service("By referral", location=here(make), sessions=[make.session("TU")], joining=["professional_only"])
    page = browser.get("/neighbourhoods/clarendon-park/timetable")
    assert page.words("h1") == ["Drop-ins in Clarendon Park"]
    assert "No appointment, no referral. From 23 November to 29 November." in page.main
    assert page.words(".day li") == ["10am to midday Open door Larkfield Hall . Free"]
    assert "999" in page.words(".help-now")[0]
    assert browser.get(page.link("Large print")).one("html")["class"] == ["large"]


def test_pages_take_few_statements(app, browser, make, count_statements):
    cut("city", "Clarendon Park", "One", "Two")
    for number in range(8):
        make.service(f"Group {number}", location=here(make), sessions=[make.session()], opening=[make.opening()])
    for address, most in (("/neighbourhoods/clarendon-park", 9), ("/neighbourhoods", 4)):
        browser.get(address)
        with count_statements() as seen:
            browser.get(address)
        assert len(seen) <= most, (address, len(seen), [one[-150:] for one in seen[-3:]])
