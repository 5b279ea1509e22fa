"""Raising a worry: whom it reaches, what leaves the site, and where nobody would read it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from portal.accounts.models import User
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.referrals.models import SafetyConcern
from portal.safeguarding import queries
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World

pytestmark = pytest.mark.usefixtures("app")
AsUser = Callable[..., Browser]
WORDS = "She said her nephew takes her bank card every Friday."


def _raised(browser: Browser, address: str) -> SafetyConcern:
    form = browser.get(address).form(address)
    page = browser.post(address, {**form, "words": WORDS, "codes": ["761571000000106"]}, expect=303)
    assert "It is with the safeguarding lead" in browser.follow(page).main
    return db.session.scalars(select(SafetyConcern)).one()


def test_a_group_worker_tells_its_lead_and_the_lead_of_the_team(
    loop: World, team_lead: User, group_lead: User, as_user: AsUser, mailbox: Mailbox
) -> None:
    one = loop.introduction("accepted")
    concern = _raised(as_user(loop.group_worker), f"/safety/raise?introduction={one.reference}")
    assert (concern.organization_id, concern.raised_for_id) == (loop.team.id, loop.group.id)
    assert (concern.person_id, concern.introduction_id) == (loop.person.id, one.id)
    reference, shown = concern.reference, concern.shown_reference
    for lead in (team_lead, group_lead):
        assert WORDS in as_user(lead).get(f"/safety/concerns/{reference}").main
    sent = [one for one in mailbox.all if "worry" in (one.subject or "")]
    assert {one.to for one in sent} == {"orla@people.example.org", "hal@people.example.org"}
    for mail in sent:
        assert shown in mail.text
        assert not any(words in mail.text + (mail.html or "") for words in ("nephew", "Quilla", "bank"))


def test_before_the_form_stands_that_it_is_no_emergency_line(loop: World, team_lead: User, as_user: AsUser) -> None:
    page = as_user(loop.worker).get(f"/safety/raise?person={loop.person.reference}")
    assert "This is not for emergencies." in page.main
    assert page.select("a[href='tel:999']")
    assert page.html.index("This is not for emergencies.") < page.html.index("<textarea")
    assert "Vantongeren" not in page.html


@pytest.mark.parametrize("state", ["in-progress", "withdrawn"])
def test_who_no_longer_shares_is_named_to_no_group_and_the_worry_still_goes(
    loop: World, team_lead: User, group_lead: User, as_user: AsUser, state: str
) -> None:
    one = loop.introduction(state)
    page = as_user(loop.group_worker).get(f"/safety/raise?introduction={one.reference}")
    assert ("Q.V." in page.html) == (state == "in-progress") and one.shown_reference in page.main
    concern = _raised(as_user(loop.group_worker), f"/safety/raise?introduction={one.reference}")
    assert concern.person_id == loop.person.id


def test_without_words_nothing_is_raised_and_what_was_ticked_stays(
    loop: World, team_lead: User, as_user: AsUser
) -> None:
    browser = as_user(loop.worker)
    page = browser.post("/safety/raise", {"words": " ", "codes": ["248054003"]}, expect=422)
    assert "Say in a sentence what worries you" in page.main
    assert page.one("input[value='248054003']").has_attr("checked")
    assert db.session.scalars(select(SafetyConcern)).all() == []


def test_the_same_form_twice_raises_one(loop: World, team_lead: User, as_user: AsUser, mailbox: Mailbox) -> None:
    browser = as_user(loop.worker)
    form = {**browser.get("/safety/raise").form("/safety/raise"), "words": WORDS}
    places = {browser.post("/safety/raise", form, expect=303).headers["Location"] for _time in range(2)}
    assert len(places) == 1
    assert len(db.session.scalars(select(SafetyConcern)).all()) == 1
    assert len(mailbox.to(team_lead.email)) == 1


def test_where_nobody_is_lead_the_page_says_so_with_whom_to_phone(
    loop: World, as_user: AsUser, make: Make, mailbox: Mailbox
) -> None:
    browser = as_user(loop.worker)
    page = browser.get(f"/safety/raise?person={loop.person.reference}")
    assert "Nobody would read this here" in page.main
    assert page.select("a[href='tel:01164960145']")
    assert not page.select("textarea")
    browser.post(f"/safety/raise?person={loop.person.reference}", {"words": WORDS}, expect=200)
    assert db.session.scalars(select(SafetyConcern)).all() == []
    assert [one.name for one in queries.without_lead()] == ["Larkfield Circle", "Saffron Vale Link Workers"]
    home = as_user(make.user("administrator")).get("/admin").main
    assert "have no safeguarding lead" in home and "Saffron Vale Link Workers" in home


def test_a_lead_is_named_only_where_there_is_none(loop: World, team_lead: User, as_user: AsUser) -> None:
    one = loop.introduction("accepted")
    page = as_user(loop.group_worker).get(f"/safety/raise?introduction={one.reference}")
    assert "Larkfield Circle : nobody is safeguarding lead there" in page.main
    assert [one.name for one in queries.without_lead()] == ["Larkfield Circle"]


def test_who_holds_no_role_in_an_organisation_is_told_to_phone(as_user: AsUser, make: Make) -> None:
    page = as_user(make.user("moderator", area="leicester")).get("/safety/raise")
    assert "You hold no role in an organisation" in page.main


def test_what_one_may_not_see_cannot_be_raised_about(loop: World, as_user: AsUser, make: Make) -> None:
    one = loop.introduction("accepted")
    elsewhere = make.organisation("Far Away Link Workers")
    for role in ("link-worker", "group-worker", "safeguarding-lead", "referrer"):
        browser = as_user(make_user(role, organisation=elsewhere))
        browser.get(f"/safety/raise?person={loop.person.reference}", expect=404)
        browser.get(f"/safety/raise?introduction={one.reference}", expect=404)
        browser.get(f"/safety/raise?organisation={loop.team.id}", expect=404)


def test_words_are_unreadable_in_the_database_and_in_no_audit_entry(
    loop: World, team_lead: User, as_user: AsUser
) -> None:
    _raised(as_user(loop.worker), f"/safety/raise?person={loop.person.reference}")
    kept = str(db.session.execute(text("select * from safety_concern")).all())
    chain = str([(one.details, one.why) for one in db.session.scalars(select(AuditEntry))])
    assert "nephew" not in kept + chain and "761571000000106" not in kept + chain


def test_records_lead_to_it(loop: World, team_lead: User, as_user: AsUser) -> None:
    one = loop.introduction("accepted")
    places = {
        f"/clients/{loop.person.reference}": (loop.worker, f"/safety/raise?person={loop.person.reference}"),
        f"/group/referrals/{one.reference}": (loop.group_worker, f"/safety/raise?introduction={one.reference}"),
    }
    for address, (user, wanted) in places.items():
        found = [str(link["href"]) for link in as_user(user).get(address).select("a[href^='/safety/raise']")]
        assert found == [wanted], address
        assert "About Q.V." in as_user(user).get(wanted).main
