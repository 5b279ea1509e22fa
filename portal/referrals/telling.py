"""Who hears of a move: the referrer, the person, the group, the practice, the team. All get a reference and a link alone.

Keys begin with the id of the introduction and who it is for, so that what still waits can be taken back.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.notifications.notification import Notification, Recipient
from portal.notifications.outbox import notify, take_back
from portal.people import consents
from portal.people.models import Person
from portal.referrals import feedback, links, recipients
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, IntroductionEvent, IntroductionLink, Referral
from portal.referrals.notifications import (
    ByLink,
    OwnAgreement,
    OwnCode,
    OwnReferral,
    ReferralEnding,
    ReferralForGroup,
    ReferralForTeam,
    ReferralNews,
    ReferralToAnswer,
    ReferralVisit,
)
from portal.referrals.states import ENDS, TO_ANSWER, State
from portal.referrals.transitions import Tell, Who

TO_GROUP: Mapping[str, str] = {
    "send": "new",
    "answer": "answered",
    "chase": "chased",
    "wrote": "wrote",
    "withdraw": "withdrawn",
    "mark_error": "mistake",
    "reassign": "assigned",
}
TO_BE_ANSWERED = frozenset({"new", "again", "last", "answered", "chased"})
TO_REFERRER: Mapping[str, str] = {
    "ask": "asked",
    "accept": "accepted",
    "decline": "declined",
    "expire": "expired",
    "wrote": "wrote",
}
"""What a link worker hears at once; every other move stands in the digest of the week (`portal.referrals.weekly`)."""
REQUESTS = frozenset({"ask", "wrote"})
"""What waits for the referrer's own words: told to clinicians too, whose news come twice a referral."""
TO_PERSON: Mapping[str, str] = {
    "send": "sent",
    "accept": "accepted",
    "wait": "waiting",
    "book": "booked",
    "redirect": "passed-on",
    "complete": "finished",
    "end_early": "finished",
}
TO_PERSON_AS_REFERRER: Mapping[str, str] = {
    "ask": "asked",
    "wrote": "wrote",
    "decline": "unanswered",
    "expire": "unanswered",
    "not_start": "unanswered",
}
"""What somebody hears who asked for themselves, where a referrer would."""


BY_PURPOSE: Mapping[str, type[ByLink]] = {"attendance": ReferralVisit, "ending": ReferralEnding}
"""What carries a link that is not for the answer."""
AT_ONCE = timedelta(minutes=10)
"""Several that are sent together are told to the person once."""


def tell(introduction: Introduction, verb: str, tells: Iterable[Tell], *, event: IntroductionEvent, by: Actor) -> None:
    """Write to everyone whom the table names for this move, but not to who made it."""
    if State(introduction.state) in ENDS:
        take_back(prefix_of(introduction, "group"))
    told = frozenset(tells)
    for whom in ("group", "person", "referrer", "team", "practice"):
        if whom in told:
            TELLERS[whom](introduction, verb, event, by)


def prefix_of(introduction: Introduction, whom: str) -> str:
    """How keys of messages to somebody about an introduction begin."""
    return f"introduction:{introduction.id}:{whom}:"


def unsay(person: Person, organization_id: UUID | None) -> None:
    """Take back what waits to be sent about a person: to one organisation, or to anybody and themselves.

    A group with which the person still agrees hears of them still: only the person is left alone.
    """
    wanted = select(Introduction).where(Introduction.person_id == person.id)
    if organization_id is not None:
        wanted = wanted.where(Introduction.organization_id == organization_id)
    for one in db.session.scalars(wanted):
        take_back(prefix_of(one, "person"))
        if one.sent_at is not None and consents.active(person.id, one.organization_id) is None:
            take_back(prefix_of(one, "group"))
    for referral in db.session.scalars(select(Referral).where(Referral.person_id == person.id)):
        if organization_id is None or {one.organization_id for one in referral.introductions} == {organization_id}:
            take_back(_of_referral(referral))


def say_code(referral: Referral, code: str) -> None:
    """Give the person the code that opens their page, in place of what would only say that it was sent. Call it after sending."""
    for one in referral.introductions:
        take_back(f"{prefix_of(one, 'person')}send:")
    take_back(f"{_of_referral(referral)}code:")
    to = recipients.of_person(referral.person)
    if to is not None:
        told = OwnCode(referral.reference, referral.shown_reference, _is_sensitive(referral), code)
        notify(told, to=to, key=f"{_of_referral(referral)}code:{secrets.token_hex(8)}")


def to_group(introduction: Introduction, what: str, occasion: str, by: Actor | None = None) -> None:
    """Write to a group that something waits there. `occasion` tells this time from others.

    Where it is to be answered each recipient gets a new link; the one before opens nothing any more.
    """
    for one in _others(recipients.of_group(introduction), by):
        notify(_for_group(introduction, what, one), to=one, key=f"{prefix_of(introduction, 'group')}{what}:{occasion}")


def again_by_link(introduction: Introduction, purpose: links.Purpose, email: str) -> None:
    """A fresh link to an address of the group, where it is still on file; the one before opens nothing any more."""
    for to in recipients.of_group(introduction):
        if to.address != email.casefold():
            continue
        if purpose in BY_PURPOSE:
            token = links.new_link(introduction, purpose, email=to.email, user_id=to.user_id)
            told: Notification = BY_PURPOSE[purpose](introduction.shown_reference, introduction.to_what, token)
        else:
            told = _for_group(introduction, "again" if State(introduction.state) in TO_ANSWER else "waiting", to)
        notify(told, to=to, key=f"{prefix_of(introduction, 'group')}by-link:{secrets.token_hex(8)}")


def to_referrer(introduction: Introduction, what: str, occasion: str, by: Actor | None = None) -> None:
    """Write to whoever asked for it and is no clinician."""
    for one in _others(recipients.of_referrer(introduction.referral), by):
        told = _news(introduction, what)
        notify(told, to=one, key=f"{prefix_of(introduction, 'referrer')}{what}:{occasion}")


def to_person(introduction: Introduction, what: str, occasion: str) -> None:
    """Write to the person, where there is a safe way."""
    to, referral = recipients.of_person(introduction.person), introduction.referral
    if to is not None:
        told = OwnReferral(referral.reference, referral.shown_reference, _is_sensitive(referral), what)
        notify(told, to=to, key=f"{prefix_of(introduction, 'person')}{occasion}")


def _group(introduction: Introduction, verb: str, event: IntroductionEvent, by: Actor) -> None:
    if introduction.sent_at is None:
        return
    if verb == "reassign":
        _new_worker(introduction, event, by)
    elif verb in TO_GROUP:
        to_group(introduction, TO_GROUP[verb], str(event.id), by)


def _new_worker(introduction: Introduction, event: IntroductionEvent, by: Actor) -> None:
    worker = recipients.active_user(UUID(event.details["to"]) if event.details.get("to") else None)
    for one in _others([recipients.of_user(worker)] if worker is not None else [], by):
        told = _for_group(introduction, "assigned", one)
        notify(told, to=one, key=f"{prefix_of(introduction, 'group')}assigned:{event.id}")


def _referrer(introduction: Introduction, verb: str, event: IntroductionEvent, by: Actor) -> None:
    referral = introduction.referral
    if referral.organization_id is None:
        if by.who is not Who.PERSON and verb in TO_PERSON_AS_REFERRER:
            to_person(introduction, TO_PERSON_AS_REFERRER[verb], f"{verb}:{event.id}")
    elif verb in TO_REFERRER and (verb in REQUESTS or not feedback.is_clinicians(referral)):
        to_referrer(introduction, TO_REFERRER[verb], str(event.id), by)
    if verb in feedback.BEGINS or feedback.is_clinicians(referral):
        _practice(introduction, verb, event, by)


def _practice(introduction: Introduction, verb: str, _event: IntroductionEvent, by: Actor) -> None:
    """The clinician whose referral it came of, if one's."""
    first = feedback.first_of(introduction.referral)
    if feedback.is_clinicians(first):
        feedback.tell(introduction, verb, _others(recipients.of_referrer(first), by))


def _team(introduction: Introduction, verb: str, event: IntroductionEvent, by: Actor) -> None:
    if verb in TO_REFERRER:
        asked = {one.user_id for one in recipients.of_referrer(introduction.referral)}
        for one in _others(recipients.of_team(introduction), by):
            if one.user_id not in asked:
                told = ReferralNews(
                    introduction.shown_reference, TO_REFERRER[verb], introduction.reference,
                    person=introduction.person.reference,
                )  # fmt: skip
                notify(told, to=one, key=f"{prefix_of(introduction, 'referrer')}{verb}:{event.id}")


def _person(introduction: Introduction, verb: str, event: IntroductionEvent, by: Actor) -> None:
    if by.who is Who.PERSON:
        return
    if verb == "ask_consent":
        _ask(introduction, event)
    elif verb == "send" and introduction.referral.code is None:
        from portal.referrals.sending import new_code  # which moves what is told here

        say_code(introduction.referral, new_code(introduction.referral))
    elif verb in TO_PERSON and not (verb == "send" and _was_just_sent(introduction)):
        to_person(introduction, TO_PERSON[verb], f"{verb}:{event.id}")


def _was_just_sent(introduction: Introduction) -> bool:
    sent = [one.sent_at for one in introduction.referral.introductions if one is not introduction and one.sent_at]
    return any(clock.now() - at < AT_ONCE for at in sent)


def _ask(introduction: Introduction, event: IntroductionEvent) -> None:
    to, referral = recipients.of_person(introduction.person), introduction.referral
    if to is not None:
        token = links.new_link(introduction, "agree", email=to.email)
        told = OwnAgreement(referral.reference, referral.shown_reference, _is_sensitive(referral), token)
        notify(told, to=to, key=f"{prefix_of(introduction, 'person')}agree:{event.id}")


def _for_group(introduction: Introduction, what: str, to: Recipient) -> Notification:
    if introduction.kind == "link-work" and to.user_id is not None:
        return _for_team(introduction, what)
    reference, name = introduction.shown_reference, introduction.to_what
    is_asked = what in TO_BE_ANSWERED and State(introduction.state) in TO_ANSWER
    if is_asked or to.user_id is None:
        token = links.new_link(introduction, "answer", email=to.email, user_id=to.user_id)
        if is_asked:
            return ReferralToAnswer(reference, name, token, what)
        return ReferralForGroup(reference, name, what, introduction.reference, token)
    return ReferralForGroup(reference, name, what, introduction.reference)


def _for_team(introduction: Introduction, what: str) -> ReferralForTeam:
    holds = introduction.person.organization_id == introduction.organization_id
    is_waiting = State(introduction.state) in TO_ANSWER
    return ReferralForTeam(
        introduction.shown_reference, introduction.to_what, what, introduction.reference,
        person=introduction.person.reference if holds and not is_waiting else None,
        is_over=not introduction.is_open,
    )  # fmt: skip


def _news(introduction: Introduction, what: str) -> ReferralNews:
    referral = introduction.referral
    return ReferralNews(
        introduction.shown_reference, what, introduction.reference,
        person=introduction.person.reference if referral.route == "link-worker" else None,
        referral=referral.reference if feedback.is_clinicians(referral) else None,
        is_theirs=introduction.organization_id == referral.organization_id,
    )  # fmt: skip


def _is_sensitive(referral: Referral) -> bool:
    return recipients.is_sensitive(referral, referral.introductions)


def _of_referral(referral: Referral) -> str:
    return f"referral:{referral.id}:person:"


def _others(found: Iterable[Recipient], by: Actor | None) -> list[Recipient]:
    """All but who did it: the user, or whoever came by a link that was sent to them."""
    if by is None:
        return list(found)
    link = db.session.get(IntroductionLink, by.link_id) if by.link_id is not None else None
    users = {by.user.id if by.user is not None else None, link.user_id if link is not None else None} - {None}
    email = link.email.casefold() if link is not None and link.email else None
    return [one for one in found if one.user_id not in users and (email is None or one.address != email)]


TELLERS: Mapping[str, Callable[[Introduction, str, IntroductionEvent, Actor], None]] = {
    "group": _group,
    "person": _person,
    "referrer": _referrer,
    "practice": _practice,
    "team": _team,
}
