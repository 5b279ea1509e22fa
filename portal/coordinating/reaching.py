"""Whom a question reaches in each group, and which groups it does not reach and why.

A group that was asked often is left alone for a while: questions are answered because they are few.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.assurance.contacts import Asked, Contact, contacts_of
from portal.assurance.queries import is_live
from portal.coordinating.models import AskedGroup, GroupQuestion
from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.models import Service
from portal.organisations.models import Organization

WINDOW = timedelta(days=7)
MOST_A_WEEK = 2
"""Questions that one coordinator may ask a group within a week."""
MOST_OF_ALL = 4
"""Questions that all coordinators together may ask a group within a week."""
MOST_EDITORS, MOST_ADDRESSES = 3, 2
"""So many people of a group are written to: of those with an account, else of the addresses that stand for it."""
LEFT_OUT: dict[str, LazyString] = {
    "no-address": _l("We hold no e-mail address for this group. Phone them."),
    "came-back": _l("Our last e-mail to this group came back. Phone them."),
    "often": _l("This group was asked often this week, so it is left alone for now."),
    "gone": _l("This group has no open listing any more."),
}
"""Why a group is not asked, by the key that is kept."""


@dataclass(frozen=True)
class Reach:
    """One group: whom a question reaches there, or `left_out` (a key of LEFT_OUT) and in words `why`."""

    organization_id: UUID
    name: str
    contacts: tuple[Contact, ...]
    left_out: str | None = None
    why: str = ""

    @property
    def whom(self) -> str:
        """Whom it reaches, without a name."""
        editors = sum(one.user_id is not None for one in self.contacts)
        if editors:
            return ngettext("%(num)s person with an account", "%(num)s people with an account", editors)
        return ngettext("%(num)s e-mail address", "%(num)s e-mail addresses", len(self.contacts))


def reach_of(asked_by_id: UUID | None, organisations: Collection[UUID]) -> list[Reach]:
    """Whether and how each of these groups is reached today, by name. At most eleven statements."""
    names = _names(organisations)
    open_listings = _listings(organisations)
    contacts = people_of(open_listings)
    silent = [one for one in names if not contacts.get(one)]
    known = people_of({one: open_listings.get(one, []) for one in silent}, also_silent=True) if silent else {}
    often = _asked_often(asked_by_id, organisations)
    found = []
    for organization_id, name in names.items():
        left_out, why = None, ""
        if organization_id not in open_listings:
            left_out = "gone"
        elif organization_id in often:
            left_out, why = "often", often[organization_id]
        elif not contacts.get(organization_id):
            left_out = "came-back" if known.get(organization_id) else "no-address"
        if left_out and not why:
            why = str(LEFT_OUT[left_out])
        found.append(Reach(organization_id, name, () if left_out else contacts[organization_id], left_out, why))
    return sorted(found, key=lambda one: (one.name.casefold(), one.organization_id))


def contacts_in(organisations: Collection[UUID], *, also_silent: bool = False) -> dict[UUID, tuple[Contact, ...]]:
    """Whom to write to in each group. Five statements."""
    return people_of(_listings(organisations), also_silent=also_silent)


def people_of(
    listings: dict[UUID, list[Asked]], *, also_silent: bool = False, all_of_them: bool = False
) -> dict[UUID, tuple[Contact, ...]]:
    """People of groups by their listings: those with an account, else the addresses. Four statements."""
    every = [one for asked in listings.values() for one in asked]
    by_listing = contacts_of(every, also_silent=also_silent)
    found = {}
    for organization_id, asked in listings.items():
        once = {contact.key: contact for one in asked for contact in by_listing[one.service_id]}
        editors = [one for one in once.values() if one.user_id is not None]
        people = list(once.values()) if all_of_them else editors[:MOST_EDITORS] or list(once.values())[:MOST_ADDRESSES]
        found[organization_id] = tuple(people)
    return found


def still_speaks(organization_id: UUID, email: str) -> bool:
    """Whether an address still stands for a group: its own, one of its listings', or that of somebody who edits for it."""
    people = people_of(_listings([organization_id]), also_silent=True, all_of_them=True)
    return any(one.email.strip().casefold() == email.strip().casefold() for one in people.get(organization_id, ()))


def _names(organisations: Collection[UUID]) -> dict[UUID, str]:
    wanted = select(Organization.id, Organization.name).where(Organization.id.in_(organisations))
    return {one: name for one, name in db.session.execute(wanted)}


def _listings(organisations: Collection[UUID]) -> dict[UUID, list[Asked]]:
    """Live listings of each group as `contacts_of` takes them; absent where it has none."""
    wanted = select(Service.id, Service.organization_id, Service.email).where(
        Service.organization_id.in_(organisations), is_live()
    )
    found: dict[UUID, list[Asked]] = defaultdict(list)
    for service_id, organization_id, email in db.session.execute(wanted.order_by(Service.name, Service.id)):
        found[organization_id].append(Asked(service_id, organization_id, email))
    return dict(found)


def _asked_often(asked_by_id: UUID | None, organisations: Collection[UUID]) -> dict[UUID, str]:
    """Groups that have had their questions for the week, and in words until when."""
    since = clock.now() - WINDOW
    wanted = (
        select(AskedGroup.organization_id, GroupQuestion.asked_by_id, GroupQuestion.sent_at)
        .join(GroupQuestion, GroupQuestion.id == AskedGroup.question_id)
        .where(AskedGroup.organization_id.in_(organisations), AskedGroup.left_out.is_(None), GroupQuestion.sent_at > since)
        .order_by(GroupQuestion.sent_at)
    )  # fmt: skip
    by_all: dict[UUID, list[datetime]] = defaultdict(list)
    by_one: dict[UUID, list[datetime]] = defaultdict(list)
    for organization_id, by_id, sent_at in db.session.execute(wanted):
        if sent_at is None:
            continue
        by_all[organization_id].append(sent_at)
        if by_id == asked_by_id:
            by_one[organization_id].append(sent_at)
    found = {}
    for organization_id, every in by_all.items():
        own = by_one.get(organization_id, [])
        if len(own) >= MOST_A_WEEK:
            found[organization_id] = _often_words(len(own), _again_on(own, MOST_A_WEEK), is_own=True)
        elif len(every) >= MOST_OF_ALL:
            found[organization_id] = _often_words(len(every), _again_on(every, MOST_OF_ALL), is_own=False)
    return found


def _again_on(moments: Sequence[datetime], limit: int) -> date:
    """The day on which so few of these moments lie within the window that one more may come."""
    return clock.local(moments[-limit] + WINDOW).date()


def _often_words(count: int, day: date, *, is_own: bool) -> str:
    again = wording.day(day)
    if is_own:
        return ngettext(
            "You asked this group %(num)s question in the last 7 days. Ask it again from %(day)s.",
            "You asked this group %(num)s questions in the last 7 days. Ask it again from %(day)s.",
            count,
            day=again,
        )
    return ngettext(
        "This group was asked %(num)s question in the last 7 days. Ask it again from %(day)s.",
        "This group was asked %(num)s questions in the last 7 days. Ask it again from %(day)s.",
        count,
        day=again,
    )


def nobody_reached() -> str:
    """What is said where a question would reach nobody."""
    return _("This question reaches no group now. Choose other groups, or phone those below.")
