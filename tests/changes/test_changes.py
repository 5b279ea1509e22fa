"""Proposing, deciding, applying, undoing and restoring changes."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions, checked, queries, risks
from portal.changes.actions import NotYours, OwnChange
from portal.changes.applying import Clash
from portal.changes.facts import FACTS
from portal.changes.life import CannotNow
from portal.changes.models import ChangeRequest, Version
from portal.core import audit
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.directory.models import Service
from tests.factories import Make


@pytest.fixture
def service(app: Flask, make: Make) -> Service:
    return make.service(sessions=[make.session()], phone="0116 496 0999")


@pytest.fixture
def trusted(service: Service, make: Make) -> User:
    return make.user("editor", organisation=service.organization, trusted=True)


@pytest.fixture
def newcomer(service: Service, make: Make) -> User:
    return make.user("editor", organisation=service.organization)


@pytest.fixture
def moderator(service: Service, make: Make) -> User:
    return make.user("moderator")


def propose(service: Service, by: User, key: str | None = None, **facts: Any) -> ChangeRequest:
    change = actions.propose(service, facts, by=by, base_version=service.version, key=key)
    db.session.commit()
    return change


def test_a_trusted_editors_plain_change_is_live_at_once(service: Service, trusted: User) -> None:
    change = propose(service, trusted, description="Soup and company.")
    assert (change.state, change.version_number, service.version) == ("live", 2, 2)
    assert service.description == "Soup and company."
    assert change.before == {"description": "Tea and talk. Somebody meets you at the door."}
    first, second = sorted(queries.versions_of(service.id), key=lambda one: one.number)
    assert (first.how, first.facts["description"][:3], second.how, second.changed) == (
        "imported",
        "Tea",
        "edited",
        ["description"],
    )
    assert second.facts == first.facts | {"description": "Soup and company."}
    assert db.session.scalar(select(Job.id).where(Job.name == "search.update", Job.key == str(service.id)))
    entries = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "listing.edited")).all()
    assert [(one.subject_id, one.actor_id, one.details) for one in entries] == [
        (str(service.id), str(trusted.id), {"facts": ["description"], "version": 2})
    ]


def test_a_check_is_noted_for_the_edited_fact_alone(service: Service, trusted: User) -> None:
    assured = service.assured_date
    propose(service, trusted, cost={"options": [{"kind": "paid", "amount": "3.00"}]})
    assert {name: (one.by_kind, one.how) for name, one in checked.checks_of(service.id).items()} == {
        "cost": ("group", "edited")
    }
    assert service.assured_date == assured


@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if fact.is_sensitive])
def test_a_sensitive_fact_waits_even_from_a_trusted_editor(service: Service, trusted: User, name: str) -> None:
    value: Any = {"name": "Other", "who_for": "Men", "ages": {"minimum": 50}, "audiences": {"anyone": True}}.get(
        name, []
    )
    before = FACTS[name].read(service)
    change = propose(service, trusted, **{name: value})
    assert change.state == "waiting" and service.version == 1
    assert FACTS[name].read(service) == before
    assert queries.versions_of(service.id) == []


@pytest.mark.parametrize("name", ["sessions", "space", "cost", "description"])
def test_what_trusted_editors_change_most_is_not_sensitive(name: str) -> None:
    assert not FACTS[name].is_sensitive


def test_everything_of_a_new_editor_waits(service: Service, newcomer: User) -> None:
    change = propose(service, newcomer, space={"state": "full"})
    assert (change.state, change.risks) == ("waiting", ["new_editor"])
    assert service.space_state is None


def test_everything_on_a_sensitive_need_waits(make: Make, trusted: User, service: Service) -> None:
    refuge = make.service("Safe", organisation=service.organization, needs=("abuse",))
    change = propose(refuge, trusted, description="We listen.")
    assert (change.state, change.risks) == ("waiting", ["sensitive_need"])
    added = propose(service, trusted, needs=["loneliness", "addiction"])
    assert (added.state, added.risks) == ("waiting", ["sensitive_need"])


def test_risks_are_named(service: Service, newcomer: User, trusted: User) -> None:
    change = propose(
        service, newcomer, phone=[], description="See https://x.example.org/a", url="https://y.example.org"
    )
    assert change.risks == ["new_editor", "contact_changed", "link_added"]
    assert propose(service, trusted, email="tea@example.org").risks == ["contact_changed"]


def test_one_in_ten_is_sampled_and_always_the_same_ones() -> None:
    from uuid import UUID

    ids = [UUID(int=number) for number in range(5_000)]
    sampled = [one for one in ids if risks.is_sampled(one)]
    assert sampled == [one for one in ids if risks.is_sampled(one)]
    assert 400 < len(sampled) < 600


def test_the_same_form_sent_again_gives_the_same_change(service: Service, trusted: User) -> None:
    first = propose(service, trusted, "k" * 20, description="Once.")
    again = actions.propose(service, {"description": "Once."}, by=trusted, base_version=1, key="k" * 20)
    assert again.id == first.id and service.version == 2


def test_a_fact_that_somebody_else_changed_is_a_clash_with_both(service: Service, trusted: User) -> None:
    propose(service, trusted, description="First.")
    with pytest.raises(Clash) as clash:
        actions.propose(service, {"description": "Second."}, by=trusted, base_version=1, key=None)
    assert (clash.value.own, clash.value.standing) == ({"description": "Second."}, {"description": "First."})
    db.session.rollback()
    assert (service.description, service.version) == ("First.", 2)


def test_another_fact_is_no_clash_and_neither_is_the_same_words(service: Service, trusted: User) -> None:
    propose(service, trusted, description="First.")
    for facts in ({"how_to_join": "Just come."}, {"description": "First."}):
        assert actions.propose(service, facts, by=trusted, base_version=1, key=None).state == "live"
    db.session.commit()
    assert (service.description, service.how_to_join, service.version) == ("First.", "Just come.", 3)


def test_a_stranger_or_one_who_was_removed_may_not(service: Service, trusted: User, make: Make) -> None:
    other = make.user("editor", organisation=make.organisation("Ash Trust"), trusted=True)
    with pytest.raises(NotYours):
        propose(service, other, description="Mine now.")
    trusted.memberships[0].ended_at = trusted.created_at
    with pytest.raises(NotYours):
        propose(service, trusted, description="Still mine.")


def test_a_moderator_lets_a_change_go_live(service: Service, newcomer: User, moderator: User) -> None:
    change = propose(service, newcomer, name="Wednesday Table")
    actions.approve(change, moderator)
    db.session.commit()
    assert (change.state, service.name, change.decided_by_id) == ("live", "Wednesday Table", moderator.id)
    version = queries.version(service.id, 2)
    assert version is not None and (version.how, version.changed) == ("approved", ["name"])
    with pytest.raises(CannotNow):
        actions.reject(change, moderator)


def test_a_moderator_may_edit_what_goes_live(service: Service, newcomer: User, moderator: User) -> None:
    change = propose(service, newcomer, description="Cure for all.")
    actions.approve(change, moderator, facts={"description": "Company for all."})
    assert service.description == "Company for all."


def test_nobody_decides_their_own_change(service: Service, moderator: User) -> None:
    change = propose(service, moderator, name="Mine")
    assert change.state == "waiting"
    for decide in (actions.approve, actions.reject, actions.send_back):
        with pytest.raises(OwnChange):
            decide(change, moderator)


def test_what_changed_while_it_waited_is_a_clash_for_the_moderator(
    service: Service, newcomer: User, trusted: User, moderator: User
) -> None:
    change = propose(service, newcomer, description="From the newcomer.")
    propose(service, trusted, description="From the other.")
    with pytest.raises(Clash):
        actions.approve(change, moderator)


def test_what_is_sent_back_can_be_sent_again(service: Service, newcomer: User, moderator: User) -> None:
    change = propose(service, newcomer, description="Short.")
    actions.send_back(change, moderator, reason="unclear", words="Say what happens at the door.")
    assert (change.state, change.words) == ("sent_back", "Say what happens at the door.")
    actions.save_draft(service, {"description": "Mo meets you."}, by=newcomer, base_version=1, change=change)
    assert change.state == "draft"
    assert actions.submit(change, by=newcomer).state == "waiting"
    assert actions.submit(change, by=newcomer).state == "waiting"


def test_what_a_moderator_wrote_is_unreadable_in_the_database(
    service: Service, newcomer: User, moderator: User
) -> None:
    change = propose(service, newcomer, description="Short.")
    actions.send_back(change, moderator, words="Dear Sam")
    db.session.commit()
    raw = db.session.execute(db.text("select words from change_request")).scalar_one()
    assert "Sam" not in raw


def test_undo_puts_back_what_stood_before(service: Service, trusted: User, moderator: User) -> None:
    change = propose(service, trusted, description="Spam.")
    actions.undo(change, moderator)
    db.session.commit()
    assert change.state == "undone" and service.version == 3
    assert service.description == "Tea and talk. Somebody meets you at the door."


def test_undo_never_takes_a_later_change_away(service: Service, trusted: User, moderator: User) -> None:
    change = propose(service, trusted, description="One.")
    propose(service, trusted, description="Two.")
    with pytest.raises(Clash):
        actions.undo(change, moderator)


def test_a_version_is_restored_as_a_change_of_its_own(service: Service, trusted: User) -> None:
    propose(service, trusted, description="Two.")
    propose(service, trusted, how_to_join="Ring.")
    change = actions.restore(_version(service, 1), trusted)
    db.session.commit()
    assert (change.state, service.version) == ("live", 4)
    assert _version(service, 4).facts == _version(service, 1).facts


def test_to_restore_a_sensitive_fact_waits(service: Service, trusted: User, moderator: User) -> None:
    change = propose(service, trusted, name="Wednesday Table")
    actions.approve(change, moderator)
    assert actions.restore(_version(service, 1), trusted).state == "waiting"
    assert service.name == "Wednesday Table"


def test_closing_pausing_and_opening_again(service: Service, trusted: User) -> None:
    for status, kind in (("temporarily closed", "close"), ("inactive", "close"), ("active", "reopen")):
        change = actions.set_status(service, status, by=trusted, key=None)
        db.session.commit()
        assert (change.state, change.kind, service.status) == ("live", kind, status)
    assert queries.versions_of(service.id)[0].status == "active"


def test_a_new_editor_cannot_close_a_listing_alone(service: Service, newcomer: User) -> None:
    assert actions.set_status(service, "inactive", by=newcomer, key=None).state == "waiting"
    assert service.status == "active"


def test_a_new_listing_is_made_when_a_moderator_says_so(service: Service, newcomer: User, moderator: User) -> None:
    place = [{"name": "Ash Hall", "addresses": [{"address_1": "2 Ash Road", "postal_code": "LE2 0QB"}]}]
    session = {"freq": "weekly", "byday": "TU", "dtstart": "2026-11-24", "starts_at": "10:00"}
    facts = {"name": "Ash Circle", "needs": ["loneliness"], "place": place, "sessions": [session]}
    draft = ChangeRequest(kind="new", organization_id=service.organization_id, facts=facts, by_user_id=newcomer.id)
    db.session.add(draft)
    db.session.flush()
    assert actions.submit(draft, by=newcomer).state == "waiting"
    actions.approve(draft, moderator)
    db.session.commit()
    made = db.session.get_one(Service, draft.service_id)
    assert (made.name, made.version, made.assured_by) == ("Ash Circle", 1, "group")
    assert [one.how for one in queries.versions_of(made.id)] == ["added"]
    assert len(made.service_at_locations[0].sessions) == 1


def test_a_draft_shows_nothing_to_anybody(service: Service, trusted: User) -> None:
    draft = actions.save_draft(service, {"description": "Half a"}, by=trusted, base_version=1)
    actions.save_draft(service, {"how_to_join": "Ring."}, by=trusted, base_version=1, change=draft)
    assert (draft.state, draft.facts, service.version) == (
        "draft", {"description": "Half a", "how_to_join": "Ring."}, 1,
    )  # fmt: skip
    actions.submit(draft, by=trusted)
    assert (draft.state, service.description) == ("live", "Half a")


def test_saying_the_same_again_is_a_check_and_no_version(service: Service, trusted: User) -> None:
    change = propose(service, trusted, description=service.description)
    assert (change.state, service.version) == ("live", 1)
    assert set(checked.checks_of(service.id)) == {"description"}


def test_a_fact_that_is_none_is_refused(service: Service, trusted: User) -> None:
    with pytest.raises(KeyError):
        propose(service, trusted, withdrawn_at="now")


def test_undo_of_space_puts_back_that_nobody_said(service: Service, trusted: User, moderator: User) -> None:
    change = propose(service, trusted, space={"state": "full"})
    actions.undo(change, moderator)
    db.session.commit()
    assert (service.space_state, service.space_said_at) == (None, None)


def test_versions_hold_plain_json(service: Service, trusted: User) -> None:
    propose(service, trusted, space={"state": "full", "full_until": "2026-12-24"})
    facts = _version(service, 2).facts
    assert json.loads(json.dumps(facts)) == facts
    assert facts["space"]["full_until"] == "2026-12-24"


def _version(service: Service, number: int) -> Version:
    found = queries.version(service.id, number)
    assert found is not None
    return found
