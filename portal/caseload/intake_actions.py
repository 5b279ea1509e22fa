"""A team's answer to a handover: yes, onto a caseload; a question; or no."""

from portal.caseload.intake_joining import join
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people.models import Person
from portal.referrals import answering
from portal.referrals.actors import Actor, acting
from portal.referrals.guards import Given
from portal.referrals.models import Introduction
from portal.referrals.moving import Moved, lock
from portal.referrals.states import State


class NotYours(DomainError):
    """The viewer is of no team that may answer this."""

    status = 403


def see(introduction: Introduction, *, by: Viewer) -> None:
    """Somebody of the team has opened it. Nothing where it was opened before, or was answered."""
    if State(introduction.state) is State.SENT:
        answering.see(introduction, by=_actor(introduction, "open", by))


def accept(introduction: Introduction, *, by: Viewer, version: int, same_as: Person | None = None) -> Person:
    """Take the person on. `same_as`: the record of the team that is theirs. Gives the record that stands.

    Raises Moved, WrongState, Refused.
    """
    who = _actor(introduction, "accept", by)
    lock(introduction)
    if version != introduction.version:
        raise Moved(introduction.version)
    if same_as is not None:
        join(introduction, same_as, by=by)
    answering.accept(introduction, by=who)
    person = introduction.person
    person.worker_id = person.worker_id or by.id
    return person


def ask(introduction: Introduction, words: str, *, by: Viewer, version: int, form_key: str) -> None:
    """One question to who handed over. Raises Moved, WrongState, Refused."""
    who = _actor(introduction, "ask", by)
    answering.see(introduction, by=who)
    answering.ask(introduction, words, by=who, version=_seen(introduction, version), form_key=form_key)


def decline(introduction: Introduction, reason: str, words: str | None, *, by: Viewer, version: int) -> None:
    """No, for a reason. Raises Moved, WrongState, Refused."""
    who = _actor(introduction, "decline", by)
    answering.decline(introduction, by=who, given=Given(reason=reason, words=words or None), version=version)


def _actor(introduction: Introduction, verb: str, by: Viewer) -> Actor:
    who = acting(by, introduction, verb)
    if who is None:
        raise NotYours(_("This is for somebody of the team to do."))
    return who


def _seen(introduction: Introduction, version: int) -> int:
    """Seeing it counts as one change: what the page showed before it still holds."""
    is_just_seen = introduction.version == version + 1 and introduction.before == "sent"
    return introduction.version if is_just_seen else version
