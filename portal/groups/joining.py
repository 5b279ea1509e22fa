"""Joining: an address is confirmed by a link, the same for those with an account and without; then the claim begins."""

from flask_babel import gettext as _

from portal.accounts import links, making
from portal.accounts.models import AccountToken, User, plain_email
from portal.accounts.queries import user_by_email
from portal.changes.models import ChangeRequest
from portal.core import throttle
from portal.core.blind_index import blind, blinds
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.groups import claims
from portal.groups.notifications import JoinLink
from portal.groups.wishes import Wish
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.organisations.models import Organization
from portal.registers import queries as registers

PURPOSE = "join"
A_DAY = 24 * 3600
MOST_A_DAY = 5
MOST_AN_HOUR_FROM_ONE_PLACE = 20
MOST_LOOKS_AN_HOUR = 120


def looked(asked_by: str) -> None:
    """Count a look for matches, so that nobody reads the registers out through us. Raises TooManyRequests."""
    throttle.hit("join look", asked_by, limit=MOST_LOOKS_AN_HOUR, seconds=3600)


def send_link(email: str, wish: Wish, *, asked_by: str, form_key: str) -> None:
    """Send a link that confirms this address. Nobody looks whether it has an account, so nothing tells.

    `asked_by` is a network address, for the limit only. The same form sent twice sends one. Raises TooManyRequests.
    """
    throttle.hit("join from", asked_by, limit=MOST_AN_HOUR_FROM_ONE_PLACE, seconds=3600)
    throttle.hit("join to", blind(plain_email(email)), limit=MOST_A_DAY, seconds=A_DAY)
    row, token = links.issue(PURPOSE, email=email, payload=wish.packed(), form_key=form_key)
    if token is not None:
        notify(
            JoinLink(token=token, organisation=name_of(wish)),
            to=Recipient(email=email.strip(), locale=wish.locale),
            key=f"join:{row.id}",
        )


def link(token: str) -> tuple[AccountToken, Wish]:
    """What a link was sent for. Raises LinkGone."""
    row = links.find(PURPOSE, token)
    return row, Wish.unpacked(row.payload)


def name_of(wish: Wish) -> str:
    """The public name of what somebody wishes to look after. Raises NotFound."""
    if wish.organisation_id is not None:
        organisation = db.session.get(Organization, wish.organisation_id)
        if organisation is not None:
            return organisation.name
    elif wish.register and wish.number:
        entry = registers.entry(wish.register, wish.number)
        if entry is not None:
            return entry.name.title() if entry.name.isupper() else entry.name
    elif wish.name:
        return wish.name
    raise NotFound(_("There is no such organisation here any more."))


def is_for(row: AccountToken, user: User) -> bool:
    """Whether the link went to this user's address."""
    return row.email_key in blinds(plain_email(user.email))


def owner_of(row: AccountToken) -> User | None:
    """The user with the address that the link went to."""
    return user_by_email(row.email or "")


def make_account(row: AccountToken, *, name: str, password: str, locale: str) -> User:
    """An account for whom the link went to. The caller goes on with `go_on`. Raises EasyPassword, AlreadyThere."""
    return making.make(row.email or "", name=name, password=password, locale=locale, details={"link": str(row.id)})


def go_on(row: AccountToken, user: User) -> ChangeRequest | None:
    """Use the link up, and begin the claim. Raises LinkGone, NotFound."""
    links.spend(row)
    return claims.begin(Wish.unpacked(row.payload), user)
