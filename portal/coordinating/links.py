"""Links by which a group answers a question without an account. Opening one changes nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from portal.assurance.contacts import Contact
from portal.coordinating.models import AnswerLink, AskedGroup
from portal.coordinating.reaching import still_speaks
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.tokens import hash_of, new_token

LINK_HOLDS = timedelta(days=21)
Why = Literal["old", "closed", "foreign"]


@dataclass(frozen=True)
class Opened:
    """What a link opens. `why` nothing is to be done by it: it aged or a newer one was sent, the question is closed, or the
    address that it was sent to no longer stands for the group.
    """

    link: AnswerLink
    asked: AskedGroup
    why: Why | None


def opened(token: str) -> Opened:
    """What a token opens. Raises NotFound where there is no such token."""
    link = db.session.scalar(select(AnswerLink).where(AnswerLink.token_hash == hash_of(token)))
    if link is None:
        raise NotFound(_("This link does not work. Copy the whole address from the e-mail."))
    return Opened(link, link.asked, _why_dead(link))


def new_link(asked: AskedGroup, contact: Contact) -> str:
    """A new link to a question for one recipient. Gives its token."""
    token, hashed = new_token()
    db.session.add(
        AnswerLink(
            asked_id=asked.id,
            token_hash=hashed,
            email=contact.email,
            user_id=contact.user_id,
            expires_at=clock.now() + LINK_HOLDS,
        )
    )
    return token


def end_links(asked_id: UUID) -> None:
    """Earlier links of a group are dead: newer ones are about to be sent."""
    db.session.execute(update(AnswerLink).where(AnswerLink.asked_id == asked_id).values(is_dead=True))


def _why_dead(link: AnswerLink) -> Why | None:
    if not still_speaks(link.asked.organization_id, link.email):
        return "foreign"
    if not link.asked.question.is_open:
        return "closed"
    return "old" if link.is_dead or link.expires_at <= clock.now() else None
