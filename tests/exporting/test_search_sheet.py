"""The list of a search as a table for staff: the whole result, nothing withheld, noted without what was searched for."""

import csv
import io
from datetime import date

import pytest

from portal.accounts.roles import ROLES, Role
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.directory import finding
from portal.exporting import searches
from tests.factories import MONDAY

pytestmark = pytest.mark.usefixtures("monday")
ADDRESS = "/services.csv"
LINK = "Download this list (CSV)"
STAFF = (
    Role.ADMINISTRATOR, Role.MODERATOR, Role.REFERRER, Role.LINK_WORKER, Role.TEAM_COORDINATOR, Role.TEAM_MEMBER,
    Role.LEAD_PROVIDER, Role.COMMISSIONER,
)  # fmt: skip


def staff(make, as_user, role="link-worker"):
    return as_user(make.user(role))


def rows_of(answer):
    assert answer.mimetype == "text/csv" and answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), strict=True))


def told(browser, address):
    answer = browser.client.get(address)
    assert answer.status_code == 200
    return rows_of(answer)


def test_the_whole_result_is_in_it_in_the_order_of_the_pages(app, make, as_user, index_now):
    for number in range(25):
        make.service(f"Group {number}", needs=["debt"], phone="0116 496 0142")
    make.service("Other", needs=["dementia"])
    index_now()
    browser = staff(make, as_user)
    pages = [
        browser.get(f"/services?topic=debt&sort=name&page={page}").words(".service-card__name") for page in (1, 2, 3)
    ]
    names = [row["name"] for row in told(browser, f"{ADDRESS}?topic=debt&sort=name&page=2")]
    assert names == [name for page in pages for name in page] and len(names) == 25
    row = told(browser, f"{ADDRESS}?q=dementia")[0]
    assert (row["name"], row["organisation"], row["postcode"]) == ("Other", "Larkfield Circle", "LE2 0QB")
    assert row["cost"] == "Free" and row["needs"] == "Memory problems and dementia"


def test_the_page_offers_it_to_staff_alone_with_the_same_parameters(sqlite_app, make, browser, as_user, index_now):
    make.service("Tea", needs=["debt"])
    index_now()
    assert LINK not in browser.get("/services?topic=debt").text
    page = staff(make, as_user).get("/services?q=tea&topic=debt&page=1")
    assert page.link(LINK) == f"{ADDRESS}?q=tea&topic=debt"
    assert "The download is noted, but not what was searched for." in page.main


def test_strangers_sign_in_and_other_roles_are_refused(sqlite_app, make, browser, as_user):
    make.service("Tea")
    answer = browser.client.get(ADDRESS)
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
    assert {role for role in ROLES if Permission.DIRECTORY_STAFF in ROLES[role].permissions} == set(STAFF)
    for role in (Role.LEAD, Role.EDITOR, Role.GROUP_WORKER):
        user = make.user(role.value, organisation=make.organisation())
        assert as_user(user).client.get(ADDRESS).status_code == 403


def test_each_role_of_staff_may_have_it(sqlite_app, make, as_user, index_now):
    make.service("Tea")
    index_now()
    for role in STAFF:
        assert [row["name"] for row in told(staff(make, as_user, role.value), ADDRESS)] == ["Tea"], role


def test_withheld_addresses_and_names_of_persons_are_not_in_it(app, make, as_user, index_now):
    near = make.location(
        privacy="area", address="9 Secret Row", name="Quiet House", place_name="Queens Road", postcode="LE2 9ZZ"
    )
    hidden = make.location(privacy="hidden", address="7 Hidden Lane", name="Harbour House", postcode="LE2 9ZZ")
    make.service("Circle", at=[near, hidden], description="Come to 9 Secret Row.")
    index_now()
    answer = staff(make, as_user).client.get(ADDRESS)
    assert len(rows_of(answer)) == 1 and b"Queens Road" in answer.data
    for word in (b"Secret Row", b"Quiet House", b"Hidden Lane", b"Harbour House", b"LE2 9ZZ"):
        assert word not in answer.data


def test_what_the_public_may_not_find_is_not_in_it_even_where_staff_see_it(sqlite_app, make, as_user, index_now):
    make.service("Aged", assured_date=date(2024, 1, 1))
    make.service("Withdrawn", withdrawn_at=MONDAY)
    make.service("Tea")
    index_now()
    assert [row["name"] for row in told(staff(make, as_user), f"{ADDRESS}?aged=1&explain=1")] == ["Tea"]


def test_nothing_in_it_runs_as_a_formula(sqlite_app, make, as_user, index_now):
    make.service("=cmd|' /C calc'!A0", description="+1 tea", summary="@tea", who_for="-2")
    index_now()
    (row,) = told(staff(make, as_user), ADDRESS)
    assert row["name"] == "'=cmd|' /C calc'!A0" and row["description"] == "'+1 tea"
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row.values())


def test_it_is_noted_without_what_was_searched_for_and_kept_by_nobody(app, make, as_user, index_now):
    make.service("Tea", needs=["debt"])
    index_now()
    user = make.user("link-worker")
    user_id = user.id
    answer = as_user(user).client.get(f"{ADDRESS}?q=my+secret+worry+debt&near=LE2+0QB")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="listings-2026-11-23.csv"'
    entry = db.session.query(AuditEntry).filter_by(action="listings.downloaded").one()
    assert (entry.actor_kind, entry.actor_id) == ("user", str(user_id))
    assert entry.details == {"format": "csv", "services": len(rows_of(answer))} and entry.subject_id is None


def test_it_is_bounded_and_the_page_says_so(sqlite_app, make, as_user, index_now, monkeypatch):
    for number in range(7):
        make.service(f"Group {number}")
    index_now()
    browser = staff(make, as_user)
    assert "It holds the first" not in browser.get("/services").main
    monkeypatch.setattr(finding, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("portal.directory.views.MOST_AT_ONCE", 3)
    assert "It holds the first 3." in browser.get("/services").main
    assert len(told(browser, ADDRESS)) == 3


def test_it_cannot_be_had_without_end(sqlite_app, make, as_user, index_now, monkeypatch):
    monkeypatch.setattr(searches, "MOST_AN_HOUR", 2)
    index_now()
    browser = staff(make, as_user)
    assert told(browser, ADDRESS) == [] == told(browser, ADDRESS)
    assert browser.client.get(ADDRESS).status_code == 429
    assert db.session.query(AuditEntry).filter_by(action="listings.downloaded").count() == 2


@pytest.mark.parametrize(
    "odd", ["q=" + "x" * 301, "near=Nowhereville+zzz", "q=%00%ff&near=%00", "page=9999999999999999999999", "sort=%00"]
)
def test_what_cannot_be_searched_leads_to_the_page_that_says_why(sqlite_app, make, as_user, index_now, odd):
    make.service("Tea")
    index_now()
    browser = staff(make, as_user)
    answer = browser.client.get(f"{ADDRESS}?{odd}")
    if answer.status_code == 303:
        assert browser.client.get(answer.headers["Location"]).status_code == 422
    else:
        rows_of(answer)
    assert (answer.status_code == 303) == odd.startswith(("q=x", "near=Now"))
