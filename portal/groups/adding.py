"""Adding a listing: what has to be told in each of the four sections, the draft as it grows, and sending it.

A draft is a change request of kind "new". Everybody who edits for the organisation can go on with it; nobody else sees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions
from portal.changes.facts import FACTS, SECTIONS, write_all
from portal.changes.life import move
from portal.changes.models import ChangeRequest, Facts
from portal.core import clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.details import details_of
from portal.directory.models import Service
from portal.directory.queries import listing as listing_of
from portal.directory.showing import shown
from portal.geography.places import PlaceProblem
from portal.geography.queries import locate
from portal.groups.editing import Preview
from portal.groups.notifications import DraftKept
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.organisations.models import Organization
from portal.registers import queries as registers
from portal.registers.models import RegisterEntry

OPEN = ("draft", "sent_back")


@dataclass(frozen=True)
class Answer:
    """Something that has to be told: one of these facts. `fields`: how many boxes that takes at the least."""

    section: str
    facts: tuple[str, ...]
    label: LazyString
    fields: int = 1


ANSWERS: tuple[Answer, ...] = (
    Answer("about", ("name",), _l("its name")),
    Answer("about", ("description",), _l("what happens")),
    Answer("about", ("needs",), _l("what it helps with")),
    Answer("when_where", ("place",), _l("where it is"), fields=2),
    Answer("when_where", ("sessions", "opening"), _l("when it is"), fields=3),
    Answer("when_where", ("cost",), _l("what it costs")),
    Answer("who_for", ("audiences", "who_for"), _l("who it is for")),
    Answer("join", ("joining",), _l("how to join")),
    Answer("join", ("phone", "email", "url"), _l("how to reach you")),
)
"""At most 12 boxes in all, so that a listing takes 8 minutes. Source: `docs/assurance.md`."""
FACTS_OF: Mapping[str, tuple[str, ...]] = {
    "about": ("name", "description", "needs", "summary"),
    "when_where": ("place", "sessions", "opening", "cost"),
    "who_for": ("audiences", "who_for", "ages", "languages"),
    "join": ("joining", "phone", "email", "url", "how_to_join", "first_visit"),
}
"""The facts on the page of each section, those that have to be told first."""


class NotWhole(DomainError):
    """Something that has to be told is missing."""


@dataclass(frozen=True)
class Section:
    """A section of the task list. `missing`: what has to be told still."""

    name: str
    label: LazyString
    missing: Sequence[Answer]
    is_begun: bool

    @property
    def is_done(self) -> bool:
        """Whether all that has to be told is."""
        return not self.missing


def sections_of(facts: Mapping[str, Any]) -> list[Section]:
    """The four sections, in order of the listing's page."""
    lacking = missing(facts)
    return [
        Section(
            name,
            label,
            [one for one in lacking if one.section == name],
            any(facts.get(fact) for fact in FACTS_OF[name]),
        )
        for name, label in SECTIONS.items()
    ]


def missing(facts: Mapping[str, Any]) -> list[Answer]:
    """What has to be told and is not."""
    return [one for one in ANSWERS if not any(facts.get(fact) for fact in one.facts)]


def begin(organisation: Organization, *, by: Viewer, key: str | None, facts: Facts | None = None) -> ChangeRequest:
    """A new draft; the first of an organisation begins with what its register says. Sent twice, it is made once."""
    told = facts if facts is not None else prefilled(organisation)
    return actions.begin_new(organisation.id, told, by=by, key=key)


def draft_for(user: User, change_id: UUID) -> ChangeRequest:
    """A draft, or a listing that was sent, of an organisation that this user edits for. Raises NotFound."""
    found = db.session.get(ChangeRequest, change_id)
    if (
        found is None
        or found.kind != "new"
        or not user.can(Permission.LISTING_EDIT, organisation_id=found.organization_id)
    ):
        raise NotFound(_("There is no such listing, or it is not one of yours."))
    return found


def drafts_of(organization_id: UUID) -> Sequence[ChangeRequest]:
    """New listings of an organisation that were not sent yet, or were sent back; newest first."""
    question = select(ChangeRequest).where(
        ChangeRequest.kind == "new",
        ChangeRequest.organization_id == organization_id,
        ChangeRequest.state.in_(("draft", "sent_back", "waiting")),
    )
    return db.session.scalars(question.order_by(ChangeRequest.created_at.desc(), ChangeRequest.id)).all()


def save(draft: ChangeRequest, facts: Mapping[str, Any]) -> None:
    """Put facts into a draft. What was sent back becomes a draft again. Raises CannotNow for one that was sent."""
    db.session.refresh(draft, with_for_update=True)
    if draft.state == "sent_back":
        move(draft, "reopen")
    if draft.state != "draft":
        raise actions.NotYours(_("This listing was sent already."))
    told = {**draft.facts, **{name: value for name, value in facts.items() if name in FACTS}}
    draft.facts = {name: value for name, value in _with_ways(told).items() if value}
    draft.changed_at = clock.now()


def send(draft: ChangeRequest, *, by: Viewer) -> ChangeRequest:
    """Send it: a moderator looks before the public sees it. Raises NotWhole."""
    if draft.state in OPEN and (lacking := missing(draft.facts)):
        raise NotWhole(_("Not yet: we still need %(what)s.", what=str(lacking[0].label)))
    return actions.submit(draft, by=by)


def send_link(draft: ChangeRequest, user: User) -> bool:
    """Send a link back to the draft, once a day. False where they have stopped such messages."""
    sent = notify(
        DraftKept(change=str(draft.id)),
        to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
        key=f"draft-kept:{draft.id}:{clock.today().isoformat()}",
    )
    return sent is not None


def preview(draft: ChangeRequest) -> Preview:
    """The listing as the public would see it. Written, read as the public reads it, and taken back; nothing is saved."""
    tried = db.session.begin_nested()
    try:
        service = Service(id=new_id(), organization_id=draft.organization_id, name=str(draft.facts.get("name") or ""))
        db.session.add(service)
        db.session.flush()
        write_all(service, draft.facts)
        db.session.flush()
        found = listing_of(service.id)
        assert found is not None
        details = details_of(found)
        return Preview(found, details, shown(found, details))
    finally:
        tried.rollback()


def prefilled(organisation: Organization) -> Facts:
    """Facts for a first listing, as the organisation's register tells them. Empty where there are listings already."""
    is_first = db.session.scalar(select(Service.id).where(Service.organization_id == organisation.id).limit(1)) is None
    entry = _entry_of(organisation) if is_first else None
    if entry is None:
        return {"name": organisation.name} if is_first else {}
    told: Facts = {
        "name": organisation.name,
        "description": entry.activities,
        "email": entry.email,
        "url": entry.website,
        "phone": [{"phones": [{"number": entry.phone}]}] if entry.phone else None,
        "place": _place_of(entry),
    }
    return {name: value for name, value in told.items() if value}


def _entry_of(organisation: Organization) -> RegisterEntry | None:
    found = (
        registers.entry(one.identifier_scheme, one.identifier)
        for one in organisation.identifiers
        if one.identifier_scheme
    )
    return next((one for one in found if one is not None), None)


def _place_of(entry: RegisterEntry) -> list[dict[str, Any]] | None:
    """The address in the register as a place, where its postcode is known."""
    found = locate(entry.postcode or "")
    if isinstance(found, PlaceProblem) or not entry.address:
        return None
    address = {"address_1": ", ".join(entry.address[:-1]) or entry.address[0], "postal_code": entry.postcode}
    if len(entry.address) > 1:
        address["city"] = entry.address[-1].title() if entry.address[-1].isupper() else entry.address[-1]
    where = {
        "latitude": found.lat,
        "longitude": found.lon,
        "authority_code": found.authority_code,
        "neighbourhood_code": found.neighbourhood_code,
        "place_name": found.neighbourhood_name,
    }
    place = {"id": str(new_id()), "location_type": "physical", "privacy": "public"}
    return [
        place
        | {"addresses": [{"country": "GB", "address_type": "physical"} | address]}
        | {name: value for name, value in where.items() if value is not None}
    ]


def _with_ways(facts: Facts) -> Facts:
    """The facts with how it is given at each place, where nobody said: in person at an address, else online and by phone."""
    places = facts.get("place") or []
    told = facts.get("delivery") or {}
    ways = {
        one["id"]: told.get(one["id"])
        or (["online", "phone"] if one.get("location_type") == "virtual" else ["in_person"])
        for one in places
    }
    return {**facts, "delivery": ways} if ways else facts
