"""A run of a source, from asked to applied: who may work on it, what becomes of a failure, and when the next is due.

Whoever performs a run writes a claim on it, and each of its transactions asks whether that still stands: so a run that was left
by a killed worker is taken up by the next at once, and two never write into one.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from portal.core import audit, clock
from portal.core.database import learn
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.jobs import job
from portal.core.transactions import unit
from portal.directory.models import Source
from portal.importing.actions import Origin
from portal.importing.feed import LeftAlone
from portal.importing.lines import FileProblem
from portal.sources import queries
from portal.sources.applying import Applying
from portal.sources.limits import (
    FIRST_WAIT,
    KEPT,
    LONGEST_WAIT,
    MOST_FAILURES,
    MOST_GOING,
    STALE,
    WHOLE_EVERY,
)
from portal.sources.models import OPEN, SourceRun, SourceSetting, SourceUpload, StagedRecord
from portal.sources.profiles import PERIODS
from portal.sources.readings import Reading, Wish, reading_of
from portal.sources.staging import Staging, at_rest
from portal.sources.telling import tell_in_doubt, tell_stopped

log = structlog.get_logger()

LANE = "sources"
OURS = "Reading ended by a fault of ours ({kind}). Nothing was applied."
EMPTY = "The source holds no listings."
NONE_TAKEN = "None of its {count:,} records can be taken. The first reason: {why}."
STOPPED = "It could not be read {count} times in a row. The last time: {why}"
DOES = ("new", "changed", "copy", "closed", "vanished")
"""Outcomes by which applying a run does something."""
A_STEP = 2_000
LONGEST_ON_DISK = 200
FEW_LISTINGS = 500


class TakenOver(Exception):
    """Somebody else works on this run now, or it is over: whoever worked on it lets go."""


@job("sources.perform", reads_only=True, lane=LANE)
def perform(run_id: str) -> None:
    """Read what a run is to read, and apply it where it may be applied. Safe to repeat at any point."""
    with suppress(TakenOver):
        perform_run(UUID(run_id))


def perform_run(run_id: UUID, file: Path | None = None) -> None:
    """The same for the command line; `file` is read in place of an address. Raises TakenOver."""
    claim = Claim(run_id)
    state, source_id = claim.take()
    if state in {"asked", "fetching"}:
        state = _read(claim, source_id, file)
    if state in {"applying", "applied"}:
        _apply(claim, source_id, is_over=state == "applied")


class Claim:
    """The right to work on one run. Each transaction of it calls `hold`."""

    def __init__(self, run_id: UUID) -> None:
        self.run_id = run_id
        self._name = uuid4().hex

    def take(self) -> tuple[str, UUID]:
        """Take the run over from whoever had it. Gives its state and source. Raises TakenOver where nothing is to be done."""
        with unit():
            run = db.session.get(SourceRun, self.run_id, with_for_update=True)
            if run is None or run.state not in {*OPEN, "applied"} or run.state == "waiting":
                raise TakenOver
            run.claim, run.touched_at = self._name, clock.now()
            if run.state == "asked":
                run.state = "fetching"
            return run.state, run.source_id

    def hold(self, counts: dict[str, int] | None = None) -> None:
        """Within a transaction: it is still ours; it moved; so far it counts these. Raises TakenOver."""
        values: dict[str, Any] = {"touched_at": clock.now()} | ({} if counts is None else {"counts": counts})
        mine = update(SourceRun).where(SourceRun.id == self.run_id, SourceRun.claim == self._name)
        held = mine.where(SourceRun.state.in_((*OPEN, "applied"))).values(**values)
        if db.session.connection().execute(held).rowcount != 1:
            raise TakenOver


def _read(claim: Claim, source_id: UUID, file: Path | None) -> str:
    """Read and stage. Gives the state that the run has then."""
    with at_rest():
        setting = db.session.get_one(SourceSetting, source_id)
        name = db.session.get_one(Source, source_id).name
        run = db.session.get_one(SourceRun, claim.run_id)
        wish, area = _wish_of(setting, is_whole=run.is_whole), frozenset(setting.area)
    _forget_staged(claim)
    staging = Staging(claim.run_id, source_id, name, claim.hold, area)
    try:
        with _files(source_id, wish, file) as ready, reading_of(ready) as reading:
            staging.take(reading.rows)
            if not reading.is_unchanged:
                staging.counts["repeated"] += reading.repeated
                staging.finish(is_whole=reading.is_whole)
                if (why := _worth_nothing(staging, reading)) is not None:
                    raise FileProblem(why)
    except FileProblem as problem:
        _fail(claim, staging, str(problem), wait=problem.seconds if isinstance(problem, LeftAlone) else None)
        return "failed"
    except (TakenOver, OperationalError):
        raise
    except Exception as error:
        log.error("sources.fault", run=str(claim.run_id), error=type(error).__name__)
        _fail(claim, staging, OURS.format(kind=type(error).__name__))
        return "failed"
    return _settle(claim, staging, reading)


def _wish_of(setting: SourceSetting, *, is_whole: bool) -> Wish:
    """What is to be read: what changed since the last reading, unless all is wanted or was not read for long."""
    is_due = setting.whole_at is None or setting.whole_at + WHOLE_EVERY <= clock.now()
    return Wish(
        setting.profile,
        setting.address,
        setting.mapping,
        since=None if is_whole or is_due else setting.cursor,
        etag=None if is_whole else setting.etag,
        last_modified=None if is_whole else setting.last_modified,
    )


@contextmanager
def _files(source_id: UUID, wish: Wish, file: Path | None) -> Iterator[Wish]:
    """The wish, with the file that is named or was sent, if either was."""
    if file is not None or wish.address is not None:
        yield Wish(wish.profile, wish.address, wish.mapping, wish.since, wish.etag, wish.last_modified, file)
        return
    with tempfile.TemporaryDirectory(prefix="portal-upload-") as folder:
        path = None
        with at_rest():
            if (upload := db.session.get(SourceUpload, source_id)) is not None:
                path = Path(folder) / _name_on_disk(upload.name)
                path.write_bytes(upload.body)
        yield Wish(wish.profile, None, wish.mapping, file=path)


def _name_on_disk(name: str) -> str:
    """The end of a file's name, as far as a system takes it: names are measured in bytes, and ".." is a folder."""
    told = Path(name).name.lstrip(".").encode()[-LONGEST_ON_DISK:]
    return told.decode(errors="ignore") or "listings"


def _worth_nothing(staging: Staging, reading: Reading) -> str | None:
    """Why a reading that did not break off is none, or none. One that empties a source is a doubt, not a fault."""
    counts = staging.counts
    if counts["read"] and counts["refused"] == counts["read"]:
        return NONE_TAKEN.format(count=counts["read"], why=staging.reasons.most_common(1)[0][0])
    if reading.is_whole and not counts["read"] and not counts["vanished"]:
        return EMPTY
    return None


def _settle(claim: Claim, staging: Staging, reading: Reading) -> str:
    """After all is staged: it is applied by itself, it waits for a person, or there is nothing to do."""
    with unit():
        claim.hold(dict(staging.counts))
        run = db.session.get_one(SourceRun, claim.run_id, with_for_update=True, populate_existing=True)
        setting = db.session.get_one(SourceSetting, run.source_id, with_for_update=True, populate_existing=True)
        run.is_whole = reading.is_whole and not reading.is_unchanged
        run.reached = reading.reached
        setting.failures = 0
        run.doubt = _doubt(setting, staging)
        run.state = "waiting" if run.doubt else "applying"
        if run.doubt == "many":
            tell_in_doubt(run)
        run.accepted_at = None if run.doubt else clock.now()
        if setting.state == "stopped":  # somebody asked for it, and it can be read again
            setting.state, setting.stopped_why = "active" if queries.was_accepted(setting.source_id) else "new", None
        _plan_next(setting, clock.now())
        upload = db.session.get(SourceUpload, run.source_id)
        if upload is not None and setting.address is None:
            db.session.delete(upload)
        return run.state


def _doubt(setting: SourceSetting, staging: Staging) -> str | None:
    """Why somebody has to look before it is applied: a row of `profiles.DOUBTS`."""
    counts = staging.counts
    going = counts["closed"] + counts["vanished"]
    if not any(counts[one] for one in (*DOES, "doubtful")):
        return None
    if not queries.was_accepted(setting.source_id):
        return "first"
    if going and going > queries.count_held(setting.source_id) * MOST_GOING:
        return "many"
    return "preview" if setting.trust == "preview" else None


def _apply(claim: Claim, source_id: UUID, *, is_over: bool) -> None:
    """Apply what was accepted; of a run that is over, what was decided about single records since."""
    with at_rest():
        source = db.session.get_one(Source, source_id)
        origin = Origin(source.name, source.name, source.url, source.licence)
        counts = dict(db.session.get_one(SourceRun, claim.run_id).counts)

    def hold() -> None:
        claim.hold()

    Applying(claim.run_id, source_id, origin, hold).all()
    if counts.get("new", 0) > FEW_LISTINGS and not is_over:
        with suppress(SQLAlchemyError):
            learn(db.engine)
    if not is_over:
        _end(claim)


def _end(claim: Claim) -> None:
    """The run is applied: from now on the source is read from where it came to."""
    with unit():
        claim.hold()
        run = db.session.get_one(SourceRun, claim.run_id, with_for_update=True, populate_existing=True)
        setting = db.session.get_one(SourceSetting, run.source_id, with_for_update=True, populate_existing=True)
        run.state, run.ended_at = "applied", clock.now()
        if setting.state == "new" and run.doubt is not None:
            setting.state = "active"
        reached = run.reached
        if "cursor" in reached:
            setting.cursor = datetime.fromisoformat(reached["cursor"])
        if "etag" in reached or "last_modified" in reached:
            setting.etag, setting.last_modified = reached.get("etag"), reached.get("last_modified")
        if run.is_whole:
            setting.whole_at = run.began_at
        audit.record("source.run_applied", ("source", run.source_id), by=None, details={"run": str(run.id)})


def _fail(claim: Claim, staging: Staging, why: str, wait: float | None = None) -> None:
    """The run failed: what it staged is forgotten, live is as it was. After some failures in a row the source is stopped."""
    _forget_staged(claim)
    with unit():
        claim.hold(dict(staging.counts))
        run = db.session.get_one(SourceRun, claim.run_id, with_for_update=True, populate_existing=True)
        setting = db.session.get_one(SourceSetting, run.source_id, with_for_update=True, populate_existing=True)
        run.state, run.problem, run.ended_at = "failed", why, clock.now()
        setting.failures += 1
        if setting.failures >= MOST_FAILURES:
            if setting.state != "stopped":
                tell_stopped(run)
            setting.state, setting.next_run_at = "stopped", None
            setting.stopped_why = STOPPED.format(count=setting.failures, why=why)
            audit.record("source.stopped", ("source", run.source_id), by=None)
        elif setting.rhythm in PERIODS and setting.state in {"new", "active"}:
            backed_off = min(FIRST_WAIT * 2 ** (setting.failures - 1), LONGEST_WAIT)
            asked = timedelta(seconds=min(wait or 0.0, LONGEST_WAIT.total_seconds()))
            setting.next_run_at = clock.now() + max(backed_off, asked)
    log.info("sources.failed", run=str(claim.run_id))


def _plan_next(setting: SourceSetting, now: datetime) -> None:
    period = PERIODS.get(setting.rhythm)
    setting.next_run_at = now + period if period and setting.state in {"new", "active"} else None


def _forget_staged(claim: Claim) -> None:
    """Take out what an earlier try of this run staged, step by step."""
    while True:
        with unit():
            claim.hold()
            some = select(StagedRecord.id).where(StagedRecord.run_id == claim.run_id).limit(A_STEP)
            gone = db.session.connection().execute(delete(StagedRecord).where(StagedRecord.id.in_(some)))
            if gone.rowcount < A_STEP:
                return


@job("sources.look")
def look() -> None:
    """Ask for what is due by the rhythm of each source, and take up readings that lost their worker."""
    now = clock.now()
    lost = select(SourceRun.id).where(
        SourceRun.state.in_(("asked", "fetching", "applying")), SourceRun.touched_at < now - STALE
    )
    for run_id in db.session.scalars(lost):
        perform.later(_key=str(run_id), run_id=str(run_id))
    busy = select(SourceRun.source_id).where(SourceRun.state.in_(OPEN))
    due = select(SourceSetting).where(
        SourceSetting.next_run_at <= now,
        SourceSetting.state.in_(("new", "active")),
        SourceSetting.address.is_not(None),
        SourceSetting.source_id.not_in(busy),
    )
    for setting in db.session.scalars(due.with_for_update()):
        run = SourceRun(id=new_id(), source_id=setting.source_id, is_whole=not setting.knows_where_it_was)
        db.session.add(run)
        _plan_next(setting, now)
        perform.later(_key=str(run.id), run_id=str(run.id))


@job("sources.tidy")
def tidy() -> None:
    """Forget records of readings that are long over, unless they were accepted and their document stands nowhere else."""
    before = clock.now() - KEPT
    old = select(SourceRun.id).where(SourceRun.ended_at < before)
    unwanted = StagedRecord.run_id.in_(old.where(SourceRun.state != "applied"))
    done = or_(StagedRecord.applied_at.is_not(None), StagedRecord.document.is_(None))
    db.session.execute(delete(StagedRecord).where(or_(unwanted, StagedRecord.run_id.in_(old) & done)))
