"""Moving an introduction by one row of the table: the lock, the state, who may, the guards, what follows, the event, who is told.

Every verb of the actions ends here. Two that come at once: the second gets WrongState or Moved, and nothing of theirs is saved.
"""

from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.referrals import clocks, events, guards, links, spaces, standing, telling
from portal.referrals.actors import Actor, is_of
from portal.referrals.dispatching import queueing
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.reasons import REASONS
from portal.referrals.states import ENDS, State
from portal.referrals.transitions import TRANSITIONS, Transition, Who

SYSTEM_REASONS = frozenset({"consent-ended", "service-closed", "died", "no-answer", "no-contact"})


class WrongState(DomainError):
    """It cannot go there from where it stands: somebody was quicker, or it has ended."""

    status = 409


class Moved(DomainError):
    """Somebody changed it since the page was shown. `version` is the one that stands now."""

    status = 409

    def __init__(self, version: int) -> None:
        super().__init__(
            _("Someone else changed this while you were writing. Look at what it says now, then answer again.")
        )
        self.version = version


class NotTheirs(DomainError):
    """A move that is for somebody else to make: another role, or the same in another organisation."""

    status = 403


def lock(introduction: Introduction) -> None:
    """Hold an introduction until the transaction ends, and read it anew."""
    wanted = select(Introduction).where(Introduction.id == introduction.id)
    db.session.flush()
    db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def move(
    introduction: Introduction,
    verb: str,
    *,
    by: Actor,
    given: Given | None = None,
    version: int | None = None,
    details: dict[str, Any] | None = None,
) -> IntroductionEvent:
    """Take one row of the table. `version` is what the page showed.

    Raises WrongState, Moved, NotTheirs, Refused, NoPlaceLeft; then nothing has changed.
    """
    row, given = TRANSITIONS[verb], given or Given()
    lock(introduction)
    if version is not None and version != introduction.version:
        raise Moved(introduction.version)
    _look_at_state(introduction, row)
    if by.who not in row.by or not is_of(by, introduction):
        raise NotTheirs(_("This is for somebody else to do."))
    _look_at_reason(row, given, by)
    guards.look(introduction, row.guards, by, given)
    return _moved(introduction, verb, row, by, given, details)


def may(introduction: Introduction, verb: str, who: Who) -> bool:
    """Whether the table lets somebody do this from where it stands. Guards are not asked."""
    row = TRANSITIONS[verb]
    return who in row.by and State(introduction.state) in row.starts


def _moved(
    introduction: Introduction, verb: str, row: Transition, by: Actor, given: Given, details: dict[str, Any] | None
) -> IntroductionEvent:
    before, version = introduction.state, introduction.version
    if row.ends is not None:
        introduction.before, introduction.state = before, row.ends.value
    introduction.version = version + 1
    introduction.changed_at = clock.now()
    _follow(introduction, State(before), row, by, given)
    standing.derive(introduction.referral)
    event = events.add(
        introduction, verb, by=by, before=before, reason=given.reason, words=given.words, details=details,
        version_before=version,
    )  # fmt: skip
    db.session.flush()
    telling.tell(introduction, verb, row.tells, event=event, by=by)
    if row.ends is not None:
        queueing.follow(introduction, by=by.by)
    return event


def _follow(introduction: Introduction, before: State, row: Transition, by: Actor, given: Given) -> None:
    """What goes with the new state, whichever verb led there."""
    state = State(introduction.state)
    if row.ends is None:
        return
    if state is State.SENT:
        introduction.sent_at = clock.now()
        introduction.open_key = guards.open_key_of(introduction)
        clocks.start(introduction)
    if state is State.INFO_REQUESTED:
        clocks.stop(introduction)
    if before is State.INFO_REQUESTED and state is State.IN_REVIEW:
        clocks.go_on(introduction)
    if state in {State.IN_REVIEW, State.INFO_REQUESTED} and introduction.first_opened_at is None:
        introduction.first_opened_at = clock.now()
    if state in {State.ACCEPTED, State.WAITING_LIST} and introduction.answered_at is None:
        introduction.answered_at = clock.now()
        clocks.stop(introduction)
    if state is State.ACCEPTED and before is not State.BOOKED:
        clocks.stop(introduction)
        spaces.take(introduction)
    if state is State.BOOKED and before is State.WAITING_LIST:
        spaces.take(introduction)
    if state is State.IN_PROGRESS and introduction.started_at is None:
        introduction.started_at = clock.now()
    clocks.ask_next(introduction)
    if state in ENDS:
        _end(introduction, by, given)


def _end(introduction: Introduction, by: Actor, given: Given) -> None:
    introduction.reason_code, introduction.reason_words = given.reason, given.words
    introduction.ended_by, introduction.ended_at = by.who.value, clock.now()
    introduction.answered_at = introduction.answered_at or clock.now()
    introduction.suggested_service_id = given.suggestion_id
    introduction.report = given.report or introduction.report
    introduction.open_key = None
    clocks.stop(introduction)
    links.end_all(introduction)
    spaces.give_back(introduction)


def _look_at_state(introduction: Introduction, row: Transition) -> None:
    if State(introduction.state) not in row.starts:
        raise WrongState(_("This has changed since. Reload the page to see where it stands."))


def _look_at_reason(row: Transition, given: Given, by: Actor) -> None:
    """A reason that is one, of those that may be given here; with words where the code alone does not say it."""
    if row.reason == "none":
        if given.reason is not None and by.who is not Who.SYSTEM:
            raise Refused("reason", _("No reason belongs here."), about="reason")
        return
    reason = REASONS.get(given.reason or "")
    if reason is None:
        raise Refused("reason", _("Choose a reason"), about="reason")
    if by.who is Who.SYSTEM and given.reason in SYSTEM_REASONS:
        return
    is_fitting = {
        "group": reason.by_group,
        "ends": reason.ends,
        "withdraws": reason.withdraws,
        "any": True,
    }[row.reason]
    if not is_fitting:
        raise Refused("reason", _("Choose a reason"), about="reason")
    if reason.needs_words and not (given.words or "").strip():
        raise Refused("words", _("Say in a sentence why"), about="words")
