"""What counts as a check, and of what; and what is forgotten."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from portal.assurance import actions, answering
from portal.assurance.models import CheckLetter, CheckRound, ListingReport
from portal.changes.actions import propose
from portal.changes.checked import checks_of
from portal.core import clock
from portal.core.extensions import db
from portal.directory import space
from portal.directory.models import Service
from tests.assurance.conftest import Days, Post, checked
from tests.factories import Make


def test_an_edit_is_a_check_of_its_own_fact_alone(due: Service, make: Make) -> None:
    editor = make.user("editor", organisation=due.organization, trusted=True)
    propose(due, {"summary": "Wood and tea."}, by=editor, base_version=due.version, key=None)
    db.session.commit()
    assert set(checks_of(due.id)) == {"summary"}
    assert due.assured_date == checked(76)


def test_confirming_all_renews_the_word_of_space_while_it_holds(
    app: Flask, due: Service, make: Make, days: Days
) -> None:
    due.space_state, due.space_said_at = "space", clock.now() - timedelta(days=29)
    other = make.service("Other", space_state="space", space_said_at=clock.now() - timedelta(days=31))
    answering.confirm([due.id, other.id], how="site", by="person")
    db.session.commit()
    assert due.space_said_at == clock.now()
    assert space.label(space.space_of(due)) == "Space now"
    other.joining = []
    assert space.label(space.space_of(other)) == "Ask about space"


def test_space_without_a_word_for_30_days_is_to_be_asked_about(make: Make, days: Days) -> None:
    service = make.service("Table", joining=["self_refer"], space_state="space", space_said_at=clock.now())
    days.set(clock.now() + timedelta(days=30))
    assert space.label(space.space_of(service)) == "Space now"
    days.set(clock.now() + timedelta(days=1))
    assert space.label(space.space_of(service)) == "Ask about space"


def test_a_digest_that_is_confirmed_on_the_site_is_answered(due: Service, make: Make, days: Days, post: Post) -> None:
    editor = make.user("editor", organisation=due.organization)
    days.look()
    answering.confirm([due.id], how="site", by=editor)
    db.session.commit()
    assert answering.link_of(post.last_token()).is_used
    assert (due.assured_by, due.assured_how) == ("group", "site")


def test_what_visitors_wrote_and_whom_we_wrote_to_is_forgotten_in_time(
    app: Flask, due: Service, make: Make, days: Days, post: Post
) -> None:
    days.look()
    answering.confirm([due.id], how="site", by="person")
    db.session.add(
        ListingReport(
            service_id=due.id,
            reference="K7MH4P",
            kind="other",
            words="It moved",
            form_key="k" * 32,
            answered_at=clock.now(),
            outcome="fixed",
        )
    )
    db.session.commit()
    days.set(clock.now() + timedelta(days=89))
    actions.tidy()
    assert db.session.scalars(select(ListingReport.words)).one() == "It moved"
    days.set(clock.now() + timedelta(days=2))
    actions.tidy()
    assert db.session.scalars(select(ListingReport.words)).one() is None
    assert db.session.scalar(select(func.count()).select_from(CheckLetter)) == 1
    days.set(clock.now() + timedelta(days=330))
    actions.tidy()
    db.session.commit()
    for table in (CheckLetter, CheckRound):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
