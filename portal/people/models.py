"""People who are referred, and what they agreed to. What they told us is encrypted; codes, dates of ours and ids are not.

Source of the data items: PRSB Social Prescribing Information Standard 1.1, UK Core Patient and Consent.
"""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedJson, EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.core.references import shown


class Person(Base):
    """Somebody who is referred. Source: FHIR Patient.

    `organization_id`: the link worker team that holds the record; none where somebody referred themselves to a group.
    `worker_id`: whose caseload they are on. `nhs_number_key`: the blind index of the number; `match_key`: of `match`, the
    surname and birth date. `neighbourhood_code` and `district` ("LE2") are the only words on where they live that stand in clear.
    `contact`, `access`, `details`: see `portal.people.items`. A key that is missing was not asked yet; None was not told.
    `shut_at`: since when the person no longer agrees that the team works with the record, which nobody opens from then on.
    `next_on`, `next_time`: when the worker means to do `next_step`, on a clock in the United Kingdom.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_caseload", "worker_id", "closed_at", "next_on"),
        Index("ix_person_team", "organization_id", "closed_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    given_name: Mapped[str | None] = mapped_column(EncryptedText)
    family_name: Mapped[str | None] = mapped_column(EncryptedText)
    preferred_name: Mapped[str | None] = mapped_column(EncryptedText)
    pronouns: Mapped[str | None] = mapped_column(EncryptedText)
    birth_date: Mapped[str | None] = mapped_column(EncryptedText)
    age_group: Mapped[str | None] = mapped_column(EncryptedText)
    nhs_number: Mapped[str | None] = mapped_column(EncryptedText)
    nhs_number_key: Mapped[str | None] = mapped_column(String(32), index=True)
    nhs_number_status: Mapped[str | None] = mapped_column(String(60))
    no_nhs_number_reason: Mapped[str | None] = mapped_column(String(60))
    match: Mapped[str | None] = mapped_column(EncryptedText)
    match_key: Mapped[str | None] = mapped_column(String(32), index=True)
    postcode: Mapped[str | None] = mapped_column(EncryptedText)
    district: Mapped[str | None] = mapped_column(String(4))
    neighbourhood_code: Mapped[str | None] = mapped_column(String(12), index=True)
    contact: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    access: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    details: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    needs: Mapped[list[str]] = mapped_column(EncryptedJson, default=list)
    what_matters: Mapped[str | None] = mapped_column(EncryptedText)
    next_step: Mapped[str | None] = mapped_column(EncryptedText)
    next_on: Mapped[date | None]
    next_time: Mapped[time | None]

    locale: Mapped[str] = mapped_column(String(35), default="en")
    do_not_contact: Mapped[bool] = mapped_column(Boolean, default=False)
    do_not_contact_reason: Mapped[str | None] = mapped_column(EncryptedText)
    died_on: Mapped[str | None] = mapped_column(EncryptedText)
    death_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shut_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_class: Mapped[str | None] = mapped_column(String(40))
    delete_after: Mapped[date | None] = mapped_column(index=True)
    hold_reason: Mapped[str | None] = mapped_column(EncryptedText)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    consents: Mapped[list["Consent"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="Consent.given_at, Consent.id"
    )
    goals: Mapped[list["Goal"]] = relationship(cascade="all, delete-orphan", order_by="Goal.created_at, Goal.id")
    notes: Mapped[list["RecordNote"]] = relationship(viewonly=True, order_by="RecordNote.at.desc(), RecordNote.id")

    @property
    def shown_reference(self) -> str:
        """As it is read aloud: "K7PH-4MWX"."""
        return shown(self.reference)

    @property
    def initials(self) -> str:
        """Of the names that we know, with points: "M.K."; a dash where none is known."""
        names = (self.preferred_name or self.given_name, self.family_name)
        return "".join(f"{name.strip()[0].upper()}." for name in names if name and name.strip()) or "–"

    @property
    def name(self) -> str:
        """The name they like to be called by, with the surname where it is known."""
        return " ".join(part for part in (self.preferred_name or self.given_name, self.family_name) if part)


class Consent(Base):
    """What a person agreed to, for one organisation. Source: FHIR Consent, UK Core.

    `organization_id`: who may see; `scopes`: what (see `portal.people.consents`). `how`: spoken, written, online or
    best-interest; `given_by`: the person, a parent, an attorney, or a worker in their best interest. `basis_note`: why somebody
    else agreed, or how a person under 16 was found to understand. A refusal is a row too.
    Rows are ended, never changed or deleted.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("status in ('active', 'withdrawn', 'refused', 'expired', 'replaced')", name="status"),
        CheckConstraint("how in ('spoken', 'written', 'online', 'best-interest')", name="how"),
        CheckConstraint("given_by in ('person', 'parent', 'attorney', 'worker')", name="given_by"),
        Index("ix_consent_person", "person_id", "organization_id", "status"),
        Index("ix_consent_expiry", "status", "expires_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    status: Mapped[str] = mapped_column(String(10), default="active")
    scopes: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    how: Mapped[str] = mapped_column(String(15))
    given_by: Mapped[str] = mapped_column(String(10), default="person")
    basis_note: Mapped[str | None] = mapped_column(EncryptedText)
    evidence: Mapped[str | None] = mapped_column(EncryptedText)
    wording: Mapped[str] = mapped_column(String(20))
    lawful_basis: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_on: Mapped[date]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    recorded_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(10))
    ended_how: Mapped[str | None] = mapped_column(String(15))

    person: Mapped[Person] = relationship(back_populates="consents")


class Goal(Base):
    """Something that a person wants to reach, in their words, and how it turned out."""

    __tablename__ = "goal"
    __table_args__ = (CheckConstraint("result in ('achieved', 'partly', 'not-achieved', 'not-known')", name="result"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(EncryptedText)
    result: Mapped[str | None] = mapped_column(String(15))
    result_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class PersonContact(Base):
    """One contact with a person, or one try. `minutes` is its length. Source: PRSB, contacts.

    `outcome` "reached" is a contact; the others are tries. `introduction_id`: what it was about, if one introduction.
    """

    __tablename__ = "person_contact"
    __table_args__ = (
        CheckConstraint("mode in ('phone', 'text', 'e-mail', 'letter', 'visit', 'video', 'other')", name="mode"),
        CheckConstraint("outcome in ('reached', 'no-answer', 'message-left', 'not-there')", name="outcome"),
        Index("ix_person_contact_person", "person_id", "at"),
        Index("ix_person_contact_introduction", "introduction_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    introduction_id: Mapped[UUID | None] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    mode: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(15))
    minutes: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(EncryptedText)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class PersonFlag(Base):
    """A word from a link worker to the coordinator of a neighbourhood team that a person needs more than one of them can do.

    `area` is that of the coordinator's role. `why` is encrypted and holds no health details.
    """

    __tablename__ = "person_flag"
    __table_args__ = (Index("ix_person_flag_open", "area", "closed_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    area: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(EncryptedText)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class RecordNote(Base):
    """What a person says is wrong in their record, beside what stands there, for the team to read. Source: UK GDPR 16."""

    __tablename__ = "record_note"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(EncryptedText)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
