"""What people see and change of their own account."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import or_, select

from portal.accounts import areas, devices, passwords, recovery_codes, sessions, signing_in
from portal.accounts.arriving import recipient
from portal.accounts.models import User, UserSession
from portal.accounts.roles import ROLES, Role
from portal.accounts.sign_in_notifications import PasswordChanged
from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import LOCALES
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import clock_time, full_date
from portal.notifications.outbox import notify
from portal.organisations.models import Organization

MOST_EVENTS = 20
EVENTS: dict[str, LazyString] = {
    "session.began": _l("Signed in"),
    "session.ended": _l("Signed out"),
    "sign-in.refused": _l("Somebody tried to sign in and was not let in"),
    "password.changed": _l("Password changed"),
    "password.reset": _l("Password set anew by a link"),
    "factor.app-added": _l("App for codes set up"),
    "factor.app-removed": _l("App for codes removed"),
    "factor.passkey-added": _l("Passkey added"),
    "factor.passkey-removed": _l("Passkey removed"),
    "factor.codes-made": _l("New recovery codes made"),
    "factor.code-used": _l("Recovery code used"),
    "factor.reset": _l("Second step taken away by somebody who manages accounts"),
}
"""Entries of the audit chain that people see of their own account."""


@dataclass(frozen=True)
class Account:
    """What the first page says. `roles`: what somebody is, and of which organisation, if of one."""

    language: str
    roles: list[tuple[str, str]]
    devices: int
    codes_left: int


@dataclass(frozen=True)
class DeviceLine:
    """One session: where, since when and when last, in words. `is_this`: the one that looks."""

    id: UUID
    name: str
    began: str
    seen: str
    is_this: bool


@dataclass(frozen=True)
class EventLine:
    """What happened and when, in words."""

    what: LazyString
    at: str


def account_of(user: User) -> Account:
    """The first page of an account."""
    ids = [one.organization_id for one in user.held if one.organization_id]
    rows = db.session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(ids)))
    names: dict[UUID | None, str] = {row.id: row.name for row in rows}
    roles = [
        (str(ROLES[Role(one.role)].label), areas.name_of(one.area) if one.area else names.get(one.organization_id, ""))
        for one in user.held
    ]
    locale = LOCALES.get(user.locale)
    return Account(
        language=locale.own_name if locale else user.locale,
        roles=roles,
        devices=len(_live(user)),
        codes_left=recovery_codes.left(user),
    )


def change_details(user: User, *, name: str, locale: str) -> None:
    """Keep a name, and the language that messages are written in."""
    user.name, user.locale = name, locale
    audit.record("account.details_changed", user, by=user)


def may_change(user: User, old_password: str, *, device: str | None) -> bool:
    """Whether the password is right that was typed to change it. Who has none has shown who they are another way."""
    if user.password_hash is not None:
        return signing_in.password_is_right(user, old_password, device=device)
    return True


def change_password(user: User, new_password: str) -> None:
    """Set a new password, end all other sessions, and tell its owner. Raises EasyPassword, and Busy."""
    passwords.set_password(user, new_password)
    end_others(user)
    audit.record("password.changed", user, by=user)
    notify(PasswordChanged(), to=recipient(user), key=f"password:{new_id()}")


def devices_of(user: User, current: UserSession | None) -> list[DeviceLine]:
    """Where somebody is signed in, the device in hand first, then by when it was used."""
    rows = sorted(_live(user), key=lambda one: (current is None or one.id != current.id, -one.seen_at.timestamp()))
    return [
        DeviceLine(
            id=one.id,
            name=devices.shown(one.device),
            began=_moment(one.created_at),
            seen=_moment(one.seen_at),
            is_this=current is not None and one.id == current.id,
        )
        for one in rows
    ]


def end_device(user: User, session_id: UUID) -> bool:
    """End a session of theirs. False where there is none of that id."""
    if session_id not in {one.id for one in _live(user)}:
        return False
    sessions.end([session_id])
    audit.record("session.ended", ("user_session", session_id), by=user)
    return True


def end_others(user: User) -> None:
    """End every session but the one in hand."""
    current = sessions.current()
    sessions.end_all(user.id, but=current.id if current else None)
    audit.record("session.others_ended", user, by=user)


def events_of(user: User) -> list[EventLine]:
    """What happened to an account lately, newest first."""
    own = str(user.id)
    rows = db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.action.in_(EVENTS),
            or_(
                (AuditEntry.subject_kind == "account") & (AuditEntry.subject_id == own),
                (AuditEntry.actor_id == own) & (AuditEntry.action == "session.ended"),
            ),
        )
        .order_by(AuditEntry.number.desc())
        .limit(MOST_EVENTS)
    )
    return [EventLine(EVENTS[one.action], _moment(one.at)) for one in rows]


def _live(user: User) -> list[UserSession]:
    now, idle = clock.now(), sessions.times_of(user).idle
    question = select(UserSession).where(
        UserSession.user_id == user.id,
        UserSession.ended_at.is_(None),
        UserSession.ends_at > now,
        UserSession.seen_at > now - idle,
    )
    return list(db.session.scalars(question.order_by(UserSession.seen_at.desc(), UserSession.id)))


def _moment(moment: datetime) -> str:
    local = clock.local(moment)
    return _("%(time)s on %(day)s", time=clock_time(local.time()), day=full_date(local.date()))
