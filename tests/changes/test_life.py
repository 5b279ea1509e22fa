"""The life of a change: every pair of state and verb that is not in the table is refused."""

import pytest
from flask import Flask

from portal.changes.life import LIFE, CannotNow, may, move
from portal.changes.models import ChangeRequest

STATES = ("draft", "waiting", "live", "sent_back", "rejected", "undone")
VERBS = sorted({verb for _state, verb in LIFE})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_only_what_the_table_says(sqlite_app: Flask, state: str, verb: str) -> None:
    change = ChangeRequest(state=state)
    if (state, verb) in LIFE:
        assert may(change, verb)
        move(change, verb)
        assert change.state == LIFE[state, verb]  # type: ignore[index]
    else:
        assert not may(change, verb)
        with pytest.raises(CannotNow):
            move(change, verb)


def test_what_is_undone_stays_so_and_a_refusal_is_at_most_taken_back() -> None:
    assert [key for key in LIFE if key[0] in {"rejected", "undone"}] == [("rejected", "take_up")]
