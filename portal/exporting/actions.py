"""Exports all public services, a batch at a time, from one unchanging view of the database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import func, select

from portal.core.database import reading
from portal.core.extensions import db
from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.directory.queries import public_ids_after
from portal.directory.reading import is_published
from portal.exporting import source_fields
from portal.exporting.folders import writing_to
from portal.exporting.formats import FORMATS
from portal.openreferral.conforming import counting_left_out
from portal.openreferral.documents import service_documents
from portal.openreferral.flattening import Document

BATCH = 500


@dataclass(frozen=True)
class Exported:
    """What was written: services, files, and texts that did not fit and were cut.

    `left_out` counts values without the form that the standard wants, by table and column; they stay in the database.
    """

    services: int
    files: tuple[str, ...]
    cut: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)


def export_services(
    path: Path,
    format_name: str,
    step: Callable[[int, int], None] = lambda _done, _of: None,
    *,
    with_source_fields: bool = False,
) -> Exported:
    """Write all public services to a folder. `step` is told how many of how many are done. Raises FolderProblem.

    `with_source_fields`: some fields that sources told and our tables have no place for go out again (`source_fields.py`).
    """
    with held_still() as count, counting_left_out() as left_out, writing_to(path) as folder:
        writer = FORMATS[format_name](folder, count)
        done = 0
        for some in every_document():
            originals = source_fields.originals_of([one.id for one, _told in some]) if with_source_fields else {}
            for listing, document in some:
                original = originals.get(listing.id)
                writer.write(listing, source_fields.given_back(listing, document, original) if original else document)
                done += 1
            step(done, count)
        writer.close()
        files = folder.finish({"format": format_name, "services": done})
    return Exported(done, tuple(files), writer.cut, dict(sorted(left_out.items())))


@contextmanager
def held_still() -> Iterator[int]:
    """One unchanging view of the database, in English, in which so many services are public."""
    with reading(), force_locale("en"):
        try:
            _hold_still()
            yield db.session.scalar(select(func.count()).select_from(Service).where(is_published())) or 0
        finally:
            db.session.rollback()


def every_document() -> Iterator[list[tuple[Listing, Document]]]:
    """All public services, a batch at a time, in order of their ids."""
    last: UUID | None = None
    while ids := public_ids_after(last, BATCH):
        last = ids[-1]
        yield list(service_documents(ids))


def _hold_still() -> None:
    """Let every statement see the same facts. SQLite does so by itself."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
