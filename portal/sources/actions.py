"""What administrators and the command line do with sources. What the worker does stands in `running.py`."""

from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.destinations import Exceptions, NotFetched, shown_address, typed_destination
from portal.core.errors import DomainError
from portal.core.extensions import db, settings
from portal.core.fields import new_id
from portal.core.plain import one_line
from portal.core.viewer import Viewer
from portal.directory.models import Service, Source
from portal.importing.lines import FileProblem
from portal.importing.mapping import Mapping, mapping_from
from portal.sources import queries
from portal.sources.models import (
    Answer,
    Decision,
    SourceMatch,
    SourceRun,
    SourceSetting,
    SourceUpload,
    StagedRecord,
)
from portal.sources.profiles import PERIODS, PROFILES, RHYTHMS, TRUSTS
from portal.sources.running import perform

LONGEST_NAME = 120
LARGEST_UPLOAD = 10_000_000
ANSWERS: dict[Decision, Answer] = {"new": "own", "copy": "copy", "leave": "left_out"}


@dataclass(frozen=True)
class Told:
    """What somebody typed of a source. No `address`: its files are uploaded. `mapping` is YAML; `area` codes of councils."""

    name: str
    profile: str
    address: str | None = None
    mapping: str | None = None
    licence: str | None = None
    area: tuple[str, ...] = ()
    rhythm: str = "by_hand"
    trust: str = "preview"


def add_source(told: Told, *, by: Viewer | str) -> SourceSetting:
    """A new source. Where listings were imported from one of this name before, they are its own. Raises DomainError."""
    told = _checked(told)
    source = db.session.scalar(select(Source).where(Source.name == told.name))
    if source is not None and db.session.get(SourceSetting, source.id) is not None:
        raise DomainError(_("There is a source of this name already."))
    if source is None:
        source = Source(id=new_id(), name=told.name)
        db.session.add(source)
        db.session.flush()
    setting = SourceSetting(source_id=source.id, profile=told.profile, failures=0)
    setting.source = source
    _put(setting, told)
    db.session.add(setting)
    db.session.flush()
    audit.record("source.added", ("source", source.id), by=by)
    return setting


def change_source(setting: SourceSetting, told: Told, *, by: Viewer | str) -> None:
    """Change how a source is read. If it is another file or is read otherwise, all of it is read anew. Raises DomainError."""
    told = _checked(told)
    other = db.session.scalar(select(Source.id).where(Source.name == told.name, Source.id != setting.source_id))
    if other is not None:
        raise DomainError(_("There is a source of this name already."))
    before = (setting.address, setting.profile, setting.mapping, list(setting.area))
    _put(setting, told)
    if before != (setting.address, setting.profile, setting.mapping, list(setting.area)):
        setting.cursor = setting.etag = setting.last_modified = None
    audit.record("source.changed", ("source", setting.source_id), by=by)


def pause(setting: SourceSetting, *, by: Viewer | str) -> None:
    """Read it no more by the clock."""
    setting.state, setting.stopped_why, setting.next_run_at = "paused", None, None
    audit.record("source.paused", ("source", setting.source_id), by=by)


def resume(setting: SourceSetting, *, by: Viewer | str) -> None:
    """Read it by the clock again, after a pause or a stop; soon, if it has a rhythm."""
    was_accepted = queries.was_accepted(setting.source_id)
    setting.state, setting.stopped_why, setting.failures = "active" if was_accepted else "new", None, 0
    setting.next_run_at = clock.now() if setting.rhythm in PERIODS else None
    audit.record("source.resumed", ("source", setting.source_id), by=by)


def keep_upload(setting: SourceSetting, name: str, body: bytes, *, by: User | None) -> None:
    """Keep a file of this source until it is read, in place of one before. Raises DomainError."""
    if not body or len(body) > LARGEST_UPLOAD:
        raise DomainError(_("The file is empty, or larger than 10 MB."))
    upload = db.session.get(SourceUpload, setting.source_id)
    if upload is None:
        upload = SourceUpload(source_id=setting.source_id)
        db.session.add(upload)
    upload.name, upload.body = one_line(Path(name).name)[-LONGEST_NAME:] or "listings", body
    upload.uploaded_at, upload.uploaded_by_id = clock.now(), by.id if by else None
    audit.record("source.uploaded", ("source", setting.source_id), by=by or "operator", details={"bytes": len(body)})


def ask_for_run(
    setting: SourceSetting, *, by: Viewer | str, whole: bool = False, in_worker: bool = True, has_file: bool = False
) -> SourceRun:
    """A new reading of a source, by the worker unless the caller performs it, maybe from a file that it has.

    `whole`: not only what changed since the last. A reading that waits for a person gives way to it; one that is being read or
    applied does not. Raises DomainError.
    """
    db.session.execute(
        select(SourceSetting.source_id).where(SourceSetting.source_id == setting.source_id).with_for_update()
    )
    if (now := queries.open_run(setting.source_id)) is not None:
        db.session.refresh(now, with_for_update=True)
        if now.state not in {"waiting", "applied", "refused"}:
            raise DomainError(_("This source is being read now."))
        if now.state == "waiting":
            now.state, now.ended_at = "superseded", clock.now()
    if not has_file and setting.address is None and db.session.get(SourceUpload, setting.source_id) is None:
        raise DomainError(_("Send a file first: this source has no address."))
    run = SourceRun(id=new_id(), source_id=setting.source_id, is_whole=whole or not setting.knows_where_it_was)
    run.asked_by_id = by.id if isinstance(by, User) else None
    db.session.add(run)
    db.session.flush()
    if in_worker:
        perform.later(_key=str(run.id), run_id=str(run.id))
    audit.record("source.run_asked", ("source", setting.source_id), by=by)
    return run


def accept_run(run: SourceRun, *, by: Viewer | str, in_worker: bool = True) -> None:
    """Have a reading applied that waits for a person. Doubtful records without an answer stay doubtful. Raises DomainError."""
    _must_wait(run)
    run.state, run.accepted_at = "applying", clock.now()
    run.decided_by_id = by.id if isinstance(by, User) else None
    if in_worker:
        perform.later(_key=str(run.id), run_id=str(run.id))
    audit.record("source.run_accepted", ("source", run.source_id), by=by, details={"run": str(run.id)})


def refuse_run(run: SourceRun, *, by: Viewer | str) -> None:
    """Have nothing of a reading applied. What was answered about single records stays answered. Raises DomainError."""
    _must_wait(run)
    run.state, run.ended_at = "refused", clock.now()
    run.decided_by_id = by.id if isinstance(by, User) else None
    audit.record("source.run_refused", ("source", run.source_id), by=by, details={"run": str(run.id)})


def set_decision(record: StagedRecord, decision: Decision, *, service: Service | None = None, by: User) -> None:
    """Say what a record is that we did not hold: a copy of this service, one of its own, or not wanted. Raises DomainError.

    It holds for later readings. Where the reading was applied meanwhile, this record follows at once.
    """
    if record.outcome not in {"new", "doubtful", "copy", "left_out"} or record.external_id is None:
        raise DomainError(_("Nothing is to be decided about this record."))
    if record.applied_at is not None:
        raise DomainError(_("This was decided already."))
    if (decision == "copy") != (service is not None):
        raise DomainError(_("Say which listing it is a copy of."))
    record.decision = decision
    record.service_id = service.id if service is not None else None
    found = db.session.scalar(
        select(SourceMatch).where(
            SourceMatch.source_id == record.source_id, SourceMatch.external_id == record.external_id
        )
    )
    if found is None:
        found = SourceMatch(source_id=record.source_id, external_id=record.external_id)
        db.session.add(found)
    found.answer, found.service_id, found.how = ANSWERS[decision], record.service_id, "person"
    found.document, found.digest, found.fetched_at = record.document, record.digest, clock.now()
    found.decided_by_id, found.decided_at = by.id, clock.now()
    run = db.session.get_one(SourceRun, record.run_id)
    if run.state == "applied":
        perform.later(_key=str(run.id), run_id=str(run.id))
    details = {"external_id": record.external_id, "decision": decision}
    audit.record("source.record_decided", ("source", record.source_id), by=by, details=details)


def _must_wait(run: SourceRun) -> None:
    """Lock a run that waits for a person. Raises DomainError for any other."""
    db.session.refresh(run, with_for_update=True)
    if run.state != "waiting":
        raise DomainError(_("This reading was decided already."))


def _checked(told: Told) -> Told:
    name = one_line(told.name)
    if not name or len(name) > LONGEST_NAME:
        raise DomainError(_("Give the source a name of at most 120 letters."))
    if told.profile not in PROFILES or told.rhythm not in RHYTHMS or told.trust not in TRUSTS:
        raise DomainError(_("Choose one of the kinds that are offered."))
    address = (told.address or "").strip() or None
    if address is not None:
        check_address(address)
    elif told.rhythm != "by_hand":
        raise DomainError(_("Without an address it can only be read when somebody sends a file."))
    mapping = (told.mapping or "").strip() or None
    if PROFILES[told.profile].wants_mapping and mapping is not None:
        mapping_of(mapping)
    licence = one_line(told.licence or "")[:500] or None
    return Told(name, told.profile, address, mapping, licence, told.area, told.rhythm, told.trust)


def check_address(address: str) -> None:
    """Raises DomainError for an address that is never fetched. A name is looked up when it is."""
    try:
        typed_destination(address, Exceptions.of(settings().fetch_allow))
    except NotFetched as problem:
        raise DomainError(_("The address %(why)s.", why=str(problem))) from None


def mapping_of(text: str) -> Mapping:
    """A mapping from what somebody typed. Raises DomainError with a sentence for what is wrong in it."""
    try:
        return mapping_from(text, Path("mapping"))
    except FileProblem as problem:
        raise DomainError(str(problem)) from None


def _put(setting: SourceSetting, told: Told) -> None:
    source = setting.source
    source.name, source.licence = told.name, told.licence or source.licence
    source.url = shown_address(told.address) if told.address else source.url
    setting.profile = told.profile  # type: ignore[assignment]  # checked against PROFILES
    setting.address, setting.mapping, setting.area = told.address, told.mapping, list(told.area)
    setting.rhythm = told.rhythm  # type: ignore[assignment]
    setting.trust = told.trust  # type: ignore[assignment]
    setting.changed_at = clock.now()
    if setting.rhythm not in PERIODS:
        setting.next_run_at = None
    elif setting.state not in {"paused", "stopped"}:
        setting.next_run_at = setting.next_run_at or clock.now()
