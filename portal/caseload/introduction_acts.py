"""What a link worker may do with an introduction, as one table: from which states, with which form, and what is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.attachments.actions import write_with
from portal.attachments.forms import words_of
from portal.caseload import introduction_forms as forms
from portal.caseload.list_chasing import WAITS, remind
from portal.caseload.referring_forms import Asked
from portal.core import clock, working_days
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.viewer import Viewer
from portal.measures.models import MeasureResult
from portal.people.models import Person
from portal.referrals import answering, ending, events, guards, messages, sending, telling, visiting, withdrawing
from portal.referrals.actors import Actor, acting, parts_of
from portal.referrals.clocks import clocks
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction, Message
from portal.referrals.moving import Moved, WrongState, lock, may
from portal.referrals.queries import agrees
from portal.referrals.states import ACTED_ON, ENDS, WITH_GROUP, State
from portal.referrals.transitions import Who

Form = Any


@dataclass(frozen=True)
class Act:
    """One thing to do. `verb`: its row in the table of transitions, none where it moves nothing. `is_first`: shown open."""

    title: LazyString
    button: LazyString
    done: LazyString
    run: Callable[[Introduction, Form, Viewer], object]
    form: type[forms.ActForm] = forms.ActForm
    verb: str | None = None
    states: frozenset[State] | None = None
    is_first: bool = False
    is_grave: bool = False
    allows: Callable[[Introduction, Viewer], bool] = lambda _introduction, _who: True


def offered(introduction: Introduction, who: Viewer) -> dict[str, Act]:
    """What this user may do with it now."""
    return {name: act for name, act in ACTS.items() if is_offered(introduction, act, who)}


def is_offered(introduction: Introduction, act: Act, who: Viewer) -> bool:
    """Whether the table of transitions, the state and what they are to it let this user do it."""
    if act.states is not None and State(introduction.state) not in act.states:
        return False
    if act.verb is not None:
        by = acting(who, introduction, act.verb)
        if by is None or not may(introduction, act.verb, by.who):
            return False
    return act.allows(introduction, who)


def form_of(act: Act, name: str, introduction: Introduction, **options: Any) -> Form:
    """Its form. Fields bear the act's name, since several forms stand on one page."""
    kind = forms.complete_form(introduction.person.goals) if act.form is forms.CompleteForm else act.form
    return kind(prefix=name, version=str(introduction.version), **options)


def side_of(introduction: Introduction, who: Viewer) -> str:
    """On which side of an introduction they write: their team answers, or they asked."""
    return "group" if Who.PROVIDER in parts_of(who, introduction) else "referrer"


def measure_after(person: Person) -> MeasureResult | None:
    """The newest measure that was taken after support."""
    wanted = select(MeasureResult).where(
        MeasureResult.person_id == person.id, MeasureResult.point == "after", MeasureResult.answers.is_not(None)
    )
    return db.session.scalars(wanted.order_by(MeasureResult.at.desc(), MeasureResult.id).limit(1)).first()


def _by(introduction: Introduction, verb: str, who: Viewer) -> Actor:
    found = acting(who, introduction, verb)
    if found is None:
        raise WrongState(_("This is for somebody else to do."))
    return found


def _version(form: Form) -> int | None:
    told = form.version.data or ""
    return int(told) if told.isdecimal() and len(told) < 9 else None


def _given(form: Form) -> Given:
    return Given(reason=form.reason.data if "reason" in form else None, words=(form.words.data or None))


def _writer(introduction: Introduction, who: Viewer) -> Actor:
    parts = parts_of(who, introduction)
    as_what = next(one for one in (Who.PROVIDER, Who.REFERRER, Who.LINK_WORKER) if one in parts)
    return Actor(as_what, user=who, organization_id=parts[as_what])


def _message(introduction: Introduction, form: Form, who: Viewer) -> None:
    side = side_of(introduction, who)
    by, key = _writer(introduction, who), form.key.data

    def write() -> Message:
        messages.read_by(introduction, side)
        return messages.write(introduction, words_of(form.words), side=side, by=by, form_key=key)

    write_with(form.offered, introduction, write, side=side, by=by, form_key=key)


def _answer(introduction: Introduction, form: Form, who: Viewer) -> None:
    by, key, version = _by(introduction, "answer", who), form.key.data, _version(form)

    def write() -> Message:
        messages.read_by(introduction, "referrer")
        return answering.reply(introduction, words_of(form.words), by=by, version=version, form_key=key)

    write_with(form.offered, introduction, write, side="referrer", by=by, form_key=key)


def _can_chase(introduction: Introduction, _who: Viewer) -> bool:
    """Not before the last reminder had its working days."""
    if not agrees(introduction):
        return False
    if introduction.chased_at is None:
        return True
    since = clock.local(introduction.chased_at).date()
    return working_days.between(since, clock.today()) >= clocks().chase_again


def _chase(introduction: Introduction, form: Form, who: Viewer) -> None:
    lock(introduction)
    if State(introduction.state) not in WAITS or not _can_chase(introduction, who):
        raise WrongState(_("This has changed since. Reload the page to see where it stands."))
    remind(introduction, by=_by(introduction, "send", who))


def _withdraw(introduction: Introduction, form: Form, who: Viewer) -> None:
    by = _by(introduction, "withdraw", who)
    withdrawing.withdraw(introduction, by=by, given=_given(form), version=_version(form))


def _reopen(introduction: Introduction, form: Form, who: Viewer) -> None:
    _look_at_version(introduction, form)
    ending.reopen(introduction, by=_by(introduction, "reopen", who), words=form.words.data)


def _close(introduction: Introduction, form: Form, who: Viewer) -> None:
    ending.close(introduction.referral, by=_by(introduction, "close", who), reason=form.reason.data)


def _mistake(introduction: Introduction, form: Form, who: Viewer) -> None:
    _look_at_version(introduction, form)
    ending.mark_error(introduction, by=_by(introduction, "mark_error", who), words=form.words.data)


def _no_mistake(introduction: Introduction, form: Form, who: Viewer) -> None:
    _look_at_version(introduction, form)
    ending.no_error(introduction, by=_by(introduction, "mark_error", who), words=form.words.data)


def _seen(introduction: Introduction, _form: Form, _who: Viewer) -> None:
    lock(introduction)
    ending.act_on(introduction)


def _complete(introduction: Introduction, form: Form, who: Viewer) -> None:
    taken = measure_after(introduction.person)
    report = form.report(str(taken.id) if taken else None)
    if not report["measure_id"] and not report["why_no_measure"]:
        raise Refused("has_outcome", _("Add a measure, or say why there is none"), about="why_no_measure")
    given = Given(report=report, words=report["words"])
    ending.complete(introduction, by=_by(introduction, "complete", who), given=given, version=_version(form))


def _end(introduction: Introduction, form: Form, who: Viewer) -> None:
    by = _by(introduction, "end_early", who)
    ending.end_early(introduction, by=by, given=_given(form), version=_version(form))


def _start(introduction: Introduction, form: Form, who: Viewer) -> None:
    by = _by(introduction, "start", who)
    visiting.start(introduction, by=by, started_on=form.started_on.data, version=_version(form))


def _pause(introduction: Introduction, form: Form, who: Viewer) -> None:
    given = Given(words=form.words.data, review_on=form.review_on.data)
    visiting.pause(introduction, by=_by(introduction, "pause", who), given=given, version=_version(form))


def _resume(introduction: Introduction, form: Form, who: Viewer) -> None:
    visiting.resume(introduction, by=_by(introduction, "resume", who), version=_version(form))


def _refuse(introduction: Introduction, form: Form, who: Viewer) -> None:
    sending.refuse(introduction, by=_by(introduction, "refuse", who), words=form.words.data or None)


def _agreed(introduction: Introduction, form: Form, who: Viewer) -> None:
    """They were asked by link, and said yes another way: it goes at once, with what they were asked to share."""
    lock(introduction)
    told = dict((introduction.referral.told or {}).get("agreement") or {})
    asked = Asked(scopes=tuple(told.get("scopes") or ()), how=form.how.data, basis_note=form.basis_note.data or None)
    agreement = asked.agreement
    if agreement is None:
        raise Refused("how", _("Say how the person agreed"), about="how")
    by, person = _by(introduction, "send", who), introduction.person
    consent = sending.agree(person, introduction.organization_id, agreement, by=who, for_id=person.organization_id)
    why = introduction.override_reason
    given = Given(words=why, misfits=("told",) if why else ())
    sending.send(introduction, consent, by=by, given=given, version=_version(form))


def _can_ask_again(introduction: Introduction, who: Viewer) -> bool:
    """By link, where there is a safe way, and not twice on one working day."""
    by = acting(who, introduction, "ask_consent")
    asked_at = introduction.chased_at or introduction.changed_at
    is_time = working_days.between(clock.local(asked_at).date(), clock.today()) >= 1
    return is_time and by is not None and guards.reachable(introduction, by, Given()) is None


def _ask_again(introduction: Introduction, _form: Form, who: Viewer) -> None:
    lock(introduction)
    if State(introduction.state) is not State.AWAITING_CONSENT or not _can_ask_again(introduction, who):
        raise WrongState(_("This has changed since. Reload the page to see where it stands."))
    by = _by(introduction, "ask_consent", who)
    introduction.chased_at = clock.now()
    event = events.add(
        introduction, "ask_consent", by=by, before=introduction.state, version_before=introduction.version
    )
    db.session.flush()
    telling.tell(introduction, "ask_consent", ("person",), event=event, by=by)


def _look_at_version(introduction: Introduction, form: Form) -> None:
    lock(introduction)
    if _version(form) != introduction.version:
        raise Moved(introduction.version)


def _is_recent(introduction: Introduction, who: Viewer) -> bool:
    by = acting(who, introduction, "reopen")
    is_told = introduction.told.is_end and by is not None and guards.recent(introduction, by, Given()) is None
    return is_told and introduction.state != State.PATIENT_DECLINED.value and agrees(introduction)


def _may_be_closed(introduction: Introduction, _who: Viewer) -> bool:
    referral = introduction.referral
    return referral.status == "active" and not any(one.is_open for one in referral.introductions)


def _may_say_mistake(introduction: Introduction, _who: Viewer) -> bool:
    return introduction.error_asked_by_id is None


def _may_confirm(introduction: Introduction, who: Viewer) -> bool:
    """A second person, of those who may."""
    by = acting(who, introduction, "mark_error")
    is_asked = introduction.error_asked_by_id is not None
    return is_asked and by is not None and guards.second_person(introduction, by, Given()) is None


def _is_link_work(introduction: Introduction, _who: Viewer) -> bool:
    return introduction.kind == "link-work"


ACTS: Mapping[str, Act] = {
    "answer": Act(
        _l("Answer the question"), _l("Send the answer"), _l("Answered. Their clock runs again."), _answer,
        forms.AnswerForm, "answer", is_first=True,
    ),
    "agreed": Act(
        _l("They told me that they agree"), _l("Record it and send"), _l("Agreement recorded, and the referral sent."),
        _agreed, forms.AgreedForm, "send", frozenset({State.AWAITING_CONSENT}),
    ),
    "ask-again": Act(
        _l("Ask them again by link"), _l("Send the link again"), _l("Asked again. The link before opens nothing any more."),
        _ask_again, states=frozenset({State.AWAITING_CONSENT}), allows=_can_ask_again,
    ),
    "refuse": Act(
        _l("They said no"), _l("Record the no"), _l("Recorded. Nothing was sent."), _refuse, forms.OptionalNoteForm,
        "refuse", frozenset({State.AWAITING_CONSENT}),
    ),
    "message": Act(
        _l("Write to the group"), _l("Send the message"), _l("Sent. They hear that there is a message."), _message,
        forms.MessageForm, states=WITH_GROUP - {State.INFO_REQUESTED},
    ),
    "chase": Act(
        _l("Remind the group"), _l("Chase"), _l("The group was reminded."), _chase, verb=None, states=WAITS,
        is_first=True, allows=lambda one, who: one.kind == "service" and _can_chase(one, who),
    ),
    "start": Act(
        _l("Record the first meeting"), _l("Record it"), _l("Started."), _start, forms.StartForm, "start",
        is_first=True, allows=_is_link_work,
    ),
    "resume": Act(_l("Go on"), _l("Go on"), _l("It goes on."), _resume, verb="resume", is_first=True, allows=_is_link_work),
    "complete": Act(
        _l("Finish it"), _l("Record the outcome"), _l("Finished. Those who asked for it hear how it ended."), _complete,
        forms.CompleteForm, "complete",
    ),
    "pause": Act(
        _l("Put it on hold"), _l("Put it on hold"), _l("On hold."), _pause, forms.PauseForm, "pause", allows=_is_link_work
    ),
    "end": Act(
        _l("End it early"), _l("End it early"), _l("Ended. Those who asked for it hear why."), _end, forms.EndForm,
        "end_early", is_grave=True,
    ),
    "seen": Act(
        _l("Nothing more to do about this"), _l("I have seen to it"), _l("Seen to."), _seen,
        states=ACTED_ON, allows=lambda one, _who: not one.is_acted_on,
    ),
    "reopen": Act(
        _l("Try the same group again"), _l("Send it again"), _l("Sent again, with a new reference."), _reopen,
        forms.NoteForm, "reopen", allows=_is_recent,
    ),
    "close": Act(
        _l("Close the whole referral"), _l("Close it"), _l("Closed."), _close, forms.CloseForm, "close", ENDS,
        allows=_may_be_closed,
    ),
    "withdraw": Act(
        _l("Withdraw this referral"), _l("Withdraw it"), _l("Withdrawn. The group sees nothing of it any more."), _withdraw,
        forms.WithdrawForm, "withdraw", is_grave=True,
    ),
    "mistake": Act(
        _l("Entered by mistake"), _l("Say that it was a mistake"),
        _l("Noted. Once it was sent, a second person has to confirm it."), _mistake, forms.NoteForm, "mark_error",
        is_grave=True, allows=_may_say_mistake,
    ),
    "confirm": Act(
        _l("Confirm that it was entered by mistake"), _l("Yes, it was a mistake"), _l("Taken out of every list."), _mistake,
        forms.NoteForm, "mark_error", is_grave=True, allows=_may_confirm,
    ),
    "no-mistake": Act(
        _l("Say that it was no mistake"), _l("No, it stays"), _l("It stays as it was."), _no_mistake, forms.NoteForm,
        "mark_error", allows=_may_confirm,
    ),
}  # fmt: skip
"""Every act, in the order of the page. A new one is a row."""
