"""Imports the rows of a file: each new, changed, same or refused; a batch of rows is one transaction.

A row is saved whole or not at all. If the database refuses a batch, its rows are tried one by one, so one bad row costs one
row. A run that is killed has saved whole batches; run again, it finds those the same and goes on.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.exc import OperationalError, StatementError

from portal.core import audit
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.indexing import listings_changed
from portal.directory.models import Source
from portal.importing import changing, drafts, moving, naming
from portal.importing.drafts import Draft
from portal.importing.later import Later
from portal.importing.results import Result
from portal.importing.rows import Refused, Row, in_batches
from portal.importing.saving import NewListings

BATCH = 500
REPEATED = "the same row stands in this file before, on line {line:,}"
TWICE = 'its id "{id}" stands in this file before, on line {line:,}, with other facts'
ALIKE = "a listing of the same name and place stands in this file before, on line {line:,}, with other facts"
HERE = "it was exported from this portal, where it stands already"
NOT_STORED = "the database does not take it ({kind})"


@dataclass(frozen=True)
class Origin:
    """Where rows come from. `source` overrides what records say; `otherwise` names those that say nothing.

    `as_here`: they move in from another house (`moving.py`), and have no source but what they had there.
    """

    otherwise: str
    source: str | None = None
    url: str | None = None
    licence: str | None = None
    as_here: bool = False


@dataclass
class _Seen:
    """Ids of this file so far, as short digests, with their lines: a long file needs little memory."""

    rows: dict[bytes, tuple[int, str]] = field(default_factory=dict)

    def why_not(self, draft: Draft) -> str | None:
        """Why a row cannot be taken beside those before it, or none. From now on it is one of them."""
        key = hashlib.blake2b("\0".join(draft.key).encode(), digest_size=12).digest()
        line, digest = self.rows.setdefault(key, (draft.line, draft.digest[:12]))
        if line == draft.line:
            return None
        why = REPEATED if draft.digest.startswith(digest) else TWICE if draft.has_own_id else ALIKE
        return why.format(id=draft.external_id, line=line)


class _DryRun(Exception):
    """Ends a transaction that was only tried."""


def import_rows(
    rows: Iterator[Row], origin: Origin, *, dry_run: bool = False, most: int | None = None
) -> Iterator[Result]:
    """Import rows, and give what became of each, in order. A dry run does the same and undoes each batch.

    `most`: rows of a batch, fewer than usual where others wait to write.
    """
    seen, later = _Seen(), Later()
    for batch in in_batches(rows, most or BATCH):
        results: list[Result] = []
        ready = list(_drafts(batch, origin, seen, results))
        with reading():
            try:
                ready = list(_read(ready, results))
            finally:
                db.session.rollback()
                db.session.remove()
        results += _saved(ready, origin, later, dry_run=dry_run)
        yield from sorted(results, key=lambda result: result.line)


def _drafts(batch: list[Row], origin: Origin, seen: _Seen, results: list[Result]) -> Iterator[Draft]:
    for row in batch:
        try:
            draft = drafts.draft_of(row, moving.NAME if origin.as_here else origin.source, origin.otherwise)
            if origin.as_here and drafts.own_id(draft) is None:
                raise Refused(moving.NOT_OURS)
        except Refused as refusal:
            results.append(Result(row.line, "refused", why=str(refusal)))
            continue
        if (why := seen.why_not(draft)) is not None:
            results.append(Result(draft.line, "refused", id=draft.external_id, why=why))
        else:
            yield draft


def _read(ready: list[Draft], results: list[Result]) -> Iterator[Draft]:
    """Drafts that are new or changed, with their facts. The others' results are told."""
    drafts.look_up_known(ready)
    own = drafts.of_this_portal(ready)
    for draft in ready:
        if draft.is_same:
            results.append(Result(draft.line, "same", id=draft.external_id))
            continue
        if draft.key in own:
            results.append(Result(draft.line, "refused", id=draft.external_id, why=HERE))
            continue
        try:
            drafts.read_facts(draft)
        except Refused as refusal:
            results.append(Result(draft.line, "refused", id=draft.external_id, why=str(refusal)))
        else:
            yield draft


def _saved(ready: list[Draft], origin: Origin, later: Later, *, dry_run: bool) -> list[Result]:
    """Save drafts together; if the database refuses, each alone."""
    if not ready:
        return []
    results: list[Result] = []
    try:
        with unit():
            results = _save(ready, origin, later)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return results
    except OperationalError:
        raise
    except StatementError as error:
        if len(ready) == 1:
            why = NOT_STORED.format(kind=type(error).__name__)
            return [Result(ready[0].line, "refused", id=ready[0].external_id, why=why)]
        return [result for draft in ready for result in _saved([draft], origin, later, dry_run=dry_run)]
    return results


def _save(ready: list[Draft], origin: Origin, later: Later) -> list[Result]:
    """Save drafts in the current transaction, and have the index follow."""
    drafts.look_up_known(ready)
    results, touched = [], list[UUID]()
    for name in dict.fromkeys(draft.source for draft in ready):
        own = [draft for draft in ready if draft.source == name]
        source = moving.passing_source() if origin.as_here else _source_of(name, own, origin)
        new = [draft for draft in own if draft.known is None]
        listings = NewListings(source, new, as_here=origin.as_here, later=later)
        listings.save()
        if origin.as_here:
            audit.record("listings.moved_in", by="operator", details={"listings": len(new)})
        touched += listings.ids
        results += [_new(draft) for draft in new]
        known = {draft.known.service_id: draft for draft in own if draft.known is not None}
        records = changing.records_of(list(known)) if known else {}
        for service_id, draft in known.items():
            change = changing.change(records[service_id], draft, source)
            results.append(_changed(draft, change))
            touched += [service_id, *change.others] if change.changed else []
    listings_changed(touched)
    return results


def _source_of(name: str, own: list[Draft], origin: Origin) -> Source:
    licence = origin.licence or next((draft.licence for draft in own if draft.licence), None)
    return naming.source_named(name, url=origin.url, licence=licence)


def _new(draft: Draft) -> Result:
    name = draft.facts.name if draft.facts else None
    return Result(
        draft.line, "new", id=draft.external_id, name=name, notes=tuple(draft.notes), unmodelled=draft.unmodelled
    )


def _changed(draft: Draft, change: changing.Change) -> Result:
    name = draft.facts.name if draft.facts else None
    return Result(
        draft.line,
        "changed",
        draft.external_id,
        name,
        changed=change.changed,
        kept=change.kept,
        notes=tuple(draft.notes),
        unmodelled=draft.unmodelled,
    )
