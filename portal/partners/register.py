"""The register as a list: partners by what they are, where, and whether anything is to be done, each at an address of its own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core import clock
from portal.core.extensions import db
from portal.core.periods import lasts_on
from portal.core.plain import one_line
from portal.organisations.models import Organization
from portal.partners import raising
from portal.partners.due import is_open
from portal.partners.kinds import ROLES
from portal.partners.models import Agreement, Partner, PartnerRole, PartnerTask
from portal.partners.queries import leads_of, partners_seen, roles_of
from portal.partners.scopes import Sights

PAGE = 50
LONGEST_SAID = 100
NOW, PAST, CLOSED = "now", "past", "closed"
SHOWS = (NOW, PAST, CLOSED)


@dataclass(frozen=True)
class Wanted:
    """What the list is to show. `programme`: one or all (None); `role`: a key of `ROLES` or all (""); `show`: of `SHOWS`."""

    programme: UUID | None = None
    role: str = ""
    show: str = NOW
    words: str = ""

    @classmethod
    def of(cls, told: Mapping[str, str], by: Sights) -> "Wanted":
        """What an address asks for. What it cannot have is taken for all."""
        ids = {str(one): one for one in by}
        return cls(
            programme=ids.get(told.get("programme", "")),
            role=told["role"] if told.get("role") in ROLES else "",
            show=told["show"] if told.get("show") in SHOWS else NOW,
            words=one_line(told.get("q", ""))[:LONGEST_SAID],
        )

    def told(self, **other: str | None) -> dict[str, str | None]:
        """The same as parameters of an address."""
        own = {
            "programme": str(self.programme) if self.programme else None, "role": self.role or None,
            "show": self.show if self.show != NOW else None, "q": self.words or None,
        }  # fmt: skip
        return {**own, **other}


@dataclass(frozen=True)
class Line:
    """One partner in the list: its roles of that time, how many agreements hold, what is to be done."""

    partner: Partner
    roles: Sequence[PartnerRole]
    agreements: int
    tasks: int
    is_marked: bool


@dataclass(frozen=True)
class Found:
    """A page of the list."""

    lines: Sequence[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """The place of the first line."""
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the last line."""
        return min(self.page * PAGE, self.total)


def find(by: Sights, wanted: Wanted, page: int = 1, *, most: int = PAGE) -> Found:
    """Partners by the name of their organisation: five statements, however many there are."""
    asked = _asked(by, wanted)
    total = db.session.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // most)))
    loads = (
        contains_eager(Partner.organization), joinedload(Partner.programme),
        selectinload(Partner.roles).joinedload(PartnerRole.under).joinedload(Partner.organization),
        selectinload(Partner.agreements).selectinload(Agreement.successor),
    )  # fmt: skip
    rows = db.session.scalars(asked.options(*loads).offset((page - 1) * most).limit(most)).unique().all()
    tasks = open_tasks([one.id for one in rows])
    return Found([_line(one, by, wanted, tasks) for one in rows], total, page)


def open_tasks(partner_ids: Sequence[UUID]) -> Counter[UUID]:
    """How much is to be done now about agreements of partners: one statement."""
    if not partner_ids:
        return Counter()
    due = or_(PartnerTask.until.is_(None), PartnerTask.until <= clock.today())
    wanted = select(Agreement.partner_id, func.count()).join(PartnerTask, PartnerTask.agreement_id == Agreement.id)
    wanted = wanted.where(Agreement.partner_id.in_(partner_ids), PartnerTask.state == raising.OPEN, due)
    return Counter({one: count for one, count in db.session.execute(wanted.group_by(Agreement.partner_id))})


def leads(by: Sights) -> dict[UUID, list[PartnerRole]]:
    """Who leads and led each programme, newest first, as far as the viewer may know."""
    found: dict[UUID, list[PartnerRole]] = {one: [] for one in by}
    for role in leads_of(list(by)):
        if by[role.partner.programme_id].may_read(role.starts_on):
            found[role.partner.programme_id].append(role)
    return found


def _asked(by: Sights, wanted: Wanted) -> Select[Any]:
    asked = partners_seen(by).join(Partner.organization)
    if wanted.programme is not None:
        asked = asked.where(Partner.programme_id == wanted.programme)
    held = [PartnerRole.partner_id == Partner.id, *([PartnerRole.role == wanted.role] if wanted.role else [])]
    today = clock.today()
    has_now = exists().where(*held, or_(lasts_on(today, PartnerRole), PartnerRole.starts_on > today))
    past = {one.programme.id for one in by.values() if one.until is not None}
    if wanted.show == CLOSED:
        asked = asked.where(Partner.closed_on.is_not(None), exists().where(*held))
    elif wanted.show == PAST:
        asked = asked.where(~has_now, exists().where(*held))
    else:
        asked = asked.where(or_(has_now, Partner.programme_id.in_(past) & exists().where(*held)))
    if wanted.words:
        asked = asked.where(Organization.name.icontains(wanted.words, autoescape=True))
    return asked.order_by(Organization.name, Partner.id)


def _line(one: Partner, by: Sights, wanted: Wanted, tasks: Mapping[UUID, int]) -> Line:
    sight, today = by[one.programme_id], clock.today()
    on = min(sight.until, today) if sight.until else today
    known = roles_of(one, sight)
    now = [role for role in known if role.ends_on is None or role.ends_on >= on]
    agreements = [row for row in one.agreements if sight.may_read(row.starts_on)]
    return Line(
        partner=one,
        roles=known if wanted.show != NOW else now or known,
        agreements=sum(is_open(row, on) for row in agreements),
        tasks=0 if sight.until else tasks.get(one.id, 0),
        is_marked=any(row.marked_as for row in agreements),
    )
