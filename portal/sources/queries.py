"""What is asked about sources: how each stands, what a reading would do, and what waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.directory.models import Service, Source, SourceRecord
from portal.sources.limits import KEPT
from portal.sources.models import OPEN, Outcome, SourceRun, SourceSetting, SourceTask, StagedRecord

A_PAGE = 50


@dataclass(frozen=True)
class Standing:
    """How one source stands: its last reading, how many listings of ours come from it, and what waits for a person."""

    setting: SourceSetting
    last: SourceRun | None
    held: int
    to_decide: int
    tasks: int

    @property
    def is_stopped(self) -> bool:
        """True if it failed so often that it is read no more until somebody has looked."""
        return self.setting.state == "stopped"

    @property
    def waits(self) -> bool:
        """True if a reading, a doubtful record or a listing that it ended or lost waits for a person."""
        return bool((self.last and self.last.state == "waiting") or self.to_decide or self.tasks)


@dataclass(frozen=True)
class Gone:
    """How many records of a reading are not shown with it any more, and the newest reading since, which may hold them.

    `is_old`: the reading is over for so long that its records may have been forgotten.
    """

    count: int
    newest: SourceRun | None
    is_old: bool


@dataclass(frozen=True)
class Preview:
    """A page of the records of a reading, by place in it. `total`: of all pages."""

    rows: Sequence[StagedRecord]
    page: int
    pages: int
    total: int


def standings() -> list[Standing]:
    """Every source, by name."""
    held = _by_source(select(SourceRecord.source_id, func.count()).group_by(SourceRecord.source_id))
    doubtful = select(StagedRecord.source_id, func.count()).where(_is_undecided()).group_by(StagedRecord.source_id)
    to_decide = _by_source(doubtful)
    open_tasks = select(SourceTask.source_id, func.count()).where(SourceTask.state == "open")
    tasks = _by_source(open_tasks.group_by(SourceTask.source_id))
    newest = (
        select(SourceRun.source_id, func.max(SourceRun.began_at).label("at")).group_by(SourceRun.source_id).subquery()
    )
    runs = db.session.scalars(
        select(SourceRun).join(
            newest, (SourceRun.source_id == newest.c.source_id) & (SourceRun.began_at == newest.c.at)
        )
    )
    last = {run.source_id: run for run in runs}
    every = select(SourceSetting).join(SourceSetting.source).options(joinedload(SourceSetting.source))
    return [
        Standing(one, last.get(key), held.get(key, 0), to_decide.get(key, 0), tasks.get(key, 0))
        for one in db.session.scalars(every.order_by(Source.name))
        for key in (one.source_id,)
    ]


def setting_of(source_id: UUID) -> SourceSetting:
    """How a source is read. Raises NotFound."""
    found = db.session.get(SourceSetting, source_id)
    if found is None:
        raise NotFound(_("There is no such source."))
    return found


def setting_named(name: str) -> SourceSetting | None:
    """How the source of this name is read, if there is one."""
    return db.session.scalar(select(SourceSetting).join(SourceSetting.source).where(Source.name == name))


def open_run(source_id: UUID) -> SourceRun | None:
    """The reading of a source that is not over, if there is one."""
    found = select(SourceRun).where(SourceRun.source_id == source_id, SourceRun.state.in_(OPEN))
    return db.session.scalar(found.order_by(SourceRun.began_at.desc()).limit(1))


def runs_of(source_id: UUID, most: int = 20) -> Sequence[SourceRun]:
    """The readings of a source, the newest first."""
    found = select(SourceRun).where(SourceRun.source_id == source_id)
    return db.session.scalars(found.order_by(SourceRun.began_at.desc(), SourceRun.id).limit(most)).all()


def run_of(run_id: UUID) -> SourceRun:
    """A reading. Raises NotFound."""
    found = db.session.get(SourceRun, run_id)
    if found is None:
        raise NotFound(_("There is no such reading."))
    return found


def is_run(run_id: UUID) -> bool:
    """True if there is such a reading."""
    return db.session.get(SourceRun, run_id) is not None


def was_accepted(source_id: UUID) -> bool:
    """True once somebody said yes to a reading of a source. One that brought nothing was applied without anybody's word."""
    accepted = (SourceRun.state == "applied") & SourceRun.doubt.is_not(None)
    return (
        db.session.scalar(select(SourceRun.id).where(SourceRun.source_id == source_id, accepted).limit(1)) is not None
    )


def preview(run_id: UUID, outcome: str | None = None, page: int = 1) -> Preview:
    """What a reading would do, or did, record by record: those with one outcome, or all. What is the same has no row."""
    found = select(StagedRecord).where(StagedRecord.run_id == run_id)
    if outcome is not None:
        found = found.where(StagedRecord.outcome == outcome)
    return _paged(found, page)


def counts_here(run_id: UUID) -> dict[str, int]:
    """How many records still stand with a reading, by outcome. A later reading takes those that it finds again."""
    found = select(StagedRecord.outcome, func.count()).where(StagedRecord.run_id == run_id)
    return {outcome: count for outcome, count in db.session.execute(found.group_by(StagedRecord.outcome))}


def gone_from(run: SourceRun, here: Mapping[str, int]) -> Gone | None:
    """What a reading found and what is not shown with it any more, if anything. `here`: what still is (`counts_here`)."""
    count = sum(run.counts.get(one, 0) for one in get_args(Outcome)) - sum(here.values())
    if count <= 0 or run.state in {"asked", "fetching", "failed"}:  # those show what they counted before they broke off
        return None
    later = select(SourceRun).where(
        SourceRun.source_id == run.source_id, SourceRun.began_at > run.began_at, SourceRun.state != "failed"
    )
    newest = db.session.scalar(later.order_by(SourceRun.began_at.desc(), SourceRun.id).limit(1))
    return Gone(count, newest, run.ended_at is not None and run.ended_at < clock.now() - KEPT)


def to_decide(source_id: UUID, page: int = 1) -> Preview:
    """Doubtful records of a source that nobody has decided, of whichever reading."""
    return _paged(select(StagedRecord).where(StagedRecord.source_id == source_id, _is_undecided()), page)


def record_of(record_id: UUID) -> StagedRecord:
    """A record of a reading. Raises NotFound."""
    found = db.session.get(StagedRecord, record_id)
    if found is None:
        raise NotFound(_("There is no such record."))
    return found


def open_tasks(page: int = 1, source_id: UUID | None = None) -> tuple[Sequence[SourceTask], int]:
    """Listings whose source has ended or lost them, the oldest question first, and how many there are."""
    found = select(SourceTask).where(SourceTask.state == "open")
    if source_id is not None:
        found = found.where(SourceTask.source_id == source_id)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    found = found.options(joinedload(SourceTask.source), joinedload(SourceTask.service))
    ordered = found.order_by(SourceTask.created_at, SourceTask.id)
    return db.session.scalars(ordered.offset((max(page, 1) - 1) * A_PAGE).limit(A_PAGE)).all(), total


def count_held(source_id: UUID) -> int:
    """How many listings of ours come from a source and are not out of the public results by our own doing."""
    found = select(func.count()).select_from(SourceRecord).join(Service, Service.id == SourceRecord.service_id)
    here = found.where(
        SourceRecord.source_id == source_id, Service.withdrawn_at.is_(None), Service.merged_into_id.is_(None)
    )
    return db.session.scalar(here) or 0


def _is_undecided() -> ColumnElement[bool]:
    applied = select(SourceRun.id).where(SourceRun.state.in_(("waiting", "applying", "applied")))
    return (
        (StagedRecord.outcome == "doubtful")
        & StagedRecord.decision.is_(None)
        & StagedRecord.applied_at.is_(None)
        & StagedRecord.run_id.in_(applied)
    )


def _by_source(found: Select[UUID, int]) -> dict[UUID, int]:
    return {source_id: count for source_id, count in db.session.execute(found)}


def _paged(found: Select[StagedRecord], page: int) -> Preview:
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(page, 1), pages)
    ordered = found.order_by(StagedRecord.outcome, StagedRecord.line, StagedRecord.id)
    return Preview(db.session.scalars(ordered.offset((page - 1) * A_PAGE).limit(A_PAGE)).all(), page, pages, total)
