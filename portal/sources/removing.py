"""Reading a source no more, for good, and what becomes of the listings that came from it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import Select, delete, exists, func, select, update

from portal.accounts.queries import has_users
from portal.changes.models import Version
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.indexing import listings_changed
from portal.directory.models import Service, Source, SourceRecord
from portal.sources import queries
from portal.sources.models import SourceMatch, SourceRun, SourceSetting, SourceTask, SourceUpload, StagedRecord

Fate = Literal["stay", "go"]
FATES: Mapping[str, LazyString] = MappingProxyType(
    {
        "stay": _l("Its listings stay. Each keeps saying where it came from, and nobody reads the source again."),
        "go": _l(
            "Its listings are withdrawn, but for those that a group looks after here or that somebody edited here."
        ),
    }
)


def count_going(source_id: UUID) -> int:
    """How many listings would be withdrawn."""
    return db.session.scalar(select(func.count()).select_from(_going(source_id).subquery())) or 0


def remove(setting: SourceSetting, fate: Fate, *, by: Viewer) -> int:
    """Take a source away with its readings and what waits of it. Gives how many listings were withdrawn.

    The documents behind listings that stay are kept, since they say where each came from and under which licence.
    Raises DomainError while a reading is under way.
    """
    source_id = setting.source_id
    db.session.refresh(setting, with_for_update={"of": SourceSetting})
    now = queries.open_run(source_id)
    if now is not None and now.state in {"fetching", "applying"}:
        raise DomainError(_("This source is being read or applied now. Try again in a few minutes."))
    gone = list(db.session.scalars(_going(source_id))) if fate == "go" else []
    for first in range(0, len(gone), 500):
        some = gone[first : first + 500]
        db.session.execute(
            update(Service).where(Service.id.in_(some)).values(withdrawn_at=clock.now(), last_modified=clock.now())
        )
    listings_changed(gone)
    for table in (StagedRecord, SourceTask, SourceMatch, SourceRun, SourceUpload, SourceSetting):
        db.session.execute(delete(table).where(table.source_id == source_id))
    has_records = db.session.scalar(select(SourceRecord.id).where(SourceRecord.source_id == source_id).limit(1))
    if has_records is None:
        db.session.execute(delete(Source).where(Source.id == source_id))
    audit.record("source.removed", ("source", source_id), by=by, details={"listings": fate, "withdrawn": len(gone)})
    return len(gone)


def _going(source_id: UUID) -> Select[UUID]:
    """Ids of its listings that nobody looks after here and nobody edited here."""
    edited = exists().where(Version.service_id == Service.id, Version.how != "imported")
    return (
        select(Service.id)
        .join(SourceRecord, SourceRecord.service_id == Service.id)
        .where(
            SourceRecord.source_id == source_id,
            Service.withdrawn_at.is_(None),
            Service.merged_into_id.is_(None),
            ~has_users(Service.organization_id, Permission.LISTING_EDIT),
            ~edited,
        )
        .order_by(Service.id)
    )
