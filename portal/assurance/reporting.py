"""What visitors say is wrong with a listing: taken without a login, doubted at the second, answered by a moderator."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Literal
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.assurance.doubting import believe, doubt
from portal.assurance.models import ListingReport
from portal.assurance.notifications import ReportAnswered
from portal.changes.checked import check
from portal.codes.phones import mobile
from portal.core import audit, clock, throttle
from portal.core.blind_index import blind
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.plain import is_email
from portal.core.viewer import Viewer
from portal.directory.looked_after import looks_after_listing
from portal.directory.models import Service
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.organisations.models import Organization
from portal.shortlists.codes import new_code

Kind = Literal["closed", "wrong_time", "wrong_number", "other"]
Outcome = Literal["fixed", "changed", "right", "closed", "unclear"]
KINDS: Mapping[Kind, LazyString] = {
    "closed": _l("It has closed"),
    "wrong_time": _l("The time is wrong"),
    "wrong_number": _l("The phone number is wrong"),
    "other": _l("Something else"),
}
FACTS: Mapping[Kind, tuple[str, ...]] = {
    "closed": (),
    "wrong_time": ("sessions", "opening"),
    "wrong_number": ("phone",),
    "other": (),
}
"""Which facts a moderator has checked who answers a report."""
OUTCOMES: Mapping[Outcome, LazyString] = {
    "fixed": _l("We have put it right"),
    "changed": _l("We have changed it, and readers see it once a second moderator has looked"),
    "right": _l("We have checked: it is right as it stands"),
    "closed": _l("It has closed, and readers are told so"),
    "unclear": _l("We could not find out"),
}
DOUBTED_AT = 2
"""Open reports by so many different visitors put a doubt on a listing."""
MOST_AN_HOUR = 10
MOST_ABOUT_ONE = 5
"""So many open reports of one listing are named beside it."""


@dataclass(frozen=True)
class Told:
    """What a visitor typed, made plain."""

    kind: Kind
    words: str | None
    contact: str | None
    form_key: str


@dataclass(frozen=True)
class OpenReport:
    """A report that waits. `others` are open ones about the same listing; words and contact are read one by one."""

    id: UUID
    reference: str
    service_id: UUID
    listing: str
    organisation: str
    organization_id: UUID
    kind: Kind
    urgent_kinds: tuple[str, ...]
    has_words: bool
    has_contact: bool
    others: int
    is_doubted: bool
    created_at: datetime

    @property
    def age_days(self) -> int:
        """How long it has waited."""
        return (clock.today() - clock.local(self.created_at).date()).days


def report(service_id: UUID, told: Told, *, asked_by: str, language: str, urgent_kinds: Sequence[str]) -> str:
    """Keep what a visitor says; gives the reference. Sending the same form twice keeps it once, and gives the same.

    `asked_by` is a network address, for the limit and to tell visitors apart. Raises TooManyRequests.
    """
    throttle.hit("report", asked_by, limit=MOST_AN_HOUR, seconds=3600)
    db.session.execute(select(Service.id).where(Service.id == service_id).with_for_update())
    if (known := _of_key(told.form_key)) is not None:
        return known
    row = ListingReport(
        service_id=service_id,
        reference=_new_reference(),
        kind=told.kind,
        words=told.words,
        contact=told.contact,
        locale=language,
        visitor_key=_visitor(asked_by),
        urgent_kinds=list(urgent_kinds),
        form_key=told.form_key,
    )
    # The key is unique in the database: of two that come at once, one is kept.
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)
    audit.record("report.made", ("service", service_id), by="person", details={"kind": told.kind})
    if _visitors(service_id) >= DOUBTED_AT:
        doubt([service_id])
    return _of_key(told.form_key) or row.reference


def is_known(service_id: UUID, reference: str) -> bool:
    """Whether there is a report with this reference about this listing."""
    wanted = select(ListingReport.id).where(
        ListingReport.reference == reference, ListingReport.service_id == service_id
    )
    return db.session.scalar(wanted) is not None


def open_reports(viewer: Viewer) -> list[OpenReport]:
    """Reports that wait for a moderator: those that tell of danger first, then the oldest. None for anybody else."""
    if not viewer.can(Permission.MODERATE):
        return []
    counts = (
        select(ListingReport.service_id, func.count().label("open"))
        .where(ListingReport.answered_at.is_(None))
        .group_by(ListingReport.service_id)
        .subquery()
    )
    rows = db.session.execute(
        select(ListingReport, Service.name, Service.doubted_at, Organization.name, Organization.id, counts.c.open)
        .join(Service, Service.id == ListingReport.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .join(counts, counts.c.service_id == ListingReport.service_id)
        .where(ListingReport.answered_at.is_(None))
        .order_by(ListingReport.created_at, ListingReport.id)
    )
    found = [
        OpenReport(
            id=row.id,
            reference=row.reference,
            service_id=row.service_id,
            listing=listing,
            organisation=organisation,
            organization_id=organization_id,
            kind=row.kind,
            urgent_kinds=tuple(row.urgent_kinds),
            has_words=row.words is not None,
            has_contact=row.contact is not None,
            others=count - 1,
            is_doubted=doubted_at is not None,
            created_at=row.created_at,
        )
        for row, listing, doubted_at, organisation, organization_id, count in rows
    ]
    return sorted(found, key=lambda one: not one.urgent_kinds)


def open_about(viewer: Viewer, service_id: UUID) -> Sequence[ListingReport]:
    """Reports about a listing that wait, longest waiting first, for a moderator who looks after it. None for anybody else."""
    if not viewer.can(Permission.MODERATE):
        return []
    wanted = select(ListingReport).where(
        ListingReport.service_id == service_id,
        ListingReport.answered_at.is_(None),
        looks_after_listing(viewer, ListingReport.service_id),
    )
    return db.session.scalars(wanted.order_by(ListingReport.created_at, ListingReport.id).limit(MOST_ABOUT_ONE)).all()


def report_for(viewer: Viewer, report_id: UUID) -> ListingReport:
    """One report, whole. Opening it is an entry of the audit chain. Raises NotFound."""
    if not viewer.can(Permission.MODERATE) or db.session.get(ListingReport, report_id) is None:
        raise NotFound(_("There is no such report."))
    audit.record_now("report.read", ("listing_report", report_id), by=viewer)
    return db.session.get_one(ListingReport, report_id)


def answer_report(report_id: UUID, outcome: Outcome, *, by: Viewer) -> None:
    """Say what became of a report. Whoever left a contact is told; then it is wiped. Answered already, nothing happens.

    The facts themselves are changed by `changes`, before; "changed" is a change that waits, so it is no check of them yet.
    Raises NotFound, DomainError.
    """
    if not by.can(Permission.MODERATE):
        raise NotFound(_("There is no such report."))
    if outcome not in OUTCOMES:
        raise DomainError(_("Choose what became of it"))
    row = db.session.scalar(select(ListingReport).where(ListingReport.id == report_id).with_for_update())
    if row is None:
        raise NotFound(_("There is no such report."))
    if row.answered_at is not None:
        return
    if (to := recipient_of(row)) is not None:
        answer = ReportAnswered(str(row.service_id), row.reference, outcome)
        notify(answer, to=to, key=f"report:{row.id}")
    row.answered_at, row.answered_by_id, row.outcome = clock.now(), by.id, outcome
    row.contact = row.visitor_key = None
    if outcome in {"fixed", "right"} and (facts := FACTS[row.kind]):  # type: ignore[index]
        check(row.service_id, facts, by_kind="moderator", how="report", by_user_id=by.id)
    audit.record("report.answered", row, by=by, details={"outcome": outcome, "told": to is not None})
    db.session.flush()
    if _visitors(row.service_id) < DOUBTED_AT:
        believe([row.service_id])


def recipient_of(row: ListingReport) -> Recipient | None:
    """How a visitor can be written to: by e-mail, or by text to a mobile phone. None where that cannot be."""
    typed = row.contact or ""
    if is_email(typed):
        return Recipient(email=typed.strip(), locale=row.locale)
    phone = mobile(typed)
    return Recipient(phone=phone, locale=row.locale) if phone else None


def _of_key(form_key: str) -> str | None:
    return db.session.scalar(select(ListingReport.reference).where(ListingReport.form_key == form_key))


def _new_reference() -> str:
    while True:
        code = new_code()
        if db.session.scalar(select(ListingReport.id).where(ListingReport.reference == code)) is None:
            return code


def _visitors(service_id: UUID) -> int:
    """How many different visitors have open reports about a listing."""
    different = select(func.count(ListingReport.visitor_key.distinct())).where(
        ListingReport.service_id == service_id, ListingReport.answered_at.is_(None)
    )
    return db.session.scalar(different) or 0


def _visitor(address: str) -> str:
    """A keyed hash of the household that an address belongs to: of IPv6 its /64."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return blind(f"visitor {address}")
    bits = 64 if found.version == 6 else 32
    return blind(f"visitor {ip_network((found, bits), strict=False)}")
