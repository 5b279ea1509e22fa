"""A moderator changes a listing of their area: who may, what goes live and what waits, who is told, and the way back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import Membership, User
from portal.assurance.models import CheckCall, CheckItem, CheckRound, ListingReport
from portal.changes import checked, risks
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("app")
AsUser = Callable[..., Browser]
HERE, ELSEWHERE = "E06000016", "E09000007"
READ = ("edit", "edit/description", "edit/place", "edit/sessions", "history", "history/1", "close")
SENT: dict[str, dict[str, Any]] = {
    "edit/description": {"text": "Mine.", "action": "save"},
    "close": {"how": "close"},
    "open": {},
    "history/1": {},
}


@pytest.fixture
def local(make: Make, service: Service) -> User:
    return make.user("moderator", area=HERE, name="Robin Hale", email="robin@people.example.org")


def _address(service: Service, *rest: str) -> str:
    return "/".join([f"/group/listings/{service.id}", *rest])


def _send(browser: Browser, service: Service, fact: str, *, expect: int = 303, **fields: Any) -> Any:
    db.session.refresh(service)
    data = {"action": "save", "version": service.version} | fields
    return browser.post(_address(service, "edit", fact), data, expect=expect)


def _change() -> ChangeRequest:
    db.session.expire_all()
    return db.session.scalars(select(ChangeRequest)).one()


def _once_live(service: Service, browser: Browser) -> None:
    """So that there is a version to put back."""
    _send(browser, service, "how_to_join", text="Ring first.")


def test_who_may_change_a_listing_besides_its_group(
    as_user: AsUser, make: Make, service: Service, local: User, browser: Browser
) -> None:
    here = as_user(local)
    _once_live(service, here)
    for rest in READ:
        here.get(_address(service, rest))
    far = (
        as_user(make.user("moderator", area=ELSEWHERE)),
        as_user(make.user("lead", organisation=make.organisation("Ash Trust"))),
        as_user(make.user("editor", organisation=make.organisation("Elm Trust"), trusted=True)),
    )
    for other in far:
        for rest in READ:
            other.get(_address(service, rest), expect=404)
        for rest, fields in SENT.items():
            other.post(_address(service, rest), fields, expect=404)
    refused = as_user(make.user("commissioner"))
    for rest in READ:
        is_fact = rest.startswith("edit/")
        refused.get(_address(service, rest), expect=404 if is_fact else 403)
        assert browser.get(_address(service, rest), expect=303).headers["Location"].startswith("/sign-in")
    assert _change().by_user_id == local.id


def test_what_is_the_groups_own_stays_with_the_group(as_user: AsUser, service: Service, local: User) -> None:
    here = as_user(local)
    for address in (
        "/group",
        "/group/listings",
        "/group/confirm",
        "/group/listings/spreadsheet",
        _address(service, "confirm"),
    ):
        here.get(address, expect=403)
    for rest in ("confirm", "space", "copy"):
        here.post(_address(service, rest), {"state": "full"}, expect=403)
    assert db.session.query(ChangeRequest).count() == 0


def test_who_edits_elsewhere_and_moderates_here_does_not_speak_for_this_group(
    as_user: AsUser, make: Make, service: Service, local: User
) -> None:
    other = make.organisation("Ash Trust")
    local.memberships.append(Membership(role="editor", organization_id=other.id))
    db.session.commit()
    here = as_user(local)
    here.get(_address(service, "edit"))
    here.get(_address(service, "confirm"), expect=404)
    for rest in ("confirm", "space", "copy"):
        here.post(_address(service, rest), {"state": "full"}, expect=404)


def test_a_plain_fact_is_live_at_once_as_our_teams_word_and_may_be_sampled(
    as_user: AsUser, make: Make, service: Service, local: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risks, "ONE_IN", 1)
    here = as_user(local)
    page = here.get(_address(service, "edit/description"))
    assert not page.select('button[value="draft"]')
    saved = here.follow(_send(here, service, "description", text="Soup and talk."))
    assert "“What happens” is saved. Everyone can see it." in saved.main and "Our team," in saved.main
    change = _change()
    assert (change.state, change.is_sampled, service.description) == ("live", True, "Soup and talk.")
    check = checked.checks_of(service.id)["description"]
    assert (check.by_kind, check.how, check.by_user_id) == ("moderator", "edited", local.id)
    address = f"/moderate/changes/{change.id}/approve"
    here.post(address, expect=403)
    as_user(make.user("moderator", area=HERE)).post(address, expect=303)
    assert _change().reviewed_at is not None


def test_a_sensitive_fact_waits_for_another_moderator(
    as_user: AsUser, make: Make, service: Service, local: User, mailbox: Mailbox
) -> None:
    here = as_user(local)
    page = here.get(_address(service, "edit/phone"))
    assert "Another moderator looks at it" in page.main and "Send to another moderator" in page.main
    saved = here.follow(_send(here, service, "phone", number="0116 496 0172"))
    assert "is sent to another moderator" in saved.main and "Waits for a moderator: Phone." in saved.main
    change = _change()
    assert change.state == "waiting" and service.contacts[0].phones[0].number == "0116 496 0110"
    address = f"/moderate/changes/{change.id}"
    assert "This is your own change. Someone else has to decide." in here.get(address).main
    assert "Another moderator" in as_user(make.user("moderator", area=HERE)).get("/moderate").main
    here.post(f"{address}/approve", expect=403)
    assert _change().state == "waiting"
    as_user(make.user("moderator", area=ELSEWHERE)).post(f"{address}/approve", expect=404)
    as_user(make.user("moderator", area=HERE)).post(f"{address}/approve", expect=303)
    assert _change().state == "live" and service.contacts[0].phones[0].number == "0116 496 0172"
    check = checked.checks_of(service.id)["phone"]
    assert (check.by_kind, check.how) == ("moderator", "approved")
    [decided] = mailbox.to("robin@people.example.org")
    here.get(next(path for path in paths_in(decided) if path.startswith("/group/listings/")))


def test_everything_about_something_private_waits(as_user: AsUser, make: Make, local: User) -> None:
    private = make.service("Quiet Room", needs=("abuse",), sessions=[make.session()])
    here = as_user(local)
    _send(here, private, "description", text="Soup.")
    here.post(_address(private, "close"), {"how": "close"}, expect=303)
    db.session.expire_all()
    assert [one.state for one in db.session.scalars(select(ChangeRequest))] == ["waiting", "waiting"]
    assert private.status == "active"


def test_a_moderator_of_their_own_group_is_judged_as_its_editor(
    as_user: AsUser, service: Service, local: User, mailbox: Mailbox
) -> None:
    local.memberships.append(Membership(role="editor", organization_id=service.organization_id))
    db.session.commit()
    _send(as_user(local), service, "description", text="The best of all.")
    assert _change().state == "waiting"
    assert mailbox.all == []


def test_versions_are_seen_and_put_back_and_a_listing_paused_and_opened(
    as_user: AsUser, make: Make, service: Service, local: User
) -> None:
    here, group = as_user(local), as_user(make.user("editor", organisation=service.organization, trusted=True))
    _send(group, service, "cost", kind="donation")
    _send(here, service, "description", text="Soup and talk.")
    page = here.get(_address(service, "history"))
    assert page.words("ins") and "The group" in page.main and "Sam Okafor" not in page.main
    here.post(_address(service, "history", "1"), {"key": "k" * 32}, expect=303)
    db.session.refresh(service)
    assert "Soup" not in str(service.description)
    here.post(_address(service, "close"), {"how": "pause"}, expect=303)
    db.session.refresh(service)
    assert service.status == "temporarily closed"
    here.post(_address(service, "open"), expect=303)
    db.session.refresh(service)
    assert service.status == "active"


def test_what_was_typed_is_given_back_to_who_was_a_moderator_until_now(
    as_user: AsUser, service: Service, local: User
) -> None:
    here = as_user(local)
    here.get(_address(service, "edit/description"))
    local.memberships[0].ended_at = clock.now()
    db.session.commit()
    page = _send(here, service, "description", text="My long words", expect=403)
    assert "My long words" in page.main and "You are no longer a moderator" in page.main
    here.get(_address(service, "edit/description"), expect=404)


def test_the_group_is_told_once_of_all_that_was_changed_and_the_moderator_is_not(
    as_user: AsUser, make: Make, service: Service, local: User, mailbox: Mailbox
) -> None:
    lead = make.user("lead", organisation=service.organization, email="lead@people.example.org")
    make.user("editor", organisation=service.organization, email="ed@people.example.org")
    make.user("editor", organisation=make.organisation("Ash Trust"), email="other@people.example.org")
    begun = MONDAY
    here, group = as_user(local), as_user(lead)
    with clock.freeze(begun):
        _send(here, service, "description", text="Soup and talk.")
    with clock.freeze(begun + timedelta(minutes=5)):
        _send(here, service, "cost", kind="free")
        _send(here, service, "how_to_join", text="Ring first.")
        assert mailbox.all == []
    with clock.freeze(begun + timedelta(minutes=16)):
        sent = mailbox.all
        assert sorted(one.to for one in sent) == ["ed@people.example.org", "lead@people.example.org"]
        text = mailbox.to("lead@people.example.org")[0].text
        assert "Kettle and Chat" in text and "- What happens" in text and "- How to join" in text
        assert "Robin" not in text and "Soup" not in text
        history = next(path for path in paths_in(sent[0]) if path.startswith("/group/"))
        seen = group.get(history).main
        assert "Soup and talk." in seen and "Our team" in seen and "Robin" not in seen


def test_a_group_is_told_that_a_moderator_closed_its_listing_but_not_of_its_own_changes(
    as_user: AsUser, make: Make, service: Service, local: User, report: ListingReport, mailbox: Mailbox
) -> None:
    editor = make.user("editor", organisation=service.organization, email="ed@people.example.org", trusted=True)
    with clock.freeze(MONDAY):
        _send(as_user(editor), service, "description", text="Soup and talk.")
        as_user(local).post(f"/moderate/reports/{report.id}", {"outcome": "closed"}, expect=303)
    with clock.freeze(MONDAY + timedelta(minutes=16)):
        [told] = mailbox.to("ed@people.example.org")
    assert "paused or closed your listing “Kettle and Chat”" in told.text and "What happens" not in told.text


def test_from_a_report_to_the_fact_and_back_and_the_visitor_is_told(
    as_user: AsUser, service: Service, local: User, report: ListingReport, mailbox: Mailbox
) -> None:
    here = as_user(local)
    page = here.get(f"/moderate/reports/{report.id}")
    form = here.get(page.link("Change When"))
    assert form.link("To review") == "/moderate"
    address = _address(service, "edit/sessions")
    typed = form.form(address) | {"s-0-day": "TH", "s-0-often": "weekly", "s-0-starts": "10am", "s-0-ends": "12pm"}
    saved = here.follow(here.post(address, typed | {"action": "save", "ends": "no", "bank": "no"}, expect=303))
    assert "“When” is saved. Everyone can see it." in saved.main
    assert saved.link("Back: Report ABC234") == saved.link("Report ABC234") == f"/moderate/reports/{report.id}"
    back = here.get(saved.link("Back: Report ABC234"))
    assert "Every Thursday" in back.main
    here.post(f"/moderate/reports/{report.id}", {"outcome": "fixed"}, expect=303)
    after = here.get(_address(service, "edit"))
    assert after.link("Back to the public page").startswith(f"/services/{service.id}/")
    assert not after.select('a[href="/group"]') and not after.select(f'form[action="{_address(service, "copy")}"]')
    assert "We have put it right." in mailbox.to("ana@example.org")[0].text


def test_a_visitor_is_told_that_a_change_waits(
    as_user: AsUser, service: Service, local: User, report: ListingReport, mailbox: Mailbox
) -> None:
    report.kind = "wrong_number"
    here = as_user(local)
    _send(here, service, "phone", number="0116 496 0172")
    assert "Waits for a moderator" in here.get(f"/moderate/reports/{report.id}").main
    here.post(f"/moderate/reports/{report.id}", {"outcome": "changed"}, expect=303)
    db.session.refresh(report)
    assert (report.outcome, report.contact) == ("changed", None)
    assert "phone" not in checked.checks_of(service.id)
    [told] = mailbox.to("ana@example.org")
    assert "everybody will see it once a second person has looked" in told.text


@pytest.mark.parametrize(("outcome", "is_checked"), [("changed", True), ("unfinished", False)])
def test_a_call_in_which_something_changed_confirms_the_rest_only_if_they_said_so(
    as_user: AsUser, service: Service, local: User, call: CheckRound, outcome: str, is_checked: bool
) -> None:
    here = as_user(local)
    address = f"/moderate/phone-list/{call.id}"
    listing = here.get(here.get(address).link("Change Kettle and Chat"))
    assert listing.link("Back: The call to the group") == address
    saved = here.follow(_send(here, service, "description", text="Soup and talk."))
    back = here.get(saved.link("The call to the group"))
    assert "What to ask" in back.main
    here.post(address, {"outcome": outcome, "minutes": "7"}, expect=303)
    db.session.expire_all()
    assert (service.assured_date == clock.today()) is is_checked
    assert [(one.outcome, one.minutes) for one in db.session.scalars(select(CheckCall))] == [(outcome, 7)]
    assert (call.closed_on is not None) is is_checked
    assert service.doubted_at is None
    assert call.try_on is not None and (call.try_on > clock.today()) is not is_checked


def test_a_call_offers_no_change_of_a_listing_in_another_area(
    as_user: AsUser, make: Make, service: Service, local: User, call: CheckRound
) -> None:
    far = make.service(
        "Camden Table", organisation=service.organization, place={"authority_code": ELSEWHERE}, assured_date=None
    )
    call.items.append(CheckItem(service_id=far.id))
    db.session.commit()
    page = as_user(local).get(f"/moderate/phone-list/{call.id}")
    assert "Camden Table" in page.main and "Change Camden Table" not in page.main


def test_pages_of_a_listing_ask_an_editor_no_more_and_a_moderator_the_same_however_much_waits(
    as_user: AsUser, make: Make, service: Service, local: User, report: ListingReport, count_statements: Any
) -> None:
    here, group = as_user(local), as_user(make.user("editor", organisation=service.organization))
    with count_statements() as of_group:
        group.get(_address(service, "edit"))
    with count_statements() as few:
        here.get(_address(service, "edit"))
    for number in range(4):
        db.session.add(
            ListingReport(service_id=service.id, reference=f"XYZ23{number}", kind="other", form_key=f"{number}" * 24)
        )
    db.session.commit()
    with count_statements() as many:
        here.get(_address(service, "edit"))
    assert len(many) == len(few) and len(few) <= len(of_group) + 3
