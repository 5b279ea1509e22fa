"""What a group says to a referral, as one value, and how it is carried out: by a link or signed in, it is the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from portal.assurance import answering as listings
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.notifications.outbox import take_back
from portal.referrals import answering, visiting
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, Message
from portal.referrals.states import TO_ANSWER, State
from portal.referrals.telling import prefix_of
from portal.referrals.transitions import TRANSITIONS
from portal.responding.passing import pass_on

Kind = Literal["accept", "wait", "ask", "pass", "decline"]
VERBS: dict[Kind, str] = {"accept": "accept", "wait": "wait", "ask": "ask", "pass": "redirect", "decline": "decline"}
"""Each by its name in the table of transitions."""
FITS: dict[Kind, frozenset[State]] = {kind: TRANSITIONS[verb].starts for kind, verb in VERBS.items()}
"""From which states each can be said."""
FITS["pass"] &= TO_ANSWER  # later it is a step of its own


@dataclass(frozen=True)
class Answer:
    """What was said. `first_at`: when they may come first, none where it is agreed by phone. `words`: a question, or why not."""

    kind: Kind
    first_at: datetime | None = None
    meets: str | None = None
    weeks: int = 0
    words: str | None = None
    reason: str | None = None
    suggestion_id: UUID | None = None
    is_full: bool = False
    key: str | None = None


def kinds_of(introduction: Introduction) -> list[Kind]:
    """What can be said to it now, in the order of the page."""
    state = State(introduction.state)
    return [kind for kind, states in FITS.items() if state in states]


def give(introduction: Introduction, answer: Answer, *, by: Actor, version: int | None) -> None:
    """Carry it out. Raises what the actions of `portal.referrals.answering` do; then nothing is kept."""
    if answer.kind == "accept":
        _accept(introduction, answer, by, version)
    elif answer.kind == "wait":
        answering.wait(introduction, answer.weeks, by=by, version=version)
    elif answer.kind == "ask":
        answering.ask(introduction, answer.words or "", by=by, version=version, form_key=answer.key)
    elif answer.kind == "pass":
        pass_on(introduction, answer.suggestion_id, answer.words, by=by, version=version)
    else:
        given = Given(reason=answer.reason, words=answer.words, suggestion_id=answer.suggestion_id)
        answering.decline(introduction, by=by, given=given, version=version)
        if answer.is_full and answer.reason == "no-capacity" and introduction.service is not None:
            listings.say_space(introduction.service.id, "full", by=by.user)


def thanks(answer: Answer) -> str:
    """What to say once it is done."""
    sentences: dict[Kind, str] = {
        "accept": _("Thank you. Whoever referred this person is told that you accept."),
        "wait": _("Thank you. Whoever referred this person is told about the wait."),
        "ask": _("Your question is sent. Your time to answer stands still until they reply."),
        "pass": _(
            "Thank you. It went on where the person agreed to that. Otherwise whoever referred them gets your suggestion."
        ),
        "decline": _("Thank you. Whoever referred this person is told, and can look for another group."),
    }
    return sentences[answer.kind]


def _accept(introduction: Introduction, answer: Answer, by: Actor, version: int | None) -> None:
    """Yes; where a session was chosen for the first visit, the visit is booked with it."""
    day = clock.local(answer.first_at).date() if answer.first_at else None
    given = Given(first_date=day, meets_at_door=answer.meets)
    answering.accept(introduction, by=by, given=given, version=version)
    if answer.first_at is not None and introduction.kind == "service":
        visiting.book(introduction, answer.first_at, by=by)
        # One message says both.
        take_back(f"{prefix_of(introduction, 'person')}accept:")


def was_sent(key: str | None) -> bool:
    """Whether this form was sent before: its question stands."""
    return bool(key) and db.session.scalar(select(Message.id).where(Message.form_key == key)) is not None
