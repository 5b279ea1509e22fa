"""Who was asked when about a listing that nobody has checked, and asking now."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.assurance import asking_now
from portal.assurance.models import CheckItem, CheckLetter, CheckRound
from portal.coordinating.areas import Patch
from portal.coordinating.groups import listings_of
from portal.core import audit, clock, throttle, wording
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer

MOST_A_DAY, A_DAY = 4, 24 * 3600
"""Listings of one group that coordinators may ask about in a day: each time a letter goes to the same people."""


def asked_about(service_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """In words, of the last round about each listing: who was written to when, and since when it waits for a call.

    Nobody is named. Absent where nobody was ever asked. One statement.
    """
    wanted = (
        select(
            CheckItem.service_id, CheckRound.id, CheckRound.phone_on, CheckRound.closed_on, CheckLetter.step,
            CheckLetter.sent_at, CheckLetter.user_id, CheckLetter.bounced_at,
        )
        .join(CheckRound, CheckRound.id == CheckItem.round_id)
        .outerjoin(CheckLetter, CheckLetter.round_id == CheckRound.id)
        .where(CheckItem.service_id.in_(service_ids))
        .order_by(CheckRound.begun_on.desc(), CheckRound.id, CheckLetter.sent_at)
    )  # fmt: skip
    last: dict[UUID, UUID] = {}
    found: dict[UUID, list[str]] = {}
    waits: dict[UUID, str] = {}
    for service_id, round_id, phone_on, closed_on, step, sent_at, user_id, bounced_at in db.session.execute(wanted):
        if last.setdefault(service_id, round_id) != round_id:
            continue
        lines = found.setdefault(service_id, [])
        if step is not None:
            day = wording.short_date(clock.local(sent_at).date())
            lines.append(_written(step, day, has_account=user_id is not None, came_back=bounced_at is not None))
        if phone_on is not None and closed_on is None:
            waits[service_id] = _("On the telephone list since %(date)s", date=wording.short_date(phone_on))
    return {one: [*lines, waits[one]] if one in waits else lines for one, lines in found.items()}


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
