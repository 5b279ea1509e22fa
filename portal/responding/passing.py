"""Passing somebody on to another group: sent there at once where the person agreed to it, else passed back as a suggestion.

Which of the two it becomes is the person's doing. A service for a sensitive need is never sent to from here: that somebody agreed
to share with it is not for another group to learn.
"""

from uuid import UUID

from portal.core.extensions import db
from portal.directory import queries as directory
from portal.directory.needs import is_any_sensitive
from portal.people.consents import ConsentMissing
from portal.referrals import answering, ending
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction
from portal.referrals.states import TO_ANSWER, State

REASON = "more-suitable-elsewhere"


def pass_on(
    introduction: Introduction, service_id: UUID | None, words: str | None, *, by: Actor, version: int | None = None
) -> None:
    """Pass it on to a listing, or back with the idea. `words`: an idea that is no listing here.

    Raises WrongState, Moved, NotTheirs; and Refused where it can be passed neither on nor back.
    """
    if service_id is not None and _passed_on(introduction, service_id, by, version):
        return
    back = Given(reason=REASON, words=words, suggestion_id=service_id)
    if State(introduction.state) in TO_ANSWER:
        answering.decline(introduction, by=by, given=back, version=version)
    else:
        ending.not_start(introduction, by=by, given=back)


def _passed_on(introduction: Introduction, service_id: UUID, by: Actor, version: int | None) -> bool:
    listing = directory.listing(service_id)
    if listing is None or is_any_sensitive(frozenset(listing.needs)):
        return False
    try:
        with db.session.begin_nested():
            answering.redirect(introduction, service_id, by=by, version=version)
    except (Refused, ConsentMissing):
        return False
    return True
