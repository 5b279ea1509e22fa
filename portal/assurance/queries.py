"""Questions about what is to be asked, and how fresh the directory is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from portal.accounts.models import Membership
from portal.assurance import rhythm
from portal.assurance.contacts import EDITORS, Asked
from portal.assurance.models import CheckItem, CheckLetter, CheckRound
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service, ServiceAtLocation, Session


@dataclass(frozen=True)
class Standing:
    """How the check of one listing stands today."""

    asked: Asked
    name: str
    kind: rhythm.Kind
    assured: date | None

    @property
    def id(self) -> UUID:
        """The listing's id."""
        return self.asked.service_id

    def ends(self, today: date) -> date:
        """The last day on which its check holds."""
        return rhythm.ends_on(self.assured, self.kind, today=today)


def is_live() -> ColumnElement[bool]:
    """What can be asked about: it is running, and neither withdrawn nor merged. Also what has aged out of public results."""
    return (Service.status == "active") & Service.withdrawn_at.is_(None) & Service.merged_into_id.is_(None)


def due(today: date) -> list[Standing]:
    """Listings to ask about that nobody is being asked about yet, those whose check ended first before others."""
    oldest_kind = min(rhythm.EVERY.values())
    soonest = today - timedelta(days=oldest_kind - rhythm.LEAD)
    has_editor = exists().where(
        Membership.organization_id == Service.organization_id,
        Membership.role.in_(EDITORS),
        Membership.ended_at.is_(None),
    )
    begun = today - timedelta(days=rhythm.APART)
    in_hand = (
        select(CheckItem.service_id)
        .join(CheckRound, CheckRound.id == CheckItem.round_id)
        .where(CheckItem.state == "asked", CheckRound.closed_on.is_(None), CheckRound.begun_on > begun)
    )
    question = _standings().where(
        is_live(),
        # What was copied from elsewhere and never checked is nobody's to confirm until somebody has claimed it.
        or_(Service.assured_date <= soonest, Service.assured_date.is_(None) & has_editor),
        Service.id.not_in(in_hand),
        Service.id.not_in(_said_closed()),
    )
    found = [one for one in _read(question) if rhythm.is_due(one.ends(today), today)]
    return sorted(found, key=lambda one: (one.assured or date.min, str(one.id)))


def _said_closed() -> Select[UUID | None]:
    """Listings that somebody says have closed, which waits for a moderator."""
    return select(ChangeRequest.service_id).where(
        ChangeRequest.kind == "close", ChangeRequest.state == "waiting", ChangeRequest.service_id.is_not(None)
    )


def standings_of(organisations: Iterable[UUID]) -> list[Standing]:
    """Every live listing of these organisations."""
    return _read(_standings().where(is_live(), Service.organization_id.in_(list(organisations))))


def standing_of(service_ids: Sequence[UUID]) -> list[Standing]:
    """How the checks of these live listings stand, by name."""
    return _read(_standings().where(is_live(), Service.id.in_(list(service_ids))))


def open_rounds() -> list[CheckRound]:
    """Rounds that are not answered yet, longest open first."""
    question = select(CheckRound).where(CheckRound.closed_on.is_(None)).order_by(CheckRound.begun_on, CheckRound.id)
    return list(db.session.scalars(question))


def last_begun(keys: Iterable[str]) -> dict[str, date]:
    """When each person was last asked anew, by the key of the address; absent where never."""
    rows = db.session.execute(
        select(CheckRound.contact_key, CheckRound.begun_on).where(CheckRound.contact_key.in_(list(keys)))
    )
    found: dict[str, date] = {}
    for key, begun in rows:
        if key is None:
            continue
        found[key] = max(begun, found.get(key, begun))
    return found


@dataclass(frozen=True)
class Mail:
    """A mail that went out: when, for whom (the person asked and whoever stood in), and about which listings."""

    day: date
    keys: frozenset[str]
    listings: frozenset[UUID]


def mails(keys: Iterable[str], listings: Iterable[UUID]) -> list[Mail]:
    """Mails to these people or about these listings, as far back as the limit on them looks."""
    since = clock.now() - timedelta(days=rhythm.WITHIN + 1)
    about = select(CheckItem.round_id).where(CheckItem.service_id.in_(list(listings)))
    people = list(keys)
    rows = db.session.execute(
        select(CheckLetter.id, CheckLetter.sent_at, CheckRound.contact_key, CheckLetter.email_key, CheckItem.service_id)
        .join(CheckRound, CheckRound.id == CheckLetter.round_id)
        .join(CheckItem, CheckItem.round_id == CheckRound.id)
        .where(
            CheckLetter.sent_at >= since,
            or_(CheckRound.contact_key.in_(people), CheckLetter.email_key.in_(people), CheckLetter.round_id.in_(about)),
        )
    )
    found: dict[UUID, tuple[date, frozenset[str], set[UUID]]] = {}
    for letter, sent_at, asked, written_to, listing in rows:
        known = found.setdefault(letter, (_day(sent_at), frozenset({asked or written_to, written_to}), set()))
        known[2].add(listing)
    return [Mail(day, who, frozenset(about)) for day, who, about in found.values()]


def sent(known: Iterable[Mail], *, keys: Iterable[str], listings: Iterable[UUID]) -> list[date]:
    """The days of those mails that count against one more to these people about these listings."""
    people, about = frozenset(keys), frozenset(listings)
    return [one.day for one in known if one.keys & people or one.listings & about]


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _standings() -> Select[UUID, UUID, str | None, str, list[str], date | None, bool]:
    has_sessions = (
        exists()
        .where(ServiceAtLocation.service_id == Service.id, Session.service_at_location_id == ServiceAtLocation.id)
        .label("has_sessions")
    )
    return select(
        Service.id,
        Service.organization_id,
        Service.email,
        Service.name,
        Service.joining,
        Service.assured_date,
        has_sessions,
    ).order_by(Service.name, Service.id)


def _read(question: Select[UUID, UUID, str | None, str, list[str], date | None, bool]) -> list[Standing]:
    return [
        Standing(
            Asked(service_id, organization_id, email),
            name,
            rhythm.kind_of(has_sessions=bool(has_sessions), joining=joining),
            assured,
        )
        for service_id, organization_id, email, name, joining, assured, has_sessions in db.session.execute(question)
    ]


def in_hand(service_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these listings somebody is being asked about."""
    asked = (
        select(CheckItem.service_id)
        .join(CheckRound, CheckRound.id == CheckItem.round_id)
        .where(CheckItem.service_id.in_(list(service_ids)), CheckItem.state == "asked", CheckRound.closed_on.is_(None))
    )
    return frozenset(db.session.scalars(asked))


def live_among(service_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these listings can still be asked about."""
    return frozenset(db.session.scalars(select(Service.id).where(is_live(), Service.id.in_(list(service_ids)))))
