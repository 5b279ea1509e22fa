"""People of the demo who are referred, and introductions in every state."""

from flask import Flask

from portal.core import audit, clock
from portal.core.extensions import db
from portal.demo import referring
from portal.handover import signposts
from portal.measures.models import MeasureResult
from portal.notifications.models import OutboxMessage
from portal.people.models import Person
from portal.referrals import events
from portal.referrals.models import Introduction, LinkTeam, Referral
from portal.referrals.states import TO_ANSWER, State


def test_there_is_an_introduction_in_every_state_and_none_lies_in_the_future(peopled: Flask) -> None:
    assert referring.ensure()
    db.session.commit()
    assert not referring.ensure()
    made = db.session.query(Introduction).all()
    assert {one.state for one in made} == {state.value for state in State}
    assert all(one.changed_at <= clock.now() for one in made)
    assert {one.point for one in db.session.query(MeasureResult)} == {"before", "during"}
    assert db.session.query(Person).count() >= 15 and db.session.query(LinkTeam).count() == 1
    assert {one.route for one in db.session.query(Referral)} == {"clinician", "link-worker"}
    assert db.session.query(OutboxMessage).filter_by(state="waiting").count() == 0
    assert not list(events.broken()) and audit.verify()[1] is None
    _has_something_to_follow()


def _has_something_to_follow() -> None:
    """The practice of the demo: handovers in several states, whom they name, and leaflets."""
    handed = db.session.query(Introduction).filter_by(kind="link-work").all()
    assert {"sent", "info-requested", "in-progress", "completed", "declined"} <= {one.state for one in handed}
    assert all((one.referral.told or {}).get("name") for one in handed), (
        "the report names whom the practice handed over"
    )
    assert not [one for one in handed if one.state in TO_ANSWER and one.person.organization_id is not None]
    practice = handed[0].referral.organization_id
    assert practice is not None and signposts.this_month(practice) == referring.LEAFLETS
