"""Several things asked for together in the demo: one set that stands half answered, one in which a next nearest said yes."""

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.demo import gaps, huddles, teams, together
from portal.demo.referring import WORKER
from portal.demo.rows import demo_id
from portal.huddles.gap_models import HuddleGap
from portal.huddles.models import HuddleCase
from portal.notifications.models import OutboxMessage
from portal.referrals.models import Introduction
from portal.together.models import TogetherLine
from portal.together.queries import standings_for


def test_a_set_stands_half_answered_and_another_went_to_the_next_nearest(referred: Flask) -> None:
    assert together.ensure()
    db.session.commit()
    assert not together.ensure(), "once"
    worker = db.session.get_one(User, demo_id("account", WORKER))
    people = {one.person_id for one in db.session.query(TogetherLine)}
    found = {
        set_.bundle: [(line.label, str(line.told.label), line.can_ask_next) for line in set_.lines]
        for sets in standings_for(worker, people).values()
        for set_ in sets
    }
    assert found["Home from hospital"] == [
        ("Lift", "Accepted", False), ("Shopping", "Sent, not seen", False), ("Befriending", "Declined", True),
    ]  # fmt: skip
    assert [line[1:] for line in found["Debt and food"]] == [
        ("Accepted", False), ("Accepted", False), ("Seen by group", False),
    ]  # fmt: skip
    replaced = db.session.query(Introduction).filter(Introduction.replaces_id.is_not(None)).all()
    assert len(replaced) == 1 and replaced[0].state == "accepted"
    assert not db.session.query(OutboxMessage).count(), "what the past would have written was read long ago"


def test_huddles_of_three_areas_have_a_set_each_and_gaps(referred: Flask) -> None:
    together.ensure()
    teams.ensure()
    huddles.ensure()
    assert together.ensure_elsewhere() and gaps.ensure()
    db.session.commit()
    assert not together.ensure_elsewhere() and not gaps.ensure(), "once"
    cases = set(db.session.scalars(select(HuddleCase.person_id)))
    of_sets = {one.person_id for one in db.session.query(TogetherLine)}
    assert len(cases & of_sets) == 3, "one on each board"
    told = db.session.query(HuddleGap).all()
    assert len({one.team_id for one in told}) == 3 and all(one.neighbourhood_id for one in told)
    assert {one.decision for one in told} == {"cleared", "kept-in", None}
    assert all((one.shown_words is not None) == (one.decision == "cleared") for one in told)
    assert not db.session.query(OutboxMessage).filter_by(state="waiting").count()
