"""One factory a model: each gives a saved row that is valid by default. Say only what the test is about."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from portal.accounts.models import User
from portal.codes.known import lists
from portal.codes.models import CodeEntry, CodeList
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    Language,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Session,
    Source,
    SourceRecord,
    Taxonomy,
    TaxonomyTerm,
)
from portal.directory.models.taxonomies import NEEDS
from portal.organisations.models import Organization
from portal.registers.likeness import keys_of
from portal.registers.models import RegisterEntry
from tests.support.people import make_user

LEICESTER = (52.6316, -1.1243)
"""About LE2 0QB. Degrees, WGS 84."""
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Make:
    """Makes rows and commits them, so that pages and jobs see them."""

    _is_in_parts = False
    """While a row is made of several: these are committed with it, once."""

    def organisation(self, name: str = "Larkfield Circle", **columns: Any) -> Organization:
        return self._save(Organization(name=name, **columns))

    def user(self, role: str | None = None, **options: Any) -> User:
        """Somebody who can sign in. Options: organisation, area, email, name, trusted, and columns."""
        return make_user(role, **options)

    def register_entry(self, number: str, name: str = "Larkfield Circle", **columns: Any) -> RegisterEntry:
        """A body in a public register; of charities in England and Wales unless `register` says otherwise."""
        keys = keys_of(name)
        columns.setdefault("register", "GB-CHC")
        columns.setdefault("status", "Registered")
        words = {"name_words": keys.words, "name_start": keys.start, "name_word": keys.word}
        return self._save(RegisterEntry(number=number, name=name, seen_at=clock.now(), **words, **columns))

    def code_list(self, name: str, codes: dict[str, str], **columns: Any) -> CodeList:
        """A list of codes with their words, as if it had been loaded; `name` is one that the portal knows."""
        known = lists()[name]
        told = {"title": known.title, "system": known.system, "source": known.source, "licence": known.licence}
        entries = [CodeEntry(code=code, label=label, sort=at) for at, (code, label) in enumerate(codes.items())]
        return self._save(CodeList(name=name, entries=entries, **{**told, **columns}))

    def location(
        self,
        *,
        point: tuple[float, float] | None = LEICESTER,
        postcode: str | None = "LE2 0QB",
        address: str = "1 Larkfield Road",
        access: dict[str, bool] | None = None,
        **columns: Any,
    ) -> Location:
        """A venue. `access`: facts told, yes or no."""
        lat, lon = point or (None, None)
        columns.setdefault("authority_code", "E06000016")
        location = Location(name=columns.pop("name", "Larkfield Hall"), latitude=lat, longitude=lon, **columns)
        location.addresses.append(Address(address_1=address, city="Leicester", postal_code=postcode))
        for fact, answer in (access or {}).items():
            location.accessibility.append(Accessibility(fact=fact, answer=answer))
        return self._save(location)

    def service(
        self,
        name: str = "Tuesday Table",
        *,
        organisation: Organization | None = None,
        needs: Iterable[str] = ("loneliness",),
        location: Location | None = None,
        at: Sequence[Location] | None = None,
        modes: Sequence[str] = ("in_person",),
        sessions: Iterable[Session] = (),
        opening: Iterable[Schedule] = (),
        cost: str | int | None = "free",
        languages: Iterable[str] = (),
        areas: Iterable[str] = (),
        phone: str | None = None,
        is_online: bool = False,
        place: dict[str, Any] | None = None,
        **columns: Any,
    ) -> Service:
        """A public service with one venue near LE2 0QB. `cost`: "free", "donation", pence, or None for not told.

        `areas`: area codes it serves, or "*" for everywhere. `is_online`: no venue, by web and phone. `place`: for `location`.
        """
        columns.setdefault("description", "Tea and talk. Somebody meets you at the door.")
        columns.setdefault("summary", columns["description"][:160] if columns["description"] else None)
        columns.setdefault("assured_date", clock.today())
        columns.setdefault("assured_by", "group")
        columns.setdefault("joining", ["drop_in"])
        with self._in_parts():
            service = Service(name=name, organization_id=(organisation or self.organisation()).id, **columns)
            if is_online:
                at, modes = [self._save(Location(location_type="virtual"))], ("online", "phone")
            for venue in at if at is not None else [location or self.location(**(place or {}))]:
                service.service_at_locations.append(ServiceAtLocation(location_id=venue.id, delivery_modes=list(modes)))
            if service.service_at_locations:
                service.service_at_locations[0].sessions.extend(sessions)
                service.service_at_locations[0].schedules.extend(opening)
            service.cost_options.extend(_costs(cost))
            service.languages.extend(Language(code=code) for code in languages)
            service.service_areas.extend(_area(code) for code in areas)
            if phone:
                service.contacts.append(Contact(title="Enquiries", phones=[Phone(number=phone)]))
            self._save(service)
            for need in needs:
                self._save(Attribute(link_id=service.id, link_type="service", taxonomy_term_id=self.need(need).id))
        _tell_index(service)
        return service

    def session(self, byday: str = "TU", starts: str = "10:00", ends: str | None = "12:00", **columns: Any) -> Session:
        """A weekly session, not saved by itself: give it to `service`."""
        columns.setdefault("dtstart", clock.today() - timedelta(days=70))
        return Session(
            byday=byday,
            starts_at=time.fromisoformat(starts),
            ends_at=time.fromisoformat(ends) if ends else None,
            **columns,
        )

    def opening(
        self, byday: str = "MO,TU,WE,TH,FR", opens: str = "09:00", closes: str = "17:00", **columns: Any
    ) -> Schedule:
        """A line of opening hours, not saved by itself: give it to `service`."""
        return Schedule(
            freq="WEEKLY",
            byday=byday,
            opens_at=time.fromisoformat(opens),
            closes_at=time.fromisoformat(closes),
            **columns,
        )

    def need(self, need_id: str) -> TaxonomyTerm:
        """The taxonomy term of one of our needs."""
        taxonomy = db.session.query(Taxonomy).filter_by(uri=NEEDS).one_or_none()
        taxonomy = taxonomy or self._save(Taxonomy(name="Needs", description="What people need", uri=NEEDS))
        term = db.session.query(TaxonomyTerm).filter_by(taxonomy_id=taxonomy.id, term=need_id).one_or_none()
        return term or self._save(
            TaxonomyTerm(name=need_id, description=need_id, taxonomy_id=taxonomy.id, term=need_id)
        )

    def imported(self, name: str = "Warm room", *, source: str = "Warm places", **columns: Any) -> Service:
        """A service that came from a source and was never checked."""
        service = self.service(name, assured_date=None, assured_by=None, **columns)
        origin = db.session.query(Source).filter_by(name=source).one_or_none() or self._save(Source(name=source))
        record = SourceRecord(
            source_id=origin.id,
            external_id=str(service.id),
            service_id=service.id,
            document={"name": name},
            digest="0" * 64,
        )
        self._save(record)
        _tell_index(service)
        return service

    @contextmanager
    def _in_parts(self) -> Iterator[None]:
        self._is_in_parts = True
        try:
            yield
        finally:
            self._is_in_parts = False

    def _save(self, row: Any) -> Any:
        db.session.add(row)
        if self._is_in_parts:
            db.session.flush()
        else:
            db.session.commit()
        return row


def _costs(cost: str | int | None) -> list[CostOption]:
    if cost is None:
        return []
    if isinstance(cost, int):
        return [CostOption(kind="paid", amount=Decimal(cost) / 100)]
    return [CostOption(kind=cost)]


def _area(code: str) -> ServiceArea:
    return ServiceArea(extent_type="nationwide") if code == "*" else ServiceArea(extent=code, extent_type="code")


def _tell_index(service: Service) -> None:
    from portal.directory.indexing import listing_changed

    listing_changed(service.id)
    db.session.commit()
