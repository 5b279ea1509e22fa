"""Questions about files of messages. Who may have one is who may read the message now."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from portal.attachments.models import Attachment, AttachmentPiece
from portal.attachments.problems import Broken
from portal.core import audit, clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.people.models import Person
from portal.people.queries import may_see
from portal.referrals import queries as referrals
from portal.referrals.models import Introduction, Message, Referral
from portal.referrals.showing import may_be_told
from portal.referrals.states import State

OPEN = frozenset({"clean", "unscanned"})
"""States in which a file can be had."""


@dataclass(frozen=True)
class Standing:
    """How many files wait for the scanner, for how long the oldest has, how many were harmful, how many nobody scanned."""

    waiting: int
    oldest_wait: timedelta
    infected: int
    unscanned: int


def of_introduction(introduction: Introduction) -> Mapping[UUID, Attachment]:
    """The files of an introduction, by the ids of their messages. For who may read the messages. One statement."""
    wanted = select(Attachment).where(Attachment.introduction_id == introduction.id)
    return {one.message_id: one for one in db.session.scalars(wanted)}


def file_for(viewer: Viewer, attachment_id: UUID) -> Attachment:
    """A file that the viewer may have now, leaving an entry that they had it. Raises NotFound.

    Their team holds the record, or their practice handed the person over, or they answer for the organisation that it was sent
    to; and the person still agrees to that. Must come before the request changes anything.
    """
    file = _found(viewer, attachment_id)
    if file.state == "waiting":
        raise NotFound(_("We are still checking this file. Try again in a few minutes."))
    if file.state not in OPEN:
        raise NotFound(_("This file held something harmful, so it was erased."))
    about = file.introduction
    details = {"what": "file", "introduction": str(about.id), "attachment": str(file.id)}
    audit.record_now("person.read", ("person", about.person_id), by=viewer, details=details)
    return _found(viewer, attachment_id)


def content_of(file: Attachment) -> bytes:
    """All that is in a file, as it was given. Raises Broken where it is not whole."""
    wanted = select(AttachmentPiece.content).where(AttachmentPiece.attachment_id == file.id)
    content = b"".join(db.session.scalars(wanted.order_by(AttachmentPiece.number)))
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise Broken(_("This file is not whole any more. Ask for it to be sent again."))
    return content


def is_kept(form_key: str) -> bool:
    """Whether the file of this form was kept already."""
    wanted = select(Attachment.id).join(Message, Message.id == Attachment.message_id)
    return db.session.scalar(wanted.where(Message.form_key == form_key)) is not None


def standing() -> Standing:
    """How files stand, for operators. One statement."""
    rows = db.session.execute(
        select(Attachment.state, func.count(), func.min(Attachment.at)).group_by(Attachment.state)
    )
    counts: dict[str, tuple[int, datetime]] = {state: (count, first) for state, count, first in rows}
    now = clock.now()
    waiting, first = counts.get("waiting", (0, now))
    return Standing(
        waiting,
        max(now - first, timedelta(0)),
        counts.get("infected", (0, now))[0],
        counts.get("unscanned", (0, now))[0],
    )


def _found(viewer: Viewer, attachment_id: UUID) -> Attachment:
    is_of_record = or_(_holds_record(viewer), _handed_over(viewer))
    wanted = (
        select(Attachment, is_of_record)
        .join(Introduction, Introduction.id == Attachment.introduction_id)
        .where(Attachment.id == attachment_id, or_(is_of_record, referrals.is_received_by(viewer)))
    )
    row = db.session.execute(wanted).first()
    if row is None or not (row[1] or may_be_told(row[0].introduction)):
        raise NotFound(_("There is no such file here."))
    file: Attachment = row[0]
    return file


def _holds_record(viewer: Viewer) -> ColumnElement[bool]:
    """Of introductions: the viewer may open the record of the person, who still agrees to that."""
    return exists().where(Person.id == Introduction.person_id, may_see(viewer))


def _handed_over(viewer: Viewer) -> ColumnElement[bool]:
    """Of introductions: the viewer's practice handed the person over to a link worker team, and follows that."""
    practices = viewer.organisations_with(Permission.HAND_OVER) or frozenset()
    asked = exists().where(Referral.id == Introduction.referral_id, Referral.organization_id.in_(practices))
    return (Introduction.kind == "link-work") & (Introduction.state != State.ENTERED_IN_ERROR.value) & asked
