"""One change: before and after, checks, decisions, clashes, and the way on to the next."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions as changes
from portal.changes import risks
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.groups import adding
from portal.moderation import actions
from portal.moderation.models import Decision
from portal.notifications.models import OutboxMessage
from portal.registers.models import RegisterEntry, RegisterFlag
from tests.factories import Make
from tests.moderation.conftest import Propose, phone, remove_from_register
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("app")


def kinds(action: str) -> list[str]:
    entries = select(audit.AuditEntry).where(audit.AuditEntry.action == action)
    return [str(one.actor_id) for one in db.session.scalars(entries)]


def test_words_are_marked_whole_and_for_ears_too(desk: Browser, editor: User, propose: Propose) -> None:
    change = propose(editor, phone=phone("0116 496 0172"), description="Tea and soup. Somebody meets you at the door.")
    page = desk.get(f"/moderate/changes/{change.id}")
    assert [" ".join(tag.get_text().split()) for tag in page.select(".two-tellings del")] == [
        "removed: talk",
        "removed: 0116 496 0110",
    ]
    assert [" ".join(tag.get_text().split()) for tag in page.select(".two-tellings ins")] == [
        "added: soup",
        "added: 0116 496 0172",
    ]
    assert "2 facts changed" in page.main
    assert page.main.index("First, phone the old number:") < page.main.index("Approve both")
    assert "0116 496 0110" in page.one(".phone-first").get_text()


def test_an_approval_is_live_logged_told_and_lands_on_the_next(
    desk: Browser, moderator: User, editor: User, propose: Propose, make: Make, service: Service
) -> None:
    change = propose(editor, description="Soup and company.")
    other = propose(editor, make.service("Canal Walk", organisation=service.organization), description="We walk.")
    answer = desk.post(f"/moderate/changes/{change.id}/approve", {"note": "Phoned them."}, expect=303)
    assert answer.headers["Location"].endswith(f"/moderate/changes/{other.id}")
    db.session.refresh(service)
    assert service.description == "Soup and company."
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.kind, decision.by_user_id, decision.note) == ("approve", moderator.id, "Phoned them.")
    assert kinds("moderation.approve") == [str(moderator.id)]
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.name == "change-decided")).one()
    assert message.user_id == editor.id
    assert "Soup" not in (message.fields or "")


def test_sending_back_starts_from_a_template_and_keeps_what_was_typed(
    desk: Browser, editor: User, propose: Propose
) -> None:
    change = propose(editor, description="Soup.")
    address = f"/moderate/changes/{change.id}/send-back"
    filled = desk.get(desk.get(address).select(".reason a")[0]["href"].replace("?", f"{address}?"))
    assert "plain words" in filled.one("textarea[name=words]").get_text()
    wrong = desk.post(address, {"reason": "", "words": "Please say more."}, expect=422)
    assert "Choose why" in wrong.main
    assert wrong.one("textarea[name=words]").get_text().strip() == "Please say more."
    desk.post(address, {"reason": "unclear", "words": "Please say more."}, expect=303)
    db.session.refresh(change)
    assert (change.state, change.reason, change.words) == ("sent_back", "unclear", "Please say more.")


def test_a_reason_alone_sends_its_own_words(desk: Browser, editor: User, propose: Propose) -> None:
    change = propose(editor, description="Soup.")
    address = f"/moderate/changes/{change.id}/send-back"
    wrong = desk.post(address, {"reason": "nonsense", "words": " "}, expect=422)
    assert "Say in a sentence what the author should know" in wrong.main
    desk.post(address, {"reason": "unclear", "words": ""}, expect=303)
    db.session.refresh(change)
    assert change.state == "sent_back" and "plain words" in (change.words or "")


def test_a_moderator_may_mend_words_and_leave_a_fact_out(
    desk: Browser, editor: User, propose: Propose, service: Service
) -> None:
    change = propose(editor, description="Soup cures all.", phone=phone("0116 496 0172"))
    address = f"/moderate/changes/{change.id}/edit"
    assert "Soup cures all." in desk.get(address).one("textarea[name=fact-description]").get_text()
    assert "Take at least one fact" in desk.post(address, {}, expect=422).main
    empty = desk.post(address, {"take-description": "yes", "fact-description": " "}, expect=422)
    assert "Enter something here" in empty.main
    desk.post(address, {"take-description": "yes", "fact-description": "Soup for all."}, expect=303)
    db.session.refresh(service)
    assert service.description == "Soup for all."
    assert service.contacts[0].phones[0].number == "0116 496 0110"
    assert db.session.scalars(select(Decision)).one().undo["asked"]["description"] == "Soup cures all."


def test_nobody_decides_their_own_change_even_for_another_organisation(
    as_user: Callable[..., Browser], make: Make, service: Service, propose: Propose
) -> None:
    from portal.accounts.models import Membership

    both = make.user("moderator")
    both.memberships.append(Membership(role="editor", organization_id=service.organization_id))
    other = make.service("Other", organisation=make.organisation("Another circle"))
    db.session.commit()
    browser = as_user(both)
    for about in (service, other):
        change = propose(both, about, name="A new name")
        assert change.state == "waiting"
        assert "your own change" in browser.get(f"/moderate/changes/{change.id}").main
        browser.post(f"/moderate/changes/{change.id}/approve", expect=403)
        browser.post(f"/moderate/changes/{change.id}/reject", {"reason": "untrue", "words": "No."}, expect=403)
        edited = {"take-name": "yes", "fact-name": "Mine"}
        browser.post(f"/moderate/changes/{change.id}/edit", edited, expect=403)
        db.session.refresh(change)
        assert change.state == "waiting"


def test_the_second_of_two_moderators_reads_what_became_of_it(
    desk: Browser, make: Make, editor: User, propose: Propose
) -> None:
    change = propose(editor, description="Soup.")
    actions.approve(change, by=make.user("moderator"))
    db.session.commit()
    page = desk.post(f"/moderate/changes/{change.id}/approve", expect=409)
    assert "decided already" in page.main
    page = desk.post(f"/moderate/changes/{change.id}/reject", {"reason": "untrue", "words": "No."}, expect=409)
    assert "This is decided." in desk.get(f"/moderate/changes/{change.id}").main
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_a_fact_that_changed_meanwhile_shows_both(
    desk: Browser, editor: User, trusted: User, propose: Propose, service: Service
) -> None:
    change = propose(editor, description="Soup and company.")
    propose(trusted, description="Cake and company.")
    page = desk.post(f"/moderate/changes/{change.id}/approve", expect=409)
    assert "Someone else changed this" in page.main
    assert "Cake" in page.main
    assert "Soup" in page.main
    db.session.refresh(change)
    assert change.state == "waiting"


def test_a_sampled_change_is_fine_or_taken_back(
    desk: Browser, trusted: User, propose: Propose, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risks, "is_sampled", lambda _id: True)
    fine, wrong = propose(trusted, summary="Tea each Tuesday."), propose(trusted, description="Miracle cures.")
    page = desk.get(f"/moderate/changes/{fine.id}")
    assert "This is fine" in page.main
    desk.post(f"/moderate/changes/{fine.id}/approve", expect=303)
    desk.post(f"/moderate/changes/{wrong.id}/reject", {"reason": "unsafe", "words": "Please call us."}, expect=303)
    db.session.refresh(service)
    db.session.refresh(wrong)
    assert (service.summary, service.description) == (
        "Tea each Tuesday.",
        "Tea and talk. Somebody meets you at the door.",
    )
    assert wrong.state == "undone"
    desk.post(f"/moderate/changes/{fine.id}/approve", expect=409)


def test_a_new_listing_is_published_by_its_approval(desk: Browser, editor: User, service: Service) -> None:
    draft = _new_draft(editor, service)
    changes.submit(draft, by=editor)
    db.session.commit()
    assert "New listing" in desk.get("/moderate/new").main
    page = desk.get(f"/moderate/changes/{draft.id}")
    assert "Shed Saturdays" in page.main
    desk.post(f"/moderate/changes/{draft.id}/approve", expect=303)
    assert db.session.scalars(select(Service.name).where(Service.name == "Shed Saturdays")).one()


def test_who_wrote_in_a_colleagues_new_listing_does_not_decide_it(
    as_user: Callable[..., Browser], make: Make, editor: User, service: Service
) -> None:
    from portal.accounts.models import Membership

    draft = _new_draft(editor, service)
    both = make.user("moderator")
    both.memberships.append(Membership(role="editor", organization_id=service.organization_id))
    adding.save(draft, {"description": "In my own words."})
    changes.submit(draft, by=both)
    db.session.commit()
    browser = as_user(both)
    assert "your own change" in browser.get(f"/moderate/changes/{draft.id}").main
    browser.post(f"/moderate/changes/{draft.id}/approve", expect=403)
    browser.post(f"/moderate/changes/{draft.id}/reject", {"reason": "untrue", "words": "No."}, expect=403)
    db.session.refresh(draft)
    assert draft.state == "waiting"


def test_what_a_moderator_struck_out_of_a_new_listing_is_not_published(
    desk: Browser, editor: User, service: Service
) -> None:
    draft = _new_draft(editor, service)
    changes.submit(draft, by=editor)
    db.session.commit()
    told = {f"take-{name}": "yes" for name in draft.facts} | {
        "fact-name": "Shed Saturdays",
        "fact-description": "Safe.",
    }
    desk.post(f"/moderate/changes/{draft.id}/edit", told, expect=303)
    made = db.session.scalars(select(Service).where(Service.name == "Shed Saturdays")).one()
    assert made.description == "Safe."


def test_two_moderators_at_once_publish_a_new_listing_once(
    active_app: Flask, as_user: Callable[..., Browser], make: Make, editor: User, service: Service
) -> None:
    draft = _new_draft(editor, service)
    changes.submit(draft, by=editor)
    db.session.commit()
    browsers = [as_user(make.user("moderator")) for _number in range(3)]
    tokens, address = [one.csrf_token() for one in browsers], f"/moderate/changes/{draft.id}/approve"
    db.session.rollback()

    def approve(number: int) -> int:
        return browsers[number].client.post(address, data={"csrf_token": tokens[number]}).status_code

    with ThreadPoolExecutor(len(browsers)) as several:
        assert sorted(several.map(approve, range(len(browsers)))) == [303, 409, 409]
    assert len(db.session.scalars(select(Service.id).where(Service.name == "Shed Saturdays")).all()) == 1


def _new_draft(editor: User, service: Service) -> Any:
    from portal.changes.models import ChangeRequest

    facts = {"name": "Shed Saturdays", "description": "We mend.", "needs": ["loneliness"], "joining": ["drop_in"]}
    draft = ChangeRequest(organization_id=service.organization_id, kind="new", facts=facts, by_user_id=editor.id)
    db.session.add(draft)
    db.session.commit()
    return draft


CHECKED = {
    "a claim": (
        {"description": "Guaranteed to work, a miracle."},
        "a claim that may promise too much: guaranteed and miracle",
    ),
    "no claim": ({"description": "A secure room. We cannot cure, we listen."}, "no risky claim"),
    "rude words": ({"description": "No bullshit here."}, "rude words: bullshit"),
    "a town that sounds rude": ({"description": "From Scunthorpe and Penistone."}, "no rude words"),
    "a number that cannot be dialled": ({"phone": phone("12")}, "cannot be dialled: 12"),
    "a letter of another alphabet": ({"name": "Аge UK"}, "letters of two alphabets that look alike in one word: Аge"),
    "a link": ({"description": "See https://example.org/buy now"}, "open each link: https://example.org/buy"),
    "an address without a postcode": (
        {"place": [{"location_type": "physical", "addresses": [{"address_1": "1 Larkfield Road"}]}]},
        "the new address has no postcode",
    ),
    "an address that is nowhere": (
        {"place": [{"location_type": "physical", "addresses": [{"address_1": "1 Road", "postal_code": "ZZ9 9ZZ"}]}]},
        "no such postcode: ZZ9 9ZZ",
    ),
}


@pytest.mark.parametrize("name", CHECKED)
def test_checks_say_what_to_look_at(name: str, desk: Browser, editor: User, propose: Propose) -> None:
    facts, sentence = CHECKED[name]
    page = desk.get(f"/moderate/changes/{propose(editor, **facts).id}")
    assert sentence in " ".join(page.one(".checks").get_text(" ").split())


def test_a_register_and_a_shared_address_are_checked(
    desk: Browser, make: Make, editor: User, propose: Propose, service: Service
) -> None:
    remove_from_register(service, make)
    assert db.session.scalars(select(RegisterFlag.number)).all() == ["1999999"]
    db.session.query(RegisterEntry).update({"is_removed": False})  # so that only the flag can say it
    db.session.commit()
    make.service("Other", organisation=make.organisation("Another"), email="Hello@example.org")
    page = desk.get(f"/moderate/changes/{propose(editor, email='hello@example.org').id}")
    told = page.one(".checks").get_text(" ")
    assert "removed from the public register" in told
    assert "another organisation has the same e-mail address" in told


def test_html_in_every_fact_is_shown_as_words(desk: Browser, editor: User, propose: Propose) -> None:
    evil = "<script>alert(1)</script><b>x</b>"
    facts = dict.fromkeys(("name", "summary", "description", "who_for", "how_to_join", "alert"), evil)
    change = propose(editor, **facts)
    for address in ("", "/edit", "/send-back"):
        page = desk.get(f"/moderate/changes/{change.id}{address}")
        assert not page.select("main script, main b")


def test_an_item_asks_little(
    app: Flask, desk: Browser, editor: User, propose: Propose, count_statements: Callable[..., Any]
) -> None:
    change = propose(editor, description="Soup.", phone=phone("0116 496 0172"))
    desk.get(f"/moderate/changes/{change.id}")
    with count_statements() as asked:
        desk.get(f"/moderate/changes/{change.id}")
    assert len(asked) <= 30


def test_a_claim_gives_roles_and_is_for_a_lead_first(
    desk: Browser, make: Make, service: Service, moderator: User
) -> None:
    asking = make.user(name="Ana Bell", email="ana@people.example.org")
    claim = ChangeRequest(
        organization_id=service.organization_id, kind="claim", by_user_id=asking.id, state="waiting",
        submitted_at=clock.now(),
    )  # fmt: skip
    db.session.add(claim)
    lead = make.user("lead", organisation=service.organization)
    assert "Nothing waiting." in desk.get("/moderate/new").main
    for role in lead.memberships:
        role.ended_at = clock.now()
    db.session.commit()
    assert "Wants to manage the listings" in desk.get("/moderate/new").main
    page = desk.get(f"/moderate/changes/{claim.id}")
    assert "ana@people.example.org" in page.main
    assert "Send back" not in page.main
    assert kinds("claim.read") == [str(moderator.id)]
    desk.post(f"/moderate/changes/{claim.id}/approve", expect=303)
    db.session.expire_all()
    assert {one.role for one in asking.held} == {"lead", "editor"}
    assert "Take it back" not in desk.get("/moderate/undo").main
