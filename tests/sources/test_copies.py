"""Records that may be what we hold: copies keep their documents and overwrite nothing, doubtful ones wait for a person."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Service
from portal.sources import actions, origins, queries, staging
from portal.sources.matching import Candidate, Match, Matcher
from portal.sources.models import SourceMatch, SourceRun, StagedRecord
from portal.sources.running import perform_run
from tests.factories import Make
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read, run_now, service


@pytest.fixture
def ours(app: Flask, make: Make) -> UUID:
    """A listing that was made here."""
    listing = make.service("Old Chapel lunch")
    db.session.commit()
    return listing.id


@pytest.fixture
def somebody(app: Flask, make: Make) -> UUID:
    user = make.user()
    db.session.commit()
    return user.id


def found(monkeypatch: pytest.MonkeyPatch, **answers: Match) -> None:
    """Have the matcher give these answers, by the last digits of the record's id."""

    def match(_self: Any, drafts: Any) -> dict[str, Match]:
        told = {one.external_id: f"n{int(one.external_id[-12:])}" for one in drafts}
        return {key: answers[name] for key, name in told.items() if name in answers}

    monkeypatch.setattr(Matcher, "match", match)


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Service)) or 0


def matches() -> dict[str, SourceMatch]:
    db.session.rollback()
    return {one.external_id: one for one in db.session.scalars(select(SourceMatch))}


def decide(run: SourceRun, line: int, decision: Any, somebody: UUID, listing: UUID | None = None) -> None:
    with unit():
        record = db.session.scalars(
            select(StagedRecord).where(StagedRecord.run_id == run.id, StagedRecord.line == line)
        ).one()
        held = db.session.get_one(Service, listing) if listing else None
        actions.set_decision(record, decision, service=held, by=db.session.get_one(User, somebody))


def test_a_copy_keeps_its_document_and_overwrites_nothing(ours: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, n1=Match("copy", "identifiers", ours, (Candidate(ours, 0.9),)))
    peer = Peer(service(1), service(2))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        run = read(source)
        assert run.counts["copy"] == 1 and run.counts["new"] == 1
        accept(run)
        assert count() == 2 and db.session.get_one(Service, ours).name == "Old Chapel lunch"
        kept = matches()[service(1)["id"]]
        assert (kept.answer, kept.how, kept.service_id, kept.document) == (
            "copy",
            "identifiers",
            ours,
            {"hsds": service(1)},
        )
        assert [one.id for one in origins.copies_of(ours)] == [kept.id]
        assert read(source).counts["same"] == 2
        peer.services[service(1)["id"]] = service(1, description="New words of theirs.")
        again = read(source)
    assert (again.state, again.counts["copy"]) == ("applied", 1)
    assert matches()[service(1)["id"]].document == {"hsds": service(1, description="New words of theirs.")}
    assert db.session.get_one(Service, ours).description != "New words of theirs."


@pytest.mark.parametrize("how", ["identifiers", "likeness"])
def test_a_copy_remembers_by_what_it_was_found_whatever_is_said_of_it(
    ours: UUID, monkeypatch: pytest.MonkeyPatch, how: Any
) -> None:
    monkeypatch.setitem(staging.COPIES, "likeness", "its words are those of one that we hold")
    found(monkeypatch, n1=Match("copy", how, ours, (Candidate(ours, 0.97),)))
    with peer_at(Peer(service(1))) as server:
        accept(read(add(address_of(server))))
    assert matches()[service(1)["id"]].how == how


def test_doubtful_records_wait_while_the_rest_is_applied_and_follow_their_answers(
    ours: UUID, somebody: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = Match("doubtful", candidates=(Candidate(ours, 0.7, {"name": 2.0}),))
    found(monkeypatch, n1=doubtful, n2=doubtful, n3=doubtful)
    with peer_at(Peer(*(service(number) for number in range(1, 6)))) as server:
        source = add(address_of(server), trust="apply")
        run = accept(read(source))
        assert run.state == "applied" and count() == 3
        waiting = queries.to_decide(source)
        assert waiting.total == 3 and waiting.rows[0].candidates[0]["service"] == str(ours)
        decide(run, 1, "copy", somebody, ours)
        decide(run, 2, "new", somebody)
        decide(run, 3, "leave", somebody)
        perform_run(run.id)
        assert count() == 4 and queries.to_decide(source).total == 0
        assert {key[-1]: (one.answer, one.how) for key, one in matches().items()} == {
            "1": ("copy", "person"),
            "2": ("own", "person"),
            "3": ("left_out", "person"),
        }
        again = read(source)
    assert again.state == "applied" and again.counts["same"] == 4 and again.counts["left_out"] == 1 and count() == 4


def test_answers_that_were_given_before_a_run_is_accepted_hold_in_the_next(
    ours: UUID, somebody: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(monkeypatch, n1=Match("doubtful", candidates=(Candidate(ours, 0.7),)))
    with peer_at(Peer(service(1), service(2))) as server:
        source = add(address_of(server))
        decide(read(source), 1, "copy", somebody, ours)
        run = read(source)
        assert {name: number for name, number in run.counts.items() if number} == {"read": 2, "same": 1, "new": 1}
        accept(run)
    assert count() == 2 and matches()[service(1)["id"]].answer == "copy"


def test_a_copy_that_becomes_something_else_is_asked_about_again(
    ours: UUID, somebody: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(monkeypatch, n1=Match("doubtful", candidates=(Candidate(ours, 0.7),)))
    peer = Peer(service(1), service(2))
    with peer_at(peer) as server:
        source = add(address_of(server), trust="apply")
        run = read(source)
        decide(run, 1, "copy", somebody, ours)
        accept(run_now(run.id))
        peer.services[service(1)["id"]] = service(1, name="Evening swimming for beginners")
        again = read(source)
    assert again.counts["doubtful"] == 1 and queries.to_decide(source).total == 1


def test_what_is_decided_is_not_decided_twice_and_must_make_sense(
    ours: UUID, somebody: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(monkeypatch, n1=Match("doubtful", candidates=(Candidate(ours, 0.7),)))
    with peer_at(Peer(service(1), service(2, name=None))) as server:
        run = read(add(address_of(server)))
    for line, decision, listing in ((1, "copy", None), (1, "new", ours), (2, "new", None)):
        with pytest.raises(DomainError):
            decide(run, line, decision, somebody, listing)
    decide(run, 1, "leave", somebody)
    accept(run_now(run.id))
    with pytest.raises(DomainError):
        decide(run, 1, "new", somebody)
