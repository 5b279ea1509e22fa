"""Worries about safety, and what information governance looks at, in the demo."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.queries import user_by_email
from portal.core.extensions import db
from portal.demo import accounts, watching_over
from portal.notifications.models import OutboxMessage
from portal.safeguarding import queries
from tests.support.page import Browser


def test_both_leads_and_information_governance_have_something_to_look_at(
    referred: Flask, as_user: Callable[..., Browser]
) -> None:
    assert watching_over.ensure()
    db.session.commit()
    assert not watching_over.ensure()
    assert db.session.query(OutboxMessage).filter_by(state="waiting").count() == 0
    team, group, desk = (
        as_user(user_by_email(f"{name}@{accounts.MAIL}"))
        for name in ("safeguarding-lead-team", "safeguarding-lead", "information-governance")
    )
    page = team.get("/safety/concerns")
    assert len(page.select("table")) == 2 and "Read, still open" in page.main
    assert len(group.get("/safety/concerns").select("tbody tr")) == 1
    assert "Ravi Solanki" in desk.get("/records/broken").main
    assert "Under legal hold" in desk.get("/records").main
    assert queries.leads_of([one.id for one in queries.without_lead()]) == []
