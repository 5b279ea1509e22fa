"""Taking decisions back for 30 days."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.moderation.models import Decision
from tests.moderation.conftest import Propose
from tests.moderation.test_item import _new_draft
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("app")
OLD = "Tea and talk. Somebody meets you at the door."


def last() -> Decision:
    return db.session.scalars(select(Decision).order_by(Decision.at.desc()).limit(1)).one()


def test_an_approval_taken_back_puts_everything_as_it_stood(
    desk: Browser, editor: User, propose: Propose, service: Service
) -> None:
    change = propose(editor, description="Soup and company.")
    desk.post(f"/moderate/changes/{change.id}/approve", expect=303)
    assert "Approved: Kettle and Chat" in desk.get("/moderate/undo").main
    done = desk.follow(desk.post(f"/moderate/undo/{last().id}", expect=303))
    assert "Taken back." in done.main
    db.session.refresh(service)
    db.session.refresh(change)
    assert (service.description, change.state) == (OLD, "undone")
    assert db.session.scalar(select(audit.AuditEntry.number).where(audit.AuditEntry.action == "moderation.undone"))
    desk.post(f"/moderate/undo/{last().id}", expect=409)


def test_a_refusal_taken_back_waits_again(desk: Browser, editor: User, propose: Propose) -> None:
    change = propose(editor, description="Soup.")
    desk.post(f"/moderate/changes/{change.id}/reject", {"reason": "untrue", "words": "They said no."}, expect=303)
    db.session.refresh(change)
    assert change.state == "rejected"
    desk.post(f"/moderate/undo/{last().id}", expect=303)
    db.session.refresh(change)
    assert (change.state, change.words) == ("waiting", None)
    assert "Kettle and Chat" in desk.get("/moderate").main


def test_a_new_listing_taken_back_is_withdrawn(desk: Browser, browser: Browser, editor: User, service: Service) -> None:
    from portal.changes import actions as changes

    draft = _new_draft(editor, service)
    changes.submit(draft, by=editor)
    db.session.commit()
    desk.post(f"/moderate/changes/{draft.id}/approve", expect=303)
    made = db.session.scalars(select(Service).where(Service.name == "Shed Saturdays")).one()
    desk.post(f"/moderate/undo/{last().id}", expect=303)
    db.session.refresh(made)
    assert made.withdrawn_at is not None
    assert db.session.get_one(ChangeRequest, draft.id).state == "undone"


def test_after_30_days_nothing_is_taken_back(desk: Browser, editor: User, propose: Propose) -> None:
    change = propose(editor, description="Soup.")
    desk.post(f"/moderate/changes/{change.id}/approve", expect=303)
    decision = last()
    decision.at = clock.now() - timedelta(days=31)
    db.session.commit()
    desk.post(f"/moderate/undo/{decision.id}", expect=409)
    assert "Nothing was decided in the last 30 days." in desk.get("/moderate/undo").main


def test_what_changed_since_is_not_overwritten(
    desk: Browser, editor: User, trusted: User, propose: Propose, service: Service
) -> None:
    change = propose(editor, description="Soup.")
    desk.post(f"/moderate/changes/{change.id}/approve", expect=303)
    propose(trusted, description="Cake.")
    desk.post(f"/moderate/undo/{last().id}", expect=409)
    db.session.refresh(service)
    assert service.description == "Cake."
