"""The file that somebody sent of a source, while it waits to be read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.sources.models import SourceUpload


@dataclass(frozen=True)
class SentFile:
    """Its name, when it was sent, and who sent it: none where a command did, or where the account is gone."""

    name: str
    at: datetime
    by: str | None


def waiting_file(source_id: UUID) -> SentFile | None:
    """The file of this source that waits to be read. What it holds is left where it is."""
    asked = select(SourceUpload.name, SourceUpload.uploaded_at, User).outerjoin(
        User, User.id == SourceUpload.uploaded_by_id
    )
    found = db.session.execute(asked.where(SourceUpload.source_id == source_id)).first()
    return None if found is None else SentFile(found[0], found[1], found[2].name if found[2] is not None else None)
