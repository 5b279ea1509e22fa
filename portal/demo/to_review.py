"""What waits for the demo's moderators on a working day: changes, a new listing, and listings that stand there twice.

Made once, around the day of the first start; what happened to it since is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.demo.rows import demo_id
from portal.directory.indexing import listings_changed
from portal.directory.models import Attribute, Service, ServiceAtLocation, Session
from portal.moderation import duplicates_finding
from portal.moderation.models import DuplicatePair
from portal.organisations.models import Organization


@dataclass(frozen=True)
class Ask:
    """A change that one of the demo's editors sent, so many days ago. `nth`: which of their organisation's listings.

    `of`: the editor of whose organisation the listing is, where a moderator changed it after a call.
    """

    mailbox: str
    facts: Mapping[str, Any]
    days: int = 0
    nth: int = 0
    sampled: bool = False
    note: str | None = None
    of: str | None = None


def _phone(number: str) -> list[dict[str, Any]]:
    return [{"title": "Enquiries", "phones": [{"number": number}]}]


ASKS = (
    Ask(
        "editor-new",
        {
            "phone": _phone("0116 496 0172"),
            "description": "A quiet place to go when the evening feels long. Come in, sit down, and somebody will put the"
            " kettle on. You can walk in or ring first. Open until nine.",
        },
        days=5,
        note="We have a new telephone.",
    ),
    Ask("lead-camden", {"name": "Dominoes and Draughts on the Corner"}, days=3),
    Ask("editor-pantry", {"phone": _phone("0116 496 0188")}, days=2),
    Ask("moderator-second", {"phone": _phone("0116 496 0195")}, days=1, nth=3, of="editor", note="They told me when I rang."),
    Ask(
        "lead-epsom",
        {"description": "Guaranteed to lift your spirits: a miracle of a morning. See https://downs-gate.example.org/join"},
        days=1,
    ),
    Ask("editor", {"who_for": "Anybody over 18 who would like company. Carers are welcome with whom they care for."}, nth=1),
    Ask("editor", {"summary": "Tea, cards and good company each week. Somebody meets you at the door."}, nth=2, sampled=True),
    Ask("editor-pantry", {"how_to_join": "Come along. The first visit is free, then pay what you can."}, sampled=True),
)  # fmt: skip
NEW: Mapping[str, Any] = {
    "name": "Larkfield Repair Table",
    "summary": "Bring a lamp, a coat or a radio; we mend it together over tea.",
    "description": "People who like mending meet people with something to mend. Nobody needs to know how. Tea is free.",
    "needs": ["loneliness"],
    "joining": ["drop_in"],
    "cost": {"options": [{"kind": "free"}]},
}
WHEN = ("freq", "interval", "byday", "dtstart", "starts_at", "ends_at")
COPIES = ("editor", "editor-pantry")
"""Whose first listing stands in another list as well, under a slightly other name."""


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    first = db.session.get(User, demo_id("account", ASKS[0].mailbox))
    if first is None or db.session.scalar(select(ChangeRequest.id).limit(1)) is not None:
        return False
    for ask in ASKS:
        _ask(ask)
    _new(first)
    copies = [_copy(mailbox) for mailbox in COPIES]
    listings_changed(copies)
    db.session.flush()
    for copy in copies:
        duplicates_finding.look_at(copy)
    return db.session.scalar(select(DuplicatePair.id).limit(1)) is not None


def _ask(ask: Ask) -> None:
    by = db.session.get_one(User, demo_id("account", ask.mailbox))
    listings = _listings_of(db.session.get_one(User, demo_id("account", ask.of)) if ask.of else by)
    if not listings:
        return
    service = listings[ask.nth % len(listings)]
    change = actions.propose(service, ask.facts, by=by, base_version=service.version, key=None, note=ask.note)
    _backdate(change, ask.days)
    change.is_sampled = change.state == "live" and ask.sampled


def _new(by: User) -> None:
    change = actions.begin_new(_organisation_of(by), NEW, by=by)
    actions.submit(change, by=by)
    _backdate(change, 1)


def _copy(mailbox: str) -> UUID:
    """A second listing of somebody's first one, as another list tells it."""
    by = db.session.get_one(User, demo_id("account", mailbox))
    service = _listings_of(by)[0]
    organisation = Organization(id=demo_id("organization", "copy", mailbox), name=f"{service.name} group")
    copy = Service(
        id=demo_id("service", "copy", mailbox), organization=organisation, name=f"The {service.name} (weekly)", lang=service.lang,
        description=service.description, joining=list(service.joining), created_at=service.created_at,
    )  # fmt: skip
    for here in service.service_at_locations[:1]:
        place = ServiceAtLocation(location_id=here.location_id, delivery_modes=list(here.delivery_modes))
        place.sessions = [Session(**{name: getattr(one, name) for name in WHEN}) for one in here.sessions]
        copy.service_at_locations.append(place)
    db.session.add_all([organisation, copy])
    for told in service.attributes:
        db.session.add(Attribute(link_id=copy.id, link_type="service", taxonomy_term_id=told.taxonomy_term_id))
    db.session.flush()
    return copy.id


def _backdate(change: ChangeRequest, days: int) -> None:
    day = clock.today() - timedelta(days=days)
    change.submitted_at = change.created_at = min(datetime.combine(day, time(8, 40), UTC), clock.now())


def _organisation_of(by: User) -> UUID:
    return next(one.organization_id for one in by.held if one.organization_id is not None)


def _listings_of(by: User) -> list[Service]:
    """The public listings of somebody's organisation, always in the same order."""
    wanted = select(Service).where(
        Service.organization_id == _organisation_of(by),
        Service.status == "active",
        Service.withdrawn_at.is_(None),
        Service.merged_into_id.is_(None),
    )
    return list(db.session.scalars(wanted.order_by(Service.name, Service.id)))
