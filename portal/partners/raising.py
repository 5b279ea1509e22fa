"""Makes what is to be done about agreements into tasks, each once, and writes once to those who keep the programme.

Runs every day, and again where something changes. A task of a nearer mark takes the place of an earlier one; nothing is deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.queries import users_of
from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.periods import lasts_on
from portal.core.permissions import Permission
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.partners.due import LONG_OVER, MARKS, asks, is_open
from portal.partners.kinds import LEADING
from portal.partners.models import Agreement, Partner, PartnerRole, PartnerTask, Programme
from portal.partners.notifications import PartnerTasks
from portal.registers.queries import flags_for

REGISTER, CLOSED = "register", "closed"
OPEN, DONE, PASSED = "open", "done", "passed"


@job("partners.look")
def look() -> None:
    """Raise what is due today, mark agreements of partners that are no more, and write to who has not heard."""
    for one in _candidates(clock.today()):
        raise_for(one)
    mark_closed(db.session.scalars(select(Partner).join(Partner.agreements).distinct()).all())
    db.session.flush()
    tell()


def raise_for(one: Agreement) -> None:
    """Make the tasks that an agreement asks for today; those that it asks for no more pass."""
    today = clock.today()
    asked = {(kind, day): mark for kind, day, mark in asks(one, today)}
    for task in one.tasks:
        if task.state == OPEN and task.kind != "dissolved" and (task.kind, task.due_on) not in asked:
            _pass(task)
    for (kind, day), mark in asked.items():
        of_day = [task for task in one.tasks if (task.kind, task.due_on) == (kind, day)]
        if any(task.days <= mark and task.state != PASSED for task in of_day):
            continue
        for task in of_day:
            if task.state == OPEN:
                _pass(task)
        _put(one, kind, day, mark)


def mark_closed(partners: Iterable[Partner]) -> None:
    """Mark the open agreements of partners that exist no more, and raise a task for each; take marks back that hold no more."""
    every = list(partners)
    flags = flags_for({one.organization_id for one in every})
    today = clock.today()
    for partner in every:
        is_flagged = any(flag.looked_at is None for flag in flags.get(partner.organization_id, ()))
        why = CLOSED if partner.closed_on is not None else REGISTER if is_flagged else None
        for one in partner.agreements:
            if why is None or not is_open(one, today):
                _unmark(one)
            elif one.marked_as is None:
                one.marked_as, one.marked_at = why, clock.now()
                audit.record("agreement.marked", one, by=None, details={"why": why})
                _put(one, "dissolved", today, 0)


def tell() -> None:
    """Write once to those who keep a programme about its tasks that nobody has heard of. Where nobody keeps it, they wait."""
    waiting: dict[UUID, list[PartnerTask]] = defaultdict(list)
    wanted = select(PartnerTask, Partner.programme_id).join(PartnerTask.agreement).join(Agreement.partner)
    untold = wanted.where(PartnerTask.state == OPEN, PartnerTask.told_at.is_(None)).order_by(PartnerTask.id)
    for task, programme_id in db.session.execute(untold):
        waiting[programme_id].append(task)
    for programme_id, tasks in waiting.items():
        keepers = keepers_of(programme_id)
        key = f"partner-tasks:{min(str(task.id) for task in tasks)}"
        for to in keepers:
            notify(PartnerTasks(len(tasks), str(programme_id)), to=to, key=key)
        for task in tasks if keepers else ():
            task.told_at = clock.now()


def keepers_of(programme_id: UUID) -> list[Recipient]:
    """Those who keep a programme today: who may for the organisation that leads it."""
    lead = select(Partner.organization_id).join(PartnerRole, PartnerRole.partner_id == Partner.id)
    lead = lead.where(
        Partner.programme_id == programme_id, PartnerRole.role.in_(LEADING), lasts_on(clock.today(), PartnerRole)
    )
    users = [one for led in db.session.scalars(lead) for one in users_of(led, Permission.PARTNERS_MANAGE)]
    return [Recipient(email=one.email, locale=one.locale, user_id=one.id) for one in dict.fromkeys(users)]


def _candidates(today: date) -> Sequence[Agreement]:
    """Agreements with a day near, and those with open tasks, which may have passed."""
    near = today + timedelta(days=max(MARKS))
    has_open = Agreement.tasks.any(PartnerTask.state == OPEN)
    ends = Agreement.ends_on.between(today - LONG_OVER, near)
    wanted = select(Agreement).join(Agreement.partner).join(Programme)
    wanted = wanted.where(or_(ends, Agreement.review_on <= near, has_open))
    loads = (selectinload(Agreement.tasks), joinedload(Agreement.partner), selectinload(Agreement.successor))
    return db.session.scalars(wanted.options(*loads).order_by(Agreement.id)).all()


def _put(one: Agreement, kind: str, day: date, mark: int) -> None:
    """A task, unless another worker made the same at this moment. One that passed, as a date was put back, is open again."""
    task = PartnerTask(agreement_id=one.id, kind=kind, due_on=day, days=mark)
    same = (PartnerTask.kind == kind, PartnerTask.due_on == day, PartnerTask.days == mark)
    known = db.session.scalar(select(PartnerTask).where(PartnerTask.agreement_id == one.id, *same))
    if known is not None:
        if known.state == PASSED:
            known.state, known.closed_at, known.version = OPEN, None, known.version + 1
        return
    try:
        with db.session.begin_nested():
            db.session.add(task)
    except IntegrityError:
        return
    db.session.expire(one, ["tasks"])
    audit.record("partner_task.raised", task, by=None, details={"kind": kind, "days": mark})


def _unmark(one: Agreement) -> None:
    if one.marked_as is None:
        return
    one.marked_as = one.marked_at = None
    audit.record("agreement.unmarked", one, by=None)
    for task in one.tasks:
        if task.kind == "dissolved" and task.state == OPEN:
            _pass(task)


def _pass(task: PartnerTask) -> None:
    task.state, task.closed_at, task.version = PASSED, clock.now(), task.version + 1
