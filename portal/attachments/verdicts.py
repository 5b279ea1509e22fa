"""What becomes of a file once the scanner has spoken."""

from uuid import UUID

import structlog
from sqlalchemy import delete, select

from portal.attachments.models import Attachment, AttachmentPiece
from portal.core import clock
from portal.core.extensions import db
from portal.referrals import events, telling
from portal.referrals.actors import SYSTEM
from portal.referrals.states import WITH_GROUP, State

log = structlog.get_logger()

ERASED = "file_erased"
"""The verb of the event that a file was found to be harmful."""
LONGEST_FINDING = 100
TO_SCAN = frozenset({"waiting", "unscanned"})


def conclude(attachment_id: UUID, finding: str | None) -> None:
    """Note what was found, or that nothing was. What is harmful is erased, and both sides hear of it. Twice does it once."""
    file = db.session.scalar(select(Attachment).where(Attachment.id == attachment_id).with_for_update())
    if file is None or file.state not in TO_SCAN:
        return
    file.scanned_at = clock.now()
    if finding is None:
        file.state = "clean"
        return
    file.state, file.finding = "infected", finding[:LONGEST_FINDING]
    db.session.execute(delete(AttachmentPiece).where(AttachmentPiece.attachment_id == file.id))
    log.warning("attachment.infected", kind=file.kind)
    about = file.introduction
    event = events.add(about, ERASED, by=SYSTEM, before=about.state, details={"attachment": str(file.id)})
    db.session.flush()
    if State(about.state) in WITH_GROUP:
        telling.tell(about, "wrote", ("group", "referrer"), event=event, by=SYSTEM)
