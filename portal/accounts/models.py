"""People who sign in. Names, addresses and secrets are encrypted; tokens and codes are kept as hashes alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.roles import ROLES, Role
from portal.core import clock
from portal.core.blind_index import blind
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.core.permissions import Permission


class User(Base):
    """Somebody who can sign in. `email_key` is the blind index of the plain address, by which it is found.

    `totp_last` is the last time step whose code was used, so that no code works twice.
    """

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(EncryptedText)
    email_key: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(35), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    totp_last: Mapped[int | None] = mapped_column(Integer)
    preferences: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user",
        foreign_keys="Membership.user_id",
        cascade="all, delete-orphan",
        order_by="Membership.created_at, Membership.id",
        lazy="selectin",
    )
    passkeys: Mapped[list["Passkey"]] = relationship(cascade="all, delete-orphan", order_by="Passkey.created_at")
    recovery_codes: Mapped[list["RecoveryCode"]] = relationship(cascade="all, delete-orphan")

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.deactivated_at is None

    @property
    def must_first(self) -> str | None:
        """The page to deal with first; set by the session that this request came with."""
        told: str | None = getattr(self, "_must_first", None)
        return told

    @must_first.setter
    def must_first(self, path: str | None) -> None:
        self._must_first = path

    def get_id(self) -> str:
        """For Flask-Login."""
        return str(self.id)

    @property
    def held(self) -> list["Membership"]:
        """The roles that are held now."""
        return [one for one in self.memberships if one.ended_at is None]

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role of theirs asks for one."""
        return any(ROLES[Role(one.role)].needs_second_factor for one in self.held)

    @property
    def has_second_factor(self) -> bool:
        """Whether one is set up."""
        return self.totp_secret is not None or bool(self.passkeys)

    def can(self, permission: Permission, *, organisation_id: UUID | None = None, area: str | None = None) -> bool:
        """Whether they may, there; without an organisation and an area: whether they may anywhere.

        A role of an area that names none holds in all areas. While there is something to deal with first, they may do nothing.
        """
        return self.must_first is None and any(
            permission in ROLES[Role(one.role)].permissions
            and (organisation_id is None or one.organization_id in {None, organisation_id})
            and (area is None or one.area in {None, area})
            for one in self.held
        )

    def organisations_with(self, permission: Permission) -> frozenset[UUID] | None:
        """The organisations in which they may. None: in all."""
        if self.must_first is not None:
            return frozenset()
        rows = [one for one in self.held if permission in ROLES[Role(one.role)].permissions]
        if any(one.organization_id is None for one in rows):
            return None
        return frozenset(one.organization_id for one in rows if one.organization_id is not None)

    def areas_with(self, permission: Permission) -> frozenset[str] | None:
        """The areas in which they may. None: in all. A role of an organisation names no area, and is not asked here."""
        if self.must_first is not None:
            return frozenset()
        rows = [one for one in self.held if permission in ROLES[Role(one.role)].permissions]
        of_areas = [one for one in rows if ROLES[Role(one.role)].scope != "organisation"]
        if any(one.area is None for one in of_areas):
            return None
        return frozenset(one.area for one in of_areas if one.area is not None)

    def own_organisations_with(self, permission: Permission) -> frozenset[UUID]:
        """The organisations in which they may by a role that is held for that organisation; roles of areas are not asked."""
        if self.must_first is not None:
            return frozenset()
        rows = [one for one in self.held if permission in ROLES[Role(one.role)].permissions]
        return frozenset(one.organization_id for one in rows if one.organization_id is not None)

    def set_email(self, email: str) -> None:
        """Put an address, as it was typed, and its blind index."""
        self.email, self.email_key = email, blind(plain_email(email))


def plain_email(email: str) -> str:
    """The form of an address under which it is found: small letters, no spaces around."""
    return email.strip().casefold()


class Membership(Base):
    """A role that a user holds: for an organisation, for an area (the slug of a set or a council's code), or everywhere.

    `trusted_at`: since when this editor's plain changes go live at once. Rows are ended, not deleted.
    """

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_organization", "organization_id", "role"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    area: Mapped[str | None] = mapped_column(String(80))
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    trusted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[user_id])


class Passkey(Base):
    """A passkey of a user. `credential_id` is in base64url. Source: W3C Web Authentication."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer, default=0)
    name: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code for who lost the second factor. Used once; kept as an argon2id or SHA-256 hash of a random code."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UserSession(Base):
    """A signed-in device. The cookie holds the token, this row its hash.

    `factor`: how they signed in ("password", "link", "passkey", "password+totp", "password+passkey", "password+recovery",
    "oidc"). `is_strong`: a second factor was shown. `proved_at`: when a password or factor was last shown, for what asks again.
    """

    __tablename__ = "user_session"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    factor: Mapped[str] = mapped_column(String(30))
    is_strong: Mapped[bool] = mapped_column(Boolean, default=False)
    device: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class AccountToken(Base):
    """A link that was sent: to join, set a new password, confirm an address, or sign in. Used once, for one purpose.

    `email` is where it was sent; `payload` holds ids and roles, such as those of an invitation.
    """

    __tablename__ = "account_token"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_key: Mapped[str | None] = mapped_column(String(32), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HeldForm(Base):
    """What somebody had typed when their session ended: theirs alone, encrypted, for 30 minutes, never re-sent by itself."""

    __tablename__ = "held_form"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(EncryptedText)
    body: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ExternalIdentity(Base):
    """Who somebody is at their organisation's own provider. Source: OpenID Connect Core, `iss` and `sub`."""

    __tablename__ = "external_identity"
    __table_args__ = (Index("uq_external_identity_issuer_subject_key", "issuer", "subject_key", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(250))
    subject: Mapped[str] = mapped_column(EncryptedText)
    subject_key: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
