"""What the strip is made of, in one statement however many listings there are: what they say of space, and when one can walk in
around a day.

Whole listings take `portal.directory.reading` four statements and more, of which a strip shows little. The rules are the
directory's: what is published, which places may be told, which words no name may hold. A test holds both readings together.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Time,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)

from portal.core.extensions import db
from portal.core.fields import JsonDocument, UtcDateTime
from portal.core.periods import holds_on
from portal.directory import freshness, school_holidays
from portal.directory.listings import Listing, Venue
from portal.directory.models import Service
from portal.directory.models.taxonomies import NEEDS
from portal.directory.occurrences import Change, Nation, Timetable
from portal.directory.privacy import hushed, secrets_of
from portal.directory.reading import is_open
from portal.directory.tables import (
    address,
    attribute,
    location,
    organization,
    schedule,
    service,
    service_area,
    service_at_location,
    service_change,
    session,
    session_exception,
    taxonomy,
    taxonomy_term,
)
from portal.geography.models import NeighbourhoodPart
from portal.geography.places import NATIONS
from portal.neighbourhoods.drop_ins import CAFE
from portal.teams.models import TeamPatch

Kind = Literal["area", "service", "place", "private", "session", "opening"]
SAID = ("joining", "space_state", "space_weeks", "space_full_until", "space_said_at")
"""What a listing says of space, and of how to join."""
STATEMENTS_KEPT = 64
ENGLAND: Nation = "england"
ONE_DAY = timedelta(days=1)
SHAPE: dict[str, Any] = {
    "owner": Uuid(), "id": Uuid(), "name": String(), "code": String(), "under": String(), "joining": JsonDocument,
    "space_state": String(), "space_weeks": Integer(), "space_full_until": Date(), "space_said_at": UtcDateTime(),
    "organisation": String(), "is_cafe": Boolean(), "is_physical": Boolean(), "is_told": Boolean(), "address": String(),
    "city": String(), "postcode": String(), "place_name": String(), "freq": String(), "interval": Integer(),
    "byday": String(), "bymonthday": String(), "first_date": Date(), "last_date": Date(), "once_on": Date(),
    "starts_at": Time(), "ends_at": Time(), "on_bank_holidays": Boolean(), "in_school_holidays": Boolean(),
    "change_date": Date(), "change_kind": String(), "change_start": Time(), "change_end": Time(),
    "changed_at": UtcDateTime(),
}  # fmt: skip
"""The columns that rows of all kinds have in common, nearly all empty in each."""
Row = Any
"""One row of the statement."""
Key = str | UUID
"""An id as the database gives it: what rows are put together by need not become a UUID, a thousand times."""


@dataclass(frozen=True)
class Told:
    """What a listing says of space: of its columns those that tell it, in `said`. `name` as the public may read it."""

    name: str
    said: Row

    @property
    def id(self) -> UUID:
        """Of the listing."""
        return _uuid(self.said.id)


@dataclass(frozen=True)
class Around:
    """The areas that a team covers, which listings there say something of space, and which can be walked into at some time.

    Of the latter what tells when: their places and times alone. `changed`: when each listing that was read changed last, as it is
    noted; None where nothing was noted of it.
    """

    codes: frozenset[str]
    told: Sequence[Told]
    drop_ins: Sequence[Listing]
    changed: Mapping[UUID, datetime | None]


@dataclass
class _Rows:
    """Rows of each kind, by what they hang on."""

    services: list[Row] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    places: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    private: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    times: dict[Key, dict[Key, list[Row]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))


def around(team_id: UUID, day: date) -> Around:
    """Public listings of what a team covers on a day, in no order; of when they happen, what tells of that day and its night."""
    rows = _Rows()
    for row in db.session.execute(_statement(team_id, day, freshness.oldest_shown())).all():
        if row.kind == "area":
            rows.codes.add(row.code)
        elif row.kind == "service":
            rows.services.append(row)
        elif row.kind == "place":
            rows.places[row.owner].append(row)
        elif row.kind == "private":
            rows.private[row.owner].append(row)
        else:
            rows.times[row.owner][row.id].append(row)
    return Around(
        frozenset(rows.codes),
        [Told(_name(one, rows), one) for one in rows.services if one.space_state is not None],
        [_listing(one, rows) for one in rows.services if _has_times(one, rows)],
        {_uuid(one.id): one.changed_at for one in rows.services},
    )


def unchanged(since: Mapping[UUID, datetime | None]) -> ColumnElement[bool]:
    """Of listings, with when each had changed last: none changed since, or went. Both are noted with the change itself."""
    as_then = (
        and_(service_change.c.service_id == one, service_change.c.changed_at == at)
        for one, at in since.items()
        if at is not None
    )
    noted = exists().where(service_change.c.service_id.in_(since))
    return ~noted.where(not_(or_(false(), *as_then)))


@lru_cache(maxsize=STATEMENTS_KEPT)
def _statement(team_id: UUID, day: date, oldest: date) -> CompoundSelect[Any]:
    """Rows of every kind for the public listings of what a team covers on a day, in no order: sorting few here is cheaper.

    Kept, since putting it together takes as long as the database takes to answer it. `oldest`: the first day of confirming
    that is still shown.
    """
    codes = _codes(team_id, day).cte("codes")
    columns = (service.c[name] for name in ("id", "organization_id", "name", *SAID))
    is_published = is_open() & or_(service.c.assured_date.is_(None), service.c.assured_date >= oldest)
    here = select(*columns).where(is_published, service.c.id.in_(_ids_in(select(codes.c.code)))).cte("here")
    drop_ins = select(here.c.id).where(cast(here.c.joining, String).contains('"drop_in"'))
    of_drop_ins = service_at_location.c.service_id.in_(drop_ins)
    return union_all(
        _part("area", code=codes.c.code),
        _services(here),
        _places(of_drop_ins),
        _private(here),
        _sessions(of_drop_ins, day),
        _openings(drop_ins, select(service_at_location.c.id).where(of_drop_ins)),
    )


def _part(kind: Kind, **told: Any) -> Select[Any]:
    """Columns of the shape, with what rows of a kind tell. Empty ones are cast, or PostgreSQL could not tell what they are."""
    columns = (_typed(told.get(name), what).label(name) for name, what in SHAPE.items())
    return select(literal(kind, String).label("kind"), *columns)


def _typed(told: Any, what: Any) -> ColumnElement[Any]:
    column: ColumnElement[Any] = cast(null(), what) if told is None else told
    return type_coerce(column, String) if isinstance(what, Uuid) else column


def _codes(team_id: UUID, day: date) -> Select[str]:
    """The official areas that a team covers."""
    wanted = select(NeighbourhoodPart.code).join(
        TeamPatch, TeamPatch.neighbourhood_id == NeighbourhoodPart.neighbourhood_id
    )
    return wanted.where(TeamPatch.team_id == team_id, holds_on(day, TeamPatch), holds_on(day, NeighbourhoodPart))


def _ids_in(codes: Select[Any]) -> CompoundSelect[Any]:
    """Ids of services with a place in one of these areas that may be known, or that serve one of them: of any state.

    Apart from what is published, so that both databases begin with the few places and not with all that is public.
    """
    placed = (
        select(service_at_location.c.service_id)
        .join(location, location.c.id == service_at_location.c.location_id)
        .where(location.c.privacy != "hidden")
    )
    serving = select(service_area.c.service_id).where(service_area.c.extent_type == "code")
    return union(
        placed.where(location.c.neighbourhood_code.in_(codes)),
        placed.where(location.c.authority_code.in_(codes)),
        serving.where(service_area.c.extent.in_(codes)),
    )


def _services(here: Any) -> Select[Any]:
    labelled = (
        select(attribute.c.id)
        .join(taxonomy_term, taxonomy_term.c.id == attribute.c.taxonomy_term_id)
        .join(taxonomy, taxonomy.c.id == taxonomy_term.c.taxonomy_id)
        .where(attribute.c.link_type == "service", attribute.c.link_id == here.c.id)
        .where(taxonomy.c.uri == NEEDS, taxonomy_term.c.term == CAFE)
    )
    part = _part(
        "service", id=here.c.id, name=here.c.name, owner=here.c.organization_id, organisation=organization.c.name,
        is_cafe=exists(labelled), changed_at=service_change.c.changed_at, **{name: here.c[name] for name in SAID},
    )  # fmt: skip
    return (
        part.select_from(here)
        .join(organization, organization.c.id == here.c.organization_id)
        .outerjoin(service_change, service_change.c.service_id == here.c.id)
    )


def _places(of_drop_ins: ColumnElement[bool]) -> Select[Any]:
    """The places of what one can walk into at some time. `code` and `under`: their area and council, where they may be told."""
    is_told = location.c.privacy != "hidden"
    here = schedule.c.service_at_location_id == service_at_location.c.id
    has_times = or_(
        exists().where(session.c.service_at_location_id == service_at_location.c.id),
        exists().where(here),
        exists().where(schedule.c.service_id == service_at_location.c.service_id),
    )
    part = _part(
        "place", owner=service_at_location.c.service_id, id=service_at_location.c.id, is_told=is_told,
        is_physical=location.c.location_type == "physical", code=location.c.neighbourhood_code,
        under=location.c.authority_code,
    )  # fmt: skip
    return part.join(location, location.c.id == service_at_location.c.location_id).where(of_drop_ins, has_times)


def _private(here: Any) -> Select[Any]:
    """Places that the organisations of these listings keep to themselves: what no name may tell."""
    part = _part(
        "private", owner=service.c.organization_id, name=location.c.name, address=address.c.address_1,
        city=address.c.city, postcode=address.c.postal_code, place_name=location.c.place_name,
    )  # fmt: skip
    return (
        part.select_from(service_at_location)
        .join(location, location.c.id == service_at_location.c.location_id)
        .outerjoin(address, address.c.location_id == location.c.id)
        .join(service, service.c.id == service_at_location.c.service_id)
        .where(location.c.privacy != "public", service.c.organization_id.in_(select(here.c.organization_id)))
    )


def _sessions(of_drop_ins: ColumnElement[bool], day: date) -> Select[Any]:
    """Their sessions, with what differs on the days around one: a night begins on one day and ends on the next."""
    near = session_exception.c.date.between(day - ONE_DAY, day + ONE_DAY)
    part = _part(
        "session", owner=session.c.service_at_location_id, id=session.c.id, freq=session.c.freq,
        interval=session.c.interval, byday=session.c.byday, first_date=session.c.dtstart, last_date=session.c.valid_to,
        starts_at=session.c.starts_at, ends_at=session.c.ends_at, on_bank_holidays=session.c.on_bank_holidays,
        in_school_holidays=session.c.in_school_holidays, change_date=session_exception.c.date,
        change_kind=session_exception.c.kind, change_start=session_exception.c.starts_at,
        change_end=session_exception.c.ends_at,
    )  # fmt: skip
    return (
        part.select_from(session)
        .join(service_at_location, service_at_location.c.id == session.c.service_at_location_id)
        .outerjoin(session_exception, (session_exception.c.session_id == session.c.id) & near)
        .where(of_drop_ins)
    )


def _openings(drop_ins: Select[Any], places: Select[Any]) -> Select[Any]:
    """Their opening hours, at a place or of the service as a whole."""
    of_these = or_(schedule.c.service_id.in_(drop_ins), schedule.c.service_at_location_id.in_(places))
    part = _part(
        "opening", owner=cast(func.coalesce(schedule.c.service_at_location_id, schedule.c.service_id), Uuid),
        id=schedule.c.id, freq=schedule.c.freq, interval=schedule.c.interval, byday=schedule.c.byday,
        bymonthday=schedule.c.bymonthday, first_date=schedule.c.valid_from, last_date=schedule.c.valid_to,
        once_on=schedule.c.dtstart, starts_at=schedule.c.opens_at, ends_at=schedule.c.closes_at,
    )  # fmt: skip
    return part.where(of_these, schedule.c.opens_at.is_not(None))


def _has_times(row: Row, rows: _Rows) -> bool:
    return row.id in rows.times or any(one.id in rows.times for one in rows.places.get(row.id, ()))


def _listing(row: Row, rows: _Rows) -> Listing:
    venues = tuple(_venue(one, rows) for one in sorted(rows.places.get(row.id, ()), key=attrgetter("id")))
    nation = next((told for one in venues if (told := _nation(one.authority_code))), ENGLAND)
    return Listing(
        Service(id=_uuid(row.id), name=_name(row, rows), joining=row.joining), row.organisation, venues=venues,
        timetables=_timetables(row.id, rows, nation, None), needs=(CAFE,) if row.is_cafe else (),
    )  # fmt: skip


def _name(row: Row, rows: _Rows) -> str:
    return hushed(row.name, _secrets(row, rows.private.get(row.owner, ()))) or ""


def _secrets(row: Row, private: Sequence[Row]) -> frozenset[str]:
    """Words of the private places of a listing's organisation, without those that go without saying."""
    if not private:
        return frozenset()
    plain = {(word or "").casefold() for one in private for word in (one.city, one.place_name, row.organisation)}
    found = {secret for one in private for secret in secrets_of(one.address, one.postcode, one.name)}
    return frozenset(secret for secret in found if secret.casefold() not in plain)


def _venue(row: Row, rows: _Rows) -> Venue:
    told = _nation(row.under) or ENGLAND
    return Venue(
        _uuid(row.id), _uuid(row.id), privacy="public" if row.is_told else "hidden", is_physical=row.is_physical,
        authority_code=row.under if row.is_told else None, neighbourhood_code=row.code if row.is_told else None,
        timetables=_timetables(row.id, rows, told, row.under),
    )  # fmt: skip


def _timetables(owner: Key, rows: _Rows, nation: Nation, authority_code: str | None) -> tuple[Timetable, ...]:
    """As `portal.directory.reading` makes them, but for words."""
    return tuple(_timetable(found, nation, authority_code) for found in rows.times.get(owner, {}).values())


def _timetable(found: Sequence[Row], nation: Nation, authority_code: str | None) -> Timetable:
    row = found[0]
    is_opening = row.kind == "opening"
    changes = [
        Change(one.change_date, one.change_kind, one.change_start, one.change_end) for one in found if one.change_date
    ]
    is_once = is_opening and row.freq is None
    if is_once and row.once_on is not None:
        changes = [Change(row.once_on, "extra")]
    return Timetable(
        "dates" if is_once else row.freq.lower(), row.starts_at, row.ends_at, row.interval or 1, row.byday or "",
        row.bymonthday or "", row.first_date or row.once_on, row.last_date,
        on_bank_holidays=bool(row.on_bank_holidays), nation=nation,
        off=() if is_opening or row.in_school_holidays else school_holidays.of(authority_code),
        changes=tuple(changes), is_opening=is_opening,
    )  # fmt: skip


def _nation(authority_code: str | None) -> Nation | None:
    return NATIONS.get((authority_code or " ")[0])


def _uuid(key: Key) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)
