"""Pages of those who keep grants: rounds, grants, what is refused, what two people do at once, and what is not theirs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.grants.models import Grant, GrantRound
from portal.registers.models import RegisterFlag
from tests.factories import Make
from tests.grants.world import make_area, typed_grant, typed_round, world
from tests.support.page import Browser
from tests.support.people import browser_as

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
HTML = "<script>alert(1)</script>"


def test_a_round_is_made_once_and_shown(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    browser = as_user(here.keeper)
    form = browser.get("/grants/rounds/new").form("/grants/rounds/new")
    sent = typed_round(key=form["key"], name=f"Winter {HTML}")
    made = browser.post("/grants/rounds/new", sent, expect=303)
    again = browser.post("/grants/rounds/new", sent, expect=303)
    assert made.headers["Location"] == again.headers["Location"]
    shown = browser.follow(made)
    assert f"Winter {HTML}" in shown.main and "£0 of £20,000 given" in shown.main
    assert "Opens on 1 December 2026" in shown.main
    row = db.session.query(GrantRound).filter(GrantRound.name.startswith("Winter")).one()
    assert (row.total_pence, row.opens_on) == (2_000_000, date(2026, 12, 1))
    assert db.session.query(AuditEntry).filter_by(action="grant.round-made", subject_id=str(row.id)).count() == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"closes_on-year": "2025"}, "The round cannot close before it opens"),
        ({"amount": "a lot"}, "Enter an amount in pounds, like £5,000 or 5k"),
        ({"opens_on-month": "13"}, "Enter the month as a number from 1 to 12"),
        ({"opens_on-year": "9999"}, "Check the year"),
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 121}, "Use 120 characters or fewer"),
        ({"area": "camden"}, "Choose one of the answers"),
    ],
)
def test_what_is_wrong_with_a_round_is_said_and_what_was_typed_stays(
    sqlite_app: Flask, make: Make, told: dict[str, str], sentence: str
) -> None:
    browser = browser_as(sqlite_app, world(make).keeper)
    shown = browser.post("/grants/rounds/new", typed_round(**told), expect=422)
    assert sentence in shown.main
    typed = {name: str(box.get("value", "")) for box in shown.select("input[name]") if (name := str(box["name"]))}
    assert all(typed.get(name, value) == value for name, value in told.items())
    assert db.session.query(GrantRound).count() == 1


def test_bad_letters_of_any_kind_are_a_sentence_and_no_fault(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    browser = browser_as(sqlite_app, here.keeper)
    for bad in ("\x00", "\ud800", "9" * 4000, "‮evil"):
        sent = typed_round(name=bad, amount=bad, purpose=bad, **{"opens_on-day": bad, "version": bad, "key": bad})
        sent = {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, value in sent.items()}
        browser.post("/grants/rounds/new", sent, expect=422)
        browser.get(f"/grants/gaps?quarter={bad!r}&area={bad!r}", expect=404)
    browser.get("/grants/rounds/00000000-0000-0000-0000-000000000000", expect=404)
    browser.get("/grants/%00", expect=404)


def test_a_grant_is_given_and_says_what_is_left(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    make.service(organisation=make.organisation("Larkfield Circle"))
    browser = as_user(here.keeper)
    address = f"/grants/rounds/{here.round.id}/give"
    key = browser.get(address).form(address)["key"]
    sent = typed_grant(here.hoods["Eastgate"], key=key)
    made = browser.post(address, sent, expect=303)
    assert browser.post(address, sent, expect=303).headers["Location"] == made.headers["Location"]
    assert "Listings that it pays for" in browser.follow(made).main
    grant = db.session.query(Grant).one()
    assert (grant.amount_pence, [one.neighbourhood.name for one in grant.places]) == (500_000, ["Eastgate"])
    shown = browser.get(f"/grants/rounds/{here.round.id}").main
    assert "£5,000 of £50,000 given" in shown and "Older people" in shown
    too_much = browser.post(address, typed_grant(here.hoods["Eastgate"], name="More", amount="45,000.01"), expect=422)
    assert "Only £45,000 of this round is left" in too_much.main


def test_grants_that_cannot_be_are_refused(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    group = make.organisation("Larkfield Circle")
    here.grant(group, name="Tea on Tuesdays", places=("Canal Side",))
    browser, place = browser_as(sqlite_app, here.keeper), here.hoods["Eastgate"]
    address = f"/grants/rounds/{here.round.id}/give"
    for told, sentence in (
        ({"name": "TEA on Tuesdays"}, "This group has a grant of this name in this round already"),
        ({"ends_on-year": "2026"}, "The grant cannot end before it starts"),
        ({"group": "Nobody At All"}, "We have no organisation of the name “Nobody At All”"),
        ({"neighbourhoods": []}, "Choose at least one neighbourhood"),
        ({"communities": []}, "Choose at least one"),
        ({"promised_people": "many"}, "Enter how many people are promised as a whole number, like 30"),
        ({"promised_sessions": "some"}, "Enter how many sessions are promised as a whole number, like 12"),
        ({"promised_sessions": "-1"}, "Use 0 to 100,000"),
        ({"promised_sessions": "9" * 30}, "Use 0 to 100,000"),
    ):
        assert sentence in browser.post(address, typed_grant(place, **told), expect=422).main, told
    assert db.session.query(Grant).count() == 1


def test_groups_are_suggested_and_two_of_one_name_are_told_apart_without_jargon(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    address, browser = f"/grants/rounds/{here.round.id}/give", browser_as(sqlite_app, here.keeper)
    make.service(organisation=make.organisation("Larkfield Circle"), place={"neighbourhood_code": "E02002843"})
    make.service(
        organisation=make.organisation("Far Away"), place={"neighbourhood_code": "E02000166", "authority_code": None}
    )
    page = browser.get(address)
    assert [one["value"] for one in page.select(f"datalist#{page.one('#group')['list']} option")] == [
        "Larkfield Circle"
    ]
    assert page.select("fieldset input[name=neighbourhoods][type=checkbox]")
    assert page.select("fieldset input[name=communities][type=checkbox]")
    near = browser.post(address, typed_grant(here.hoods["Eastgate"], group="Larkfield"), expect=422)
    assert "Do you mean: Larkfield Circle?" in near.main
    make.organisation("Larkfield Circle")
    two = browser.post(address, typed_grant(here.hoods["Eastgate"]), expect=422)
    assert "Several organisations are called “Larkfield Circle”. Enter its number in its register instead." in two.main


def test_each_number_that_is_missing_is_named(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    group = make.organisation("Larkfield Circle")
    grant = here.grant(group)
    given = browser_as(sqlite_app, here.keeper).post(
        f"/grants/rounds/{here.round.id}/give",
        typed_grant(here.hoods["Eastgate"], promised_sessions="", promised_people=""), expect=422,
    )  # fmt: skip
    told = browser_as(sqlite_app, make.user("lead", organisation=group)).post(
        f"/group/grants/{grant.shown_reference}/2026-q3", {"sessions": "", "people": ""}, expect=422
    )
    for page in (given, told):
        said = page.words(".error-summary a")
        assert len(said) == 2 == len(set(said)), said
        assert "how many sessions" in said[0] and "how many people" in said[1]


def test_a_grant_beside_another_for_the_same_needs_a_tick(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    here.grant(make.organisation("Larkfield Circle"), places=("Canal Side",))
    browser, place = as_user(here.keeper), here.hoods["Canal Side"]
    address = f"/grants/rounds/{here.round.id}/give"
    asked = browser.post(address, typed_grant(place), expect=422)
    assert "This group has a grant for the same already, “Lunch club”, from 1 July 2026 to 31 March 2027" in asked.main
    browser.post(address, typed_grant(place, communities=["young"]), expect=303)
    browser.post(address, typed_grant(place, name="Once more", is_checked="y"), expect=303)


def test_no_grant_for_a_group_that_has_closed_or_was_struck_off(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    closed = make.organisation("Shut Shop")
    make.service(organisation=closed, status="defunct")
    struck = make.organisation("Struck Off")
    db.session.add(RegisterFlag(organization_id=struck.id, register="GB-CHC", number="1"))
    db.session.commit()
    browser, place = as_user(here.keeper), here.hoods["Eastgate"]
    address = f"/grants/rounds/{here.round.id}/give"
    assert "Shut Shop has closed" in browser.post(address, typed_grant(place, group="Shut Shop"), expect=422).main
    assert "no more" in browser.post(address, typed_grant(place, group="Struck Off"), expect=422).main
    browser.post(address, typed_grant(place, group="Larkfield Circle"), expect=422)
    make.organisation("Brand New")
    browser.post(address, typed_grant(place, group="Brand New"), expect=303)


def test_two_who_change_one_grant_lose_nothing(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    grant = here.grant(make.organisation("Larkfield Circle"))
    address = f"/grants/{grant.shown_reference}/edit"
    one, other = as_user(here.keeper), as_user(make.user("commissioner", area="leicester"))
    place = here.hoods["Canal Side"]
    mine = typed_grant(place, version=one.get(address).form(address)["version"], name="Mine")
    theirs = typed_grant(place, version=other.get(address).form(address)["version"], name="Theirs")
    other.post(address, theirs, expect=303)
    clash = one.post(address, mine, expect=409)
    assert "Someone else changed this while you were writing" in clash.main
    assert "Theirs" in clash.main and clash.one("#name")["value"] == "Mine"
    one.post(address, {**mine, "version": clash.one("#version")["value"]}, expect=303)
    db.session.expire_all()
    assert db.session.get_one(Grant, grant.id).name == "Mine"


def test_two_who_change_one_round_lose_nothing(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    address = f"/grants/rounds/{here.round.id}/edit"
    browser = browser_as(sqlite_app, here.keeper)
    version = browser.get(address).form(address)["version"]
    browser.post(address, typed_round(version=version, name="First"), expect=303)
    clash = browser.post(address, typed_round(version=version, name="Second"), expect=409)
    assert "First" in clash.main and clash.one("#name")["value"] == "Second"
    here.grant(amount_pence=1_900_000)
    version = browser.get(address).form(address)["version"]
    less = browser.post(address, typed_round(version=version, amount="£10,000"), expect=422)
    assert "£19,000 of this round is given already" in less.main


def test_other_areas_are_not_found(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    make_area("camden", "Camden", {"Lockside": "E02000166"})
    grant = here.grant()
    far = as_user(make.user("commissioner", area="camden"))
    reference = grant.shown_reference
    for address in (
        f"/grants/rounds/{here.round.id}", f"/grants/rounds/{here.round.id}.csv", f"/grants/rounds/{here.round.id}/edit",
        f"/grants/rounds/{here.round.id}/give", f"/grants/{reference}", f"/grants/{reference}/edit",
        f"/grants/{reference}/report/2026-q3", "/grants/gaps?area=leicester", "/grants/gaps.csv?area=leicester",
    ):  # fmt: skip
        far.get(address, expect=404)
    assert "Warm welcome" not in far.get("/grants").main
    sent = {"sessions": "1", "people": "1", "version": "0"}
    far.post(f"/grants/{reference}/report/2026-q3", sent, expect=404)
    far.post(f"/grants/{reference}/edit", typed_grant(here.hoods["Eastgate"], version="1"), expect=404)
    assert "Choose one of the answers" in far.post("/grants/rounds/new", typed_round(), expect=422).main
    as_user(make.user("link-worker", organisation=make.organisation("Some"))).get("/grants", expect=403)
    assert db.session.query(AuditEntry).filter_by(action="access.refused", subject_id="grants.home").count() == 1


@pytest.mark.parametrize("role", ["lead", "editor"])
def test_who_speaks_for_a_group_is_led_on_to_its_own_grants(sqlite_app: Flask, make: Make, role: str) -> None:
    here, group = world(make), make.organisation("Larkfield Circle")
    here.grant(group)
    browser = browser_as(sqlite_app, make.user(role, organisation=group))
    led = browser.get("/grants", expect=303)
    assert led.headers["Location"] == "/group/grants"
    assert "Lunch club" in browser.follow(led).main


def test_who_holds_the_whole_council_keeps_the_set_in_it(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    browser = browser_as(sqlite_app, make.user("commissioner", area="E06000016"))
    assert "Warm welcome" in browser.get("/grants").main
    browser.get(f"/grants/rounds/{here.round.id}")


def test_a_lead_provider_keeps_the_grants_of_the_areas_that_it_leads(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    body = make.organisation("Copperbrook Care Partnership")
    browser = as_user(make.user("lead-provider", organisation=body))
    assert "You keep the grants of no area yet" in browser.get("/grants").main
    assert "You keep the grants of no area yet" in browser.follow(browser.get("/grants/gaps.csv", expect=303)).main
    browser.get(f"/grants/rounds/{here.round.id}", expect=404)
    _lead(body.id, "leicester", until=date(2026, 11, 22))
    browser.get(f"/grants/rounds/{here.round.id}", expect=404)
    _lead(body.id, "leicester", until=None)
    browser.get(f"/grants/rounds/{here.round.id}")


def test_pages_ask_the_database_as_much_for_forty_grants_as_for_four(
    app: Flask, make: Make, as_user: AsUser, count_statements: Callable[[], Any]
) -> None:
    here = world(make)
    group = make.organisation()
    service = make.service(organisation=group, sessions=[make.session()])
    browser = as_user(here.keeper)
    for number in range(4):
        here.grant(group, name=f"G{number}", amount_pence=100, services=[service], reports={"2026-q3": (9, 9)})
    addresses = ["/grants", f"/grants/rounds/{here.round.id}", "/grants/gaps", f"/grants/rounds/{here.round.id}.csv"]
    few = [_counted(browser, one, count_statements) for one in addresses]
    for number in range(4, 40):
        own = make.organisation(f"Group {number}")
        here.grant(own, name=f"G{number}", amount_pence=100, places=("Eastgate",), reports={"2026-q3": (1, 1)})
    many = [_counted(browser, one, count_statements) for one in addresses]
    assert many == few and max(many) <= 20, (few, many)


def _counted(browser: Any, address: str, count_statements: Callable[[], Any]) -> int:
    with count_statements() as statements:
        browser.get(address)
    return len(statements)


def _lead(organization_id: Any, area: str, until: date | None) -> None:
    from portal.partners.models import Partner, PartnerRole, Programme

    programme = Programme(name="Neighbourhood health", area=area, starts_on=date(2025, 4, 1))
    db.session.add(programme)
    db.session.flush()
    partner = Partner(programme_id=programme.id, organization_id=organization_id)
    db.session.add(partner)
    db.session.flush()
    db.session.add(PartnerRole(partner_id=partner.id, role="lead-provider", starts_on=date(2025, 4, 1), ends_on=until))
    db.session.commit()


def test_of_a_grant_of_another_area_for_the_same_listing_no_more_is_told(
    app: Flask, make: Make, as_user: AsUser
) -> None:
    here, group = world(make), make.organisation("Larkfield Circle")
    service = make.service("Lunch", organisation=group)
    theirs = GrantRound(
        area="camden", name="Camden round", total_pence=900_000, opens_on=date(2026, 4, 1), closes_on=date(2026, 5, 1)
    )
    db.session.add(theirs)
    db.session.commit()
    here.grant(group, round_id=theirs.id, name="Secret supper", communities=["young"], services=(service,))
    mine = here.grant(group, places=("Eastgate",))
    browser, address = as_user(here.keeper), f"/grants/{mine.shown_reference}/edit"
    sent = typed_grant(here.hoods["Eastgate"], services=[str(service.id)], version="1")
    refused = browser.post(address, sent, expect=422)
    assert "This group has a grant of another area for the same already" in refused.main
    assert "Secret supper" not in refused.html
    browser.post(address, {**sent, "is_checked": "y"}, expect=303)
