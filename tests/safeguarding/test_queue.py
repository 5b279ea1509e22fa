"""The queue: who may read, that reading is noted, the same working day, and what is done."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.clock import LONDON
from portal.core.extensions import db
from portal.notifications.models import OutboxMessage
from portal.referrals.models import SafetyConcern
from portal.safeguarding.actions import Worry, raise_concern, watch
from portal.safeguarding.subjects import Subject
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World

pytestmark = pytest.mark.usefixtures("sqlite_app")
AsUser = Callable[..., Browser]
BOSS, LEAD = "boss@people.example.org", "orla@people.example.org"
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=LONDON)


@pytest.fixture
def concern(loop: World, team_lead: User) -> SafetyConcern:
    """Raised by the link worker on a Tuesday morning."""
    with clock.freeze(TUESDAY):
        about = Subject(loop.team, loop.team, loop.person)
        found = raise_concern(Worry("Bruises on both arms.", "k" * 32), about, by=loop.worker)
        db.session.commit()
    return found


def test_reading_it_is_noted_and_a_button_says_that_it_was_read(
    concern: SafetyConcern, team_lead: User, loop: World, as_user: AsUser
) -> None:
    browser = as_user(team_lead)
    with clock.freeze(TUESDAY.replace(hour=11)):
        assert "Read it by 24 November 2026, 5pm" in browser.get("/safety/concerns").main
        page = browser.get(f"/safety/concerns/{concern.reference}")
    assert "Bruises on both arms." in page.main and "Lena Arkwright" in page.main and "Q.V." in page.main
    assert "Vantongeren" not in page.html
    noted = select(AuditEntry.actor_id, AuditEntry.subject_id).where(AuditEntry.action == "safety.read")
    assert db.session.execute(noted).all() == [(str(team_lead.id), str(concern.id))]
    assert concern.read_at is None
    browser.post(f"/safety/concerns/{concern.reference}/read", expect=303)
    assert (concern.read_by_id, concern.read_at is not None) == (team_lead.id, True)


def test_nobody_else_reads_it(concern: SafetyConcern, loop: World, as_user: AsUser, make: Make) -> None:
    elsewhere = make.organisation("Far Away Link Workers")
    other_lead = as_user(make_user("safeguarding-lead", organisation=elsewhere))
    assert concern.shown_reference not in other_lead.get("/safety/concerns").html
    other_lead.get(f"/safety/concerns/{concern.reference}", expect=404)
    other_lead.post(f"/safety/concerns/{concern.reference}", {"outcome": "x", "close": "yes"}, expect=404)
    other_lead.post(f"/safety/concerns/{concern.reference}/read", expect=404)
    for user in (loop.worker, loop.group_worker, make.user("administrator"), make.user("information-governance")):
        as_user(user).get(f"/safety/concerns/{concern.reference}", expect=403)
    as_user(loop.group_worker).get(f"/safety/raised/{concern.reference}", expect=404)
    raiser = as_user(loop.worker).get(f"/safety/raised/{concern.reference}")
    assert "Not read yet" in raiser.main and "Bruises" not in raiser.html


def test_what_was_done_is_kept_and_closes_it(concern: SafetyConcern, team_lead: User, as_user: AsUser) -> None:
    browser, address = as_user(team_lead), f"/safety/concerns/{concern.reference}"
    assert "Say what was done" in browser.post(address, {"outcome": "", "close": "yes"}, expect=422).main
    browser.post(address, {"outcome": "Rang the council.", "keep": "yes"}, expect=303)
    assert (concern.outcome, concern.closed_at) == ("Rang the council.", None)
    assert concern.read_at is not None
    seen = _version(browser, address)
    browser.post(address, {"outcome": "The council visits on Friday.", "close": "yes"} | seen, expect=303)
    assert concern.closed_at is not None
    browser.post(address, {"outcome": "Something else.", "close": "yes"}, expect=409)
    assert concern.outcome == "The council visits on Friday."
    browser.post(f"{address}/open", expect=303)
    assert concern.closed_at is None


def test_of_two_leads_the_second_sees_what_the_first_wrote_and_keeps_their_words(
    concern: SafetyConcern, loop: World, team_lead: User, as_user: AsUser
) -> None:
    colleague = as_user(make_user("safeguarding-lead", organisation=loop.team, name="Bram Osgood"))
    browser, address = as_user(team_lead), f"/safety/concerns/{concern.reference}"
    seen = _version(colleague, address)
    browser.post(address, {"outcome": "Rang the council.", "keep": "yes"} | _version(browser, address), expect=303)
    clash = colleague.post(address, {"outcome": "Saw her at home.", "keep": "yes"} | seen, expect=409)
    assert "Someone else changed this" in clash.main and "Rang the council." in clash.main
    assert clash.one("#outcome").text.strip() == "Saw her at home." and concern.outcome == "Rang the council."
    both = {"outcome": "Rang the council, saw her at home.", "close": "yes"}
    seen = {"version": str(clash.one("#version")["value"])}
    colleague.post(address, both | seen, expect=303)
    assert concern.outcome == both["outcome"] and concern.closed_at is not None
    late = browser.post(address, {"outcome": "They visit on Friday.", "close": "yes"} | seen, expect=409)
    assert "closed already" in late.main and "They visit on Friday." in late.main and both["outcome"] in late.main


def test_unread_at_the_end_of_its_working_day_leads_and_administrators_hear_once_a_day(
    concern: SafetyConcern, team_lead: User, make: Make, mailbox: Mailbox
) -> None:
    make.user("administrator", email=BOSS)
    shown = concern.shown_reference
    _watched(TUESDAY.replace(hour=16, minute=59), 2)
    assert _sent_to(BOSS) == 0
    _watched(TUESDAY.replace(hour=17), 3)
    assert (_sent_to(BOSS), _sent_to(LEAD)) == (1, 2)
    _watched(TUESDAY.replace(day=25, hour=9), 1)
    assert _sent_to(BOSS) == 2
    with clock.freeze(TUESDAY.replace(hour=18)):
        told = mailbox.to(BOSS)[0]
    assert shown in told.text and "Bruises" not in told.text and "Quilla" not in told.text


def test_each_organisation_reads_for_itself_and_one_that_has_read_it_is_left_alone(
    loop: World, team_lead: User, group_lead: User, as_user: AsUser
) -> None:
    with clock.freeze(TUESDAY):
        about = Subject(loop.group, loop.team, loop.person)
        concern = raise_concern(Worry("Bruises on both arms.", "k" * 32), about, by=loop.group_worker)
        db.session.commit()
    address, group, team = f"/safety/concerns/{concern.reference}", as_user(group_lead), as_user(team_lead)
    with clock.freeze(TUESDAY.replace(hour=11)):
        group.post(f"{address}/read", expect=303)
        assert (
            "I have read it" not in group.get(address).main and "Read, still open" in group.get("/safety/concerns").main
        )
        page = team.get(address)
        assert "I have read it" in page.main and "Hal Denbigh" in page.main and "Not yet. Read it by" in page.main
        assert "Read it by" in team.get("/safety/concerns").main
    assert concern.read_at is None
    told = _sent_to(LEAD), _sent_to("hal@people.example.org")
    _watched(TUESDAY.replace(hour=17), 1)
    assert (_sent_to(LEAD), _sent_to("hal@people.example.org")) == (told[0] + 1, told[1])
    team.post(f"{address}/read", expect=303)
    assert (concern.read_by_id, concern.read_at is not None) == (team_lead.id, True)
    _watched(TUESDAY.replace(day=25, hour=17), 1)
    assert _sent_to(LEAD) == told[0] + 1


def test_late_is_said_in_words(concern: SafetyConcern, team_lead: User, as_user: AsUser, make: Make) -> None:
    with clock.freeze(TUESDAY.replace(hour=18)):
        assert "Late: nobody has read it" in as_user(team_lead).get("/safety/concerns").main
        assert concern.shown_reference in as_user(make.user("administrator")).get("/admin").main


def test_what_was_read_is_no_alarm(concern: SafetyConcern, make: Make) -> None:
    make.user("administrator", email=BOSS)
    concern.read_at = clock.now()
    db.session.commit()
    _watched(TUESDAY.replace(day=26), 1)
    assert _sent_to(BOSS) == 0


def _version(browser: Browser, address: str) -> dict[str, str]:
    return {"version": str(browser.get(address).one("#version")["value"])}


def _watched(at: datetime, times: int) -> None:
    with clock.freeze(at):
        for _time in range(times):
            watch()
            db.session.commit()


def _sent_to(address: str) -> int:
    """How many messages wait to go, or went, to an address."""
    return sum(one.recipient == address for one in db.session.scalars(select(OutboxMessage)))
