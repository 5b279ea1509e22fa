"""Referrals, introductions and what happens to them. What people told or wrote is encrypted; states, codes and ids are not.

Source: FHIR R4 ServiceRequest (referral), Task (introduction). Visits and messages stand beside it, and are had from here.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedJson, EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.core.references import shown
from portal.directory.models import Service
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals.message_models import Message
from portal.referrals.states import OPEN, STATES, State, Told
from portal.referrals.visit_models import Appointment

__all__ = [
    "Appointment",
    "Introduction",
    "IntroductionEvent",
    "IntroductionLink",
    "KeptAnswers",
    "LinkTeam",
    "Message",
    "Referral",
    "ReferralSetting",
    "SafetyConcern",
    "SpaceWish",
]
ALL_STATES = ", ".join(f"'{state.value}'" for state in State)


class Referral(Base):
    """What is asked for a person. Its status follows from its introductions. Source: FHIR ServiceRequest.

    `organization_id` asked for it: a practice or a link worker team; none where somebody asked for themselves. `route`:
    clinician, link-worker, self, for-somebody or on-behalf. `told`: what was typed about the person, as it was (encrypted JSON).
    `code`: with the reference it opens the person's own page; encrypted, since a hash of six digits tells them. `needs` are ids
    of our needs.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("status in ('draft', 'active', 'completed', 'revoked', 'entered-in-error')", name="status"),
        CheckConstraint("route in ('clinician', 'link-worker', 'self', 'for-somebody', 'on-behalf')", name="route"),
        Index("ix_referral_organization", "organization_id", "status"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    route: Mapped[str] = mapped_column(String(15))
    method: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="draft")
    based_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    needs: Mapped[list[str]] = mapped_column(EncryptedJson, default=list)
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    what_matters: Mapped[str | None] = mapped_column(EncryptedText)
    health_summary: Mapped[str | None] = mapped_column(EncryptedText)
    safety_note: Mapped[str | None] = mapped_column(EncryptedText)
    safety_prompt: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    told: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    priority: Mapped[str] = mapped_column(String(10), default="routine")
    needed_by: Mapped[date | None]
    wants_feedback: Mapped[bool] = mapped_column(Boolean, default=True)
    code: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(35), default="en")
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_reason: Mapped[str | None] = mapped_column(String(30))

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization | None] = relationship()
    introductions: Mapped[list["Introduction"]] = relationship(
        back_populates="referral", cascade="all, delete-orphan", order_by="Introduction.created_at, Introduction.id"
    )

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)


class Introduction(Base):
    """One request to one organisation: to a link worker team ("link-work") or for a service of a group. Source: FHIR Task.

    `state` is where it stands; the clock, the waiting list, appointments and contacts stand apart from it. `open_key` is unique
    while it is open, so that nobody is sent twice to the same. The clock counts working days of `nation`: `clock_spent` up to
    `clock_since`, and on from there while that is set; it stands while the group waits for an answer. `clock_step` is how many
    of its marks have passed, `clock_on` the date of the next. `ask_on`: the day on which somebody is next asked for something
    else: the referrer for an answer, the group whether they came, or whether it has ended.
    `is_acted_on`: the referrer has seen to what came after a refusal. `shares_surname`: agreed to before the group accepts.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        CheckConstraint(f"state in ({ALL_STATES})", name="state"),
        CheckConstraint("kind in ('link-work', 'service')", name="kind"),
        Index("ix_introduction_organization", "organization_id", "state"),
        Index("ix_introduction_person", "person_id", "state"),
        Index("ix_introduction_clock", "clock_on"),
        Index("ix_introduction_ask", "ask_on"),
        Index("ix_introduction_review", "review_on"),
        Index("ix_introduction_first", "first_date"),
        Index("ix_introduction_service", "service_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT.value)
    before: Mapped[str | None] = mapped_column(String(20))
    open_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), index=True)

    nation: Mapped[str] = mapped_column(String(20), default="england")
    clock_spent: Mapped[int] = mapped_column(Integer, default=0)
    clock_since: Mapped[date | None]
    clock_step: Mapped[int] = mapped_column(Integer, default=0)
    clock_on: Mapped[date | None]
    respond_by: Mapped[date | None]
    ask_on: Mapped[date | None]

    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    first_date: Mapped[date | None]
    is_date_reminded: Mapped[bool] = mapped_column(Boolean, default=False)
    meets_at_door: Mapped[str | None] = mapped_column(EncryptedText)
    waiting_since: Mapped[date | None]
    waiting_weeks: Mapped[int | None] = mapped_column(Integer)
    waiting_place: Mapped[int | None] = mapped_column(Integer)
    place_expected_on: Mapped[date | None]
    review_on: Mapped[date | None]
    happy_to_wait: Mapped[bool | None] = mapped_column(Boolean)
    took_space: Mapped[bool] = mapped_column(Boolean, default=False)
    space_shown: Mapped[str | None] = mapped_column(String(10))
    own_answers: Mapped[list[dict[str, str]] | None] = mapped_column(EncryptedJson)
    override_reason: Mapped[str | None] = mapped_column(EncryptedText)
    shares_surname: Mapped[bool] = mapped_column(Boolean, default=False)

    reason_code: Mapped[str | None] = mapped_column(String(30))
    reason_words: Mapped[str | None] = mapped_column(EncryptedText)
    ended_by: Mapped[str | None] = mapped_column(String(15))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_acted_on: Mapped[bool] = mapped_column(Boolean, default=False)
    suggested_service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    report: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    error_asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("introduction.id"), index=True)
    part_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("introduction.id"), index=True)

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    referral: Mapped[Referral] = relationship(back_populates="introductions")
    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship()
    service: Mapped[Service | None] = relationship(foreign_keys=[service_id])
    appointments: Mapped[list[Appointment]] = relationship(
        cascade="all, delete-orphan", order_by="Appointment.starts_at, Appointment.id"
    )
    messages: Mapped[list[Message]] = relationship(
        cascade="all, delete-orphan", order_by="Message.at, Message.id", back_populates="introduction"
    )

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)

    @property
    def told(self) -> Told:
        """What is said of its state."""
        return STATES[State(self.state)]

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return State(self.state) in OPEN

    @property
    def to_what(self) -> str:
        """The name of the service, or of the team."""
        return self.service.name if self.service is not None else self.organization.name


class IntroductionEvent(Base):
    """What happened to an introduction or its referral: appended, never changed. `digest` stands in the audit chain too.

    `actor_kind`: "user", "person", "job" or "operator"; `who` what they are to the introduction (R, L, P ...). `channel`: web,
    e-mail-link, api, import or system. `words` is what was written with it, encrypted.
    """

    __tablename__ = "introduction_event"
    __table_args__ = (
        Index("ix_introduction_event_introduction", "introduction_id", "at"),
        Index("ix_introduction_event_person", "person_id", "at"),
        Index("ix_introduction_event_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    introduction_id: Mapped[UUID | None] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    verb: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    who: Mapped[str] = mapped_column(String(15))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    channel: Mapped[str] = mapped_column(String(15))
    reason_code: Mapped[str | None] = mapped_column(String(30))
    words: Mapped[str | None] = mapped_column(EncryptedText)
    details: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    version_before: Mapped[int | None] = mapped_column(Integer)
    version_after: Mapped[int | None] = mapped_column(Integer)
    request_id: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    digest: Mapped[str] = mapped_column(String(64))


class IntroductionLink(Base):
    """A link that was sent about one introduction, to one recipient, kept as its hash.

    `purpose`: answer, attendance, ending (to a group); agree, status (to a person). It is dead once `is_dead`, `expires_at` has
    passed or the introduction has ended. `user_id`: whose account the address is, if any.
    """

    __tablename__ = "introduction_link"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_key: Mapped[str | None] = mapped_column(String(32), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_dead: Mapped[bool] = mapped_column(Boolean, default=False)

    introduction: Mapped[Introduction] = relationship()


class LinkTeam(Base):
    """An organisation that is a link worker team: the areas that it serves, and the practices that hand over to it.

    `areas`: slugs of sets and councils' codes; `practices`: ids of organisations. `phone` is what people and groups may ring.
    """

    __tablename__ = "link_team"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    areas: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    practices: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    phone: Mapped[str | None] = mapped_column(String(30))
    calls_within_days: Mapped[int] = mapped_column(Integer, default=5)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    organization: Mapped[Organization] = relationship()


class ReferralSetting(Base):
    """How a service takes referrals: whether at all, its own questions (at most two), whether the birth date is asked and why."""

    __tablename__ = "referral_setting"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    has_waiting_list: Mapped[bool] = mapped_column(Boolean, default=True)
    places: Mapped[int | None] = mapped_column(Integer)
    questions: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    asks_birth_date: Mapped[str | None] = mapped_column(String(160))
    serves: Mapped[list[str]] = mapped_column(JsonDocument, default=list)


class SpaceWish(Base):
    """Somebody who wants to hear when a service has space: an address, encrypted, wiped once it was told."""

    __tablename__ = "space_wish"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(35), default="en")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class SafetyConcern(Base):
    """A worry about somebody's safety, for safeguarding leads alone. Read the same working day of its `nation`.

    `raised_for_id`: the organisation of who raised it; `organization_id`: the team that holds the person's record, else the same.
    `codes` are of the loaded list of safeguarding concerns; `outcome` what was done, encrypted as `words` are.
    """

    __tablename__ = "safety_concern"
    __table_args__ = (
        Index("ix_safety_concern_open", "organization_id", "closed_at"),
        Index("ix_safety_concern_raised", "raised_for_id", "closed_at"),
        Index("ix_safety_concern_read", "read_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    introduction_id: Mapped[UUID | None] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"))
    raised_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    nation: Mapped[str] = mapped_column(String(20), default="england")
    codes: Mapped[list[str]] = mapped_column(EncryptedJson, default=list)
    words: Mapped[str] = mapped_column(EncryptedText)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(EncryptedText)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    person: Mapped[Person | None] = relationship()
    introduction: Mapped[Introduction | None] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    raised_for: Mapped[Organization | None] = relationship(foreign_keys=[raised_for_id])

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)


class KeptAnswers(Base):
    """The answers of an unfinished referral form, encrypted: of a signed-in user, or of a visitor by a cookie's token.

    `token_hash` finds a visitor's. Gone after a day, or once it was sent.
    """

    __tablename__ = "kept_answers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
