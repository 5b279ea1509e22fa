"""The page of one listing: what it says, and what it answers for listings that are not there any more."""

import json
from datetime import date, time
from uuid import uuid4

import pytest

from portal.core.extensions import db
from portal.directory import similar
from portal.directory.models import Contact, CostOption, Phone, SessionException
from portal.directory.models import Language as SpokenLanguage
from tests.factories import LEICESTER, MONDAY

pytestmark = pytest.mark.usefixtures("monday")
JSON_LD = 'script[type="application/ld+json"]'


def address_of(service):
    return f"/services/{service.id}/{service.name.lower().replace(' ', '-')}"


def facts_of(page):
    """The facts of a page: what stands beside each name."""
    names = page.words(".fact-sheet dt")
    return dict(zip(names, page.words(".fact-sheet dd"), strict=True))


def test_a_page_says_who_what_when_and_where(app, browser, make):
    service = make.service(
        description="We sit at one long table.\nPeople talk, or knit.",
        summary="Tea and talk.",
        who_for="Adults whose partner has died.",
        excluded_audiences=["children"],
        first_visit=["A host in a green scarf meets you.", "You can leave at any time."],
        sessions=[make.session("TU", "10:00", "12:00")],
        place={"access": {"step_free": True, "parking": False}, "getting_there": "Bus 44 stops outside"},
        languages=["en", "gu"],
        phone="01164960142",
    )
    page = browser.get(address_of(service))
    facts = facts_of(page)
    assert page.words("h1") == ["Tuesday Table"]
    assert page.words(".first-time__list li") == ["A host in a green scarf meets you.", "You can leave at any time."]
    assert facts["What happens"] == "We sit at one long table. People talk, or knit."
    assert facts["Who it is for"] == "Adults whose partner has died. It is not for: Children."
    assert facts["When"].startswith("Every Tuesday, 10am to midday Tomorrow, Tuesday 24 November Tuesday 1 December")
    assert "Larkfield Hall , 1 Larkfield Road, Leicester LE2 0QB Bus 44 stops outside" in facts["Where"]
    assert (facts["Cost"], facts["Languages"]) == ("Free", "English and Gujarati")
    assert facts["How to join"] == "You can just come. No appointment needed. You do not need a referral."
    assert page.one('a[href="tel:+44-116-496-0142"]').get_text() == "0116 496 0142"
    assert "Checked by the group on 23 November 2026." in page.main


def test_whom_it_is_for_and_not_for_is_told(sqlite_app, browser, make):
    told = {"audiences": ["women_only", "carers", "parents"], "minimum_age": 18, "maximum_age": 65}
    page = browser.get(address_of(make.service(anyone_welcome=False, excluded_audiences=["children"], **told)))
    assert facts_of(page)["Who it is for"] == (
        "Women only. For ages 18 to 65. For: Carers and Parents. It is not for: Children."
    )


def test_getting_in_has_three_answers(sqlite_app, browser, make):
    service = make.service(place={"access": {"step_free": True, "hearing_loop": False}})
    page = browser.get(address_of(service))
    assert page.words(".fact-sheet__access li") == ["Step-free", "No: Hearing loop"]
    assert "Not told us: Accessible toilet, Quiet space, Near a bus stop and Parking." in page.main


def test_only_four_next_sessions_stand_there_and_what_falls_out_is_told(sqlite_app, browser, make):
    session = make.session("FR", "10:00", "12:00")
    session.exceptions.append(SessionException(date=date(2026, 12, 11), kind="cancelled"))
    page = browser.get(address_of(make.service(sessions=[session])))
    assert page.words(".fact-sheet__dates li") == [
        "Friday 27 November",
        "Friday 4 December",
        "Friday 18 December",
        "Friday 8 January",
    ]
    assert "Closed on 11 December, 25 December and 1 January." in page.main


def test_days_in_a_row_are_told_by_the_first_and_the_last(sqlite_app, browser, make):
    session = make.session("MO,TU,WE,TH", "10:00", "12:00")
    for day in (date(2026, 12, 2), *(date(2026, 12, day) for day in (21, 22, 23, 24, 29, 30, 31))):
        session.exceptions.append(SessionException(date=day, kind="cancelled"))
    page = browser.get(address_of(make.service(sessions=[session])))
    assert "Monday to Thursday, 10am to midday" in page.main
    assert "Closed on 2 December and 21 December to 31 December." in page.main


def test_a_single_row_of_days_off_and_days_that_do_not_follow_each_other(sqlite_app, browser, make):
    session = make.session("MO,WE,TH", "10:00", "12:00")
    for day in (23, 24, 30, 31):
        session.exceptions.append(SessionException(date=date(2026, 12, day), kind="cancelled"))
    page = browser.get(address_of(make.service(sessions=[session])))
    assert "Every Monday, Wednesday and Thursday, 10am to midday" in page.main
    assert "Closed from 23 December to 31 December." in page.main


def test_opening_hours_stand_apart_and_uncertain_ones_stay_as_they_were_written(sqlite_app, browser, make):
    service = make.service(opening=[make.opening()], opening_text="Most mornings, ring first")
    facts = facts_of(browser.get(address_of(service)))
    assert facts["When"] == (
        "Opening hours Monday to Friday, 9am to 5pm Closed on 25 December, 28 December and 1 January. "
        "Most mornings, ring first"
    )


def test_times_stand_in_the_order_of_the_week_and_sessions_before_opening_hours(sqlite_app, browser, make):
    service = make.service(sessions=[make.session("WE", "09:00"), make.session("MO", "18:00", "19:00")])
    service.schedules += [make.opening("TH"), make.opening("MO", "10:00", "12:00"), make.opening("TU", "08:00")]
    db.session.commit()
    when = facts_of(browser.get(address_of(service)))["When"]
    said = [
        "Every Monday, 6pm",
        "Every Wednesday",
        "Opening hours",
        "Every Monday, 10am",
        "Every Tuesday",
        "Every Thursday",
    ]
    assert [when.index(part) for part in said] == sorted(when.index(part) for part in said)


def test_a_price_is_said_in_the_words_of_the_group(sqlite_app, browser, make):
    service = make.service(cost=None)
    service.cost_options += [
        CostOption(kind="paid", amount=8, option="An hour"),
        CostOption(kind="paid", amount=4, option="Low income"),
        CostOption(kind="free", option="On benefits"),
    ]
    db.session.commit()
    cost = facts_of(browser.get(address_of(service)))["Cost"]
    assert cost.startswith("Free, or up to £8 ") and "a session" not in cost
    assert all(line in cost for line in ("An hour: £8", "Low income: £4", "On benefits: free"))


def test_the_leaf_of_the_calendar_shows_the_next_session(sqlite_app, browser, make):
    page = browser.get(address_of(make.service(sessions=[make.session("TU", "10:00", "12:00")])))
    assert page.one(".calendar-leaf time")["datetime"] == "2026-11-24"
    assert page.words(".calendar-leaf time") == ["Tomorrow 10am to midday"]
    assert page.link("Download a calendar file").endswith(".ics")


def test_a_service_without_sessions_offers_no_calendar(sqlite_app, browser, make):
    page = browser.get(address_of(make.service()))
    assert not page.select(".calendar-leaf") and "Add to your calendar" not in page.text


def test_prices_contacts_and_notes_are_told(sqlite_app, browser, make):
    service = make.service(
        cost=300, email="hello@larkfield.example", url="larkfield.example/tea", alert="Closed in snow"
    )
    service.cost_options.append(CostOption(kind="paid", amount=1, option="Unwaged"))
    service.languages.append(SpokenLanguage(code="bsl", note="first Tuesday only"))
    service.contacts.append(
        Contact(name="Office", hours="Monday to Thursday", phones=[Phone(number="116 123", description="free")])
    )
    db.session.commit()
    page = browser.get(address_of(service))
    assert facts_of(page)["Cost"] == "£1 to £3 a session Unwaged: £1"
    assert "British Sign Language (BSL): first Tuesday only" in facts_of(page)["Languages"]
    assert page.words("#contact") == [
        "Contact Office 116 123 free Monday to Thursday hello@larkfield.example Their website"
    ]
    assert page.link("Their website") == "https://larkfield.example/tea"
    assert page.words(".notification") == ["Closed in snow"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//", "http://", "not an address", "https://a b"]
)
def test_an_address_that_is_not_of_the_web_is_no_link(sqlite_app, browser, make, url):
    page = browser.get(address_of(make.service(url=url)))
    assert "Their website" not in page.text


def test_text_in_another_language_is_marked_and_says_so(sqlite_app, browser, make):
    service = make.service("Chai", description="چائے اور بات چیت", summary="چائے", lang="ur", first_visit=["خوش آمدید"])
    page = browser.get(f"/services/{service.id}/chai")
    assert page.one(".lead")["dir"] == "rtl" and page.one(".lead")["lang"] == "ur"
    assert page.one(".first-time__list span")["dir"] == "rtl"
    assert "This description is in Urdu" in page.main


def test_an_english_text_on_an_urdu_page_keeps_its_direction(sqlite_app, browser, make):
    page = browser.get(f"/ur{address_of(make.service())}")
    assert page.one("html")["dir"] == "rtl"
    assert page.one(".lead")["dir"] == "ltr" and page.one(".lead")["lang"] == "en"


def test_an_imported_listing_says_where_it_comes_from_and_claims_no_check(sqlite_app, browser, make):
    service = make.imported("Warm room", description=None, summary=None)
    service.source_record.source.licence = "Open Government Licence"
    service.source_record.source.url = "https://warm.example/list"
    db.session.commit()
    page = browser.get(f"/services/{service.id}/warm-room")
    assert facts_of(page)["What happens"] == "No description given by the source."
    assert "From Warm places, not checked by us yet." in page.words(".review")[0]
    assert "Licence: Open Government Licence." in page.words(".review")[0]
    assert page.link("See it at Warm places") == "https://warm.example/list"
    assert "Checked by" not in page.text


def test_a_page_about_a_sensitive_need_keeps_itself_to_itself(sqlite_app, browser, make):
    service = make.service("Safe Harbour", needs=["abuse"], sessions=[make.session()])
    page = browser.get(address_of(service))
    assert page.one("title").get_text().startswith("Support near you")
    assert "Safe Harbour" not in str(page.one("head"))
    assert not page.select('form[action="/list/add"]')
    assert page.select(".exit-this-page, [data-exit]")


def test_a_topic_of_danger_has_its_numbers_first_and_one_way_out(sqlite_app, browser, make):
    page = browser.get(address_of(make.service("Safe Harbour", needs=["abuse"])))
    assert page.main.index("0808 2000 247") < page.main.index("Safe Harbour")
    assert len(page.select("[data-exit]")) == 1
    welsh = make.service("Welsh Harbour", needs=["abuse"], place={"authority_code": "W06000015"})
    assert "0808 80 10 800" in browser.get(address_of(welsh)).main


def test_other_topics_raise_no_card(sqlite_app, browser, make):
    assert not browser.get(address_of(make.service(needs=["loneliness", "debt"]))).select(".urgent-card")


def test_what_a_group_writes_is_never_markup(sqlite_app, browser, make):
    evil = "</script><script>alert(1)</script><b>&"
    service = make.service("Evil", description=evil, summary=evil, who_for=evil, first_visit=[evil], alert=evil)
    page = browser.get(f"/services/{service.id}/evil")
    assert "<script>alert" not in page.html and "<b>" not in page.html
    data = json.loads(page.one(JSON_LD).string)
    assert data["description"] == evil


def test_near_matches_are_those_that_share_a_need_nearest_first(app, browser, make):
    service = make.service("First")
    make.service("Far", location=make.location(point=(LEICESTER[0] + 0.04, LEICESTER[1])))
    make.service("Near", location=make.location(point=(LEICESTER[0] + 0.001, LEICESTER[1])))
    make.service("Other", needs=["debt"])
    make.service("Hidden", location=make.location(privacy="hidden"))
    page = browser.get(address_of(service))
    assert page.words(".near-match h3") == ["Near", "Far"]
    assert "Under half a mile" in page.words(".near-match")[0]


def test_near_matches_of_a_service_without_a_place_are_for_the_same_areas(app, browser, make):
    service = make.service("Visitor", is_online=True, areas=["E06000016"])
    make.service("Same area", is_online=True, areas=["E06000016"])
    make.service("Same town")
    make.service("Everywhere", is_online=True, areas=["*"])
    make.service("Far away", is_online=True, areas=["E07000208"])
    make.service("Hidden", location=make.location(privacy="hidden"))
    page = browser.get(address_of(service))
    assert sorted(page.words(".near-match h3")) == ["Everywhere", "Same area", "Same town"]
    assert page.words("#similar") == ["Similar help"]


def test_near_matches_are_remembered_but_never_shown_once_they_are_closed_or_measured_once_they_are_private(
    app, browser, make, count_statements, monkeypatch
):
    place = make.location()
    service, near = make.service("First"), make.service("Near")
    make.service("Nearer", location=place)
    browser.get(address_of(service))
    near.status = "defunct"
    db.session.commit()
    with count_statements() as seen:
        assert browser.get(address_of(service)).words(".near-match h3") == ["Nearer"]
    assert not [one for one in seen if "taxonomy_term_id IN" in one]
    place.privacy = "hidden"
    db.session.commit()
    page = browser.get(address_of(service))
    assert page.words(".near-match h3") == ["Nearer"] and "mile" not in page.words(".near-match")[0]
    monkeypatch.setattr(similar, "KEPT_SECONDS", 0.0)
    assert not browser.get(address_of(service)).words(".near-match h3")


def test_a_page_takes_few_statements(app, browser, make, count_statements):
    service = make.service(sessions=[make.session()], phone="0116 496 0142", languages=["en"])
    for number in range(5):
        make.service(f"Other {number}", sessions=[make.session()])
    browser.get(address_of(service))
    with count_statements() as seen:
        browser.get(address_of(service))
    assert len(seen) <= 15, seen


def test_the_right_name_is_part_of_the_address(sqlite_app, browser, make):
    service = make.service()
    for wrong in (f"/services/{service.id}", f"/services/{service.id}/other-name"):
        assert browser.get(wrong, expect=301).headers["Location"] == address_of(service)
    assert browser.get(f"/cy/services/{service.id}", expect=301).headers["Location"] == f"/cy{address_of(service)}"


def test_an_unknown_service_is_not_found(sqlite_app, browser):
    browser.get(f"/services/{uuid4()}/name", expect=404)
    browser.get("/services/not-an-id/name", expect=404)


def test_a_closed_service_says_so_and_offers_three_others(app, browser, make):
    closed = make.service("Gone", status="defunct", sessions=[make.session()], phone="0116 496 0142")
    for number in range(5):
        make.service(f"Other {number}")
    page = browser.get(f"/services/{closed.id}/gone", expect=410)
    assert page.words("h1") == ["Gone"] and page.words(".tag--full") == ["Closed"]
    assert len(page.select(".near-match")) == 3
    assert "0116" not in page.main


def test_closed_for_now_and_out_of_date_have_their_own_words(sqlite_app, browser, make):
    paused = make.service("Paused", status="temporarily closed")
    old = make.service("Old", assured_date=date(2025, 10, 1))
    assert "closed for now" in browser.get(f"/services/{paused.id}/paused", expect=410).main
    assert "over a year" in browser.get(f"/services/{old.id}/old", expect=410).main


def test_a_withdrawn_service_tells_nothing(sqlite_app, browser, make):
    service = make.service("Refuge", withdrawn_at=MONDAY, sessions=[make.session()])
    for address in (f"/services/{service.id}/refuge", f"/services/{service.id}", f"/ur/services/{service.id}/x"):
        page = browser.get(address, expect=410)
        assert "Refuge" not in page.html and "Larkfield" not in page.html
    browser.get(f"/services/{service.id}.ics", expect=410)


def test_a_merged_service_leads_to_the_one_it_was_merged_into(sqlite_app, browser, make):
    kept = make.service("Kept", sessions=[make.session()])
    merged = make.service("Copy", merged_into_id=kept.id)
    assert browser.get(f"/services/{merged.id}/copy", expect=301).headers["Location"] == f"/services/{kept.id}"
    assert browser.get(f"/services/{merged.id}.ics", expect=301).headers["Location"] == f"/services/{kept.id}.ics"


def test_a_service_merged_into_itself_is_not_found(sqlite_app, browser, make):
    service = make.service()
    service.merged_into_id = service.id
    db.session.commit()
    browser.get(f"/services/{service.id}", expect=404)


def test_services_by_phone_say_how_they_reach_people(sqlite_app, browser, make):
    page = browser.get(address_of(make.service(is_online=True, areas=["*"])))
    assert facts_of(page)["Where"] == "Online. By phone. For people anywhere in the country."


def test_two_sessions_name_their_times_on_each_date(sqlite_app, browser, make):
    sessions = [make.session("TU", "10:00", "12:00"), make.session("TH", "18:00", None)]
    page = browser.get(address_of(make.service(sessions=sessions)))
    assert page.words(".fact-sheet__dates li")[:2] == [
        "Tomorrow, Tuesday 24 November, 10am to midday",
        "Thursday 26 November, from 6pm",
    ]


def test_a_code_for_a_phone_and_a_leaflet_are_offered(sqlite_app, browser, make):
    service = make.service()
    page = browser.get(address_of(service))
    assert page.select(".keep__phone svg.qr")
    leaflet = browser.get(page.link("Print a leaflet"))
    assert leaflet.words("article h2") == ["Tuesday Table"]


def test_no_button_stands_for_what_is_not_there_yet(sqlite_app, browser, make):
    page = browser.get(address_of(make.service()))
    assert "Refer" not in page.words("button, a.button")


def test_times_are_plain(sqlite_app):
    from portal.directory.occurrences import Timetable
    from portal.directory.timing import rule_label

    at = {"starts_at": time(14), "ends_at": time(16)}
    with sqlite_app.test_request_context("/"):
        labels = [
            rule_label(Timetable("weekly", byday="MO,WE", **at)),
            rule_label(Timetable("weekly", byday="TU", interval=2, **at)),
            rule_label(Timetable("weekly", byday="TU", interval=4, **at)),
            rule_label(Timetable("weekly", byday="MO,TU,WE,TH,FR,SA,SU", **at)),
            rule_label(Timetable("monthly", byday="1MO,-1FR", **at)),
            rule_label(Timetable("monthly", bymonthday="15", **at)),
            rule_label(Timetable("dates", **at)),
        ]
    assert [label.replace("\u00a0", " ") for label in labels] == [
        "Every Monday and Wednesday, 2pm to 4pm",
        "Every second Tuesday, 2pm to 4pm",
        "Every 4 weeks on Tuesday, 2pm to 4pm",
        "Every day, 2pm to 4pm",
        "On the first Monday and last Friday of the month, 2pm to 4pm",
        "On day 15 of the month, 2pm to 4pm",
        "On set dates, 2pm to 4pm",
    ]
