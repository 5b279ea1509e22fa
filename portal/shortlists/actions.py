"""What people do with their list: save, remove, share, and open what another shared."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.core import clock, throttle
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.jobs import job
from portal.directory.needs import is_any_sensitive
from portal.directory.queries import public_listings
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.shortlists.codes import new_code, read_code
from portal.shortlists.cookie import MOST, Kept
from portal.shortlists.models import Shortlist
from portal.shortlists.notifications import SavedList

SHARED_FOR = timedelta(days=90)
MOST_SHARES_AN_HOUR = 60
MOST_LOOKUPS = 60
LOOKUP_SECONDS = 15 * 60
MOST_SENT_AN_HOUR = 10
"""From one network address: a library's computers and an office share one."""
MOST_TO_ONE_A_DAY = 3
MOST_TEXTS_AN_HOUR = 300
"""From the whole site, since each text costs money."""


class CannotSave(DomainError):
    """A service that cannot go on a list, and why."""


def save(kept: Kept, service_ids: Sequence[UUID]) -> Kept:
    """The list with services added. Raises CannotSave where one is unknown, private by its need, or one too many."""
    found = public_listings(list(service_ids[:MOST]))
    if not found:
        raise CannotSave(_("We could not find that place or group, so it was not saved."))
    for service_id, listing in found.items():
        if is_any_sensitive(frozenset(listing.needs)):
            if len(service_ids) > 1:
                continue
            raise CannotSave(_("To keep your visit private, this one is not saved in lists. Write the number down."))
        if kept.is_full and service_id not in kept.ids:
            raise CannotSave(_("Your list is full. It holds %(most)s. Remove one to save another.", most=MOST))
        kept = kept.with_id(service_id)
    return kept


def share(kept: Kept, *, asked_by: str) -> Shortlist:
    """Put a list under a new short code for 90 days. What is about a sensitive need stays out.

    Raises CannotSave where nothing is left to share, TooManyRequests after many shares from one address.
    """
    throttle.hit("list.share", asked_by, limit=MOST_SHARES_AN_HOUR, seconds=3600)
    shortlist = Shortlist(code=_free_code(), service_ids=shareable(kept), expires_at=clock.now() + SHARED_FOR)
    db.session.add(shortlist)
    return shortlist


def send(kept: Kept, to: Recipient, *, key: str, asked_by: str) -> str:
    """Send a list to a phone or an address, once for one `key` of a form. Gives the code that stands in it.

    Nothing of the recipient is kept once it has gone. What is about a sensitive need stays out.
    Raises CannotSave where nothing is left to send, TooManyRequests after many from or to one address.
    """
    throttle.hit("list.send", asked_by, limit=MOST_SENT_AN_HOUR, seconds=3600)
    throttle.hit("list.send.to", to.address, limit=MOST_TO_ONE_A_DAY, seconds=24 * 3600)
    if to.channel == "sms":
        throttle.hit("list.send.all", "sms", limit=MOST_TEXTS_AN_HOUR, seconds=3600)
    shared = shareable(kept)
    known = db.session.scalar(select(Shortlist).where(Shortlist.code == kept.code)) if kept.code else None
    shortlist = known or share(kept, asked_by=asked_by)
    notify(SavedList(code=shortlist.code, service_ids=tuple(shared)), to=to, key=f"list:{key}")
    return shortlist.code


def shareable(kept: Kept) -> list[str]:
    """Ids of what may be shared and sent: nothing about a sensitive need. Raises CannotSave where that is none."""
    listings = public_listings(list(kept.ids))
    shared = [str(one.id) for one in listings.values() if not is_any_sensitive(frozenset(one.needs))]
    if not shared:
        raise CannotSave(_("There is nothing on your list that can be shared."))
    return shared


def open_shared(typed: str, *, asked_by: str) -> Shortlist:
    """The shared list of a code as somebody typed it. Raises NotFound, or TooManyRequests after many tries."""
    throttle.hit("list.code", asked_by, limit=MOST_LOOKUPS, seconds=LOOKUP_SECONDS)
    code = read_code(typed)
    found = db.session.scalar(select(Shortlist).where(Shortlist.code == code)) if code else None
    if found is None or found.expires_at <= clock.now():
        raise NotFound(_("There is no list with this code. Check it with the person who gave it to you."))
    return found


@job("shortlists.tidy")
def tidy() -> None:
    """Forget shared lists that have expired."""
    db.session.execute(delete(Shortlist).where(Shortlist.expires_at <= clock.now()))


def _free_code() -> str:
    for _attempt in range(5):
        code = new_code()
        if db.session.scalar(select(Shortlist.id).where(Shortlist.code == code)) is None:
            break
    return code
