"""Agreements as lists: what is to be done, what holds, what is over; and how much waits for who keeps a programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from portal.core import clock
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.partners import raising
from portal.partners.due import is_open
from portal.partners.kinds import AGREEMENTS
from portal.partners.models import Agreement, Partner, PartnerTask
from portal.partners.queries import agreements_seen
from portal.partners.scopes import Sights, managed, sights

TO_DO, PUT_OFF, HOLD, OVER = "to-do", "put-off", "hold", "over"
VIEWS = (TO_DO, PUT_OFF, HOLD, OVER)
MOST = 500


@dataclass(frozen=True)
class Wanted:
    """Which list: of `VIEWS`; of one programme or all, of one kind or all."""

    view: str = TO_DO
    programme: UUID | None = None
    kind: str = ""

    @classmethod
    def of(cls, told: Mapping[str, str], by: Sights) -> "Wanted":
        """What an address asks for. What it cannot have is taken for all."""
        ids = {str(one): one for one in by}
        return cls(
            view=told["view"] if told.get("view") in VIEWS else TO_DO,
            programme=ids.get(told.get("programme", "")),
            kind=told["kind"] if told.get("kind") in AGREEMENTS else "",
        )

    def told(self, **other: str | None) -> dict[str, str | None]:
        """The same as parameters of an address."""
        own = {
            "view": self.view if self.view != TO_DO else None, "kind": self.kind or None,
            "programme": str(self.programme) if self.programme else None,
        }  # fmt: skip
        return {**own, **other}


def tasks(by: Sights, wanted: Wanted) -> Sequence[PartnerTask]:
    """What is to be done, soonest first; or what was put off, by the day on which it is asked again."""
    today = clock.today()
    asked = _tasks(by).where(
        PartnerTask.until > today
        if wanted.view == PUT_OFF
        else or_(PartnerTask.until.is_(None), PartnerTask.until <= today)
    )
    if wanted.programme is not None:
        asked = asked.where(Partner.programme_id == wanted.programme)
    if wanted.kind:
        asked = asked.where(Agreement.kind == wanted.kind)
    partner = contains_eager(PartnerTask.agreement).contains_eager(Agreement.partner)
    loads = (partner.joinedload(Partner.organization), partner.joinedload(Partner.programme))
    order = PartnerTask.until if wanted.view == PUT_OFF else PartnerTask.due_on
    return db.session.scalars(asked.options(*loads).order_by(order, PartnerTask.id).limit(MOST)).all()


def agreements(by: Sights, wanted: Wanted) -> Sequence[Agreement]:
    """Those that hold, by when they end; or those that are over, the last first."""
    asked = agreements_seen(by)
    if wanted.programme is not None:
        asked = asked.where(Partner.programme_id == wanted.programme)
    if wanted.kind:
        asked = asked.where(Agreement.kind == wanted.kind)
    partner = contains_eager(Agreement.partner)
    loads = (
        partner.joinedload(Partner.organization),
        partner.joinedload(Partner.programme),
        selectinload(Agreement.successor),
    )
    ended = func.coalesce(Agreement.ended_on, Agreement.ends_on, date.max)
    today = clock.today()
    holds = or_(Agreement.ends_on.is_(None), Agreement.ends_on >= today) & or_(
        Agreement.ended_on.is_(None), Agreement.ended_on > today
    )
    asked = asked.where(holds) if wanted.view == HOLD else asked.where(~holds)
    order = ended if wanted.view == HOLD else ended.desc()
    return db.session.scalars(asked.options(*loads).order_by(order, Agreement.id).limit(MOST)).all()


def counts(by: Sights) -> dict[str, int]:
    """How much is to be done, and was put off: one statement."""
    today = clock.today()
    is_put_off = PartnerTask.until > today
    wanted = _tasks(by).with_only_columns(is_put_off.is_(True), func.count()).group_by(is_put_off.is_(True))
    found = {bool(off): count for off, count in db.session.execute(wanted)}
    return {TO_DO: found.get(False, 0), PUT_OFF: found.get(True, 0)}


def waiting_for(viewer: Viewer) -> int:
    """How much is to be done in programmes that the viewer keeps: for the header."""
    by = {sight.programme.id: sight for sight in managed(sights(viewer))}
    return counts(by)[TO_DO] if by else 0


def due_soon(by: Sights) -> Sequence[Agreement]:
    """Every agreement that holds and has a day of review or an end: for the export, soonest first."""
    found = [one for one in agreements(by, Wanted(view=HOLD)) if one.ends_on or one.review_on]
    return sorted(found, key=lambda one: (next_day(one), str(one.id)))


def next_day(one: Agreement) -> date:
    """The day that comes first: of its review, or its end."""
    return min(day for day in (one.review_on, one.ends_on, date.max) if day is not None)


def of_partner(partner: Partner, by: Sights) -> tuple[list[Agreement], list[Agreement]]:
    """A partner's agreements: those that hold, and those that are over, newest first."""
    asked = (
        agreements_seen(by).where(Agreement.partner_id == partner.id).order_by(Agreement.starts_on.desc(), Agreement.id)
    )
    loads = (selectinload(Agreement.tasks), selectinload(Agreement.promises), selectinload(Agreement.successor))
    found = db.session.scalars(asked.options(*loads)).all()
    today = clock.today()
    return [one for one in found if is_open(one, today)], [one for one in found if not is_open(one, today)]


def _tasks(by: Sights) -> Select[PartnerTask]:
    """Open tasks of programmes that the viewer reads as they are today."""
    now = [one for one, sight in by.items() if sight.until is None]
    wanted = select(PartnerTask).join(PartnerTask.agreement).join(Agreement.partner)
    return wanted.where(PartnerTask.state == raising.OPEN, Partner.programme_id.in_(now))
