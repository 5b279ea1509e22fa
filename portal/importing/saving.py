"""Saves new listings, many at once: one statement a table for a whole batch."""

from collections import defaultdict
from uuid import UUID

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import new_id
from portal.directory import models
from portal.directory.models import Service, Source, SourceRecord
from portal.importing import moving
from portal.importing.drafts import Draft, own_id
from portal.importing.facts import Facts
from portal.importing.kept_ids import KeptIds
from portal.importing.kinds import FACTS
from portal.importing.later import Later
from portal.importing.naming import Shared
from portal.importing.parts import Rows, Values
from portal.importing.private_places import PrivatePlaces, tightest

IN_ORDER: tuple[type[Base], ...] = (
    models.Service, models.Contact, models.Phone, models.Language, models.CostOption, models.ServiceArea, models.Funding,
    models.Location, models.Address, models.Accessibility, models.ServiceAtLocation, models.Session,
    models.SessionException, models.Schedule, models.SourceRecord, models.Attribute,
)  # fmt: skip
"""What refers to another table comes after it."""


class NewListings:
    """New listings of one source, gathered table by table. Nobody has checked them: `assured_date` stays empty.

    `as_here`: they move in from another house, and stand as they stood there.
    """

    def __init__(
        self, source: Source, drafts: list[Draft], *, as_here: bool = False, later: Later | None = None
    ) -> None:
        self._source = source
        self._as_here = as_here
        every = [draft.facts for draft in drafts if draft.facts is not None]
        self._ids = KeptIds(source.id, every, filter(None, map(own_id, drafts)), is_all_theirs=as_here)
        self._rows = Rows(self._ids)
        self._shared = Shared(source, every, self._ids, later)
        self.ids = [self._gather(draft, draft.facts) for draft in drafts if draft.facts is not None]
        self._keep_private()

    def save(self) -> None:
        """Save all of them."""
        self._shared.organisations.save_new()
        self._rows.save(IN_ORDER)

    def _gather(self, draft: Draft, facts: Facts) -> UUID:
        service_id = self._ids.take(Service, own_id(draft)) or new_id()
        columns = {"id": service_id}
        for fact in FACTS:
            columns |= fact.columns(facts, self._shared)
            fact.put(self._rows, service_id, facts, self._shared)
        if self._as_here:
            columns |= moving.columns_of(draft.document)
        self._rows.of[Service].append(columns)
        origin = self._origin(draft)
        if origin is not None:
            kept = {"service_id": service_id, "document": draft.document, "digest": draft.digest}
            self._rows.of[SourceRecord].append(origin | kept)
        return service_id

    def _keep_private(self) -> None:
        """Where their organisations keep a place to themselves here, what comes to stand there is as private."""
        rows = self._rows.of
        bodies = {row["id"]: row["organization_id"] for row in rows[Service]}
        private = PrivatePlaces(bodies.values())
        if not private:
            return
        venues = {row["id"]: row for row in rows[models.Location]}
        addresses = defaultdict(list)
        for row in rows[models.Address]:
            addresses[row["location_id"]].append((row["address_1"], row["postal_code"]))
        for row in rows[models.ServiceAtLocation]:
            if (venue := venues.get(row["location_id"])) is not None:
                least = private.least(bodies[row["service_id"]], addresses[venue["id"]])
                venue["privacy"] = tightest(venue["privacy"], least)

    def _origin(self, draft: Draft) -> Values | None:
        """The source of a listing and its id there. What moves in has the one that it had, or none."""
        if not self._as_here:
            return {"source_id": self._source.id, "external_id": draft.external_id, "fetched_at": clock.now()}
        copied = moving.copied_from(draft.document)
        if copied is None:
            return None
        source_id = moving.source_of(copied).id
        return {"source_id": source_id, "external_id": copied.id, "fetched_at": copied.copied_at}
