"""Taking a file with a message."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.attachments import queries, scanning
from portal.attachments.kinds import Kind, found_kind
from portal.attachments.models import Attachment, AttachmentPiece
from portal.attachments.names import ending_of, named, plain_name
from portal.attachments.problems import NotTaken
from portal.core import audit, clock
from portal.core.extensions import db, settings
from portal.core.i18n import gettext as _
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, Message
from portal.referrals.moving import lock

MOST = 10
"""Files of one side of an introduction."""
PIECE = 32 * 1024
"""Bytes. Copying reads a thousand rows at once."""


@dataclass(frozen=True)
class Offered:
    """A file that was looked through and may be kept: its name made plain, what it is, and its bytes up to its own end."""

    name: str
    kind: Kind
    content: bytes


def looked_through(name: str | None, declared: str, content: bytes) -> Offered:
    """What somebody gives. `declared`: the media type that their browser says. Raises NotTaken."""
    told = plain_name(name)
    kind, sound = found_kind(content, ending_of(told), declared)
    return Offered(named(told, kind), kind, sound)


def write_with(
    offered: Offered | None, introduction: Introduction, write: Callable[[], Message], *, side: str, by: Actor, form_key: str
) -> None:  # fmt: skip
    """Write a message, and keep the file that comes with it. Sending the same form twice keeps it once.

    Raises NotTaken before anything is written, and what `write` raises.
    """
    if offered is None:
        write()
        return
    lock(introduction)
    if queries.is_kept(form_key):
        return
    count = select(func.count()).where(Attachment.introduction_id == introduction.id, Attachment.side == side)
    if (db.session.scalar(count) or 0) >= MOST:
        raise NotTaken(_("There are already 10 files of yours with this referral. Say the rest in words"))
    _keep(offered, write(), by)


def _keep(offered: Offered, message: Message, by: Actor) -> None:
    file = Attachment(
        introduction_id=message.introduction_id, message_id=message.id, organization_id=by.organization_id,
        by_user_id=by.user.id if by.user is not None else None, side=message.side, name=offered.name,
        kind=offered.kind.name, size=len(offered.content), digest=hashlib.sha256(offered.content).hexdigest(),
        state="waiting" if settings().clamav else "unscanned", at=clock.now(),
    )  # fmt: skip
    db.session.add(file)
    db.session.flush()
    for number, piece in enumerate(_pieces(offered.content)):
        db.session.add(
            AttachmentPiece(attachment_id=file.id, introduction_id=file.introduction_id, number=number, content=piece)
        )
    details = {"introduction": str(file.introduction_id), "kind": file.kind}
    audit.record("attachment.given", file, by=by.by, details=details)
    if file.state == "waiting":
        scanning.scan.later(_key=str(file.id), attachment=str(file.id))


def _pieces(content: bytes) -> Iterator[bytes]:
    yield from (content[at : at + PIECE] for at in range(0, len(content), PIECE))
