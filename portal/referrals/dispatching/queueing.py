"""Putting a document for a practice in the queue, taking it back, sending it again: each in the transaction that causes it.

A practice gets the message back only where the person agrees that it hears how it ended. What ends that agreement stops what has
not left, in the same transaction; what lies in a folder and was not fetched is taken out of it.
"""

import json

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import exists, select

from portal.codes import ods
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import LOCALES, default_locale
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.people.models import Person
from portal.referrals import documents, feedback
from portal.referrals.dispatching import sending
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.dispatching.transports.current import transports
from portal.referrals.documents import TOLD_AT
from portal.referrals.models import Introduction
from portal.referrals.states import State

ON_THE_WAY = ("queued", "sent")


class CannotSendAgain(DomainError):
    """A document that is on its way, or has arrived."""

    status = 409


def follow(introduction: Introduction, *, by: Viewer | str | None) -> None:
    """After a move: the practice gets its document where this is an end that it is told of; a mistake goes no further."""
    state = State(introduction.state)
    if state is State.ENTERED_IN_ERROR:
        _mistake(introduction)
    elif state in TOLD_AT and transports():
        _queue(introduction, by=by)


def practice_of(introduction: Introduction) -> Organization | None:
    """Whose document it is: of the practice that handed the person over, else of the one whose code stands in the record."""
    first = feedback.first_of(introduction.referral)
    if feedback.is_clinicians(first):
        return first.organization
    code = ods.practice((introduction.person.details or {}).get("practice_code"))
    if code is None or introduction.kind != "link-work":
        return None
    has_code = exists().where(
        OrganizationIdentifier.organization_id == Organization.id,
        OrganizationIdentifier.identifier_scheme == ods.SCHEME,
        OrganizationIdentifier.identifier == code,
    )
    found = db.session.scalars(select(Organization).where(has_code).order_by(Organization.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def stop(person: Person, reason: str) -> None:
    """Stop what is on its way to practices with which a person does not agree any more; after a death or an erasure, to any."""
    wanted = select(DocumentDispatch).where(
        DocumentDispatch.person_id == person.id, DocumentDispatch.state.in_(ON_THE_WAY)
    )
    for one in db.session.scalars(wanted.order_by(DocumentDispatch.id).with_for_update()):
        if reason in sending.FOR_ALL or not sending.hears(one):
            _stop(one, reason)


def send_again(dispatch: DocumentDispatch, *, by: Viewer | str) -> None:
    """Make it anew, and send it with all its tries before it. Raises CannotSendAgain."""
    db.session.refresh(dispatch, with_for_update=True)
    if dispatch.state not in {"failed", "refused"}:
        raise CannotSendAgain(_("This document is on its way, or has arrived. Reload the page to see where it stands."))
    if dispatch.transport is not None and dispatch.message_id is not None:
        sending.take_back.later(local_id=str(dispatch.local_id), transport=dispatch.transport)
    now = clock.now()
    dispatch.local_id, dispatch.transport, dispatch.message_id = new_id(), None, None
    dispatch.attempts, dispatch.next_try_at, dispatch.queued_at = 0, now, now
    dispatch.sending_until, dispatch.may_have_gone, dispatch.sent_at = None, False, None
    _fill(dispatch)
    if dispatch.state == "queued":
        audit.record("document.sent_again", dispatch.introduction, by=by, details=_noted(dispatch))


def _queue(introduction: Introduction, *, by: Viewer | str | None) -> None:
    known = select(DocumentDispatch.id).where(DocumentDispatch.introduction_id == introduction.id)
    is_theirs = introduction.kind == "link-work" or feedback.is_clinicians(feedback.first_of(introduction.referral))
    if not is_theirs or db.session.scalar(known) is not None:
        return
    dispatch = DocumentDispatch(
        id=new_id(), local_id=new_id(), introduction_id=introduction.id, person_id=introduction.person_id
    )
    dispatch.introduction, dispatch.person = introduction, introduction.person
    db.session.add(dispatch)
    _fill(dispatch)
    if dispatch.state == "queued":
        audit.record("document.queued", introduction, by=by, details=_noted(dispatch))


def _fill(dispatch: DocumentDispatch) -> None:
    """The document as it is now, or why there is none."""
    practice = practice_of(dispatch.introduction)
    dispatch.practice_id, dispatch.practice = practice.id if practice else None, practice
    dispatch.ods_code = _ods_code(practice) if practice else None
    dispatch.state, dispatch.reason, dispatch.ended_at, dispatch.content = "queued", None, None, None
    if practice is None:
        return _refuse(dispatch, "no-practice")
    if not sending.hears(dispatch):
        return _refuse(dispatch, "no-consent")
    locale = LOCALES.get(practice.lang, default_locale())
    with force_locale(locale.code):
        told = documents.message_back(dispatch.introduction, hears_outcome=True, practice=practice)
        dispatch.content = {
            "html": render_template("documents/message-back.html", told=told, locale=locale),
            "fhir": json.dumps(documents.bundle(told), ensure_ascii=False),
            "locale": locale.code,
        }
    db.session.flush()
    sending.send.later(_key="documents")
    return None


def _noted(dispatch: DocumentDispatch) -> dict[str, str]:
    """For the chain: which document, and whose it is."""
    return {"dispatch": str(dispatch.id), "organisation": str(dispatch.practice_id)}


def _refuse(dispatch: DocumentDispatch, reason: str) -> None:
    dispatch.state, dispatch.reason, dispatch.ended_at = "refused", reason, clock.now()
    db.session.flush()


def _stop(dispatch: DocumentDispatch, reason: str) -> None:
    if dispatch.state == "sent":
        dispatch.reason = reason
        sending.take_back.later(local_id=str(dispatch.local_id), transport=dispatch.transport)
        return
    dispatch.state, dispatch.reason = "withdrawn", reason
    dispatch.content, dispatch.ended_at = None, clock.now()


def _mistake(introduction: Introduction) -> None:
    """What has not left stays here; of what has, staff see that the practice must be told."""
    wanted = select(DocumentDispatch).where(DocumentDispatch.introduction_id == introduction.id).with_for_update()
    for one in db.session.scalars(wanted):
        if one.state in ON_THE_WAY:
            _stop(one, "mistake")
        elif one.state == "acknowledged" or one.message_id is not None:
            one.reason = "mistake"


def _ods_code(practice: Organization) -> str | None:
    """The practice's code, where it has just one."""
    codes = {one.identifier for one in practice.identifiers if one.identifier_scheme == ods.SCHEME}
    return ods.organisation(codes.pop()) if len(codes) == 1 else None
