"""What hangs on a listing, as a source tells it: one class a table, its fields named as the table's columns.

Rows, objects and comparisons are made from the fields: a column that is added to a class here is saved, compared and changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import RelationshipProperty, class_mapper

from portal.core import clock
from portal.core.extensions import Base, db
from portal.core.fields import new_id
from portal.directory import models

Values = dict[str, Any]
T = TypeVar("T", bound="Part")
OWN_ID = "own_id"
NEARLY = 5
"""Decimal places of a degree that are compared: about a metre."""


@dataclass(frozen=True)
class Part:
    """One row of a table and what hangs on it: fields are columns, or relations where they hold parts.

    `own_id`: the id that it was told with by a portal like this one. It is no fact of it, and compared with nothing.
    """

    own_id: UUID | None = field(default=None, compare=False, kw_only=True)

    MODEL: ClassVar[type[Base]]
    TOLD_APART: ClassVar[tuple[str, ...]] = ()
    """Fields that are no columns."""
    ONE_OF_A_KIND: ClassVar[bool] = False
    """True where no two rows may say the same thing: the old one must be gone before the new one comes."""


@dataclass(frozen=True)
class Language(Part):
    """A language that is spoken, by its code."""

    MODEL = models.Language
    code: str
    note: str | None = None


@dataclass(frozen=True)
class Phone(Part):
    """A telephone number, as it is to be read."""

    MODEL = models.Phone
    number: str
    description: str | None = None
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True)
class Contact(Part):
    """Whom to ask: a role, never a person."""

    MODEL = models.Contact
    name: str | None = None
    title: str | None = None
    hours: str | None = None
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True)
class CostOption(Part):
    """One price; `kind` is free, donation or paid, `amount` in pounds."""

    MODEL = models.CostOption
    kind: str
    amount: Decimal | None = None
    option: str | None = None
    amount_description: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class ServiceArea(Part):
    """An area that is served."""

    MODEL = models.ServiceArea
    name: str | None = None
    extent: str | None = None
    extent_type: str | None = None
    uri: str | None = None
    service_area: str | None = None


@dataclass(frozen=True)
class Funding(Part):
    """Who pays."""

    MODEL = models.Funding
    source: str | None = None


@dataclass(frozen=True)
class Schedule(Part):
    """A line of opening hours, or words about them."""

    MODEL = models.Schedule
    freq: str | None = None
    byday: str | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    interval: int | None = None
    bymonthday: str | None = None
    dtstart: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    description: str | None = None
    schedule_link: str | None = None
    attending_type: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class SessionException(Part):
    """A date on which a session is off, or on besides its rule."""

    MODEL = models.SessionException
    date: date
    kind: str = "cancelled"
    starts_at: time | None = None
    ends_at: time | None = None
    note: str | None = None


@dataclass(frozen=True)
class Session(Part):
    """A time at which people meet. Without a first date it counts from the day it is saved, and no date is compared."""

    MODEL = models.Session
    starts_at: time
    ends_at: time | None = None
    freq: str = "weekly"
    interval: int = 1
    byday: str | None = None
    dtstart: date | None = None
    valid_to: date | None = None
    on_bank_holidays: bool = False
    in_school_holidays: bool = True
    name: str | None = None
    note: str | None = None
    exceptions: tuple[SessionException, ...] = ()


@dataclass(frozen=True)
class Address(Part):
    """An address, as far as it was told."""

    MODEL = models.Address
    address_1: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    state_province: str | None = None
    country: str = "GB"
    address_type: str = "physical"
    attention: str | None = None


@dataclass(frozen=True)
class Accessibility(Part):
    """What a venue has, or has not, for people who need it."""

    MODEL = models.Accessibility
    ONE_OF_A_KIND = True
    fact: str | None = None
    answer: bool | None = None
    description: str | None = None
    details: str | None = None
    url: str | None = None
    accessibility: str | None = None


@dataclass(frozen=True)
class Location(Part):
    """A venue; degrees are WGS 84."""

    MODEL = models.Location
    location_type: str = "physical"
    name: str | None = None
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    external_identifier: str | None = None
    external_identifier_type: str | None = None
    privacy: str = "public"
    authority_code: str | None = None
    neighbourhood_code: str | None = None
    place_name: str | None = None
    getting_there: str | None = None
    addresses: tuple[Address, ...] = ()
    accessibility: tuple[Accessibility, ...] = ()


@dataclass(frozen=True)
class Place(Part):
    """The service at one of its places. `key` is what the source tells its places apart by."""

    MODEL = models.ServiceAtLocation
    TOLD_APART = ("key",)
    location: Location
    delivery_modes: tuple[str, ...] = ()
    sessions: tuple[Session, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    key: str = "1"

    def id_at(self, service_id: UUID) -> UUID:
        """The id of this place of a service: the same each time, so that it is known again."""
        return uuid5(service_id, f"place/{self.key}")

    def is_at(self, row_id: UUID, service_id: UUID) -> bool:
        """Whether a row of this service is this place: under the id that it was told with, or the one that is made of it."""
        return row_id in {self.own_id, self.id_at(service_id)}


class Ids(Protocol):
    """Which ids rows may keep: see `kept_ids.py`."""

    def take(self, model: type[Base], own_id: UUID | None) -> UUID | None:
        """The id, if it is free."""

    def venue(self, told: Part) -> UUID | None:
        """The id of a venue that stands here already, and may be shared."""

    def put_down(self, told: Part, row_id: UUID) -> None:
        """Remember what was put down."""


class Rows:
    """Rows of many listings, gathered table by table and saved with one statement each. `ids` says which keep theirs."""

    def __init__(self, ids: "Ids | None" = None) -> None:
        self.of: defaultdict[type[Base], list[Values]] = defaultdict(list)
        self.ids = ids

    def put(self, part: Part, row_id: UUID | None = None, **parents: UUID) -> UUID:
        """Put down a part with all that hangs on it. Gives its id."""
        own = (self.ids and self.ids.take(part.MODEL, part.own_id)) or row_id or new_id()
        relations = _relations(_kind(part))
        for name in relations.one:
            one = getattr(part, name)
            parents[f"{name}_id"] = (self.ids and self.ids.venue(one)) or self.put(one)
        self.of[part.MODEL].append({"id": own, **_unset_keys(part.MODEL), **columns_of(part), **parents})
        for name, key in relations.many:
            self.put_all(getattr(part, name), **{key: own})
        if self.ids:
            self.ids.put_down(part, own)
        return own

    def put_all(self, parts: Iterable[Part], **parents: UUID) -> None:
        """Put down several parts; they keep their order, since rows are read by id."""
        several = list(parts)
        for part, row_id in zip(several, sorted(new_id() for _ in several), strict=True):
            self.put(part, row_id, **parents)

    def save(self, order: Iterable[type[Base]]) -> None:
        """Save all, tables in this order."""
        for model in order:
            if self.of[model]:
                insert_all(model, self.of[model])


def each_of(part: Part) -> Iterator[Part]:
    """A part and all that hangs on it."""
    yield part
    relations = _relations(_kind(part))
    for name in relations.one:
        yield from each_of(getattr(part, name))
    for name, _key in relations.many:
        for one in getattr(part, name):
            yield from each_of(one)


def insert_all(model: type[Base], rows: list[Values]) -> None:
    """Save rows of one table that all name the same columns, in one statement, whichever of them are empty."""
    db.session.execute(insert(model), rows, execution_options={"render_nulls": True})


@dataclass(frozen=True)
class _Relations:
    one: tuple[str, ...]
    many: tuple[tuple[str, str], ...]


@cache
def _relations(kind: Any) -> _Relations:
    """Names of fields that hold one part; and of those that hold several, each with the column that points back."""
    found = class_mapper(kind.MODEL).relationships
    own: dict[str, RelationshipProperty[Any]] = {one.name: found[one.name] for one in fields(kind) if one.name in found}
    return _Relations(
        tuple(name for name, relation in own.items() if not relation.uselist),
        tuple((name, str(next(iter(relation.remote_side)).key)) for name, relation in own.items() if relation.uselist),
    )


@cache
def _unset_keys(model: Any) -> Values:
    """Keys of a table that may point to nothing: each row names them, so that one statement takes all rows."""
    return {column.key: None for column in model.__table__.columns if column.foreign_keys and column.nullable}


@cache
def _column_names(kind: Any) -> tuple[str, ...]:
    relations = _relations(kind)
    others = {*relations.one, *(name for name, _key in relations.many), *kind.TOLD_APART, OWN_ID}
    return tuple(one.name for one in fields(kind) if one.name not in others)


def columns_of(part: Part) -> Values:
    """A part's columns, as they are stored."""
    values = {name: getattr(part, name) for name in _column_names(_kind(part))}
    if isinstance(part, Session) and part.dtstart is None:
        values["dtstart"] = clock.today()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def objects_of(parts: Iterable[Part]) -> list[Any]:
    """Parts as new objects of their models, in order, with all that hangs on them."""
    several = list(parts)
    return [object_of(part, row_id) for part, row_id in zip(several, sorted(new_id() for _ in several), strict=True)]


def object_of(part: Part, row_id: UUID | None = None) -> Any:
    """A part as a new object of its model, with all that hangs on it."""
    made = part.MODEL(id=row_id or new_id(), **columns_of(part))
    relations = _relations(_kind(part))
    for name in relations.one:
        setattr(made, name, object_of(getattr(part, name)))
    for name, _key in relations.many:
        setattr(made, name, objects_of(getattr(part, name)))
    return made


def part_of(kind: type[T], row: Any) -> T:
    """A row of the database, with what hangs on it, as the part that would make it."""
    about: Any = kind
    values = {name: _plain(getattr(row, name)) for name in _column_names(about)}
    relations, kinds = _relations(about), _kinds()
    for name in relations.one:
        one = getattr(row, name)
        values[name] = part_of(kinds[type(one)], one)
    for name, _key in relations.many:
        values[name] = tuple(part_of(kinds[type(one)], one) for one in getattr(row, name))
    return kind(**values)


def is_told(told: Part, standing: Part) -> bool:
    """True if a part stands as it was told."""
    without = ("dtstart",) if isinstance(told, Session) and told.dtstart is None else ()
    return signature(told, without) == signature(standing, without)


def signature(part: Part, without: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """What a part is compared by: the same for the same facts in another order."""
    names = [one.name for one in fields(part) if one.name not in {*without, *part.TOLD_APART, OWN_ID}]
    return tuple((name, _comparable(getattr(part, name))) for name in names)


def _comparable(value: Any) -> Any:
    if isinstance(value, Part):
        return signature(value)
    if isinstance(value, tuple):
        return tuple(sorted((_comparable(one) for one in value), key=repr))
    if isinstance(value, float):
        return round(value, NEARLY)
    return str(value.normalize()) if isinstance(value, Decimal) else value


def _kind(part: Part) -> Any:
    return type(part)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def _kinds() -> dict[type[Base], type[Part]]:
    """The class of each table."""
    return {kind.MODEL: kind for kind in Part.__subclasses__()}
