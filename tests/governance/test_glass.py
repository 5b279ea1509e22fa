"""Breaking the glass: a reason, an hour, an alert, and never more than reading."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.governance.models import BrokenGlass
from portal.notifications.models import OutboxMessage
from portal.organisations.models import Organization
from portal.people.actions import set_number
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import NUMBER, World

pytestmark = pytest.mark.usefixtures("sqlite_app")
AsUser = Callable[..., Browser]
REASON = "They are in our waiting room and cannot say who looks after them."
GLASS = "/records/break-glass"


@pytest.fixture
def outsider(loop: World, make: Make) -> User:
    """A link worker of another team."""
    return make_user("link-worker", organisation=make.organisation("Far Away Link Workers"), name="Tam Outlaw")


def _break(browser: Browser, who: str, expect: int = 303) -> None:
    browser.post(GLASS, {**browser.get(GLASS).form(GLASS), "who": who, "reason": REASON}, expect=expect)


def test_a_reason_opens_the_record_for_an_hour_and_others_are_told(
    loop: World, outsider: User, make: Make, as_user: AsUser
) -> None:
    make.user("information-governance", email="ig@people.example.org")
    make_user("lead", organisation=loop.team, email="lead@people.example.org")
    browser, reference = as_user(outsider), loop.person.reference
    browser.get(f"{GLASS}/{reference}", expect=404)
    _break(browser, reference)
    page = browser.get(f"{GLASS}/{reference}")
    assert "Vantongeren" in page.main and "07700 900982" in page.main
    assert "Vantongeren" not in page.one("title").get_text()
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.name == "record-opened")).all()
    assert {one.recipient for one in told} == {"ig@people.example.org", "lead@people.example.org"}
    assert not any("Quilla" in (one.fields or "") or "waiting" in (one.fields or "") for one in told)
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.actor_id == str(outsider.id)).order_by(AuditEntry.number)
    ).all()
    assert actions == ["person.glass_broken", "person.read"]
    row = db.session.scalars(select(BrokenGlass)).one()
    assert row.until - row.at == timedelta(minutes=60)
    row.until = clock.now()
    db.session.commit()
    browser.get(f"{GLASS}/{reference}", expect=404)


def test_where_nobody_governs_and_no_team_has_a_lead_who_runs_the_site_is_told(
    loop: World, outsider: User, as_user: AsUser
) -> None:
    make_user("administrator", email="admin@people.example.org")
    _break(as_user(outsider), loop.person.reference)
    told = db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.name == "record-opened")).all()
    assert told == ["admin@people.example.org"]


def test_the_nhs_number_stays_masked_wherever_it_stands(loop: World, outsider: User, as_user: AsUser) -> None:
    one = loop.introduction("accepted")
    set_number(loop.person, NUMBER)
    one.referral.told = {"nhs_number": NUMBER}
    _break(as_user(outsider), loop.person.reference)
    page = as_user(outsider).get(f"{GLASS}/{loop.person.reference}")
    assert NUMBER not in page.html.replace(" ", "") and page.main.count(f"•{NUMBER[-3:]}") == 2


def test_it_opens_no_other_page_and_for_nobody_else(loop: World, outsider: User, as_user: AsUser) -> None:
    _break(as_user(outsider), loop.person.reference)
    as_user(outsider).get(f"/clients/{loop.person.reference}", expect=404)
    colleague = make_user(
        "link-worker", organisation=db.session.get_one(Organization, outsider.held[0].organization_id)
    )
    as_user(colleague).get(f"{GLASS}/{loop.person.reference}", expect=404)


def test_a_worry_about_safety_is_not_read_so(full: World, outsider: User, as_user: AsUser) -> None:
    _break(as_user(outsider), full.person.reference)
    page = as_user(outsider).get(f"{GLASS}/{full.person.reference}")
    assert "goal words" in page.main and "safety_concern" not in page.html


def test_without_a_reason_or_for_nobody_nothing_opens(loop: World, outsider: User, as_user: AsUser) -> None:
    browser = as_user(outsider)
    for reason, said in (("", "Say in a sentence why"), ("because", "Say it in a whole sentence")):
        assert said in browser.post(GLASS, {"who": loop.person.reference, "reason": reason}, expect=422).main
    page = browser.post(GLASS, {"who": "K7PH-4MWX", "reason": REASON}, expect=422)
    assert "No record has this reference" in page.main and REASON in page.html
    assert db.session.scalars(select(BrokenGlass)).all() == []
    missed = select(AuditEntry.actor_id).where(AuditEntry.action == "person.glass_missed")
    assert db.session.scalars(missed).all() == [str(outsider.id)]


def test_ways_lead_there_from_the_pages_of_those_who_may(loop: World, make: Make, as_user: AsUser) -> None:
    lead = as_user(make_user("safeguarding-lead", organisation=loop.group))
    assert lead.get("/safety/concerns").link("A record of another team") == GLASS
    assert "Worries about safety" in lead.get(GLASS).words(".staff-header__parts a")
    worker = as_user(loop.worker).get("/caseload/find")
    assert worker.link("Somebody’s safety asks for a record of another team") == GLASS
    parts = (
        as_user(make_user("group-worker", organisation=loop.group)).get("/safety/raise").words(".staff-header__parts a")
    )
    assert "A record of another team" not in parts


def test_the_own_team_has_no_glass_to_break(loop: World, as_user: AsUser) -> None:
    page = as_user(loop.worker).post(GLASS, {"who": loop.person.reference, "reason": REASON}, expect=422)
    assert "Your own team holds this record" in page.main
    as_user(loop.group_worker).get(GLASS, expect=403)


def test_guessing_is_slowed(loop: World, outsider: User, as_user: AsUser) -> None:
    browser = as_user(outsider)
    for _time in range(10):
        browser.post(GLASS, {"who": "K7PH-4MWX", "reason": REASON}, expect=422)
    browser.post(GLASS, {"who": loop.person.reference, "reason": REASON}, expect=429)


def test_information_governance_sees_who_and_why_and_notes_that_it_looked(
    loop: World, outsider: User, make: Make, as_user: AsUser
) -> None:
    _break(as_user(outsider), loop.person.reference)
    desk = as_user(make.user("information-governance"))
    page = desk.get("/records/broken")
    assert "Tam Outlaw" in page.main and REASON in page.main and "Nobody has looked at it yet" in page.main
    one = db.session.scalars(select(BrokenGlass)).one()
    desk.post(f"/records/broken/{one.id}/seen", expect=303)
    db.session.refresh(one)
    assert one.seen_at is not None
    as_user(outsider).get("/records/broken", expect=403)
