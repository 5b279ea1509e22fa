"""Who has seen what of a person: the entries of the audit chain about them and their introductions, for pages and for print.

Workers are named by role and organisation, never by name. The same done again on one day is one row. To the person it says "you",
and names no group that something was about: who knows the code of one referral does not read of another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import and_, or_, select

from portal.accounts.models import Membership
from portal.accounts.roles import ROLES, Role
from portal.core import clock, wording
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.seen_words import DONE, OWN, READ, SOME_PART

PAGE = 200
MOST_PRINTED = 2_000


@dataclass(frozen=True)
class Seen:
    """One row: the day and the time of the newest, who, and what; `times` how often on that day."""

    day: str
    time: str
    who: str
    what: str
    times: int = 1

    @property
    def often(self) -> str:
        """ "4 times", where it was more than once."""
        return str(ngettext("%(num)s time", "%(num)s times", self.times)) if self.times > 1 else ""


@dataclass(frozen=True)
class Names:
    """What ids stand for: organisations, the organisation of introductions and events, the roles of users."""

    person: Person
    is_own: bool
    organisations: Mapping[UUID, str]
    introductions: Mapping[str, UUID]
    events: Mapping[str, UUID | None]
    roles: Mapping[str, Sequence[Membership]]


def seen_of(person: Person, *, is_own: bool = False, page: int = 1, most: int = PAGE) -> tuple[list[Seen], bool]:
    """A page of rows, newest first, and whether there are earlier ones. `is_own`: the person reads it. Five statements."""
    introductions = _introductions(person)
    wanted = (
        select(AuditEntry)
        .where(
            AuditEntry.action.in_(["person.read", *DONE]),
            or_(
                and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id == str(person.id)),
                and_(AuditEntry.subject_kind == "introduction", AuditEntry.subject_id.in_(introductions)),
            ),
        )
        .order_by(AuditEntry.number.desc())
    )
    entries = list(db.session.scalars(wanted.offset((page - 1) * most).limit(most + 1)))
    has_more = len(entries) > most
    entries = sorted(entries[:most], key=lambda entry: (entry.at, entry.number), reverse=True)
    names = _names(person, introductions, entries, is_own=is_own)
    rows = [_seen(entry, names) for entry in entries]
    together = [list(alike) for _key, alike in groupby(rows, key=lambda row: (row.day, row.who, row.what))]
    return [Seen(alike[0].day, alike[0].time, alike[0].who, alike[0].what, len(alike)) for alike in together], has_more


def opened_of(person: Person, entries: Sequence[AuditEntry]) -> dict[int, str]:
    """What each reading among the entries opened, in words, by the number of the entry. For who governs records."""
    introductions = _introductions(person)
    read = [one for one in entries if one.action == "person.read"]
    names = _names(person, introductions, read, is_own=False)
    return {one.number: _what(one, names) for one in read}


def actors_of(person: Person, entries: Sequence[AuditEntry]) -> dict[int, str]:
    """Who acted, as far as roles and organisations tell, by the number of the entry. For who governs records."""
    names = _names(person, _introductions(person), entries, is_own=False)
    return {one.number: _who(one, names) for one in entries}


def _introductions(person: Person) -> dict[str, UUID]:
    """The organisation that each was for."""
    asked = select(Introduction.id, Introduction.organization_id).where(Introduction.person_id == person.id)
    return {str(one): organization_id for one, organization_id in db.session.execute(asked)}


def _names(person: Person, introductions: Mapping[str, UUID], entries: Iterable[AuditEntry], *, is_own: bool) -> Names:
    entries = list(entries)
    users = {UUID(one.actor_id) for one in entries if one.actor_kind == "user" and one.actor_id}
    roles: dict[str, list[Membership]] = {}
    held = (
        select(Membership)
        .where(Membership.user_id.in_(users))
        .order_by(Membership.ended_at.is_not(None), Membership.id)
    )
    for one in db.session.scalars(held) if users else ():
        roles.setdefault(str(one.user_id), []).append(one)
    ids = [
        UUID(one.details["event"]) for one in entries if one.actor_kind == "person" and "event" in (one.details or {})
    ]
    asked = select(IntroductionEvent.id, IntroductionEvent.organization_id).where(IntroductionEvent.id.in_(ids))
    events = {str(event_id): organization_id for event_id, organization_id in db.session.execute(asked)} if ids else {}
    told = {UUID(one.details["organisation"]) for one in entries if "organisation" in (one.details or {})}
    wanted = {*introductions.values(), *told, *(one for one in events.values() if one)}
    wanted |= {one.organization_id for held_ones in roles.values() for one in held_ones if one.organization_id}
    return Names(person, is_own, _called(wanted), introductions, events, roles)


def _called(organisations: set[UUID]) -> dict[UUID, str]:
    asked = select(Organization.id, Organization.name).where(Organization.id.in_(organisations))
    return {organization_id: name for organization_id, name in db.session.execute(asked)} if organisations else {}


def _seen(entry: AuditEntry, names: Names) -> Seen:
    local = clock.local(entry.at)
    return Seen(wording.full_date(local.date()), wording.clock_time(entry.at), _who(entry, names), _what(entry, names))


def _what(entry: AuditEntry, names: Names) -> str:
    details = entry.details or {}
    if names.is_own and entry.action in OWN:
        return str(OWN[entry.action])
    sentence = READ.get(details.get("what", ""), SOME_PART) if entry.action == "person.read" else DONE[entry.action]
    group = names.organisations.get(about) if (about := _about(entry, names)) else None
    if group is None and entry.action == "person.read" and "%(group)s" in str(sentence):
        sentence = SOME_PART
    return str(sentence) % {"group": group or "–"}


def _about(entry: AuditEntry, names: Names) -> UUID | None:
    """The organisation that an entry is about."""
    details = entry.details or {}
    if "organisation" in details:
        return UUID(details["organisation"])
    if entry.subject_kind == "introduction":
        return names.introductions.get(str(entry.subject_id))
    return names.introductions.get(str(details.get("introduction", "")))


def _who(entry: AuditEntry, names: Names) -> str:
    if entry.actor_kind == "user":
        return _role(names.roles.get(str(entry.actor_id), ()), _about(entry, names), names)
    by_link = names.events.get(str((entry.details or {}).get("event", "")))
    if entry.actor_kind == "person" and by_link is not None:
        return _("%(organisation)s, by the link in an e-mail", organisation=names.organisations.get(by_link, "–"))
    return {
        "person": _("You, or who asked for you") if names.is_own else _("The person, or who asked for them"),
        "job": _("This site, by itself"),
        "operator": _("Who runs this site"),
    }.get(entry.actor_kind, _("Nobody who is known"))


def _role(held: Sequence[Membership], about: UUID | None, names: Names) -> str:
    """Role and organisation: the team's that holds the record goes first, then the one that it is about."""
    if not held:
        return _("Somebody whose account is closed")
    order = [names.person.organization_id, about]
    found = min(held, key=lambda one: order.index(one.organization_id) if one.organization_id in order else len(order))
    label = str(ROLES[Role(found.role)].label)
    name = names.organisations.get(found.organization_id) if found.organization_id else None
    return _("%(role)s, %(organisation)s", role=label, organisation=name) if name else label
