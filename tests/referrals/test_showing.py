"""What a group sees of a person: by stage, by what was agreed, and nothing once it is over. Promise A2."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.people import consents
from portal.people.consents import Agreement
from portal.referrals import sending, showing
from portal.referrals.showing import FIELDS, told_to_group
from tests.support.referrals import NUMBER, World, introduce

WHO = {"family_name", "contact", "postcode"}
STORY = {"reason", "what_matters", "initials", "first_name", "safe_contact", "access", "safety_note"}


def test_a_link_shows_needs_and_district_alone(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("sent")
    assert set(told_to_group(made, is_signed_in=False).values) == {"needs", "district"}


def test_the_story_opens_after_signing_in_and_the_name_after_yes(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("in-review")
    seen = set(told_to_group(made, is_signed_in=True).values)
    assert seen >= STORY and not seen & WHO
    accepted = told_to_group(loop.introduction("accepted", service=_another(loop)), is_signed_in=True)
    assert set(accepted.values) >= STORY | WHO
    assert "phone" not in accepted["safe_contact"] and accepted["contact"]["phone"] == "+447700900982"


@pytest.mark.parametrize("state", ["accepted", "in-progress", "completed"])
def test_a_link_never_shows_more_however_far_it_is(sqlite_app: Flask, loop: World, state: str) -> None:
    assert set(told_to_group(loop.introduction(state), is_signed_in=False).values) <= {"needs", "district"}


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired", "not-started", "redirected", "draft"])
def test_what_came_to_nothing_shows_nothing(sqlite_app: Flask, loop: World, state: str) -> None:
    told = told_to_group(loop.introduction(state), is_signed_in=True)
    assert told.is_shut and not told.values


def test_what_finished_is_hidden_after_six_months(sqlite_app: Flask, loop: World) -> None:
    made = loop.introduction("completed")
    assert told_to_group(made, is_signed_in=True).values
    with clock.freeze(clock.now() + timedelta(days=181)):
        assert told_to_group(made, is_signed_in=True).is_shut and showing.is_shut(made)


def test_what_was_not_agreed_to_is_not_shown(sqlite_app: Flask, loop: World) -> None:
    made = introduce(loop)
    made.referral.health_summary, made.referral.safety_note = "Asthma.", "Afraid of dogs."
    told = Agreement(how="spoken", scopes=("demographics", "needs"))
    sending.send(made, consents.give(loop.person, loop.group.id, told, by=loop.worker), by=loop.asks(made))
    seen = told_to_group(made, is_signed_in=True).values
    assert not {"health_summary", "safety_note", "access"} & set(seen) and "reason" in seen


def test_no_row_of_the_table_gives_an_nhs_number(sqlite_app: Flask, loop: World) -> None:
    from portal.people import actions

    actions.set_number(loop.person, NUMBER)
    made = loop.introduction("accepted")
    assert NUMBER not in str(told_to_group(made, is_signed_in=True).values)
    assert {one.scope for one in FIELDS} <= set(consents.SCOPES)


def _another(loop: World):
    from tests.factories import Make

    return Make().service("Thursday Table", organisation=loop.group)
