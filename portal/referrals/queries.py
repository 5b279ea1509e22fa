"""Questions about referrals. Each takes who asks; what they may not see is not found."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import audit
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.scopes import Organisations, is_among
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.people import consents
from portal.people.models import Consent, Person
from portal.referrals.models import Appointment, Introduction, Referral
from portal.referrals.states import WITH_GROUP, State

SENT_STATES = [state.value for state in WITH_GROUP]
MOST_KEPT = 1_000
"""Conditions that are kept, by the organisations they are about: to put one together anew took longer than its answer."""


def is_received_by(viewer: Viewer) -> ColumnElement[bool]:
    """Of introductions: they were sent to an organisation that the viewer answers for, and not by mistake.

    Open ones only while the person agrees: it fails closed. Of ended ones the reference alone is to be shown.
    """
    return _is_received_at(_at(viewer, Permission.INTRODUCTION_ANSWER), _at(viewer, Permission.CASELOAD))


@lru_cache(maxsize=MOST_KEPT)
def _is_received_at(groups: Organisations, teams: Organisations) -> ColumnElement[bool]:
    is_theirs = or_(
        and_(Introduction.kind == "service", is_among(Introduction.organization_id, groups)),
        and_(Introduction.kind == "link-work", is_among(Introduction.organization_id, teams)),
    )
    agrees = exists().where(Consent.id == Introduction.consent_id, Consent.status == "active")
    is_shown = or_(Introduction.state.not_in(SENT_STATES), agrees)
    was_sent = Introduction.sent_at.is_not(None) & (Introduction.state != State.ENTERED_IN_ERROR.value)
    return is_theirs & is_shown & was_sent


def is_asked_by(viewer: Viewer, *, even_shut: bool = False) -> ColumnElement[bool]:
    """Of introductions: the viewer's organisation asked for it, or holds the record of the person.

    Not for a team whose work with the record the person has ended, but where `even_shut`: then show nothing of who it is.
    """
    return _is_asked_at(_at(viewer, Permission.HAND_OVER), _at(viewer, Permission.CASELOAD), even_shut)


@lru_cache(maxsize=MOST_KEPT)
def _is_asked_at(asking: Organisations, teams: Organisations, even_shut: bool) -> ColumnElement[bool]:
    by_practice = exists().where(Referral.id == Introduction.referral_id, is_among(Referral.organization_id, asking))
    by_team = exists().where(Referral.id == Introduction.referral_id, is_among(Referral.organization_id, teams))
    held = exists().where(Person.id == Introduction.person_id, is_among(Person.organization_id, teams))
    if even_shut:
        return or_(by_practice, by_team, held)
    is_shut = exists().where(Person.id == Introduction.person_id, Person.shut_at.is_not(None))
    return or_(by_practice, or_(by_team, held) & ~is_shut)


def received(viewer: Viewer, reference: str, *, whole: bool = False) -> Introduction:
    """The introduction with this reference, for whoever answers for the organisation that it was sent to. Raises NotFound.

    `whole`: with the person, what they were referred for, to which service, and their visits.
    """
    return _one(reference, is_received_by(viewer), WHOLE if whole else ())


def asked(viewer: Viewer, reference: str, *, whole: bool = False) -> Introduction:
    """The introduction with this reference, for whoever asked for it, be the record shut since or not. Raises NotFound.

    `whole`: with who asked whom, to which service, and the visits; the person is read before.
    """
    return _one(reference, is_asked_by(viewer, even_shut=True), FOR_REFERRER if whole else ())


def note_reading(viewer: Viewer, introduction: Introduction, *, what: str) -> None:
    """Leave an entry that somebody opened what stands about a person. Must come before the request changes anything."""
    details = {"what": what, "introduction": str(introduction.id)}
    audit.record_now("person.read", ("person", introduction.person_id), by=viewer, details=details)


def inbox(
    viewer: Viewer,
    organization_id: UUID,
    states: Sequence[State],
    *,
    limit: int = 100,
    offset: int = 0,
    newest_first: bool = False,
    initials_only: bool = False,
) -> Sequence[Introduction]:
    """What an organisation was sent that is in one of these states; those that wait longest first, or changed last.

    `initials_only`: of the person no more is read than their initials, of what they were referred for their needs alone.
    """
    order = (Introduction.changed_at.desc(),) if newest_first else (Introduction.sent_at,)
    wanted = (
        select(Introduction)
        .where(
            Introduction.organization_id == organization_id,
            Introduction.state.in_([state.value for state in states]),
            is_received_by(viewer),
        )
        .options(*(IN_SHORT if initials_only else IN_FULL))
        .order_by(*order, Introduction.id)
        .limit(limit)
        .offset(offset)
    )
    return db.session.scalars(wanted).unique().all()


def of_person(viewer: Viewer, person: Person) -> Sequence[Introduction]:
    """All introductions of a person whose record the viewer holds, newest first."""
    wanted = (
        select(Introduction)
        .where(Introduction.person_id == person.id, is_asked_by(viewer))
        .options(
            joinedload(Introduction.service), joinedload(Introduction.organization), joinedload(Introduction.referral)
        )
        .order_by(Introduction.created_at.desc(), Introduction.id)
    )
    return db.session.scalars(wanted).unique().all()


def agrees(introduction: Introduction) -> bool:
    """Whether the person agrees today to what this introduction shares."""
    held = db.session.get(Consent, introduction.consent_id) if introduction.consent_id else None
    return consents.covers(held)


def where_they_stand(ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """For a message: the reference of each introduction and where it stands, in the reader's language. Nothing else of it."""
    rows = db.session.scalars(select(Introduction).where(Introduction.id.in_(ids)).order_by(Introduction.reference))
    return [(one.shown_reference, str(one.told.label)) for one in rows]


def meeting_place(introduction_id: UUID) -> str | None:
    """For a message: where the group meets whom the next visit is with; none where it is with one person alone, or elsewhere."""
    wanted = select(Appointment).where(Appointment.introduction_id == introduction_id, Appointment.status == "booked")
    visit = db.session.scalar(wanted.order_by(Appointment.starts_at, Appointment.id).limit(1))
    return visit.place if visit is not None and visit.is_group and visit.mode == "visit" else None


def _one(reference: str, may_see: ColumnElement[bool], options: Sequence[ExecutableOption] = ()) -> Introduction:
    known = read_reference(reference)
    wanted = select(Introduction).where(Introduction.reference == known, may_see).options(*options)
    found = db.session.scalars(wanted).unique().one_or_none() if known else None
    if found is None:
        raise NotFound(_("There is no such referral here. Check the reference."))
    return found


def _at(viewer: Viewer, permission: Permission) -> Organisations:
    return viewer.organisations_with(permission)


IN_FULL: tuple[ExecutableOption, ...] = (
    joinedload(Introduction.service), joinedload(Introduction.person), joinedload(Introduction.referral),
)  # fmt: skip
WHOLE: tuple[ExecutableOption, ...] = (
    *IN_FULL, joinedload(Introduction.organization), joinedload(Introduction.appointments),
)  # fmt: skip
FOR_REFERRER: tuple[ExecutableOption, ...] = (
    joinedload(Introduction.service), joinedload(Introduction.organization), joinedload(Introduction.appointments),
    joinedload(Introduction.referral).joinedload(Referral.organization),
)  # fmt: skip
IN_SHORT: tuple[ExecutableOption, ...] = (
    joinedload(Introduction.service).load_only(Service.name),
    joinedload(Introduction.person).load_only(Person.given_name, Person.preferred_name, Person.family_name),
    joinedload(Introduction.referral).load_only(Referral.needs),
    *map(defer, (
        Introduction.own_answers, Introduction.reason_words, Introduction.override_reason, Introduction.report,
        Introduction.meets_at_door,
    )),
)  # fmt: skip
"""What is read with an introduction. Each encrypted column that is not read need not be decrypted either."""
