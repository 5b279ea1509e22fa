"""Who was asked when about a listing that nobody has checked, and asking now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal.assurance import asking_now
from portal.assurance.models import CheckItem, CheckLetter, CheckRound
from portal.coordinating.areas import Patch
from portal.coordinating.groups import listings_of
from portal.core import audit, clock, throttle, wording
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.models import Service

MOST_A_DAY, A_DAY = 4, 24 * 3600
"""Listings of one group that coordinators may ask about in a day: each time a letter goes to the same people."""


@dataclass(frozen=True)
class Told:
    """What was done about one listing, in words. `is_asked`: somebody is being asked about it now, so nobody need be."""

    lines: tuple[str, ...] = ()
    is_asked: bool = False


NOTHING = Told()


def asked_about(service_ids: Sequence[UUID]) -> dict[UUID, Told]:
    """Of the last round about each listing: who was written to when, and since when it waits for a call.

    Nobody is named. A listing that nobody was asked about, of a group that waits for a call about another, says so. Absent
    where there is nothing to say. Two statements.
    """
    wanted = (
        select(
            CheckItem.service_id, CheckItem.state, CheckRound.id, CheckRound.begun_on, CheckRound.phone_on,
            CheckRound.closed_on, CheckLetter.step, CheckLetter.sent_at, CheckLetter.user_id, CheckLetter.bounced_at,
        )
        .join(CheckRound, CheckRound.id == CheckItem.round_id)
        .outerjoin(CheckLetter, CheckLetter.round_id == CheckRound.id)
        .where(CheckItem.service_id.in_(service_ids))
        .order_by(CheckRound.closed_on.is_not(None), CheckRound.begun_on.desc(), CheckRound.id, CheckLetter.sent_at)
    )  # fmt: skip
    last: dict[UUID, UUID] = {}
    lines: dict[UUID, list[str]] = {}
    phones: dict[UUID, date] = {}
    waits: dict[UUID, date] = {}
    asked: set[UUID] = set()
    for service_id, state, round_id, begun_on, phone_on, closed_on, step, sent_at, user_id, bounced_at in (
        db.session.execute(wanted)
    ):  # fmt: skip
        if last.setdefault(service_id, round_id) != round_id:
            if service_id in waits and phone_on == phones[service_id]:  # it waited before the round was begun anew
                waits[service_id] = min(waits[service_id], max(phone_on, begun_on))
            continue
        told = lines.setdefault(service_id, [])
        if step is not None:
            day = wording.short_date(clock.local(sent_at).date())
            told.append(_written(step, day, has_account=user_id is not None, came_back=bounced_at is not None))
        if closed_on is None and state == "asked":
            asked.add(service_id)
            if phone_on is not None:
                phones[service_id], waits[service_id] = phone_on, max(phone_on, begun_on)
    found = {one: Told(tuple(told), one in asked) for one, told in lines.items()}
    for one, since in waits.items():
        line = _("On the telephone list since %(date)s", date=wording.short_date(since))
        found[one] = Told((*found[one].lines, line), is_asked=True)
    return {**_of_groups_on_the_phone([one for one in service_ids if one not in found]), **found}


def _of_groups_on_the_phone(service_ids: Sequence[UUID]) -> dict[UUID, Told]:
    """Of listings that nobody was asked about: that their group waits for a call about another."""
    wanted = (
        select(Service.id, func.min(CheckRound.phone_on))
        .join(CheckRound, CheckRound.organization_id == Service.organization_id)
        .where(Service.id.in_(service_ids), CheckRound.phone_on.is_not(None), CheckRound.closed_on.is_(None))
        .group_by(Service.id)
    )
    return {
        service_id: Told((
            _("Nobody was asked about this one. Its group has been on the telephone list since %(date)s about another",
              date=wording.short_date(day)),
        ))
        for service_id, day in db.session.execute(wanted)
        if day is not None
    }  # fmt: skip


def ask(viewer: Viewer, patches: Sequence[Patch], service_id: UUID) -> asking_now.Asking:
    """Ask whoever answers for a listing of the viewer's areas now: of those that nobody has checked, a few a day of one group.

    Raises NotFound for any other listing, TooManyRequests.
    """
    held = (one for patch in patches for one in listings_of(patch))
    found = next((one for one in held if one.id == service_id and one.is_stale), None)
    if found is None:
        raise NotFound(_("There is no such listing in your areas."))
    throttle.hit("listing-asked-about", found.organization_id.hex, limit=MOST_A_DAY, seconds=A_DAY)
    audit.record("listing.asked_about", ("service", service_id), by=viewer)
    return asking_now.ask(service_id, clock.today())


def _written(step: str, day: str, *, has_account: bool, came_back: bool) -> str:
    if came_back:
        return _("The e-mail of %(date)s came back", date=day)
    if step == "reminder":
        return _("Reminded by e-mail on %(date)s", date=day)
    if step == "second":
        return _("Another address was asked by e-mail on %(date)s", date=day)
    if has_account:
        return _("One of its editors was asked by e-mail on %(date)s", date=day)
    return _("The address of the group was asked by e-mail on %(date)s", date=day)
