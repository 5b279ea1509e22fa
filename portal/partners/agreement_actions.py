"""Agreements: added, changed, renewed, ended, signed, and what capacity they promise. What was agreed once is never taken out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from portal.core import audit, clock
from portal.core.errors import Refused
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.quarters import Quarter, quarters_between, this_quarter
from portal.core.viewer import Viewer
from portal.core.wording import full_date
from portal.organisations.models import Organization
from portal.partners import raising
from portal.partners.chains import overlap
from portal.partners.keeping import added, check_dates, hold, known, take
from portal.partners.kinds import AGREEMENTS
from portal.partners.models import Agreement, CapacityPromise, Partner, Signatory

MOST_AGREEMENTS = 300
MOST_SIGNATORIES = 30
MOST_PROMISED = 100_000
MOST_QUARTERS = 40


@dataclass(frozen=True)
class AgreementTold:
    """What stands on a paper. `kind` of `kinds.AGREEMENTS`; `link`: where the paper is kept, https."""

    kind: str
    title: str
    starts_on: date
    ends_on: date | None = None
    review_on: date | None = None
    reference: str | None = None
    link: str | None = None


def add_agreement(partner: Partner, told: AgreementTold, *, form_key: str, by: Viewer) -> Agreement:
    """Note what was agreed with a partner."""
    hold(partner.programme_id)
    if (before := known(Agreement, form_key)) is not None:
        return before
    _check(told)
    every = db.session.scalars(select(Agreement).where(Agreement.partner_id == partner.id)).all()
    if len(every) >= MOST_AGREEMENTS:
        raise Refused("title", _("A partner has at most %(most)d agreements.", most=MOST_AGREEMENTS))
    for one in every:
        is_same = one.kind == told.kind and one.title.casefold() == told.title.casefold()
        if is_same and overlap(one.starts_on, one.ended_on or one.ends_on, told.starts_on, told.ends_on):
            raise Refused("starts_on", _lies_over(one))
    return _put(partner, told, form_key=form_key, by=by)


def change_agreement(one: Agreement, told: AgreementTold, *, version: int, by: Viewer) -> None:
    """Mend what was noted. Raises Overtaken."""
    _check(told)
    take(one, version)
    for name, value in vars(told).items():
        setattr(one, name, value)
    one.lapses = False
    audit.record("agreement.changed", one, by=by)
    _look_again(one)


def renew_agreement(
    one: Agreement, told: AgreementTold, *, version: int, form_key: str, by: Viewer, same_capacity: bool = False
) -> Agreement:
    """The next of its kind. The one that it renews stays as it was, and what was to do about its end is done.

    `same_capacity`: it promises for each of its quarters what the one before promised last, save where that one does so itself.
    """
    hold(one.partner.programme_id)
    if (before := known(Agreement, form_key)) is not None:
        return before
    take(one, version)
    if one.successor is not None:
        raise Refused("starts_on", _("It has been renewed already. Open the one that follows it."))
    _check(told)
    ended = one.ended_on or one.ends_on
    if told.starts_on <= one.starts_on or (ended is not None and told.starts_on <= ended):
        raise Refused("starts_on", _lies_over(one))
    made = _put(one.partner, told, form_key=form_key, by=by, replaces=one)
    if same_capacity:
        _promise_on(one, made, by)
    audit.record("agreement.renewed", one, by=by, details={"by": str(made.id)})
    for task in one.tasks:
        if task.state == raising.OPEN and task.kind != "dissolved":
            task.state, task.closed_at, task.closed_by_id = raising.DONE, clock.now(), by.id
            task.version += 1
    return made


def end_agreement(one: Agreement, last_day: date, why: str, *, version: int, by: Viewer) -> None:
    """It ends before its time. Raises Overtaken."""
    if last_day < one.starts_on or (one.ends_on is not None and last_day > one.ends_on):
        raise Refused("ended_on", _("Enter a day between its first and its last day."))
    take(one, version)
    one.ended_on, one.ended_why = last_day, why
    audit.record("agreement.ended", one, by=by)
    for task in one.tasks:
        if task.state == raising.OPEN:
            task.state, task.closed_at, task.closed_by_id = raising.DONE, clock.now(), by.id
            task.version += 1


def sign(
    one: Agreement, organisation: Organization, name: str, job: str | None, day: date, *, form_key: str, by: Viewer
) -> None:
    """Note who signed for an organisation."""
    hold(one.partner.programme_id)
    if known(Signatory, form_key) is not None:
        return
    if day > clock.today():
        raise Refused("signed_on", _("Enter a day that is not in the future."))
    if len(one.signatories) >= MOST_SIGNATORIES:
        raise Refused("name", _("An agreement has at most %(most)d signatures.", most=MOST_SIGNATORIES))
    row = Signatory(
        agreement_id=one.id, organization_id=organisation.id, name=name, job=job, signed_on=day, form_key=form_key
    )
    signed = added(row)
    audit.record("agreement.signed", one, by=by, details={"signatory": str(signed.id)})


def unsign(one: Agreement, signatory_id: UUID, *, by: Viewer) -> None:
    """A signature was noted by mistake."""
    found = next((row for row in one.signatories if row.id == signatory_id), None)
    if found is not None:
        audit.record("agreement.unsigned", one, by=by, details={"signatory": str(signatory_id)})
        db.session.delete(found)


def promise(one: Agreement, quarter: date, amounts: dict[str, int | None], *, version: int, by: Viewer) -> None:
    """What is promised for a quarter, in each unit; None takes a promise away. `quarter`: its first day. Raises Overtaken."""
    take(one, version)
    standing = {row.unit: row for row in one.promises if row.quarter == quarter}
    for unit, amount in amounts.items():
        row = standing.get(unit)
        if amount is None:
            if row is not None:
                db.session.delete(row)
        elif row is not None:
            row.promised = amount
        else:
            db.session.add(CapacityPromise(agreement_id=one.id, quarter=quarter, unit=unit, promised=amount))
    db.session.flush()
    db.session.expire(one, ["promises"])
    audit.record("agreement.promised", one, by=by, details={"quarter": quarter.isoformat()})


def last_promised(one: Agreement) -> dict[str, int]:
    """What an agreement promises for the last quarter for which it promises anything, by unit."""
    last = max((row.quarter for row in one.promises), default=None)
    return {row.unit: row.promised for row in one.promises if row.quarter == last}


def quarters_of(one: Agreement) -> list[Quarter]:
    """The quarters for which an agreement can promise: its own, and the next two years of one without an end."""
    now = this_quarter()
    last = one.ends_on or Quarter(now.year + 2, now.number).last
    return list(quarters_between(one.starts_on, max(last, one.starts_on)))[-MOST_QUARTERS:]


def as_next(one: Agreement) -> dict[str, Any]:
    """What the form of a renewal begins with: the same paper, from the day after, for as long again where it had an end."""
    first = (one.ends_on or clock.today()) + timedelta(days=1)
    last = first + (one.ends_on - one.starts_on) if one.ends_on else None
    return {
        "kind": one.kind, "title": one.title, "reference": one.reference, "link": one.link, "starts_on": first, "ends_on": last,
    }  # fmt: skip


def is_https(link: str) -> bool:
    """Whether a paper is at an address that a browser may be sent to: https, with a host, and no name or password in it."""
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _promise_on(one: Agreement, made: Agreement, by: Viewer) -> None:
    amounts, held = last_promised(one), {row.quarter for row in one.promises}
    quarters = [quarter.first for quarter in quarters_of(made) if quarter.first not in held] if amounts else []
    for quarter in quarters:
        for unit, amount in amounts.items():
            db.session.add(CapacityPromise(agreement_id=made.id, quarter=quarter, unit=unit, promised=amount))
    if quarters:
        db.session.flush()
        db.session.expire(made, ["promises"])
        audit.record("agreement.promised", made, by=by, details={"quarters": [day.isoformat() for day in quarters]})


def _put(
    partner: Partner, told: AgreementTold, *, form_key: str, by: Viewer, replaces: Agreement | None = None
) -> Agreement:
    row = Agreement(partner_id=partner.id, **vars(told), form_key=form_key, added_by_id=by.id, added_at=clock.now())
    row.replaces_id = replaces.id if replaces else None
    made: Agreement = added(row)
    if replaces is not None:
        db.session.expire(replaces, ["successor"])
    audit.record("agreement.added", made, by=by, details={"kind": told.kind, "partner": str(partner.id)})
    _look_again(made)
    return made


def _check(told: AgreementTold) -> None:
    if told.kind not in AGREEMENTS:
        raise Refused("kind", _("Choose what it is."))
    check_dates(told.starts_on, told.ends_on)
    if told.review_on is not None and told.review_on < told.starts_on:
        raise Refused("review_on", _("The review comes before the first day. Check both."))
    if told.review_on is not None and told.ends_on is not None and told.review_on > told.ends_on:
        raise Refused("review_on", _("The review comes after the last day. Check both."))
    if told.link and not is_https(told.link):
        raise Refused("link", _("Enter an address that begins with https://, or leave it empty."))


def _look_again(one: Agreement) -> None:
    """What it asks for now, with the dates that it has now."""
    db.session.flush()
    db.session.expire(one, ["tasks", "successor", "partner"])
    raising.raise_for(one)
    raising.mark_closed([one.partner])


def _lies_over(one: Agreement) -> str:
    ended = one.ended_on or one.ends_on
    if ended is None:
        told = _("“%(title)s” runs from %(first)s without an end. End it first, or change the dates.",
                 title=one.title, first=full_date(one.starts_on))  # fmt: skip
    else:
        told = _("“%(title)s” runs from %(first)s to %(last)s. Choose a first day after that.",
                 title=one.title, first=full_date(one.starts_on), last=full_date(ended))  # fmt: skip
    return told
