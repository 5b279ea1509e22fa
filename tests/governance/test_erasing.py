"""Erasing: every table and the outbox are empty of the person, the audit chain holds, and what cannot be erased is said."""

import json

import pytest
from sqlalchemy import select, text

from portal.core import audit
from portal.core.blind_index import blinds
from portal.core.extensions import db
from portal.governance import erasing, exporting, holdings
from portal.governance.models import ErasureCertificate
from portal.notifications.models import OutboxMessage
from portal.people import queries as people
from portal.people.models import Person
from portal.referrals import events
from portal.referrals import queries as referrals
from portal.referrals.models import Introduction, IntroductionEvent, SpaceWish
from tests.governance.conftest import SECRET
from tests.support.referrals import NUMBER, World, make_person

pytestmark = pytest.mark.usefixtures("app")


def _erased(person: Person) -> ErasureCertificate:
    found = erasing.erase(person, why="asked", by="operator", reason="objection")
    db.session.commit()
    db.session.expire_all()
    return found


def test_every_table_that_belongs_to_a_person_says_what_becomes_of_it(full: World) -> None:
    named = {table.name for table in holdings.tables()}
    assert named == set(holdings.BECOMES), "say in portal/governance/holdings.py what becomes of the rows of a table"
    assert {name for name, becomes in holdings.BECOMES.items() if becomes == "emptied"} == set(holdings.KEPT)
    for table in holdings.tables():
        assert not set(holdings.encrypted(table)) & holdings.KEPT.get(table.name, frozenset()), table.name
        rows = db.session.execute(select(table).where(holdings.of_person(table, full.person.id))).all()
        assert rows, f"put a row of {table.name} into the fixture `full`"


def test_no_encrypted_text_of_the_person_is_left_in_any_table(full: World) -> None:
    person_id = full.person.id
    _erased(full.person)
    for table in holdings.tables():
        rows = db.session.execute(select(table).where(holdings.of_person(table, person_id))).mappings().all()
        assert (holdings.BECOMES[table.name] == "emptied") == bool(rows), table.name
        for row in rows:
            left = {name: row[name] for name in holdings.encrypted(table) if row[name]}
            assert not left, f"{table.name}: {left}"


def test_a_wish_to_hear_of_space_is_exported_and_erased_by_the_address(full: World) -> None:
    full.person.contact = {**(full.person.contact or {}), "email": "Quilla.V@people.example.org"}
    mine, other = (
        SpaceWish(service_id=full.service.id, email=email)
        for email in ("quilla.v@people.example.org", "else@people.example.org")
    )
    db.session.add_all([mine, other])
    db.session.commit()
    held = exporting.held_about(full.person)["space_wish"]
    assert [one["email"] for one in held] == ["quilla.v@people.example.org"]
    assert _erased(full.person).counts["space_wish"] == 1
    assert [one.email for one in db.session.scalars(select(SpaceWish))] == ["else@people.example.org"]


def test_the_person_vanishes_everywhere(full: World) -> None:
    person, reference = full.person, full.person.reference
    person.nhs_number, person.nhs_number_key = NUMBER, people.number_keys(NUMBER)[0]
    db.session.commit()
    assert people.known_by_number(full.worker, NUMBER)
    _erased(person)
    assert people.known_by_number(full.worker, NUMBER) == []
    assert people.is_known(full.team.id, nhs_number=NUMBER) is None
    with pytest.raises(people.NotFound):
        people.person_for(full.worker, reference)
    row = db.session.execute(text("select nhs_number_key, match_key, district, neighbourhood_code from person")).one()
    assert tuple(row) == (None, None, None, None)


def test_nothing_of_them_is_left_in_the_outbox(full: World) -> None:
    keys = blinds("quilla.v@people.example.org")
    full.person.contact = {"ways": ["e-mail"], "email": "quilla.v@people.example.org"}
    db.session.commit()
    wanted = select(OutboxMessage).where(OutboxMessage.recipient_key.in_(keys))
    assert db.session.scalars(wanted).all()
    _erased(full.person)
    assert db.session.scalars(wanted).all() == []
    one = db.session.scalars(select(Introduction)).one()
    left = db.session.scalars(select(OutboxMessage).where(OutboxMessage.once.contains(str(one.id)))).all()
    assert [kept for kept in left if kept.state != "waiting" or ":person:" in kept.once] == []


def test_the_audit_chain_holds_and_events_that_went_are_no_break(full: World) -> None:
    before = [str(one) for one in db.session.scalars(select(IntroductionEvent.id))]
    found = _erased(full.person)
    assert audit.verify()[1] is None
    assert list(events.broken()) == []
    entry = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "person.erased")).one()
    assert (sorted(entry.details["events"]), entry.details["certificate"]) == (sorted(before), str(found.id))
    assert SECRET not in json.dumps(entry.details)


def test_an_event_that_somebody_else_took_away_is_still_found(full: World) -> None:
    other = make_person(full.team, worker=full.worker, given_name="Osric")
    from tests.support.referrals import introduce

    introduce(full, person=other)
    db.session.commit()
    _erased(full.person)
    db.session.execute(text("delete from introduction_event"))
    assert len(list(events.broken())) == 1


def test_the_certificate_holds_ids_and_counts_alone(full: World) -> None:
    found = _erased(full.person)
    told = found.told()
    assert told["reference"] == found.reference and told["rows"]["referral_message"] >= 1
    assert SECRET not in json.dumps(told)
    (path,) = [one for one in erasing.write_certificates() if one.stem == str(found.id)]
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(json.dumps(told))
    assert erasing.write_certificates() == []


def test_what_is_held_by_law_is_not_erased(full: World) -> None:
    full.person.held_at = full.person.created_at
    db.session.commit()
    with pytest.raises(erasing.Held):
        _erased(full.person)
    db.session.rollback()
    assert db.session.scalars(select(Person)).one().given_name


def test_what_is_open_ends_first_and_its_group_sees_nothing(loop: World) -> None:
    one = loop.introduction("accepted")
    reference = one.reference
    _erased(loop.person)
    assert db.session.scalars(select(Introduction)).one().state == "withdrawn"
    assert referrals.inbox(loop.group_worker, loop.group.id, list(referrals.WITH_GROUP)) == []
    with pytest.raises(people.NotFound):
        people.person_for(loop.worker, reference)


def test_nobody_else_is_touched(full: World) -> None:
    other = make_person(full.team, worker=full.worker, given_name="Osric")
    _erased(full.person)
    assert db.session.get_one(Person, other.id).given_name == "Osric"
    assert people.person_for(full.worker, other.reference).id == other.id
