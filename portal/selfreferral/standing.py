"""How a service stands for somebody who wants to ask it: whether it takes anybody now, what it asks, and what else there is."""

from dataclasses import dataclass
from uuid import UUID

from portal.core.i18n import gettext as _
from portal.directory import queries, space
from portal.directory.details import ContactLine, contacts_of
from portal.directory.listings import Listing
from portal.directory.related import Related, match_of
from portal.directory.similar import similar_to
from portal.directory.standing import Standing, standing_of
from portal.referrals import sending
from portal.selfreferral.flows import REFER, Flow
from portal.selfreferral.forms import Asks
from portal.selfreferral.keeping import About

LOOKED_AT = 9
OFFERED = 3
THROUGH_OTHERS = frozenset({"professional_only"})


@dataclass(frozen=True)
class Door:
    """A service as who wants to ask it meets it. `flow` is None where its own page has to say more: it has closed, say.

    `why_not`: why nobody can be sent to it now, in a sentence; `may_wish`: whether somebody can be told when that changes.
    """

    flow: Flow | None
    why_not: str | None = None
    may_wish: bool = False


def door_of(service_id: UUID) -> Door | None:
    """How a service stands; None where there is none."""
    listing = queries.listing(service_id)
    standing = standing_of(listing)
    if listing is None or standing in {Standing.UNKNOWN, Standing.WITHDRAWN}:
        return None
    if standing is not Standing.OPEN:
        return Door(None)
    setting = sending.setting_of(service_id)
    wait = space.space_of(listing.service)
    asks = Asks(
        wait=space.label(wait) if wait.state == "wait" else None,
        birth_why=setting.asks_birth_date,
        questions=tuple(setting.questions[:2]),
        needs=listing.needs,
    )
    flow = Flow(About("refer", service_id), REFER, "", asks, listing)
    if set(listing.service.joining) == THROUGH_OTHERS:
        return Door(flow, _("This group asks for a referral by somebody who works with you, such as a link worker."))
    why_not = sending.why_not(listing.service)
    return Door(flow, why_not, may_wish=why_not is not None and setting.is_open)


def instead_of(listing: Listing) -> list[Related]:
    """Up to three near matches that somebody can be sent to now, nearest first."""
    near = similar_to(listing, LOOKED_AT)
    found = queries.public_listings(list(near)).values() if near else ()
    takes = [one for one in found if sending.why_not(one.service) is None][:OFFERED]
    return [match_of(one, near[one.id]) for one in takes]


def phones_of(listing: Listing) -> tuple[ContactLine, ...]:
    """Whom to phone instead."""
    return contacts_of([listing]).get(listing.id, ())
