"""Making what is given out: a shared list of what was ticked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.core.i18n import gettext as _
from portal.directory.needs import is_any_sensitive
from portal.directory.queries import public_listings
from portal.shortlists import actions as lists
from portal.shortlists.actions import CannotSave
from portal.shortlists.cookie import Kept

MOST = 4


@dataclass(frozen=True)
class Given:
    """What was given out. `code` is None where it stands on paper alone, since something on it is private."""

    ids: tuple[UUID, ...]
    code: str | None


def give(ticked: Sequence[UUID], *, asked_by: str, must_share: bool = False) -> Given:
    """Make it of one to four listings. What is about a sensitive need is on no shared list: the leaflet then has no code.

    `asked_by`: the network address, for the limit. Raises CannotSave, TooManyRequests.
    """
    if not ticked:
        raise CannotSave(_("Tick at least one result, then print."))
    if len(ticked) > MOST:
        raise CannotSave(_("A leaflet holds %(most)s. Untick some, then print.", most=MOST))
    listings = public_listings(list(ticked))
    ids = tuple(one for one in ticked if one in listings)
    if not ids:
        raise CannotSave(_("We could not find that place or group, so nothing was printed."))
    is_private = any(is_any_sensitive(frozenset(listings[one].needs)) for one in ids)
    if is_private and must_share:
        raise CannotSave(_("To keep a visit private, one of these has no code. Print it, or write the number down."))
    code = None if is_private else lists.share(Kept(ids), asked_by=asked_by).code
    return Given(ids, code)
