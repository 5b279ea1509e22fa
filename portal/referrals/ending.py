"""How an introduction ends, and what comes after: finished, ended early, never begun, by mistake; closed, or tried again."""

from uuid import UUID

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.people.models import Goal
from portal.referrals import events, guards, sending, standing
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction, Referral
from portal.referrals.moving import WrongState, lock, move
from portal.referrals.reasons import REASONS
from portal.referrals.states import ACTED_ON, State
from portal.referrals.transitions import TRANSITIONS


def complete(introduction: Introduction, *, by: Actor, given: Given, version: int | None = None) -> None:
    """Finished: how each goal turned out, the last contact, a measure or why there is none."""
    move(introduction, "complete", by=by, given=given, version=version)
    _keep_report(introduction, given)


def end_early(introduction: Introduction, *, by: Actor, given: Given, version: int | None = None) -> None:
    """Begun and not finished, for a reason."""
    move(introduction, "end_early", by=by, given=given, version=version)
    _keep_report(introduction, given)


def not_start(introduction: Introduction, *, by: Actor, given: Given, version: int | None = None) -> None:
    """Accepted or waiting, and it came to nothing."""
    move(introduction, "not_start", by=by, given=given, version=version)


def mark_error(introduction: Introduction, *, by: Actor, words: str) -> bool:
    """Entered by mistake. After it was sent the first who says so asks, and a second person confirms. True once it is done."""
    lock(introduction)
    is_unsent = State(introduction.state) in {State.DRAFT, State.AWAITING_CONSENT}
    if not is_unsent and introduction.error_asked_by_id is None:
        if not words.strip():
            raise Refused("has_words", _("Write what you want to say"), about="words")
        if by.who not in TRANSITIONS["mark_error"].by:
            raise Refused("second_person", _("This is for somebody else to do."))
        introduction.error_asked_by_id = by.user.id if by.user is not None else None
        introduction.version += 1
        events.add(introduction, "asked_error", by=by, before=introduction.state, words=words)
        return False
    move(introduction, "mark_error", by=by, given=Given(words=words))
    return True


def no_error(introduction: Introduction, *, by: Actor, words: str) -> None:
    """It was no mistake: it stays as it was, and can be called one again. Raises Refused, WrongState."""
    lock(introduction)
    if introduction.error_asked_by_id is None or State(introduction.state) is State.ENTERED_IN_ERROR:
        raise WrongState(_("This has changed since. Reload the page to see where it stands."))
    if by.who not in TRANSITIONS["mark_error"].by:
        raise Refused("second_person", _("This is for somebody else to do."))
    introduction.error_asked_by_id = None
    introduction.version += 1
    events.add(introduction, "no_error", by=by, before=introduction.state, words=words)


def close(referral: Referral, *, by: Actor, reason: str) -> None:
    """Nothing more comes of this referral. Raises Refused while one of its introductions is open."""
    if reason not in REASONS:
        raise Refused("reason", _("Choose a reason"), about="reason")
    newest = referral.introductions[-1]
    lock(newest)
    guards.look(newest, TRANSITIONS["close"].guards, by, Given())
    referral.closed_reason = reason
    for one in referral.introductions:
        one.is_acted_on = True
    standing.derive(referral)
    events.add(None, "close", by=by, referral=referral, reason=reason)


def act_on(introduction: Introduction) -> None:
    """The referrer has seen to what came after a refusal: its tag is amber no longer."""
    if State(introduction.state) in ACTED_ON:
        introduction.is_acted_on = True


def reopen(introduction: Introduction, *, by: Actor, words: str) -> Introduction:
    """Try again with the same group: a new introduction in place of one that ended, sent at once."""
    move(introduction, "reopen", by=by, given=Given(words=words))
    referral = introduction.referral
    referral.closed_reason = None
    introduction.is_acted_on = True
    if introduction.service is not None:
        again = sending.to_service(
            referral, introduction.service, by=by, happy_to_wait=True, replaces_id=introduction.id,
            shares_surname=introduction.shares_surname,
        )  # fmt: skip
    else:
        again = sending.to_team(referral, introduction.organization_id, by=by)
        again.replaces_id = introduction.id
    sending.send(again, sending.agreement_with(introduction.person, introduction.organization_id), by=by)
    return again


def _keep_report(introduction: Introduction, given: Given) -> None:
    """The report of how it ended, and the result of each goal."""
    introduction.report = given.report or {}
    for goal_id, result in ((given.report or {}).get("goals") or {}).items():
        goal = db.session.get(Goal, UUID(str(goal_id)))
        if goal is not None and goal.person_id == introduction.person_id:
            goal.result, goal.result_at = result, clock.now()
