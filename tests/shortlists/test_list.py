"""The list that a person keeps on their own device, and lists that are shared by a code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Attribute
from portal.shortlists import actions
from portal.shortlists.models import Shortlist

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.freeze(NOW):
        yield


def save(browser, *services, **more):
    return browser.post("/list/add", {"service": [str(one.id) for one in services], **more}, expect=303)


def code_of(browser):
    browser.post("/list/share", {}, expect=303)
    return browser.get("/list").words(".short-code")[0]


def cookie_of(browser, name="list"):
    return browser.client.get_cookie(name)


def test_an_empty_list_says_so_and_leads_to_a_search(sqlite_app, browser):
    page = browser.get("/list")
    assert "You have not saved anything yet." in page.main
    assert page.link("Find support") == "/"
    assert cookie_of(browser) is None


def test_what_is_saved_stands_on_the_list_and_in_the_header(app, browser, make):
    service = make.service(sessions=[make.session("TU", "10:00", "12:00")])
    save(browser, service)
    page = browser.get("/list")
    assert page.words(".kept__name") == ["Tuesday Table"]
    assert "My list (1)" in page.text and "1 place or group." in page.main
    assert "Next: Tuesday 1 December, 10am to midday" in page.words(".kept__facts")[0].replace(" ,", ",")


def test_the_page_of_what_is_saved_offers_to_remove_it(sqlite_app, browser, make):
    service = make.service()
    address = f"/services/{service.id}/tuesday-table"
    page = browser.get(address)
    fields = page.form("/list/add")
    assert browser.post("/list/add", fields, expect=303).headers["Location"] == address
    fields = browser.get(address).form("/list/remove")
    browser.post("/list/remove", fields, expect=303)
    assert cookie_of(browser) is None


def test_the_cookie_is_signed_and_shut_to_scripts(sqlite_app, browser, make):
    save(browser, make.service())
    cookie = cookie_of(browser)
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.path == "/"
    assert cookie.max_age == 30 * 24 * 3600


def test_over_https_the_cookie_belongs_to_this_host_alone(sqlite_app, browser, make):
    service, before = make.service(), sqlite_app.extensions["portal.settings"]
    sqlite_app.extensions["portal.settings"] = replace(before, base_url="https://hereabouts.example")
    try:
        answer = browser.post("/list/add", {"service": str(service.id)}, expect=303)
    finally:
        sqlite_app.extensions["portal.settings"] = before
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-list="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")) and "Domain" not in cookie


@pytest.mark.parametrize("value", ["", "x", "W10.abc.def", "a" * 3900, "ünïcode", '"', "null"])
def test_a_broken_cookie_counts_as_an_empty_list(sqlite_app, browser, value):
    browser.client.set_cookie("list", value)
    assert "You have not saved anything yet." in browser.get("/list").main


def test_a_forged_cookie_counts_as_an_empty_list(sqlite_app, browser, make):
    save(browser, make.service())
    payload, _dot, signature = cookie_of(browser).value.partition(".")
    browser.client.set_cookie("list", f"{payload[:-2]}AA.{signature}")
    assert "You have not saved anything yet." in browser.get("/list").main


def test_a_form_without_a_token_changes_nothing(sqlite_app, browser, make):
    service = make.service()
    for address in ("/list/add", "/list/remove", "/list/share"):
        browser.post(address, {"service": str(service.id)}, csrf=False, expect=400)
    assert cookie_of(browser) is None
    assert db.session.query(Shortlist).count() == 0


def test_nothing_is_saved_by_a_link(sqlite_app, browser, make):
    service = make.service()
    browser.get(f"/list/add?service={service.id}", expect=404)
    browser.get(f"/list/remove?service={service.id}", expect=404)


def test_a_list_holds_twenty_and_says_when_it_is_full(sqlite_app, browser, make):
    place, group = make.location(), make.organisation()
    services = [make.service(f"Group {number:02}", location=place, organisation=group) for number in range(21)]
    save(browser, *services[:20])
    save(browser, services[20])
    page = browser.get("/list")
    assert len(page.select(".kept")) == 20
    assert "Your list is full. It holds 20. Remove one to save another." in page.words(".notification")


def test_a_sensitive_need_is_not_saved(sqlite_app, browser, make):
    save(browser, make.service("Safe Harbour", needs=["abuse"]))
    page = browser.get("/list")
    assert "Safe Harbour" not in page.html
    assert "To keep your visit private" in page.words(".notification")[0]
    assert cookie_of(browser) is None


def test_what_is_not_public_or_no_id_is_not_saved(sqlite_app, browser, make):
    withdrawn = make.service("Refuge", withdrawn_at=NOW)
    for value in (str(withdrawn.id), str(uuid4()), "x", ""):
        browser.post("/list/add", {"service": value}, expect=303)
    assert cookie_of(browser) is None
    assert "We could not find that place or group" in browser.get("/list").text


def test_closed_and_withdrawn_services_are_said_to_be_so(app, browser, make):
    closed, withdrawn, merged = make.service("Closing"), make.service("Refuge"), make.service("Copy")
    kept = make.service("Kept")
    save(browser, closed, withdrawn, merged)
    closed.status, withdrawn.withdrawn_at, merged.merged_into_id = "defunct", NOW, kept.id
    db.session.commit()
    page = browser.get("/list")
    assert page.words(".kept__name") == ["Closing", "No longer here", "Kept"]
    assert page.words(".kept .tag--full") == ["Closed"]
    assert "Refuge" not in page.html
    browser.post("/list/remove", {"service": str(withdrawn.id)}, expect=303)
    assert browser.get("/list").words(".kept__name") == ["Closing", "Kept"]


def test_a_shared_list_opens_by_its_code_for_anyone(app, browser, make):
    save(browser, make.service("First"), make.service("Second"))
    code = code_of(browser)
    browser.client.delete_cookie("list")
    page = browser.get(f"/list/{code}")
    assert page.words(".kept__name") == ["First", "Second"]
    assert "It works until 23 February 2027." in page.main
    sent = {"service": [tag["value"] for tag in page.select('form[action="/list/add"] input[name="service"]')]}
    browser.post("/list/add", sent, expect=303)
    assert "My list (2)" in browser.get("/list").text


def test_a_list_that_was_shared_keeps_its_code_until_it_changes(sqlite_app, browser, make):
    save(browser, make.service("First"))
    assert code_of(browser) == code_of(browser)
    assert db.session.query(Shortlist).count() == 1
    save(browser, make.service("Second"))
    assert browser.get("/list").words(".short-code") == []


def test_printing_makes_a_code_first(sqlite_app, browser, make):
    save(browser, make.service())
    answer = browser.post("/list/share", {"then": "print"}, expect=303)
    assert answer.headers["Location"] == "/list/print"
    leaflet = browser.get("/list/print")
    assert leaflet.words(".short-code") == [db.session.query(Shortlist).one().code]
    assert leaflet.select(".paper__square svg")


def test_a_code_is_found_however_it_is_typed(sqlite_app, browser, make):
    service = make.service()
    db.session.add(Shortlist(code="78QK4P", service_ids=[str(service.id)], expires_at=NOW + timedelta(days=1)))
    db.session.commit()
    for typed in ("78qk4p", "7B0K4P", " 78O-K4P ", "78 QK 4P"):
        answer = browser.client.get("/list", query_string={"code": typed})
        assert answer.status_code == 303 and answer.headers["Location"] == "/list/78QK4P"
    assert browser.get("/list/7boK4p").words(".kept__name") == ["Tuesday Table"]


@pytest.mark.parametrize("typed", ["", "7K4", "7K4PQHH", "AEIOUA", "<script>", "7K4P'Q", "٧K4PQH"])
def test_what_is_no_code_is_said_beside_the_field(sqlite_app, browser, typed):
    answer = browser.client.get("/list", query_string={"code": typed})
    assert answer.status_code == 422
    assert "Enter the 6 letters and numbers of the code" in answer.get_data(as_text=True)


def test_unknown_and_expired_codes_are_not_found(sqlite_app, browser, make):
    service = make.service()
    db.session.add(Shortlist(code="777777", service_ids=[str(service.id)], expires_at=NOW))
    db.session.commit()
    for code in ("777777", "222222", "nonsense", "a" * 300):
        page = browser.get(f"/list/{code}", expect=404)
        assert "There is no list with this code." in page.text
        browser.get(f"/list/{code}/print", expect=404)


def test_guessing_codes_is_slowed(app, browser):
    for _try in range(actions.MOST_LOOKUPS):
        browser.client.get("/list/222222")
    page = browser.get("/list/222223", expect=429)
    assert int(page.headers["Retry-After"]) > 0


def test_sensitive_needs_never_leave_in_a_shared_list(sqlite_app, browser, make):
    service, other = make.service("Turned sensitive"), make.service("Plain")
    save(browser, service, other)
    before = code_of(browser)
    db.session.add(Attribute(link_id=service.id, link_type="service", taxonomy_term_id=make.need("abuse").id))
    db.session.commit()
    for address in (f"/list/{before}", f"/list/{before}/print"):
        assert "Turned sensitive" not in browser.get(address).html
    browser.post("/list/remove", {"service": str(other.id)}, expect=303)
    browser.post("/list/share", {}, expect=303)
    assert db.session.query(Shortlist).count() == 1


def test_expired_lists_are_forgotten(app, make):
    db.session.add(Shortlist(code="777777", service_ids=[], expires_at=NOW - timedelta(seconds=1)))
    db.session.add(Shortlist(code="777778", service_ids=[], expires_at=NOW + timedelta(days=1)))
    db.session.commit()
    actions.tidy()
    assert [one.code for one in db.session.query(Shortlist)] == ["777778"]


def test_lists_take_few_statements(app, browser, make, count_statements):
    save(browser, *[make.service(f"Group {number}", sessions=[make.session()]) for number in range(6)])
    code = code_of(browser)
    for address, most in (("/list", 4), (f"/list/{code}", 8), ("/list/print", 6)):
        with count_statements() as seen:
            browser.get(address)
        assert len(seen) <= most, (address, seen)


def test_lists_are_kept_out_of_caches_and_search_engines(sqlite_app, browser):
    page = browser.get("/list")
    assert "private" in page.headers["Cache-Control"]
    assert page.one('meta[name="robots"]')["content"] == "noindex"
