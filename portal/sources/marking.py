"""The mark of a copy, for our own feed and exports: which other directories hold a service that we did not copy from them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Source
from portal.openreferral import provenance
from portal.openreferral.flattening import Document
from portal.sources.models import SourceMatch


def copies_told(service_ids: Sequence[UUID]) -> dict[UUID, list[Document]]:
    """The copies of these services elsewhere, as `hereabouts.provenance` tells them. One statement."""
    question = (
        select(
            SourceMatch.service_id, SourceMatch.external_id, SourceMatch.fetched_at, Source.name, Source.url, Source.licence
        )
        .join(SourceMatch.source)
        .where(SourceMatch.service_id.in_(service_ids), SourceMatch.answer == "copy")
        .order_by(Source.name, SourceMatch.external_id)
    )  # fmt: skip
    found: dict[UUID, list[Document]] = {}
    for row in db.session.execute(question):
        if row.service_id is not None:
            found.setdefault(row.service_id, []).append(provenance.told_of(row._asdict()))
    return found


provenance.COPIES.append(copies_told)
