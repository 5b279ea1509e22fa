"""What a group can do with a referral that it has taken on: one table. A new step is a row and a form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people import actions as people
from portal.referrals import answering, ending, visiting, waiting
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused, corrected_for, tries_needed
from portal.referrals.models import Appointment, Introduction
from portal.referrals.states import SAID_YES, WITH_GROUP, State
from portal.responding import step_forms as forms
from portal.responding.passing import pass_on
from portal.responding.sessions import moment_at
from portal.responding.step_forms import StepForm

S = State
NOON = time(12)


@dataclass(frozen=True)
class Step:
    """`label` is the link and the heading; `button` what it does; `done` is said after. `verb`: of the table of transitions.

    `group`: "main" stands out, "other" comes below, "end" last. `note`: what to know before.
    """

    name: str
    label: LazyString
    button: LazyString
    done: LazyString
    states: frozenset[State]
    verb: str
    form: type[StepForm]
    act: Callable[[Introduction, Any, Actor], None]
    group: str = "other"
    note: Callable[[], str] | None = None


def _book(one: Introduction, form: Any, by: Actor) -> None:
    visiting.book(one, form.starts_at, by=by, mode=form.mode.data, place=form.place.data or None)


def _accept(one: Introduction, form: Any, by: Actor) -> None:
    starts_at = form.starts_at if form.session.data else None
    day = clock.local(starts_at).date() if starts_at else None
    answering.accept(one, by=by, given=Given(first_date=day, meets_at_door=form.meets.data or None))
    if starts_at is not None:
        visiting.book(one, starts_at, by=by)


def _came(one: Introduction, form: Any, by: Actor) -> None:
    visiting.attend(one, form.status.data, by=by, reason=form.reason.data or None)


def _move(one: Introduction, form: Any, by: Actor) -> None:
    visiting.put_off(one, form.starts_at, by_person=form.who.data == "person", by=by)


def _cancel(one: Introduction, form: Any, by: Actor) -> None:
    visiting.cancel(one, by_person=form.who.data == "person", by=by, reason=form.reason.data or None)


def _pause(one: Introduction, form: Any, by: Actor) -> None:
    visiting.pause(one, by=by, given=Given(words=form.words.data, review_on=form.review_on.data))


def _finish(one: Introduction, form: Any, by: Actor) -> None:
    ending.complete(one, by=by, given=Given(report=form.report))


def _end_early(one: Introduction, form: Any, by: Actor) -> None:
    given = Given(reason=form.reason.data, words=form.words.data or None, report=form.report)
    ending.end_early(one, by=by, given=given)


def _not_start(one: Introduction, form: Any, by: Actor) -> None:
    ending.not_start(one, by=by, given=Given(reason=form.reason.data, words=form.words.data or None))


def _pass(one: Introduction, form: Any, by: Actor) -> None:
    pass_on(one, form.onward_service, form.onward_words, by=by)


def _sort(one: Introduction, form: Any, by: Actor) -> None:
    waiting.move_in_list(one, int(form.place.data), form.expected_on.data, form.review_on.data, by=by)


def _reassign(one: Introduction, form: Any, by: Actor) -> None:
    answering.reassign(one, UUID(form.worker.data) if form.worker.data else None, by=by)


def _contact(one: Introduction, form: Any, by: Actor) -> None:
    if by.user is None:
        raise Refused("signed_in", _("Sign in to note this."))
    people.note_contact(
        one.person, at=min(moment_at(form.on.data, NOON), clock.now()), mode=form.mode.data, outcome=form.outcome.data,
        by=by.user, organization_id=one.organization_id, note=form.note.data or None, introduction_id=one.id,
        form_key=form.key.data,
    )  # fmt: skip


def _correct(one: Introduction, form: Any, by: Actor) -> None:
    visit = db.session.get_one(Appointment, UUID(form.visit.data))
    visiting.correct(one, visit, form.status.data, by=by, words=form.words.data)


ROWS = (
    Step(
        "take", _l("There is a place now"), _l("Accept"), _l("Accepted. Whoever referred them is told."),
        frozenset({S.WAITING_LIST}), "accept", forms.AcceptForm, _accept, "main",
    ),
    Step(
        "came", _l("Say who came"), _l("Save"), _l("Saved. Whoever referred them is told."),
        frozenset({S.BOOKED, S.IN_PROGRESS}), "start_booked", forms.CameForm, _came, "main",
    ),
    Step(
        "book", _l("Book a visit"), _l("Book it"), _l("Booked. The person hears of it, if they may be written to."),
        frozenset({S.ACCEPTED, S.IN_PROGRESS}), "book", forms.BookForm, _book, "main",
    ),
    Step(
        "start", _l("They came without a booking"), _l("Save"), _l("Started. Whoever referred them is told."),
        frozenset({S.ACCEPTED}), "start", forms.StartForm, lambda one, form, by: visiting.start(
            one, by=by, started_on=form.started_on.data
        ),
    ),
    Step(
        "move", _l("Move the visit to another date"), _l("Move it"), _l("Moved."),
        frozenset({S.BOOKED, S.IN_PROGRESS}), "unbook", forms.MoveForm, _move,
    ),
    Step(
        "cancel", _l("Cancel the visit"), _l("Cancel it"), _l("Cancelled. Agree another date when you can."),
        frozenset({S.BOOKED}), "unbook", forms.CancelForm, _cancel,
    ),
    Step(
        "place", _l("Move on the waiting list"), _l("Save"), _l("Saved."), frozenset({S.WAITING_LIST}), "accept",
        forms.WaitingForm, _sort,
    ),
    Step(
        "resume", _l("Go on again"), _l("Go on"), _l("It goes on."), frozenset({S.PAUSED}), "resume", forms.PlainForm,
        lambda one, _form, by: visiting.resume(one, by=by), "main",
    ),
    Step(
        "contact", _l("Note a contact or a try"), _l("Save"), _l("Noted."), SAID_YES | {S.WAITING_LIST}, "accept",
        forms.ContactForm, _contact,
    ),
    Step(
        "colleague", _l("Give it to a colleague"), _l("Save"), _l("Saved."), WITH_GROUP, "reassign",
        forms.ColleagueForm, _reassign,
    ),
    Step(
        "pause", _l("Put it on hold"), _l("Put it on hold"), _l("On hold until the day on which you look again."),
        frozenset({S.IN_PROGRESS}), "pause", forms.PauseForm, _pause,
    ),
    Step(
        "correct", _l("Correct who came"), _l("Correct it"), _l("Corrected. What stood before is kept in the history."),
        frozenset({S.BOOKED, S.ACCEPTED, S.IN_PROGRESS, S.PAUSED, S.COMPLETED, S.ENDED_EARLY}), "correct",
        forms.CorrectForm, _correct, note=corrected_for,
    ),
    Step(
        "finish", _l("It has finished"), _l("Finish it"), _l("Finished. Whoever referred them is told how it went."),
        frozenset({S.IN_PROGRESS}), "complete", forms.ReportForm, _finish, "end",
    ),
    Step(
        "end-early", _l("It ended early"), _l("End it"), _l("Ended. Whoever referred them is told."),
        frozenset({S.IN_PROGRESS, S.PAUSED}), "end_early", forms.EndEarlyForm, _end_early, "end",
    ),
    Step(
        "pass", _l("Another group fits better"), _l("Pass it on"),
        _l("It went on where the person agreed to that. Otherwise whoever referred them gets your suggestion."),
        frozenset({S.WAITING_LIST, S.ACCEPTED}), "redirect", forms.PassForm, _pass, "end",
    ),
    Step(
        "not-started", _l("It did not start"), _l("End it"), _l("Ended. Whoever referred them can look further."),
        frozenset({S.WAITING_LIST, S.ACCEPTED, S.BOOKED}), "not_start", forms.ReasonForm, _not_start, "end",
        note=tries_needed,
    ),
)  # fmt: skip
STEPS = {step.name: step for step in ROWS}
NAMES = ", ".join(f"'{name}'" for name in STEPS)


def steps_of(introduction: Introduction) -> list[Step]:
    """What can be done now, in the order of the page."""
    return [step for step in ROWS if can(introduction, step)]


def can(introduction: Introduction, step: Step) -> bool:
    """Whether a step makes sense where it stands: what needs a visit is there for one."""
    if State(introduction.state) not in step.states:
        return False
    statuses = {one.status for one in introduction.appointments}
    if step.name in {"came", "move"}:
        return "booked" in statuses
    return step.name != "correct" or bool(statuses & set(forms.CAME))
