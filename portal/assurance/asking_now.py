"""Asking a group about one listing now, whatever its rhythm: somebody has a reason to doubt that it goes on."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from portal.assurance import actions, rhythm
from portal.assurance.contacts import Asked, contacts_of
from portal.assurance.models import CheckItem, CheckRound
from portal.core import audit
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.models import Service

Asking = Literal["written", "to_phone", "asked_already"]


def ask(service_id: UUID, today: date) -> Asking:
    """Ask whoever answers for a listing; who cannot be written to is put on the telephone list. Saved by the caller.

    Whoever is being asked about other listings is asked about all of them anew, in one letter.
    """
    asked = select(CheckItem.id).join(CheckItem.round)
    asked = asked.where(CheckItem.service_id == service_id, CheckItem.state == "asked", CheckRound.closed_on.is_(None))
    if db.session.scalar(asked.limit(1)) is not None:
        return "asked_already"
    service = db.session.get_one(Service, service_id)
    contact = next(iter(contacts_of([Asked(service.id, service.organization_id, service.email)])[service.id]), None)
    key = contact.key if contact is not None else service.organization_id.hex
    about, waiting = {service_id}, None
    old = db.session.scalar(select(CheckRound).where(CheckRound.open_key == key).with_for_update())
    if old is not None:
        about |= {item.service_id for item in old.items if item.state == "asked"}
        waiting = actions.lapse([key], today).get(key)
    one = CheckRound(
        id=new_id(), organization_id=service.organization_id, contact_key=contact.key if contact else None, open_key=key,
        begun_on=today,
    )  # fmt: skip
    one.items = [CheckItem(service_id=listing) for listing in sorted(about, key=lambda one: one.hex)]
    if waiting is not None:
        one.phone_on, one.try_on, one.why_phone = waiting.phone_on, waiting.try_on, waiting.why_phone
    db.session.add(one)
    audit.record("check.begun", one, by=None, details={"listings": len(one.items)})
    if contact is None:
        if one.phone_on is None:
            actions.to_phone(one, today, why="no_address")
        return "to_phone"
    actions.write(one, rhythm.STEPS[0], contact)
    return "written"
