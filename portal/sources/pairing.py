"""A record beside a listing that it may be, for a person who decides whether the two are one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.changes.facts import FACTS, read_all, shown
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.directory.models import Service, SourceRecord
from portal.moderation.likely import signs_in
from portal.sources import actions, queries
from portal.sources.models import StagedRecord
from portal.sources.previewing import candidates_of
from portal.sources.told import says_the_same, told_by

Verdict = Literal["copy", "take", "new", "leave"]


@dataclass(frozen=True)
class Told:
    """One fact as the record tells it and as it stands here."""

    label: str
    record: tuple[str, ...]
    here: tuple[str, ...]
    is_same: bool


@dataclass(frozen=True)
class Candidate:
    """A listing that a record may be, the list that it came from (none: made here), and what speaks for and against it."""

    service: Service
    source: str | None
    score: float
    signs: tuple[tuple[bool, LazyString], ...]


def candidates(record: StagedRecord) -> list[Candidate]:
    """The listings that a record may be, best first; also the one that it was found to be a copy of."""
    told: dict[UUID, Mapping[str, Any]] = dict(candidates_of(record))
    if record.service_id is not None:
        told.setdefault(record.service_id, {"score": 1.0, "why": {}})
    question = select(Service).where(Service.id.in_(list(told))).options(
        joinedload(Service.organization), joinedload(Service.source_record).joinedload(SourceRecord.source)
    )  # fmt: skip
    found = {service.id: service for service in db.session.scalars(question).unique()} if told else {}
    return [
        Candidate(
            found[one],
            came.source.name if (came := found[one].source_record) is not None else None,
            float(about["score"]),
            tuple(signs_in(about.get("why") or {})),
        )
        for one, about in told.items()
        if one in found
    ]


def side_by_side(record: StagedRecord, service: Service | None) -> list[Told]:
    """What the record tells, fact by fact, beside what stands in a listing; alone where there is none to compare with."""
    against = service or Service(id=new_id())
    told = told_by(record.document, against, record.run.source)
    if told is None:
        return []
    here = read_all(service) if service is not None else dict.fromkeys(FACTS)
    return [
        Told(
            str(fact.label), tuple(shown(name, told[name])), tuple(shown(name, here[name])),
            service is not None and says_the_same(name, told[name], here[name]),
        )
        for name, fact in FACTS.items()
        if told[name] or here[name]
    ]  # fmt: skip


def decide(record: StagedRecord, verdict: Verdict, service_id: UUID | None, *, by: User) -> Service | None:
    """Keep what a person decided of a record. Gives the listing whose facts they want to look at next, for "take".

    Raises DomainError where it was decided or applied meanwhile, and where no listing was chosen for a copy.
    """
    if verdict in {"new", "leave"}:
        actions.set_decision(record, "new" if verdict == "new" else "leave", by=by)
        return None
    known = {one.service.id: one.service for one in candidates(record)}
    service = known.get(service_id) if service_id is not None else None
    if service is None:
        raise DomainError(_("Choose which listing it is the same as."))
    actions.set_decision(record, "copy", service=service, by=by)
    return service if verdict == "take" else None


def next_doubtful(source_id: UUID) -> UUID | None:
    """The next record of a source that waits for a person, of whichever reading."""
    return next((one.id for one in queries.to_decide(source_id).rows), None)
