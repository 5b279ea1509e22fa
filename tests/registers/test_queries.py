from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.organisations.models import OrganizationIdentifier
from portal.registers import flagging
from portal.registers.likeness import likeness
from portal.registers.models import RegisterEntry
from portal.registers.numbers import readings
from portal.registers.queries import entries_like, entries_numbered, flags_for
from tests.factories import Make


def test_names_are_alike_whatever_their_order_and_legal_form() -> None:
    assert likeness("The Larkfield Circle Ltd", "larkfield circle") == 1.0
    assert likeness("Circle of Larkfield", "Larkfield Circle CIO") == 1.0
    assert likeness("Larkfeild Circle", "Larkfield Circle") > 0.9
    assert likeness("Larkfield Circle", "Saffron Brook Growers") < 0.5
    assert likeness("Women", "Belgrave Women") < 0.76, "one word that two names share says little"
    assert likeness("!!!", "Larkfield") == 0.0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1093556", {("GB-CHC", "1093556"), ("GB-COH", "01093556")}),
        ("Charity number: 1093556", {("GB-CHC", "1093556"), ("GB-COH", "01093556")}),
        ("sc 012345", {("GB-SC", "SC012345"), ("GB-COH", "SC012345")}),
        ("NI100002", {("GB-NIC", "NI100002"), ("GB-COH", "NI100002")}),
        ("12345678", {("GB-COH", "12345678")}),
        ("1093556-1", {("GB-CHC", "1093556-1")}),
        ("RS007890", {("GB-MPR", "RS007890"), ("GB-COH", "RS007890")}),
        ("Larkfield Circle", set()),
        ("١٢٣٤٥٦٧", set()),
    ],
)
def test_a_number_is_read_in_every_way_that_it_may_be_meant(typed: str, expected: set[tuple[str, str]]) -> None:
    assert set(readings(typed)) == expected


def test_likely_entries_are_found_by_name_and_place(app: Flask, make: Make) -> None:
    make.register_entry("9900001", "THE LARKFIELD CIRCLE", postcode="LE2 0QB")
    make.register_entry("9900002", "Larkfield Circle Dancers of Hull", postcode="HU1 1AA")
    make.register_entry("9900003", "Saffron Brook Growers", postcode="LE2 6AA")
    found = entries_like("Larkfield Circle", "le20qb")
    assert [one.entry.number for one in found] == ["9900001", "9900002"]
    assert [one.entry.number for one in entries_like("Lark Field Crcle", "LE2 0QB")] == ["9900001"]
    assert entries_like("Nothing of the kind") == []
    assert [one.number for one in entries_numbered("charity 9900003")] == ["9900003"]


def test_every_look_up_has_an_index() -> None:
    indexed = {column.name for index in RegisterEntry.__table__.indexes for column in index.columns}  # type: ignore[attr-defined]
    assert {"name_word", "name_start", "postcode"} <= indexed


def _numbered(make: Make, name: str, number: str) -> UUID:
    organisation = make.organisation(name)
    organisation.identifiers.append(
        OrganizationIdentifier(identifier_scheme="GB-CHC", identifier_type="charity", identifier=number)
    )
    db.session.commit()
    return organisation.id


def test_an_organisation_removed_from_its_register_is_flagged_until_it_is_back(
    app: Flask, make: Make, index_now: Callable[[], None]
) -> None:
    gone, fine = _numbered(make, "Gone", "9900001"), _numbered(make, "Fine", "9900002")
    row = make.register_entry("9900001", "Gone", is_removed=True, gone_at=clock.now()).id
    make.register_entry("9900002", "Fine")
    flagging.look.later()
    index_now()
    assert [flag.number for flag in flags_for([gone, fine])[gone]] == ["9900001"]
    assert fine not in flags_for([gone, fine])
    flagging.look.later()
    index_now()
    assert len(flags_for([gone])[gone]) == 1, "looking again flags nothing twice"
    db.session.get_one(RegisterEntry, row).is_removed = False
    flagging.look.later()
    index_now()
    assert flags_for([gone]) == {}
