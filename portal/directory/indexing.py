"""What of a listing gets indexed, and the jobs that keep the index equal to the database.

Whoever changes a listing calls `listing_changed` in the same transaction, after the change; workers alone write the index.
That it changed is noted at once, for whoever copies our listings (`noting.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from babel import Locale
from flask_babel import force_locale
from sqlalchemy import select

from portal.core import clock
from portal.core.database import learn, reading
from portal.core.extensions import db, settings
from portal.core.jobs import Job, job
from portal.core.transactions import short
from portal.directory import filters, freshness, meanings, noting, queries, space
from portal.directory.listings import REMOTE_MODES, Listing
from portal.directory.needs import NEEDS
from portal.directory.occurrences import merged, upcoming
from portal.search.current import engine
from portal.search.port import EVERYWHERE, REMOTE, Document, Point

HORIZON = timedelta(days=42)
"""How far ahead sessions are indexed."""
COMPARED = timedelta(days=32)
"""How far ahead they must be right: a listing is indexed again before its last indexed session is this near."""
A_JOB = 200
BREATH = timedelta(seconds=1)
"""How long after one part of a refresh the next is due."""
NEXT = "next"
MOST_DEMERIT = 9
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class IndexCheck:
    """How the index differs from the database: ids it lacks, ids it should not have, ids of which it says something old."""

    total: int
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    different: tuple[str, ...] = ()

    @property
    def is_equal(self) -> bool:
        """True if nothing differs."""
        return not (self.missing or self.extra or self.different)


def document_of(listing: Listing) -> Document:
    """A listing as it is found. Nothing of a hidden address is in it, and of an area-only one the middle of the area."""
    service = listing.service
    fresh = freshness.of_listing(listing)
    sink = space.SINKS[space.space_of(service).state] + freshness.SINKS[fresh.state]
    return Document(
        id=str(listing.id),
        language=service.lang,
        texts=_texts(listing),
        points=tuple(Point(*venue.point) for venue in listing.visited if venue.point is not None),
        serves=_serves(listing),
        facets=filters.told_by(listing),
        denied=filters.denied_by(listing),
        sessions=_sessions(listing),
        checked=(service.assured_date - EPOCH).days if service.assured_date else 0,
        demerit=min(sink, MOST_DEMERIT),
        meaning=meanings.of_listing(listing),
    )


def listing_changed(service_id: UUID) -> None:
    """Have the index follow a change of this service, its places or its organisation, once the transaction commits."""
    noting.note([service_id])
    update_index.later(_key=str(service_id), ids=[str(service_id)])


def listings_changed(service_ids: Iterable[UUID]) -> None:
    """The same for many services at once."""
    wanted = list(dict.fromkeys(service_ids))
    noting.note(wanted)
    for some in _parts(wanted):
        update_index.later(ids=[str(one) for one in some])


@job("search.update", batch=A_JOB, reads_only=True)
def update_index(payloads: Sequence[Mapping[str, Any]]) -> None:
    """Put listings into the index as they are now, and take out those that the public may no longer find."""
    changed = [UUID(one) for payload in payloads for one in payload["ids"]]
    _update([*changed, *queries.with_the_same_secrets(changed)])


@job("search.refresh")
def refresh() -> None:
    """From time to time: look at every listing, because words about space age, checks expire and sessions come near."""
    if engine().ready():
        listings_changed(UUID(one) for one in engine().ids() - set(map(str, queries.public_ids())))
    refresh_some.later(_key=NEXT, after=None)


@job("search.refresh_some", reads_only=True)
def refresh_some(after: str | None) -> None:
    """Index again those of the next listings about which time alone has changed something, and ask for those after them.

    Never more than one such job waits, so that an edit does not stand behind a whole refresh.
    """
    ids = queries.public_ids_after(UUID(after) if after else None, A_JOB)
    found = queries.public_listings(ids)
    _update([one for one in ids if one not in found or _differs(found[one])])
    if len(ids) == A_JOB:
        _go_on(str(ids[-1]))


def rebuild_index() -> int:
    """Build the index from the database beside the old one, then swap. Gives how many listings are in it."""
    learn(db.engine)
    with reading(), engine().alone():
        ids = queries.public_ids()
        engine().rebuild(document_of(one) for one in queries.in_batches(ids))
    return len(ids)


def mend_index() -> bool:
    """At start: mend an index that is missing or torn. True if it had to be built again."""
    if not engine().mend():
        return False
    rebuild_index()
    return True


def check_index(ids: Iterable[UUID] | None = None) -> IndexCheck:
    """Whether the index says what the database says: of all listings, or of these."""
    with reading():
        public = queries.public_ids()
        wanted = frozenset(map(str, public))
        indexed = engine().ids()
        looked_at = [one for one in (public if ids is None else ids) if str(one) in indexed]
        return IndexCheck(
            total=len(wanted),
            missing=tuple(sorted(wanted - indexed)),
            extra=tuple(sorted(indexed - wanted)),
            different=tuple(_different(looked_at)),
        )


def _go_on(after: str) -> None:
    """Ask for the next part in a transaction of its own, unless one waits already."""
    waiting = select(Job.id).where(
        Job.name == refresh_some.name, Job.key == NEXT, Job.state == "ready", Job.lease_until.is_(None)
    )
    with short() as session:
        if session.scalar(waiting.limit(1)) is None:
            due = clock.now() + BREATH
            session.add(Job(name=refresh_some.name, payload={"after": after}, key=NEXT, run_at=due))


def _update(ids: Sequence[UUID]) -> None:
    """Put listings in as they are once nobody else writes, so that no worker undoes what another one knows better."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return
    with engine().alone():
        documents = [document_of(one) for one in queries.in_batches(wanted)]
        kept = {document.id for document in documents}
        engine().update(documents, [str(one) for one in wanted if str(one) not in kept])


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Ids in lists that are short enough for one job."""
    every = list(ids)
    for first in range(0, len(every), A_JOB):
        yield every[first : first + A_JOB]


def _different(ids: Sequence[UUID]) -> Iterator[str]:
    for listing in queries.in_batches(ids):
        if _differs(listing):
            yield str(listing.id)


def _differs(listing: Listing) -> bool:
    stored = engine().stored(str(listing.id))
    return stored is None or _comparable(stored) != _comparable(document_of(listing))


def _comparable(document: Document) -> Document:
    """A document without the sessions that depend on the hour at which it was made."""
    now = clock.epoch_minutes(clock.now())
    last = now + int(COMPARED.total_seconds() // 60)
    near = tuple((start, end) for start, end in document.sessions if end > now and start < last)
    return replace(
        document,
        sessions=near,
        texts=dict(document.texts),
        facets={name: frozenset(values) for name, values in document.facets.items()},
        denied={name: frozenset(values) for name, values in document.denied.items()},
        points=tuple(Point(round(point.lat, 4), round(point.lon, 4)) for point in document.points),
    )


def _texts(listing: Listing) -> dict[str, str]:
    service = listing.service
    places = {place for venue in listing.venues for place in (venue.place_name, venue.name) if place}
    more = (
        service.description,
        service.who_for,
        *service.first_visit,
        service.how_to_join,
        service.opening_text,
        *sorted(places),
    )
    texts = {
        "name": service.name,
        "needs": ". ".join(_words_of(need, service.lang) for need in listing.needs if need in NEEDS),
        "organisation": listing.organisation,
        "summary": service.summary or "",
        "description": "\n".join(text for text in more if text),
    }
    return {name: text for name, text in texts.items() if text}


def _serves(listing: Listing) -> frozenset[str]:
    """Whom it reaches without their coming: the areas it names, or everyone who has a telephone where it names none."""
    if listing.is_everywhere:
        remote = {REMOTE} if listing.modes & REMOTE_MODES else set()
        return frozenset({EVERYWHERE, *remote})
    if not listing.areas and listing.modes & REMOTE_MODES:
        return frozenset({REMOTE})
    return listing.areas


def _sessions(listing: Listing) -> tuple[tuple[int, int], ...]:
    """Times until the horizon; where there are none, the next one after it."""
    now, tables = clock.now(), listing.all_timetables
    if not tables:
        return ()
    times = merged(tables, now, now + HORIZON) or upcoming(tables, now, 1)
    return tuple((clock.epoch_minutes(time.start), clock.epoch_minutes(time.known_end)) for time in times)


@lru_cache(maxsize=1024)
def _words_of(need: str, language: str) -> str:
    """What a need is called, in the listing's own language where we have it, else in English; and its id, which is a word."""
    about = NEEDS[need]
    code = language if language in settings().languages else "en"
    with force_locale(str(Locale.parse(code, sep="-"))):
        return ", ".join([str(about.label), *map(str, about.also), need.replace("-", " ")])
