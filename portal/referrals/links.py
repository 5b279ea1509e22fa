"""Links about one introduction: to a group without an account, or to the person. Opening one changes nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from portal.accounts.models import plain_email
from portal.core import clock
from portal.core.blind_index import blind
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.tokens import hash_of, new_token
from portal.people import consents
from portal.people.models import Consent
from portal.referrals.clocks import clocks
from portal.referrals.models import Introduction, IntroductionLink
from portal.referrals.states import STARTED, TO_ANSWER, State

Purpose = Literal["answer", "attendance", "ending", "agree"]
SERVES: dict[Purpose, frozenset[State]] = {
    "answer": TO_ANSWER | {State.WAITING_LIST},
    "attendance": frozenset({State.ACCEPTED, State.BOOKED, *STARTED}),
    "ending": frozenset({State.ACCEPTED, State.BOOKED, *STARTED}),
    "agree": frozenset({State.AWAITING_CONSENT}),
}
"""In which states a link of each purpose is of use."""


@dataclass(frozen=True)
class Opened:
    """What a link opens. `is_dead`: nothing is to be done by it any more; `why`: "old", "answered" or "ended"."""

    link: IntroductionLink
    introduction: Introduction
    why: Literal["old", "answered", "ended"] | None

    @property
    def is_dead(self) -> bool:
        """Whether it serves for nothing any more."""
        return self.why is not None


def new_link(
    introduction: Introduction, purpose: Purpose, *, email: str | None = None, user_id: UUID | None = None
) -> str:
    """A new link for one recipient; earlier ones of the same purpose and recipient are dead. Gives its token."""
    token, hashed = new_token()
    key = blind(plain_email(email)) if email else None
    earlier = update(IntroductionLink).where(
        IntroductionLink.introduction_id == introduction.id, IntroductionLink.purpose == purpose
    )
    same = IntroductionLink.email_key == key if key else IntroductionLink.email_key.is_(None)
    db.session.execute(earlier.where(same).values(is_dead=True))
    days = timedelta(days=clocks().link_days)
    db.session.add(
        IntroductionLink(
            introduction_id=introduction.id,
            purpose=purpose,
            token_hash=hashed,
            email=email,
            email_key=key,
            user_id=user_id,
            expires_at=clock.now() + days,
        )
    )
    return token


def opened(token: str, *purposes: Purpose) -> Opened:
    """What a token opens. Fails closed: without the person's agreement there is nothing. Raises NotFound."""
    link = db.session.scalar(select(IntroductionLink).where(IntroductionLink.token_hash == hash_of(token)))
    if link is None or link.purpose not in purposes:
        raise NotFound(_("This link does not work. Copy the whole address from the e-mail."))
    introduction = link.introduction
    return Opened(link, introduction, _why_dead(link, introduction))


def end_all(introduction: Introduction) -> None:
    """Nothing is to be done by any link any more."""
    of_it = update(IntroductionLink).where(IntroductionLink.introduction_id == introduction.id)
    db.session.execute(of_it.values(is_dead=True))


def _why_dead(link: IntroductionLink, introduction: Introduction) -> Literal["old", "answered", "ended"] | None:
    state = State(introduction.state)
    held = db.session.get(Consent, introduction.consent_id) if introduction.consent_id else None
    if link.purpose != "agree" and not consents.covers(held):
        return "ended"
    if state not in SERVES[link.purpose]:  # type: ignore[index]
        return "answered" if introduction.is_open or link.used_at is not None else "ended"
    return "old" if link.is_dead or link.expires_at <= clock.now() else None
