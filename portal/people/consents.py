"""What a person agreed to: for which organisation, what of theirs, how, in which words, until when. Fails closed.

Source: FHIR Consent (UK Core); UK GDPR 6(1)(e) and 9(2)(h) with the common-law duty met by consent. Twelve months is our own
choice, since there is no national figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, exists, select

from portal.codes.dates import age_on
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.viewer import Viewer
from portal.people.models import Consent, Person

How = Literal["spoken", "written", "online", "best-interest"]
GivenBy = Literal["person", "parent", "attorney", "worker"]
WORDING = "2026-11"
"""The version of the words that people agree to. A new one is a new version here; old rows keep theirs."""
LASTS = timedelta(days=365)
NEEDS_SOMEBODY_UNDER = 16
LAWFUL_BASIS = "6-1-e-and-9-2-h"
SCOPES: dict[str, LazyString] = {
    "demographics": _l("Name and how to get in touch"),
    "needs": _l("What would help, in their words"),
    "access": _l("Language and what makes it easier to take part"),
    "risk": _l("What keeps people safe"),
    "health": _l("A short note on health"),
    "outcomes": _l("How it ended"),
    "research": _l("Being asked about research"),
}
"""What can be shared."""
TO_INTRODUCE = frozenset({"demographics", "needs"})
"""Without these nobody can be introduced."""
USUAL = ("demographics", "needs", "access", "risk")
HOWS: dict[str, LazyString] = {
    "spoken": _l("Spoken"),
    "written": _l("Written"),
    "online": _l("On this site"),
    "best-interest": _l("In their best interest"),
}
GIVEN_BY: dict[str, LazyString] = {
    "person": _l("The person"),
    "parent": _l("A parent or guardian"),
    "attorney": _l("An attorney or deputy"),
    "worker": _l("A worker, in their best interest"),
}


class ConsentMissing(DomainError):
    """The person has not agreed to this, or the agreement has ended."""


class ConsentIncomplete(DomainError):
    """An agreement that lacks what makes it one. `field` is what is missing."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = name


@dataclass(frozen=True)
class Agreement:
    """What was agreed, as it was told."""

    how: How
    scopes: Sequence[str] = USUAL
    given_by: GivenBy = "person"
    basis_note: str | None = None
    evidence: str | None = None
    expires_on: date | None = None
    wording: str = field(default=WORDING)


def give(
    person: Person, organization_id: UUID, agreement: Agreement, *, by: Viewer | str, for_id: UUID | None = None
) -> Consent:
    """Note that a person agreed; what was agreed before with this organisation is replaced. Raises ConsentIncomplete."""
    check(person, agreement)
    for earlier in _open(person.id, organization_id):
        _end(earlier, "replaced", by="system", how="system")
    consent = Consent(
        person_id=person.id,
        organization_id=organization_id,
        scopes=[scope for scope in SCOPES if scope in set(agreement.scopes)],
        how=agreement.how,
        given_by=agreement.given_by,
        basis_note=agreement.basis_note,
        evidence=agreement.evidence,
        wording=agreement.wording,
        lawful_basis=LAWFUL_BASIS,
        expires_on=agreement.expires_on or clock.today() + LASTS,
        recorded_by_id=None if isinstance(by, str) else by.id,
        recorded_for_id=for_id,
    )
    db.session.add(consent)
    db.session.flush()
    if person.organization_id == organization_id:
        person.shut_at = None
    details = {"organisation": str(organization_id), "scopes": list(consent.scopes), "how": consent.how}
    audit.record("consent.given", person, by=by, details={**details, "consent": str(consent.id)})
    return consent


def check(person: Person, agreement: Agreement) -> None:
    """Raise ConsentIncomplete where an agreement lacks what makes it one."""
    if not set(agreement.scopes) >= TO_INTRODUCE:
        raise ConsentIncomplete("scopes", _("Without a name and what would help, nobody can be introduced"))
    is_by_other = agreement.given_by != "person"
    if (agreement.how == "best-interest") != (agreement.given_by in {"attorney", "worker"}):
        raise ConsentIncomplete("given_by", _("Say who decided in the person’s best interest"))
    if agreement.how == "best-interest" and not (agreement.basis_note or "").strip():
        raise ConsentIncomplete("basis_note", _("Say why the person cannot decide this, and who was asked"))
    is_young = is_under_16(person)
    if is_young and not is_by_other and not (agreement.basis_note or "").strip():
        raise ConsentIncomplete(
            "basis_note",
            _("The person is under 16. Say how you found that they understand, or choose a parent or guardian"),
        )
    if agreement.expires_on is not None and agreement.expires_on <= clock.today():
        raise ConsentIncomplete("expires_on", _("Enter a date in the future"))


def is_under_16(person: Person) -> bool:
    """Whether the law asks for more than the person's word alone: by the birth date, where it is known."""
    if not person.birth_date:
        return person.age_group == "under-16"
    return age_on(date.fromisoformat(person.birth_date), clock.today()) < NEEDS_SOMEBODY_UNDER


def refuse(person: Person, organization_id: UUID, *, how: How, by: Viewer | str) -> Consent:
    """Note that a person said no to sharing with an organisation. What was agreed before ends as withdrawn."""
    for earlier in _open(person.id, organization_id):
        _end(earlier, "withdrawn", by=_kind(by), how=how)
    row = Consent(
        person_id=person.id, organization_id=organization_id, status="refused", scopes=[], how=how, wording=WORDING,
        lawful_basis=LAWFUL_BASIS, expires_on=clock.today() + LASTS, ended_at=clock.now(), ended_by=_kind(by),
        recorded_by_id=None if isinstance(by, str) else by.id,
    )  # fmt: skip
    db.session.add(row)
    audit.record("consent.refused", person, by=by, details={"organisation": str(organization_id)})
    return row


def end(person: Person, organization_id: UUID | None, *, by: Viewer | str | None, how: str) -> list[Consent]:
    """End what was agreed with one organisation, or with all. Gives the rows that ended. What follows from it is not done here.

    `by` is a user, "person", or None for a job; `how` the way it was told. See `portal.referrals.withdrawing`.
    """
    ended = _open(person.id, organization_id)
    for consent in ended:
        _end(consent, "withdrawn" if by is not None else "expired", by=_kind(by), how=how)
        audit.record("consent.ended", person, by=by, details={"consent": str(consent.id), "status": consent.status})
    return ended


def active(person_id: UUID, organization_id: UUID) -> Consent | None:
    """What a person agrees to with an organisation today; None where nothing holds."""
    wanted = select(Consent).where(Consent.person_id == person_id, Consent.organization_id == organization_id)
    return db.session.scalar(wanted.where(_holds()).order_by(Consent.given_at.desc()).limit(1))


def covers(consent: Consent | None, scopes: Iterable[str] = TO_INTRODUCE) -> bool:
    """Whether an agreement holds today and is for all of these."""
    return consent is not None and holds(consent) and set(scopes) <= set(consent.scopes)


def holds(consent: Consent) -> bool:
    """Whether it holds today."""
    return consent.status == "active" and consent.expires_on >= clock.today()


def agreed(person_id: object, organization_id: object) -> ColumnElement[bool]:
    """Of columns, for questions: the person agrees today to share with the organisation."""
    return exists().where(Consent.person_id == person_id, Consent.organization_id == organization_id, _holds())


def expired() -> Sequence[Consent]:
    """Agreements whose time is over and that still stand as active."""
    return db.session.scalars(
        select(Consent).where(Consent.status == "active", Consent.expires_on < clock.today()).order_by(Consent.id)
    ).all()


def _holds() -> ColumnElement[bool]:
    return (Consent.status == "active") & (Consent.expires_on >= clock.today())


def _open(person_id: UUID, organization_id: UUID | None) -> list[Consent]:
    wanted = select(Consent).where(Consent.person_id == person_id, Consent.status == "active").order_by(Consent.id)
    if organization_id is not None:
        wanted = wanted.where(Consent.organization_id == organization_id)
    return list(db.session.scalars(wanted.with_for_update()))


def _end(consent: Consent, status: str, *, by: str, how: str) -> None:
    consent.status, consent.ended_at, consent.ended_by, consent.ended_how = status, clock.now(), by, how


def _kind(by: Viewer | str | None) -> str:
    if by is None:
        return "job"
    return by if isinstance(by, str) else "user"
