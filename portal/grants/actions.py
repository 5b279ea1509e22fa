"""What managers do with rounds and grants, and what is told about a quarter."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.errors import DomainError, Refused
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.core.versions import hold_version
from portal.core.wording import full_date, money
from portal.directory.models import Service
from portal.directory.reading import is_open
from portal.grants import queries
from portal.grants.models import Grant, GrantPlace, GrantReport, GrantRound, GrantService
from portal.organisations.models import Organization
from portal.registers.queries import flags_for

LOCK = 7_310_108
"""Of a round is given what is left of it, and no more, by one at a time."""


@dataclass(frozen=True)
class RoundTold:
    """What was typed of a round."""

    name: str
    area: str
    purpose: str | None
    total_pence: int
    opens_on: date
    closes_on: date


@dataclass(frozen=True)
class GrantTold:
    """What was typed of a grant."""

    name: str
    amount_pence: int
    communities: tuple[str, ...]
    neighbourhood_ids: frozenset[UUID]
    starts_on: date
    ends_on: date
    promised_sessions: int
    promised_people: int
    service_ids: frozenset[UUID]


@dataclass(frozen=True)
class ReportTold:
    """What was typed of a quarter."""

    sessions: int
    people: int


def add_round(told: RoundTold, *, by: User, form_key: str) -> GrantRound:
    """Make a round. The same form sent twice makes one."""
    made = GrantRound(**asdict(told), form_key=form_key, made_by_id=by.id)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return db.session.scalars(select(GrantRound).where(GrantRound.form_key == form_key)).one()
    audit.record("grant.round-made", made, by=by)
    return made


def change_round(one: GrantRound, told: RoundTold, version: int, *, by: User) -> None:
    """Change a round. Raises Overtaken, and Refused where more is given than it would hold, or where grants are of its area."""
    one_at_a_time(db.session(), LOCK)
    hold_version(one, version)
    given = queries.given_of(one.id)
    if told.total_pence < given:
        raise Refused("amount", _("%(amount)s of this round is given already", amount=money(given)))
    if told.area != one.area and db.session.scalar(select(exists().where(Grant.round_id == one.id))):
        raise Refused("area", _("This round has grants already, so it stays in its area"))
    _put(one, asdict(told), "grant.round-changed", by=by)


def add_grant(
    within: GrantRound, organization: Organization, told: GrantTold, *, by: User, form_key: str, is_checked: bool
) -> Grant:
    """Give a grant out of a round. The same form sent twice gives one. Raises Refused."""
    one_at_a_time(db.session(), LOCK)
    known = db.session.scalar(select(Grant).where(Grant.form_key == form_key))
    if known is not None:
        return known
    _read_anew(within)
    check_open(organization)
    _check_left(within, told, without=None)
    if _is_given(within, organization.id, told.name, without=None):
        raise Refused("name", _("This group has a grant of this name in this round already"))
    made = Grant(
        round_id=within.id, organization_id=organization.id, form_key=form_key, made_by_id=by.id, **_columns(told)
    )
    _link(made, told)
    _check_overlap(made, within.area, is_checked=is_checked)
    db.session.add(made)
    db.session.flush()
    audit.record("grant.given", made, by=by)
    return made


def change_grant(one: Grant, told: GrantTold, version: int, *, by: User, is_checked: bool) -> None:
    """Change a grant. Raises Overtaken and Refused."""
    one_at_a_time(db.session(), LOCK)
    hold_version(one, version)
    check_counts(one)
    _read_anew(one.round)
    _check_left(one.round, told, without=one.id)
    if _is_given(one.round, one.organization_id, told.name, without=one.id):
        raise Refused("name", _("This group has a grant of this name in this round already"))
    with db.session.no_autoflush:
        was = ({row.neighbourhood_id for row in one.places}, {row.service_id for row in one.services})
        _put(one, _columns(told), "grant.changed", by=by)
        if was != (set(told.neighbourhood_ids), set(told.service_ids)):
            _link(one, told)
        _check_overlap(one, one.round.area, is_checked=is_checked)


def void_grant(one: Grant, reason: str, version: int, *, by: User) -> None:
    """Say that a grant was entered by mistake: it stays with the reason, counts nowhere, and what it took of its round is free
    again. There is no way back; it can be given anew. Voiding twice does nothing more. Raises Overtaken.
    """
    if one.voided_at is not None:
        return
    one_at_a_time(db.session(), LOCK)
    hold_version(one, version)
    _put(one, {"voided_at": clock.now(), "void_reason": reason}, "grant.voided", by=by)


def check_counts(one: Grant) -> None:
    """Raise DomainError where a grant is void: it stays as it was."""
    if one.voided_at is not None:
        raise DomainError(_("This grant is void, so it stays as it is."), status=409)


def report(grant: Grant, quarter: Quarter, told: ReportTold, version: int, *, by: User, told_by: str) -> GrantReport:
    """Tell what was done in a quarter, or put it right. `told_by`: "group" or "manager". Raises Refused and Overtaken.

    And DomainError, of a grant that is void.
    """
    check_counts(grant)
    if not queries.may_report(grant, quarter):
        raise Refused("sessions", why_not_yet(grant, quarter))
    standing = next((one for one in grant.reports if one.quarter == quarter.first), None)
    if standing is None:
        standing = _first_report(grant, quarter, told, by=by, told_by=told_by)
        if standing is not None:
            audit.record("grant.reported", standing, by=by, details={"quarter": quarter.slug})
            return standing
        standing = db.session.scalars(
            select(GrantReport).where(GrantReport.grant_id == grant.id, GrantReport.quarter == quarter.first)
        ).one()
    if (standing.sessions, standing.people, standing.told_by) == (told.sessions, told.people, told_by):
        return standing
    hold_version(standing, version)
    values = {**asdict(told), "told_by": told_by, "told_by_id": by.id, "told_at": clock.now()}
    _put(standing, values, "grant.report-changed", by=by)
    return standing


def why_not_yet(grant: Grant, quarter: Quarter) -> str:
    """Why a quarter cannot be reported."""
    if quarter not in queries.quarters_of(grant):
        return _("This grant does not run in that quarter")
    day = full_date(min(quarter.last, grant.ends_on))
    return _("This quarter runs until %(day)s. Report it after that.", day=day)


def check_open(organization: Organization) -> None:
    """Raise Refused where a group closed all its listings, or its register struck it off and no moderator knows better."""
    listed = select(Service.id).where(Service.organization_id == organization.id)
    has_any = db.session.scalar(select(listed.exists()))
    if has_any and not db.session.scalar(select(listed.where(is_open()).exists())):
        raise Refused("group", _("%(name)s has closed: none of its listings is open", name=organization.name))
    if any(flag.looked_at is None for flags in flags_for([organization.id]).values() for flag in flags):
        raise Refused(
            "group", _("%(name)s stands in its public register no more. Ask them first.", name=organization.name)
        )


def _first_report(grant: Grant, quarter: Quarter, told: ReportTold, *, by: User, told_by: str) -> GrantReport | None:
    """The row of a quarter that nobody has told of; None where somebody did at this moment."""
    made = GrantReport(
        grant_id=grant.id, quarter=quarter.first, told_by=told_by, told_by_id=by.id, version=1, **asdict(told)
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return None
    return made


def _columns(told: GrantTold) -> dict[str, Any]:
    columns = asdict(told)
    del columns["neighbourhood_ids"], columns["service_ids"]
    return {**columns, "communities": list(told.communities)}


def _link(one: Grant, told: GrantTold) -> None:
    places, services = {row.neighbourhood_id: row for row in one.places}, {row.service_id: row for row in one.services}
    one.places = [
        places.get(key) or GrantPlace(neighbourhood_id=key) for key in sorted(told.neighbourhood_ids, key=str)
    ]
    one.services = [services.get(key) or GrantService(service_id=key) for key in sorted(told.service_ids, key=str)]


def _put(row: Any, values: Mapping[str, Any], action: str, *, by: User) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    audit.record(action, row, by=by, details={"facts": changed})


def _read_anew(within: GrantRound) -> None:
    """A round as it stands once nobody else changes it. Raises Refused where it moved to another area since it was shown."""
    area = within.area
    db.session.refresh(within)
    if within.area != area:
        raise Refused("neighbourhoods", _("Someone else changed this while you were writing"))


def _check_left(within: GrantRound, told: GrantTold, *, without: UUID | None) -> None:
    left = within.total_pence - queries.given_of(within.id, without=without)
    if told.amount_pence > left:
        raise Refused("amount", _("Only %(amount)s of this round is left", amount=money(max(left, 0))))


def _is_given(within: GrantRound, organization_id: UUID, name: str, *, without: UUID | None) -> bool:
    same = (Grant.round_id == within.id) & (Grant.organization_id == organization_id) & queries.counts()
    names = db.session.execute(select(Grant.id, Grant.name).where(same))
    return any(own_id != without and known.casefold() == name.casefold() for own_id, known in names)


def _check_overlap(one: Grant, area: str, *, is_checked: bool) -> None:
    """Raise Refused where another grant is for the same, unless that was looked at. Of another area's nothing more is told."""
    if is_checked or (other := queries.overlapping(one)) is None:
        return
    if other.round.area != area:
        told = _(
            "This group has a grant of another area for the same already. Ask them, then tick below if this is another."
        )
        raise Refused("is_checked", told)
    raise Refused(
        "is_checked",
        _(
            "This group has a grant for the same already, “%(name)s”, from %(first)s to %(last)s. Tick below if this is another.",
            name=other.name, first=full_date(other.starts_on), last=full_date(other.ends_on),
        ),
    )  # fmt: skip
