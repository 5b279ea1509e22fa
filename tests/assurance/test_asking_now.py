"""Asking a group about one listing now: in one letter with what it is being asked already, never twice."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from portal.assurance import actions, asking_now
from portal.assurance.models import CheckLetter, CheckRound
from portal.core import clock
from portal.core.extensions import db
from tests.factories import Make
from tests.support.mailbox import Mailbox


def rounds() -> list[CheckRound]:
    return list(db.session.scalars(select(CheckRound).order_by(CheckRound.id)))


def test_a_group_is_written_to_at_once_however_lately_it_was_checked(
    app: Flask, make: Make, mailbox: Mailbox, index_now: Callable[[], None]
) -> None:
    service_id = make.service("Tuesday Table", email="hello@larkfield.example.org").id
    assert asking_now.ask(service_id, clock.today()) == "written"
    index_now()
    [mail] = mailbox.to("hello@larkfield.example.org")
    assert "Tuesday Table" in mail.text
    assert [[item.service_id for item in one.items] for one in rounds()] == [[service_id]]


def test_it_is_asked_once_while_nobody_has_answered(app: Flask, make: Make) -> None:
    service = make.service("Tuesday Table", email="hello@larkfield.example.org")
    asking_now.ask(service.id, clock.today())
    assert asking_now.ask(service.id, clock.today()) == "asked_already"
    assert len(db.session.scalars(select(CheckLetter)).all()) == 1


def test_what_is_being_asked_already_goes_along_in_one_letter(app: Flask, make: Make) -> None:
    here = make.organisation()
    first, second = (
        make.service(name, organisation=here, email="hello@larkfield.example.org") for name in ("Tea", "Choir")
    )
    asking_now.ask(first.id, clock.today())
    assert asking_now.ask(second.id, clock.today()) == "written"
    db.session.commit()
    still_open = [one for one in rounds() if one.open_key is not None]
    assert [{item.service_id for item in one.items} for one in still_open] == [{first.id, second.id}]


def test_who_cannot_be_written_to_is_to_be_rung(app: Flask, make: Make) -> None:
    service = make.service("Tuesday Table")
    assert asking_now.ask(service.id, clock.today()) == "to_phone"
    [one] = rounds()
    assert (one.phone_on, one.why_phone) == (clock.today(), "no_address")
    assert actions.close_if_answered(one, clock.today()) is False
