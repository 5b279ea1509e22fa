"""What a link about a referral opens for a group that is not signed in, or why it opens nothing any more."""

from dataclasses import dataclass
from typing import Literal, cast

from portal.core import clock, wording
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.referrals import links, queries, visiting
from portal.referrals.links import Purpose
from portal.referrals.models import Introduction, IntroductionLink
from portal.referrals.showing import ToldToGroup, told_to_group
from portal.referrals.states import SAID_YES, STARTED, WITH_GROUP, State

Why = Literal["answered", "unshared", "no-answer", "over", "old"]
ANSWERED = frozenset({State.DECLINED, State.REDIRECTED, State.NOT_STARTED, State.COMPLETED, State.ENDED_EARLY})
"""Ends of the group's own making."""


@dataclass(frozen=True)
class Opening:
    """What stands behind a link. `why`: nothing is to be done by it any more, and for which reason; none while there is."""

    link: IntroductionLink
    introduction: Introduction
    why: Why | None

    @property
    def told(self) -> ToldToGroup:
        """The little that anybody with the link may see."""
        return told_to_group(self.introduction, is_signed_in=False)

    @property
    def on(self) -> str | None:
        """The day of the answer, in words; none where it was not given by a link."""
        if self.has_come and self.link.used_at is None:
            return None
        moment = self.link.used_at or self.introduction.ended_at or self.introduction.answered_at
        return wording.short_date(clock.local(moment).date()) if moment else None

    @property
    def purpose(self) -> Purpose:
        """What the link is for."""
        return cast("Purpose", self.link.purpose)

    @property
    def has_reply(self) -> bool:
        """Whether whoever referred them has written: an answer, or words of their own. What it says is read signed in."""
        return any(message.side == "referrer" for message in self.introduction.messages)

    @property
    def will_be_asked(self) -> bool:
        """Whether the next that the group hears is the question who came."""
        return State(self.introduction.state) in {State.ACCEPTED, State.BOOKED} and self.introduction.ask_on is not None

    @property
    def has_come(self) -> bool:
        """Whether the link asks who came, though they have: no visit lies ahead of which it could be asked."""
        return self.purpose == "attendance" and _has_come(self.introduction)

    @property
    def purpose_again(self) -> Purpose:
        """What a fresh link is for: of who has come, it is asked how it stands."""
        return "ending" if self.has_come else self.purpose

    @property
    def can_be_sent_again(self) -> bool:
        """Whether there is still something to do for which this link no longer serves."""
        is_of_use = State(self.introduction.state) in links.SERVES[self.purpose]
        return self.why in {"old", "answered"} and is_of_use and queries.agrees(self.introduction)

    @property
    def has_story(self) -> bool:
        """Whether the way to the story still leads anywhere: the group has it, and this link has not aged.

        After a yes it leads to the sign-in even then.
        """
        state = State(self.introduction.state)
        is_theirs = state in WITH_GROUP and queries.agrees(self.introduction)
        return is_theirs and (self.is_young or state in SAID_YES)

    @property
    def is_young(self) -> bool:
        """Whether the link has neither aged nor been replaced: nobody gets an account or a role by one that has."""
        return not self.link.is_dead and self.link.expires_at > clock.now()


def opened(token: str, purpose: Purpose) -> Opening:
    """What a token opens. Raises NotFound for a forged one, one of another purpose, or one of a mistaken entry."""
    found = links.opened(token, purpose)
    introduction = found.introduction
    if introduction.state == State.ENTERED_IN_ERROR:
        raise NotFound(_("This link does not work. Copy the whole address from the e-mail."))
    return Opening(found.link, introduction, _why(found, purpose))


def of_any_purpose(token: str) -> Opening:
    """The same for the way to the story, which every link to a group has."""
    found = links.opened(token, "answer", "attendance", "ending")
    return Opening(found.link, found.introduction, _why(found, cast("Purpose", found.link.purpose)))


def again(token: str, purpose: Purpose) -> Opening:
    """What stands now, after an act that did not pass. Whatever it had begun is forgotten first."""
    db.session.rollback()
    return opened(token, purpose)


def use_up(opening: Opening) -> None:
    """It was answered by this link."""
    opening.link.used_at = clock.now()


def _why(found: links.Opened, purpose: Purpose) -> Why | None:
    introduction, state = found.introduction, State(found.introduction.state)
    if state is State.WITHDRAWN or (state not in ANSWERED and not queries.agrees(introduction)):
        return "unshared"
    if state is State.EXPIRED:
        return "no-answer"
    if state in ANSWERED:
        is_theirs = introduction.ended_by in {"provider", "lead"} or found.link.used_at is not None
        return "answered" if is_theirs else "over"
    is_recorded = purpose != "answer" and found.link.used_at is not None
    if found.why == "answered" or is_recorded or (purpose == "attendance" and _has_come(introduction)):
        return "answered"
    return "old" if found.why else None


def _has_come(introduction: Introduction) -> bool:
    return State(introduction.state) in STARTED and visiting.next_visit(introduction) is None
