"""What a group says to an introduction: seen, a question, yes, wait, no, or somebody else."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory.models import Service
from portal.people import consents
from portal.people.models import Person
from portal.referrals import clocks, sending
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused
from portal.referrals.messages import write
from portal.referrals.models import Introduction, Message, Referral
from portal.referrals.moving import lock, move
from portal.referrals.sending import Wanted
from portal.referrals.states import State
from portal.referrals.transitions import Who

MOST_WEEKS = 104


def see(introduction: Introduction, *, by: Actor) -> None:
    """The group has opened it. Nothing where it was opened before."""
    lock(introduction)
    if State(introduction.state) is State.SENT:
        move(introduction, "open", by=by)


def ask(
    introduction: Introduction, words: str, *, by: Actor, version: int | None = None, form_key: str | None = None
) -> None:
    """One question to the referrer; the group's time to answer stops until they reply."""
    move(introduction, "ask", by=by, given=Given(words=words), version=version)
    write(introduction, words, side="group", kind="question", by=by, form_key=form_key, is_told=True)


def reply(
    introduction: Introduction, words: str, *, by: Actor, version: int | None = None, form_key: str | None = None
) -> Message:
    """The referrer's answer to a question; the clock runs on."""
    move(introduction, "answer", by=by, given=Given(words=words), version=version)
    return write(introduction, words, side="referrer", kind="answer", by=by, form_key=form_key, is_told=True)


def accept(introduction: Introduction, *, by: Actor, given: Given | None = None, version: int | None = None) -> None:
    """Yes: with a first date, or to be agreed by phone. A link worker team that accepts holds the person's record from now on."""
    given = given or Given()
    if given.first_date is not None and given.first_date < clock.today():
        raise Refused("first_date", _("Enter a date in the future"), about="first_date")
    see(introduction, by=by)
    details = {"first_date": given.first_date.isoformat()} if given.first_date else {}
    move(introduction, "accept", by=by, given=given, version=_after_seeing(introduction, version), details=details)
    introduction.first_date, introduction.meets_at_door = given.first_date, given.meets_at_door
    clocks.ask_next(introduction)
    if by.user is not None and by.user.id is not None:
        introduction.worker_id = by.user.id
    if introduction.kind == "link-work":
        _take_on(introduction.person, introduction)


def wait(
    introduction: Introduction, weeks: int, *, by: Actor, given: Given | None = None, version: int | None = None
) -> None:
    """On the waiting list, for about so many weeks. The place in the list is kept; the date to look again is worked out."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refused("weeks", _("Enter about how many weeks, like 3"), about="weeks")
    see(introduction, by=by)
    move(
        introduction, "wait", by=by, given=given, version=_after_seeing(introduction, version), details={"weeks": weeks}
    )
    put_on_list(introduction, weeks)


def put_on_list(introduction: Introduction, weeks: int) -> None:
    """Where it stands in the list of its service, and until when."""
    today = clock.today()
    ahead = db.session.scalar(
        select(func.max(Introduction.waiting_place)).where(
            Introduction.service_id == introduction.service_id,
            Introduction.organization_id == introduction.organization_id,
            Introduction.state == State.WAITING_LIST.value,
            Introduction.id != introduction.id,
        )
    )
    introduction.waiting_since, introduction.waiting_weeks = today, weeks
    introduction.waiting_place = (ahead or 0) + 1
    introduction.place_expected_on = introduction.review_on = today + timedelta(weeks=weeks)


def decline(introduction: Introduction, *, by: Actor, given: Given, version: int | None = None) -> None:
    """No, for a coded reason; perhaps with a suggestion. It never counts against the listing."""
    if given.suggestion_id is not None and db.session.get(Service, given.suggestion_id) is None:
        raise Refused("suggestion", _("Choose a listing from the directory"), about="suggestion")
    see(introduction, by=by)
    move(introduction, "decline", by=by, given=given, version=_after_seeing(introduction, version))


def redirect(introduction: Introduction, target_id: UUID, *, by: Actor, version: int | None = None) -> Introduction:
    """Pass it on to another service that the person agreed to: a new referral based on this one, sent at once."""
    target = db.session.get(Service, target_id)
    if target is None:
        raise NotFound(_("There is no listing here."))
    move(introduction, "redirect", by=by, given=Given(target_id=target_id), version=version)
    before: Referral = introduction.referral
    wanted = Wanted(
        route=before.route, needs=before.needs, reason=before.reason, what_matters=before.what_matters,
        safety_note=before.safety_note, based_on_id=before.id, locale=before.locale,
    )  # fmt: skip
    referrer = Actor(Who.REFERRER, channel=by.channel, user=by.user, organization_id=before.organization_id)
    referral = sending.new_referral(
        introduction.person, wanted, by=referrer, organization_id=before.organization_id, user_id=before.by_user_id
    )
    onward = sending.to_service(referral, target, by=referrer, part_of_id=introduction.id, happy_to_wait=True)
    agreement = sending.agreement_with(introduction.person, target.organization_id)
    sending.send(onward, agreement, by=referrer)
    return onward


def reassign(introduction: Introduction, user_id: UUID | None, *, by: Actor) -> None:
    """Another worker of the same organisation takes it; none: the team's queue."""
    old = introduction.worker_id
    move(
        introduction,
        "reassign",
        by=by,
        details={"from": str(old) if old else None, "to": str(user_id) if user_id else None},
    )
    introduction.worker_id = user_id


def _take_on(person: Person, introduction: Introduction) -> None:
    person.organization_id = introduction.organization_id
    person.worker_id = person.worker_id or introduction.worker_id
    person.closed_at = None
    if person.next_on is None:
        person.next_on = clock.today()
    agreement = consents.active(person.id, introduction.organization_id)
    if agreement is not None:
        introduction.consent_id = agreement.id


def _after_seeing(introduction: Introduction, version: int | None) -> int | None:
    """Seeing counts as one change: what the page showed before it still holds."""
    if version is None or introduction.first_opened_at is None:
        return version
    is_just_seen = introduction.version == version + 1 and introduction.before == State.SENT.value
    return introduction.version if is_just_seen else version
