"""Tables of the faces that say something of every state: one that was forgotten would be a fault on the page that meets it."""

from collections.abc import Collection

import pytest

from portal.caseload.list_steps import RULES
from portal.caseload.record_introductions import ACTIONS, SAID
from portal.referrals.states import ENDS, OPEN, SAID_YES, TO_ANSWER, WITH_GROUP, State
from portal.responding.queries import VIEWS
from portal.selfreferral.status import NEXT

MISTAKE = State.ENTERED_IN_ERROR
SETTLED = {State.ACCEPTED}
"""What asks a link worker for nothing: the group and the person have it in hand."""


@pytest.mark.parametrize(
    ("said", "left_out"),
    [
        pytest.param(NEXT, set(), id="what a person reads"),
        pytest.param(SAID, {MISTAKE}, id="the line of a record"),
        pytest.param(ACTIONS, {MISTAKE}, id="what to do, in a record"),
    ],
)
def test_every_state_has_its_words(said: Collection[State], left_out: set[State]) -> None:
    assert set(said) == set(State) - left_out


def test_whatever_is_with_a_group_stands_in_one_view_of_its_inbox() -> None:
    shown = [state for view in VIEWS for state in view.states]
    assert len(shown) == len(set(shown))
    assert set(shown) == WITH_GROUP | ENDS - {MISTAKE, State.PATIENT_DECLINED}


def test_whatever_is_open_asks_the_link_worker_for_something_or_is_settled() -> None:
    asked = {state for rule in RULES for state in rule.states}
    assert OPEN - asked == SETTLED


def test_what_is_with_a_group_waits_for_it_or_has_its_yes() -> None:
    assert TO_ANSWER | SAID_YES | {State.WAITING_LIST} == WITH_GROUP
