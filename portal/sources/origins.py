"""Whose each fact of a listing is: its source's, or edited here, and since when. Derived, not stored.

A fact that reads as its source told it last is the source's; one that does not was edited here, and importing keeps it. Who
and when stand in the versions. Giving a fact back puts what the source says now through `portal/changes`, as any other change:
it stands in the history and the audit chain, waits for a moderator where such a change does, and can be put back. From then on
the fact reads as the source tells it, so the next reading follows the source again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from portal.changes import actions as changes
from portal.changes import queries
from portal.changes.checked import checks_of
from portal.changes.facts import FACTS, read_all, shown
from portal.changes.models import ChangeRequest, Version
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.core.wording import comma_list
from portal.directory.models import Service, Source, SourceRecord
from portal.sources.models import SourceMatch
from portal.sources.told import says_the_same, told_by

Whose = Literal["source", "here"]
HOW = "taken"
VERSIONS_READ = 200


@dataclass(frozen=True)
class Teller:
    """A source that tells of a listing. `is_copy`: the listing does not follow it; it was found to be the same service.

    `facts`: what it says now, as values of `changes`; none where its document cannot be read any more.
    """

    key: str
    source: Source
    external_id: str
    told_at: datetime | None
    is_copy: bool
    facts: Mapping[str, Any] | None


@dataclass(frozen=True)
class Row:
    """One fact: what stands here, what the source says, and whose it is.

    `whose`: "source" (as the source told it) or "here" (edited here, and so kept). `by_kind`: as what somebody said it last
    ("group", "moderator", ...), if they did. A fact about which neither says anything has no row.
    """

    name: str
    label: str
    here: tuple[str, ...]
    says: tuple[str, ...]
    whose: Whose
    since: datetime | None
    by_kind: str | None
    is_waiting: bool

    @property
    def can_be_taken(self) -> bool:
        """Whether there is something of the source's to take in place of what stands."""
        return self.whose == "here" and bool(self.says) and not self.is_waiting


def listing(service_id: UUID) -> Service:
    """Any listing that was not merged into another. Raises NotFound."""
    service = db.session.get(Service, service_id)
    if service is None or service.merged_into_id is not None:
        raise NotFound(_("There is no such listing."))
    return service


def tellers_of(service: Service) -> list[Teller]:
    """The sources that tell of a listing: the one that it comes from first, then those that it is a copy in."""
    found = []
    record = db.session.scalar(select(SourceRecord).where(SourceRecord.service_id == service.id))
    if record is not None:
        facts = told_by(record.document, service, record.source)
        found.append(Teller(str(record.id), record.source, record.external_id, record.fetched_at, False, facts))
    for match in copies_of(service.id):
        facts = told_by(match.document, service, match.source)
        found.append(Teller(str(match.id), match.source, match.external_id, match.fetched_at, True, facts))
    return found


def copies_of(service_id: UUID) -> Sequence[SourceMatch]:
    """Records of other sources that were found to be this listing, in order of the sources' names."""
    question = (
        select(SourceMatch)
        .join(SourceMatch.source)
        .where(SourceMatch.service_id == service_id, SourceMatch.answer == "copy")
    )
    return db.session.scalars(question.order_by(Source.name, SourceMatch.id)).all()


def rows_of(service: Service, teller: Teller) -> list[Row]:
    """Each fact that stands here or that the source tells, in order of the page."""
    if teller.facts is None:
        return []
    here, edits, checks = read_all(service), _edits(service.id), checks_of(service.id)
    waiting = {name for one in queries.changes_of(service.id, ("waiting",)) for name in one.facts}
    rows = []
    for name, fact in FACTS.items():
        stands, says = here[name], teller.facts[name]
        if not stands and not says:
            continue
        is_same = says_the_same(name, stands, says)
        edit, check = edits.get(name), checks.get(name)
        said = check.by_kind if check is not None and check.by_kind != "source" else None
        since = teller.told_at if is_same else edit.at if edit is not None else None
        rows.append(
            Row(
                name, str(fact.label), tuple(shown(name, stands)), tuple(shown(name, says)),
                "source" if is_same else "here", since, None if is_same else said, name in waiting,
            )
        )  # fmt: skip
    return rows


def take(
    service: Service, teller: Teller, names: Iterable[str] | None, *, by: Viewer, key: str | None = None
) -> list[ChangeRequest]:
    """Put what the source says in place of what was edited here: of these facts, or of all. Gives the changes.

    Facts whose changes wait for a moderator go as a change of their own, so that the others do not wait with them.
    Raises DomainError where there is nothing to take, NotYours, and Clash.
    """
    rows = [row for row in rows_of(service, teller) if row.can_be_taken and (names is None or row.name in set(names))]
    if not rows or teller.facts is None:
        raise DomainError(_("There is nothing to take: it reads as the source says, or the source says nothing of it."))
    told, made = teller.facts, []
    for number, is_sensitive in enumerate((False, True)):
        facts = {row.name: told[row.name] for row in rows if FACTS[row.name].is_sensitive is is_sensitive}
        if facts:
            own = f"{key}-{number}"[-64:] if key and number else key
            change = changes.propose(service, facts, by=by, base_version=service.version, key=own, how=HOW)
            made.append(change)
    return made


def _edits(service_id: UUID) -> dict[str, Version]:
    """The newest version that changed each fact, of those that an edit here made."""
    found: dict[str, Version] = {}
    for version in queries.versions_of(service_id, VERSIONS_READ):
        if version.how != "imported":
            for name in version.changed:
                found.setdefault(name, version)
    return found


def comes_from(service: Service) -> str:
    """The sources that tell of a listing, in words; empty where none does. A copy is called one."""
    record = service.source_record
    own = [_("from %(source)s", source=record.source.name)] if record is not None else []
    return comma_list([*own, *(_("copy in %(source)s", source=one.source.name) for one in copies_of(service.id))])
