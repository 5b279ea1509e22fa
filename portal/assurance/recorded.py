"""The addresses and mobile phones of an organisation that were on record before anybody asked: where codes go that show who
is of it, for who claims its listings and for who answers its referrals.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts.models import Membership
from portal.changes.models import Version
from portal.codes.phones import mobile
from portal.core import throttle
from portal.core.errors import DomainError, TooManyRequests
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.notifications.notification import Recipient
from portal.notifications.senders.current import can_text
from portal.organisations.models import Organization
from portal.registers import queries as registers

A_DAY = 24 * 3600
MOST_CODES_A_DAY = 5
"""For one claimant, whatever they claim, so that nobody uses up what others may ask for."""
MOST_TO_ONE_A_DAY = 12
"""To one address or phone, whoever asks, so that no group is flooded. Then claims wait for a moderator instead."""
MOST_ON_RECORD = 4


CONTACTS = frozenset({"email", "phone"})
"""Facts of a listing that hold an address or a phone."""


class EnoughAsked(DomainError):
    """This claimant has had as many codes as one gets in a day."""

    status = 429


class EnoughSent(DomainError):
    """As many codes as go to one address in a day have gone there, whoever asked for them."""

    status = 429


@dataclass(frozen=True)
class OnRecord:
    """An address or a phone of an organisation that is public already. `masked` is what a stranger is shown of it."""

    channel: str
    address: str

    @property
    def masked(self) -> str:
        """Enough to know one's own by: "h…@larkfield.example.org", "… 123"."""
        if self.channel == "sms":
            return f"… {self.address[-3:]}"
        before, _at, domain = self.address.partition("@")
        return f"{before[:1]}…@{domain}"

    @property
    def recipient(self) -> Recipient:
        """How a code gets there."""
        return Recipient(email=self.address) if self.channel == "email" else Recipient(phone=self.address)


def on_record(organisation: Organization, *, before: datetime | None = None) -> list[OnRecord]:
    """The addresses and mobile phones on record: of its listings, its own, and those in its register. No two the same.

    What its people wrote themselves shows nothing, since they could name a friend's address: of listings count those that were
    there before the first of them came, and before somebody asked (`before`), with the contacts that they had then.
    """
    moments = [one for one in (before, _first_came(organisation.id)) if one is not None]
    before = min(moments, default=None)
    wanted = select(Service).where(Service.organization_id == organisation.id, Service.withdrawn_at.is_(None))
    if before is not None:
        wanted = wanted.where(Service.created_at <= before)
    services = db.session.scalars(wanted.order_by(Service.created_at, Service.id).limit(20)).all()
    new = _changed_since(before, [one.id for one in services]) if before is not None else frozenset()
    entries = [
        entry
        for one in organisation.identifiers
        if one.identifier_scheme and (entry := registers.entry(one.identifier_scheme, one.identifier)) is not None
    ]
    emails = [one.email for one in services if (one.id, "email") not in new]
    emails = [organisation.email, *emails, *(one.email for one in entries)]
    told = [contact for one in services if (one.id, "phone") not in new for contact in one.contacts]
    phones = [number.number for contact in told for number in contact.phones]
    phones += [one.phone for one in entries if one.phone]
    found = [OnRecord("email", one.strip()) for one in emails if one and "@" in one]
    if can_text():
        found += [OnRecord("sms", dialled) for one in phones if (dialled := mobile(one)) is not None]
    by_address = {one.address.casefold(): one for one in reversed(found)}
    return list(reversed(by_address.values()))[:MOST_ON_RECORD]


def count_code(to: OnRecord, *, by: Viewer) -> None:
    """Count a code that is asked for. Must come before the request changes anything. Raises EnoughAsked, EnoughSent."""
    try:
        throttle.hit("proof of", str(by.id), limit=MOST_CODES_A_DAY, seconds=A_DAY)
    except TooManyRequests as problem:
        raise EnoughAsked(
            _("You have asked for many codes today. Use the newest, ask again tomorrow, or let a moderator check.")
        ) from problem
    try:
        throttle.hit("proof to", to.address.casefold(), limit=MOST_TO_ONE_A_DAY, seconds=A_DAY)
    except TooManyRequests as problem:
        raise EnoughSent(
            _("Many codes went to this address today, so we send no more. A moderator looks at your request instead.")
        ) from problem


def _first_came(organization_id: UUID) -> datetime | None:
    """When the first of an organisation's people was given a role there, be they still there or not."""
    return db.session.scalar(
        select(func.min(Membership.created_at)).where(Membership.organization_id == organization_id)
    )


def _changed_since(moment: datetime, service_ids: list[UUID]) -> frozenset[tuple[UUID, str]]:
    """Which of these listings had their addresses or phones changed since, by others than their source: (listing, fact)."""
    rows = db.session.execute(
        select(Version.service_id, Version.changed).where(
            Version.service_id.in_(service_ids), Version.at >= moment, Version.how != "imported"
        )
    )
    return frozenset((service_id, name) for service_id, names in rows for name in names if name in CONTACTS)
