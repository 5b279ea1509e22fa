"""The four statements that read listings, built once. Plain tables, since rows become listings and not models.

Each takes `ids`, a list of ids of services. Ids of what hangs on them come as keys: see `_key`.
"""

from typing import Any

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
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from portal.directory.compiled import Compiled
from portal.directory.models.taxonomies import NEEDS as NEEDS_TAXONOMY
from portal.directory.tables import (
    accessibility,
    address,
    attribute,
    cost_option,
    language,
    location,
    organization,
    schedule,
    service,
    service_area,
    service_at_location,
    session,
    session_exception,
    source,
    source_record,
    taxonomy,
    taxonomy_term,
)

IDS: Any = bindparam("ids", expanding=True, type_=Uuid())


def _key(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """An id as the database gives it: what rows are put together by need not become a UUID, a hundred times a page."""
    return type_coerce(column, String).label(name)


def _services() -> Select[Any]:
    return (
        select(
            *service.c,
            organization.c.name.label("organisation"),
            source.c.name.label("source"),
            _key(service.c.id, "key"),
            _key(service.c.organization_id, "organisation_key"),
        )
        .join(organization, organization.c.id == service.c.organization_id)
        .outerjoin(source_record, source_record.c.service_id == service.c.id)
        .outerjoin(source, source.c.id == source_record.c.source_id)
        .where(service.c.id.in_(IDS))
    )


def _venues() -> CompoundSelect[Any]:
    """Places of services, and after them, to know what no text may tell, all private ones of their organisations.

    `owner` is the service, or for the latter (`is_own` false) the organisation. In no order: sorting few rows here is cheaper.
    "Not public" and no list of what is private, or SQLite would begin with every private place that there is.
    """
    theirs = select(service.c.organization_id).where(service.c.id.in_(IDS))
    own = _places(True, service_at_location.c.service_id).where(service_at_location.c.service_id.in_(IDS))
    private = (
        _places(False, service.c.organization_id)
        .join(service, service.c.id == service_at_location.c.service_id)
        .where(location.c.privacy != "public", service.c.organization_id.in_(theirs))
    )
    return union_all(own, private)


def _places(is_own: bool, owner: ColumnElement[Any]) -> Select[Any]:
    return (
        select(
            literal(is_own, Boolean).label("is_own"),
            _key(owner, "owner"),
            _key(service_at_location.c.id, "id"),
            service_at_location.c.delivery_modes,
            _key(service_at_location.c.location_id, "location_id"),
            location.c.location_type,
            location.c.name,
            location.c.privacy,
            location.c.place_name,
            location.c.latitude,
            location.c.longitude,
            location.c.authority_code,
            location.c.neighbourhood_code,
            address.c.address_1,
            address.c.city,
            address.c.postal_code,
            address.c.address_type.label("address_type"),
            _key(address.c.id, "address_id"),
        )
        .select_from(service_at_location)
        .join(location, location.c.id == service_at_location.c.location_id)
        .outerjoin(address, address.c.location_id == location.c.id)
    )


def _timetables() -> CompoundSelect[Any]:
    """Sessions with their exceptions, and opening hours, in one shape. `owner` is a place of a service or the service."""
    sessions = (
        select(
            literal(False, Boolean).label("is_opening"),
            _key(session.c.id, "id"),
            _key(session.c.service_at_location_id, "owner"),
            session.c.freq.label("freq"),
            session.c.interval.label("interval"),
            session.c.byday.label("byday"),
            cast(null(), String).label("bymonthday"),
            session.c.dtstart.label("first_date"),
            session.c.valid_to.label("last_date"),
            cast(null(), Date).label("dtstart"),
            session.c.starts_at.label("starts_at"),
            session.c.ends_at.label("ends_at"),
            session.c.on_bank_holidays.label("on_bank_holidays"),
            session.c.in_school_holidays.label("in_school_holidays"),
            session.c.name.label("name"),
            session.c.note.label("note"),
            session_exception.c.date.label("change_date"),
            session_exception.c.kind.label("change_kind"),
            session_exception.c.starts_at.label("change_start"),
            session_exception.c.ends_at.label("change_end"),
        )
        .join(service_at_location, service_at_location.c.id == session.c.service_at_location_id)
        .outerjoin(session_exception, session_exception.c.session_id == session.c.id)
        .where(service_at_location.c.service_id.in_(IDS))
    )
    of_places = select(service_at_location.c.id).where(service_at_location.c.service_id.in_(IDS))
    openings = select(
        literal(True, Boolean),
        schedule.c.id,
        cast(func.coalesce(schedule.c.service_at_location_id, schedule.c.service_id), Uuid),
        schedule.c.freq,
        schedule.c.interval,
        schedule.c.byday,
        schedule.c.bymonthday,
        schedule.c.valid_from,
        schedule.c.valid_to,
        schedule.c.dtstart,
        schedule.c.opens_at,
        schedule.c.closes_at,
        literal(False, Boolean),
        literal(True, Boolean),
        schedule.c.description,
        schedule.c.notes,
        cast(null(), Date),
        cast(null(), String),
        cast(null(), Time),
        cast(null(), Time),
    ).where(
        or_(schedule.c.service_id.in_(IDS), schedule.c.service_at_location_id.in_(of_places)),
        schedule.c.opens_at.is_not(None),
    )
    both: CompoundSelect[Any] = union_all(sessions, openings)
    return both.order_by("owner", "starts_at", "byday", "id", "change_date")


def _facts() -> CompoundSelect[Any]:
    """Needs, languages, areas, prices and access facts, in one shape and no order."""
    needs = (
        select(*_fact("need", attribute.c.link_id, text=taxonomy_term.c.term))
        .join(taxonomy_term, taxonomy_term.c.id == attribute.c.taxonomy_term_id)
        .join(taxonomy, taxonomy.c.id == taxonomy_term.c.taxonomy_id)
        .where(attribute.c.link_type == "service", attribute.c.link_id.in_(IDS), taxonomy.c.uri == NEEDS_TAXONOMY)
    )
    languages = select(*_fact("language", language.c.service_id, text=language.c.code)).where(
        language.c.service_id.in_(IDS)
    )
    areas = select(
        *_fact("area", service_area.c.service_id, text=service_area.c.extent_type, other=service_area.c.extent)
    ).where(service_area.c.service_id.in_(IDS))
    prices = select(
        *_fact(
            "cost",
            cost_option.c.service_id,
            text=cost_option.c.kind,
            other=cost_option.c.option,
            number=cast(func.round(cost_option.c.amount * 100), Integer),
            first=cost_option.c.valid_from,
            last=cost_option.c.valid_to,
        )
    ).where(cost_option.c.service_id.in_(IDS))
    access = (
        select(*_fact("access", accessibility.c.location_id, text=accessibility.c.fact, answer=accessibility.c.answer))
        .where(
            accessibility.c.location_id.in_(
                select(service_at_location.c.location_id).where(service_at_location.c.service_id.in_(IDS))
            ),
            accessibility.c.fact.is_not(None),
            accessibility.c.answer.is_not(None),
        )
    )  # fmt: skip
    return union_all(needs, languages, areas, prices, access)


def _fact(
    kind: str,
    owner: Any,
    *,
    text: Any,
    other: Any = None,
    number: Any = None,
    first: Any = None,
    last: Any = None,
    answer: Any = None,
) -> tuple[ColumnElement[Any], ...]:
    """One row's columns. Empty ones are cast, or PostgreSQL could not tell what they are."""
    return (
        literal(kind, String).label("kind"),
        _key(owner, "owner"),
        cast(text, String).label("text"),
        cast(null() if other is None else other, String).label("other"),
        cast(null() if number is None else number, Integer).label("number"),
        (cast(null(), Date) if first is None else first).label("first"),
        (cast(null(), Date) if last is None else last).label("last"),
        (cast(null(), Boolean) if answer is None else answer).label("answer"),
    )


COLUMNS = tuple(service.c)
SERVICES = Compiled(_services())
VENUES = Compiled(_venues())
TIMETABLES = Compiled(_timetables())
FACTS = Compiled(_facts())
