"""What ends an agreement ends all that stood under it, and the group's view with it."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.people import consents
from portal.people import queries as people_queries
from portal.people.consents import Agreement
from portal.referrals import answering, events, queries, showing, withdrawing
from portal.referrals.models import Introduction
from portal.referrals.states import State
from tests.factories import Make
from tests.support.referrals import World, agree, introduce


def test_withdrawing_ends_the_introduction_and_what_was_passed_on(app: Flask, loop: World, make: Make) -> None:
    made = loop.introduction("accepted")
    other = make.service(organisation=make.organisation("Second Circle"))
    agree(loop.person, other.organization)
    onward = answering.redirect(made, other.id, by=loop.answers(made))
    assert (made.state, onward.state) == ("redirected", "sent")
    ended = withdrawing.withdraw_consent(loop.person, loop.group.id, by="person", how="online")
    db.session.commit()
    assert [one.id for one in ended] == [onward.id]
    assert onward.state == "withdrawn" and onward.reason_code == "consent-ended"
    assert onward.referral.status == "revoked"


def test_the_group_sees_nothing_from_that_moment(app: Flask, loop: World) -> None:
    made = loop.introduction("accepted")
    assert showing.told_to_group(made, is_signed_in=True)["family_name"] == "Vantongeren"
    withdrawing.withdraw_consent(loop.person, None, by="person", how="online")
    db.session.commit()
    told = showing.told_to_group(made, is_signed_in=True)
    assert told.is_shut and not told.values
    last = events.of_introduction(made.id)[-1]
    assert (last.verb, last.reason_code, last.who) == ("withdraw", "consent-ended", "system")


def test_an_agreement_alone_that_ended_shuts_the_view_before_anything_else_ran(app: Flask, loop: World) -> None:
    made = loop.introduction("accepted")
    consents.end(loop.person, loop.group.id, by="person", how="online")
    db.session.commit()
    assert made.state == "accepted" and showing.told_to_group(made, is_signed_in=True).is_shut
    assert not queries.agrees(made)
    assert queries.inbox(loop.group_worker, loop.group.id, [State.ACCEPTED]) == []


def test_time_ends_an_agreement_too(app: Flask, loop: World) -> None:
    made = loop.introduction("in-progress")
    with clock.freeze(clock.now() + timedelta(days=366)):
        assert withdrawing.lapse() == 1
        assert (made.state, made.reason_code) == ("withdrawn", "consent-ended")
        assert withdrawing.lapse() == 0


def test_death_ends_everything_and_every_message(app: Flask, loop: World, make: Make) -> None:
    made = loop.introduction("booked")
    draft = introduce(loop, service=make.service(organisation=make.organisation("Second Circle")))
    withdrawing.record_death(loop.person, clock.today(), by=loop.worker)
    db.session.commit()
    assert (made.state, draft.state, made.reason_code) == ("withdrawn", "withdrawn", "died")
    assert loop.person.do_not_contact and loop.person.next_on is None


def test_a_service_that_closes_ends_each_as_far_as_it_had_come(app: Flask, loop: World, make: Make) -> None:
    wanted = {
        "sent": "declined", "info-requested": "declined", "waiting-list": "not-started", "accepted": "not-started",
        "booked": "not-started", "in-progress": "ended-early", "paused": "ended-early", "draft": "withdrawn",
    }  # fmt: skip
    made = {}
    for state in wanted:
        service = make.service(state, organisation=loop.group)
        made[state] = loop.introduction(state, service=service)
    assert withdrawing.service_closed(made.values()) == len(wanted)
    assert {state: one.state for state, one in made.items()} == wanted
    assert {one.reason_code for one in made.values()} == {"service-closed"}


def test_nobody_else_is_touched(sqlite_app: Flask, loop: World, make: Make) -> None:
    made = loop.introduction("accepted")
    from tests.support.referrals import make_person

    other = make_person(loop.team, given_name="Ingram", family_name="Sollity")
    theirs = introduce(loop, person=other)
    consents.give(other, loop.group.id, Agreement(how="spoken"), by=loop.worker)
    withdrawing.withdraw_consent(loop.person, None, by="person", how="online")
    assert made.state == "withdrawn" and theirs.state == "draft"
    assert consents.active(other.id, loop.group.id) is not None
    assert db.session.query(Introduction).filter_by(state="withdrawn").count() == 1


def test_who_ends_it_with_the_team_shuts_the_record_until_they_agree_again(app: Flask, loop: World) -> None:
    agree(loop.person, loop.team)
    reference = loop.person.reference
    assert people_queries.person_for(loop.worker, reference) == loop.person
    withdrawing.withdraw_consent(loop.person, loop.team.id, by="person", how="online")
    db.session.commit()
    with pytest.raises(people_queries.RecordShut):
        people_queries.person_for(loop.worker, reference)
    assert people_queries.shut_record(loop.worker, reference) == loop.person
    assert people_queries.shut_record(loop.group_worker, reference) is None
    agree(loop.person, loop.team)
    assert people_queries.person_for(loop.worker, reference) == loop.person


def test_ending_it_with_one_group_leaves_the_record_open(sqlite_app: Flask, loop: World) -> None:
    loop.introduction("accepted")
    withdrawing.withdraw_consent(loop.person, loop.group.id, by=loop.worker, how="spoken")
    assert people_queries.person_for(loop.worker, loop.person.reference) == loop.person
