"""What a person agrees to: what makes an agreement one, and that it fails closed."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.extensions import db
from portal.people import consents
from portal.people.consents import Agreement, ConsentIncomplete
from portal.people.models import Consent
from tests.support.referrals import World, agree, make_person


def test_it_holds_until_its_day_and_not_after(app: Flask, loop: World) -> None:
    held = agree(loop.person, loop.group)
    assert consents.active(loop.person.id, loop.group.id) == held and consents.covers(held)
    with clock.freeze(clock.now() + timedelta(days=365)):
        assert consents.covers(held)
    with clock.freeze(clock.now() + timedelta(days=366)):
        assert not consents.covers(held) and consents.active(loop.person.id, loop.group.id) is None
        assert [one.id for one in consents.expired()] == [held.id]


def test_it_is_for_one_organisation_and_what_was_said(app: Flask, loop: World) -> None:
    held = agree(loop.person, loop.group, scopes=("demographics", "needs"))
    assert consents.active(loop.person.id, loop.team.id) is None
    assert not consents.covers(held, ("health",)) and consents.covers(held, ("needs",))


def test_a_new_one_replaces_the_one_before(app: Flask, loop: World) -> None:
    first = agree(loop.person, loop.group)
    second = agree(loop.person, loop.group, scopes=("demographics", "needs", "health"))
    db.session.refresh(first)
    assert (first.status, second.status) == ("replaced", "active")
    assert consents.active(loop.person.id, loop.group.id) == second


@pytest.mark.parametrize(
    ("agreement", "field"),
    [
        (Agreement(how="spoken", scopes=("needs",)), "scopes"),
        (Agreement(how="best-interest"), "given_by"),
        (Agreement(how="spoken", given_by="worker", basis_note="x"), "given_by"),
        (Agreement(how="best-interest", given_by="attorney"), "basis_note"),
    ],
)
def test_what_lacks_something_is_none(sqlite_app: Flask, loop: World, agreement: Agreement, field: str) -> None:
    with pytest.raises(ConsentIncomplete) as problem:
        consents.give(loop.person, loop.group.id, agreement, by=loop.worker)
    assert problem.value.field == field
    assert db.session.query(Consent).count() == 0


def test_an_end_in_the_past_is_refused(sqlite_app: Flask, loop: World) -> None:
    with pytest.raises(ConsentIncomplete, match="future"):
        consents.give(loop.person, loop.group.id, Agreement(how="spoken", expires_on=clock.today()), by=loop.worker)


def test_under_sixteen_needs_a_parent_or_a_note_that_they_understand(sqlite_app: Flask, loop: World) -> None:
    born = clock.today() - timedelta(days=15 * 365)
    young = make_person(loop.team, birth_date=born, form_key=None)
    with pytest.raises(ConsentIncomplete, match="under 16"):
        consents.give(young, loop.group.id, Agreement(how="spoken"), by=loop.worker)
    consents.give(young, loop.group.id, Agreement(how="spoken", basis_note="Explains it back."), by=loop.worker)
    consents.give(young, loop.group.id, Agreement(how="written", given_by="parent"), by=loop.worker)
    assert consents.active(young.id, loop.group.id).given_by == "parent"  # type: ignore[union-attr]


def test_no_is_kept_and_ends_what_was_yes(app: Flask, loop: World) -> None:
    held = agree(loop.person, loop.group)
    consents.refuse(loop.person, loop.group.id, how="spoken", by=loop.worker)
    db.session.commit()
    db.session.refresh(held)
    assert held.status == "withdrawn" and consents.active(loop.person.id, loop.group.id) is None
    actions = [one.action for one in db.session.query(audit.AuditEntry).order_by(audit.AuditEntry.number)]
    assert actions.count("consent.given") == 1 and "consent.refused" in actions
