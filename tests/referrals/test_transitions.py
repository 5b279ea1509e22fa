"""The table of states and transitions: the design's rows, its graph, and every move by everyone from everywhere."""

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.referrals import events
from portal.referrals.actors import Actor, acting
from portal.referrals.guards import GUARDS, Given
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.moving import Moved, NotTheirs, WrongState, move
from portal.referrals.reasons import REASONS
from portal.referrals.states import ENDS, ON_TASK_GRAPH, OPEN, STATES, State, task_status
from portal.referrals.transitions import TRANSITIONS, Who
from tests.factories import Make
from tests.support.referrals import PATHS, World

ROLES = {
    Who.REFERRER: "referrer",
    Who.LINK_WORKER: "link-worker",
    Who.PROVIDER: "group-worker",
    Who.LEAD: "lead",
    Who.GOVERNANCE: "safeguarding-lead",
}
"""Of each part that belongs to an organisation, a role that plays it."""


def test_there_are_nineteen_states_and_twenty_six_rows() -> None:
    assert len(State) == len(STATES) == 19 and len(ENDS) == 9 and len(OPEN) == 10
    assert {row.number for row in TRANSITIONS.values()} == set(range(1, 27))
    assert {guard for row in TRANSITIONS.values() for guard in row.guards} <= set(GUARDS)
    assert {row.ends for row in TRANSITIONS.values() if row.ends} == set(State), "a state that nothing leads to"


@pytest.mark.parametrize("verb", [verb for verb, row in TRANSITIONS.items() if row.ends is not None])
def test_every_transition_is_an_edge_of_the_drawn_task_graph(verb: str) -> None:
    row = TRANSITIONS[verb]
    assert row.ends is not None
    for start in (one for one in row.starts if STATES[one].is_sent and STATES[row.ends].is_sent):
        before, after = task_status(start), task_status(row.ends, start)
        if before == after or after == "entered-in-error":
            continue
        assert after in ON_TASK_GRAPH.get(before, frozenset()), f"{verb}: {start} -> {row.ends} is {before} -> {after}"


def test_an_edge_that_is_not_drawn_would_be_found() -> None:
    assert "rejected" not in ON_TASK_GRAPH["accepted"]
    assert task_status(State.REDIRECTED, State.SENT) == "rejected"
    assert task_status(State.REDIRECTED, State.ACCEPTED) == "cancelled"


def test_unsent_states_have_no_business_with_the_group() -> None:
    assert {one for one, told in STATES.items() if not told.is_sent} == {
        State.DRAFT, State.AWAITING_CONSENT, State.PATIENT_DECLINED,
    }  # fmt: skip


def test_reasons_of_the_design_are_there() -> None:
    assert {
        "no-capacity", "not-funded", "not-eligible", "out-of-area", "too-much-risk", "more-suitable-elsewhere",
        "not-enough-information", "duplicate", "already-known", "service-closed", "needs-met-elsewhere", "no-longer-wants",
        "not-engaged", "no-contact", "moved-away", "illness", "caring-or-work", "died", "safety", "other",
    } <= set(REASONS)  # fmt: skip
    assert REASONS["no-capacity"].bars == "RRNA" and REASONS["no-contact"].bars == "FC"


@pytest.mark.parametrize("state", list(PATHS))
def test_every_state_is_reached_by_the_actions_and_leaves_chained_events(app: Flask, loop: World, state: State) -> None:
    made = loop.introduction(state.value)
    told = events.of_introduction(made.id)
    assert next(one.verb for one in told) == "create" and told[-1].to_state == state.value
    assert made.is_open == (state in OPEN)
    assert (made.open_key is not None) == (made.is_open and STATES[state].is_sent)
    assert not list(events.broken())


@pytest.mark.parametrize("state", list(PATHS))
def test_no_move_passes_from_a_wrong_state_or_by_somebody_else(sqlite_app: Flask, loop: World, state: State) -> None:
    made = loop.introduction(state.value)
    version, before = made.version, db.session.query(IntroductionEvent).count()
    for verb, row in TRANSITIONS.items():
        for who in Who:
            actor = Actor(
                who, user=None if who in {Who.PERSON, Who.SYSTEM} else loop.worker, organization_id=loop.team.id
            )
            if state in row.starts and who in row.by:
                continue
            with pytest.raises(WrongState if state not in row.starts else NotTheirs):
                move(made, verb, by=actor, given=Given(reason="other", words="x"))
    db.session.refresh(made)
    assert (made.state, made.version) == (state.value, version)
    assert db.session.query(IntroductionEvent).count() == before


@pytest.mark.parametrize("state", list(PATHS))
def test_no_move_passes_from_another_organisation_or_on_what_a_page_showed_before(
    sqlite_app: Flask, loop: World, make: Make, state: State
) -> None:
    """The right role in the wrong place is nobody here; the right one who saw an older page is told that it moved."""
    made, elsewhere = loop.introduction(state.value), make.organisation("Elsewhere")
    version, before = made.version, db.session.query(IntroductionEvent).count()
    users = {role: make.user(role, organisation=elsewhere) for role in ROLES.values()}
    given = Given(reason="other", words="x", person_agreed=True)
    for verb, row in ((verb, row) for verb, row in TRANSITIONS.items() if state in row.starts):
        for who in row.by:
            if who in ROLES:
                user = users[ROLES[who]]
                assert acting(user, made, verb) is None, f"{verb} by a {ROLES[who]} of another organisation"
                with pytest.raises(NotTheirs):
                    move(made, verb, by=Actor(who, user=user, organization_id=elsewhere.id), given=given)
            with pytest.raises(Moved):
                move(made, verb, by=at_home(loop, who), given=given, version=version - 1)
    db.session.refresh(made)
    assert (made.state, made.version, made.error_asked_by_id) == (state.value, version, None)
    assert db.session.query(IntroductionEvent).count() == before


def at_home(loop: World, who: Who) -> Actor:
    """Whoever may, where they may."""
    if who in {Who.PERSON, Who.SYSTEM}:
        return Actor(who)
    if who in {Who.REFERRER, Who.LINK_WORKER}:
        return Actor(who, user=loop.worker, organization_id=loop.team.id)
    return Actor(who, user=loop.group_worker, organization_id=loop.group.id)


def test_a_changed_event_is_found(app: Flask, loop: World) -> None:
    loop.introduction("accepted")
    event = db.session.query(IntroductionEvent).filter_by(verb="accept").one()
    event.to_state = "declined"
    db.session.commit()
    assert list(events.broken()) == [event.id]
    db.session.delete(event)
    db.session.commit()
    assert list(events.broken()) == [event.id]


def test_what_is_told_of_an_introduction_is_in_its_table(sqlite_app: Flask, loop: World) -> None:
    made: Introduction = loop.introduction("sent")
    assert str(made.told.label) == "Sent, not seen" and str(made.told.label_group) == "New"
