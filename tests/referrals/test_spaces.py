"""Places: taken, given back, and never more than there are, however many come at once."""

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.directory.models import Service
from portal.referrals import answering, ending
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import ReferralSetting
from portal.referrals.spaces import NoPlaceLeft
from tests.support.referrals import World, make_person, setting


def places(loop: World) -> int | None:
    db.session.expire_all()
    return db.session.get_one(ReferralSetting, loop.service.id).places


def test_the_last_place_makes_the_listing_full_and_one_given_back_opens_it(app: Flask, loop: World) -> None:
    setting(loop.service, places=1)
    made = loop.introduction("accepted")
    assert places(loop) == 0 and db.session.get_one(Service, loop.service.id).space_state == "full"
    ending.not_start(made, by=loop.answers(made), given=Given(reason="moved-away"))
    db.session.commit()
    assert places(loop) == 1 and db.session.get_one(Service, loop.service.id).space_state == "space"


def test_one_more_than_there_are_places_is_told_so(app: Flask, loop: World) -> None:
    setting(loop.service, places=1)
    one = loop.introduction("in-review")
    two = loop.introduction("in-review", person=make_person(loop.team, given_name="Ingram"))
    answering.accept(one, by=loop.answers(one))
    with pytest.raises(NoPlaceLeft):
        answering.accept(two, by=loop.answers(two))


def test_a_service_that_counts_no_places_takes_everybody(sqlite_app: Flask, loop: World) -> None:
    setting(loop.service)
    made = loop.introduction("accepted")
    assert places(loop) is None and not made.took_space


def test_a_place_is_taken_once(sqlite_app: Flask, loop: World) -> None:
    setting(loop.service, places=5)
    made = loop.introduction("booked")
    assert places(loop) == 4
    by = Actor(loop.answers(made).who, user=loop.group_worker, organization_id=loop.group.id)
    from portal.referrals import visiting

    visiting.cancel(made, by_person=True, by=by)
    db.session.commit()
    assert places(loop) == 4
