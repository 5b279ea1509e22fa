"""What a group says by a link after it has accepted, carried out as the table of transitions allows."""

from portal.core import clock
from portal.referrals import ending, events, visiting
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction
from portal.referrals.states import State
from portal.responding.link_forms import EARLY, FINISHED, MOVED, NOT_STARTED, EndingForm, VisitForm


def say_who_came(introduction: Introduction, form: VisitForm, *, by: Actor) -> None:
    """They came, did not, or the visit moved; without a booking they came, or a date is agreed."""
    status, is_booked = form.status.data, visiting.next_visit(introduction) is not None
    if status == MOVED and is_booked:
        visiting.put_off(introduction, form.starts_at, by_person=False, by=by)
    elif status == MOVED:
        visiting.book(introduction, form.starts_at, by=by)
    elif is_booked:
        visiting.attend(introduction, status, by=by)
    else:
        visiting.start(introduction, by=by, started_on=clock.today())


def say_how_it_stands(introduction: Introduction, form: EndingForm, *, by: Actor) -> None:
    """It goes on, finished, ended early, or never began. What ended had begun, and is noted to have."""
    how, words = form.how.data, form.words.data or None
    if how == NOT_STARTED:
        ending.not_start(introduction, by=by, given=Given(reason=form.reason.data, words=words))
    elif how in {FINISHED, EARLY}:
        _begin(introduction, by=by)
        if how == FINISHED:
            ending.complete(introduction, by=by, given=Given(report=form.report))
        else:
            ending.end_early(introduction, by=by, given=Given(reason=form.reason.data, words=words, report=form.report))
    else:
        events.add(introduction, "still_going", by=by, before=introduction.state)


def _begin(introduction: Introduction, *, by: Actor) -> None:
    state = State(introduction.state)
    if state is State.ACCEPTED:
        visiting.start(introduction, by=by)
    elif state is State.BOOKED:
        visiting.attend(introduction, "attended", by=by)
    elif state is State.PAUSED:
        visiting.resume(introduction, by=by)
