"""Two people decide at the same moment: one of them does, and the other is told."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions as changes
from portal.changes.models import ChangeRequest, Version
from portal.core.extensions import db
from portal.directory.models import Service
from portal.moderation import duplicates_finding, queries
from portal.moderation.models import Decision, DuplicatePair
from portal.moderation.reasons import REJECT
from portal.notifications.models import OutboxMessage
from tests.factories import Make
from tests.moderation.conftest import Propose
from tests.support.at_once import all_know, post_all
from tests.support.page import Browser

AsUser = Callable[..., Browser]
REFUSED = {"reason": next(iter(REJECT)), "words": "Please tell us more."}


@pytest.fixture
def desks(app: Flask, make: Make, as_user: AsUser) -> list[Browser]:
    """Two moderators."""
    return [as_user(make.user("moderator")) for _number in range(2)]


def _decisions() -> list[str]:
    return [one.kind for one in db.session.scalars(select(Decision))]


def test_two_who_approve_at_once_approve_once(
    desks: list[Browser], editor: User, propose: Propose, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/moderate/changes/{propose(editor, description='Soup.').id}/approve"
    all_know(monkeypatch, queries, "change_for", 2)
    assert post_all([(desk, address, {}) for desk in desks]) == [303, 409]
    assert _decisions() == ["approve"] and db.session.query(Version).count() == 2
    assert db.session.query(OutboxMessage).filter_by(name="change-decided").count() == 1


def test_of_an_approval_and_a_refusal_at_once_one_holds(
    desks: list[Browser], editor: User, propose: Propose, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_id, service_id = propose(editor, description="Soup.").id, service.id
    address = f"/moderate/changes/{change_id}"
    all_know(monkeypatch, changes, "move", 2)
    assert post_all([(desks[0], f"{address}/approve", {}), (desks[1], f"{address}/reject", REFUSED)]) == [303, 409]
    is_live = db.session.get_one(ChangeRequest, change_id).state == "live"
    assert _decisions() == ["approve" if is_live else "reject"]
    assert (db.session.get_one(Service, service_id).description == "Soup.") is is_live


def test_what_is_approved_while_its_author_throws_it_away_is_not_lost(
    desks: list[Browser], editor: User, as_user: AsUser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = changes.propose(service, {"description": "Soup."}, by=editor, base_version=service.version, key=None)
    db.session.commit()
    change_id, service_id = change.id, service.id
    drafts = f"/group/listings/{service_id}/drafts/{change_id}"
    all_know(monkeypatch, changes, "move", 2)
    posts = [(desks[0], f"/moderate/changes/{change_id}/approve", {}), (as_user(editor), drafts, {"action": "discard"})]
    assert post_all(posts) in ([303, 409], [303, 404])
    kept = db.session.get(ChangeRequest, change_id)
    is_live = db.session.get_one(Service, service_id).description == "Soup."
    assert (kept is not None and kept.state == "live") is is_live
    assert _decisions() == (["approve"] if is_live else [])


def test_two_who_merge_at_once_merge_once(desks: list[Browser], make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    pair_id = _pair(make).id
    all_know(monkeypatch, queries, "pair_for", 2)
    address = f"/moderate/duplicates/{pair_id}/merge"
    assert post_all([(desks[0], address, {"stays": "one"}), (desks[1], address, {"stays": "other"})]) == [303, 409]
    assert _decisions() == ["merge"]
    merged = [one.merged_into_id for one in db.session.scalars(select(Service))]
    assert merged.count(None) == 1, "neither leads to the other in a circle"


def test_three_listings_that_are_merged_two_by_two_at_once_never_lead_in_a_circle(
    desks: list[Browser], make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pair(make)
    third = make.service(
        "Larkfield Library", organisation=make.organisation("Larkfield Library"), phone="0116 496 0110"
    )
    duplicates_finding.look_at(third.id)
    db.session.commit()
    pairs = list(db.session.scalars(select(DuplicatePair.id).order_by(DuplicatePair.one_id, DuplicatePair.other_id)))
    assert len(pairs) == 3
    posts = [
        (desk, f"/moderate/duplicates/{pair_id}/merge", {"stays": side})
        for desk, pair_id, side in zip(
            [*desks, as_user(make.user("moderator"))], pairs, ("one", "other", "one"), strict=True
        )
    ]
    all_know(monkeypatch, queries, "pair_for", 3)
    assert set(post_all(posts)) <= {303, 404, 409}
    leads_to = {one.id: one.merged_into_id for one in db.session.scalars(select(Service))}
    for at in leads_to:
        seen = [at]
        while (onwards := leads_to[seen[-1]]) is not None:
            assert onwards not in seen, "in a circle"
            seen.append(onwards)
    assert sum(at is not None for at in leads_to.values()) == len(_decisions()) > 0


def test_a_merge_and_a_word_that_they_are_two_at_once_are_one_of_both(
    desks: list[Browser], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/moderate/duplicates/{_pair(make).id}"
    all_know(monkeypatch, queries, "pair_for", 2)
    assert post_all([(desks[0], f"{address}/merge", {}), (desks[1], f"{address}/different", {})]) == [303, 409]
    assert len(_decisions()) == 1


def test_a_decision_is_taken_back_once(
    desks: list[Browser], editor: User, propose: Propose, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks[0].post(f"/moderate/changes/{propose(editor, description='Soup.').id}/approve", expect=303)
    decision_id = db.session.scalars(select(Decision.id)).one()
    all_know(monkeypatch, queries, "decision_for", 2)
    assert post_all([(desk, f"/moderate/undo/{decision_id}", {}) for desk in desks]) == [303, 409]
    assert db.session.query(Version).count() == 3


def _pair(make: Make) -> DuplicatePair:
    times = [make.session("MO", "09:30")]
    one = make.service(
        "Larkfield Library", organisation=make.organisation("Larkfield Library"), sessions=times, phone="0116 496 0110"
    )
    make.service("Larkfield Library", organisation=make.organisation("Larkfield Library"), phone="0116 496 0110")
    duplicates_finding.look_at(one.id)
    db.session.commit()
    return db.session.scalars(select(DuplicatePair)).one()
