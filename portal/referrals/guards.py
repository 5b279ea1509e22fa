"""What must hold before an introduction moves. Each guard is named in the table of transitions and says what lacks.

A guard looks at the introduction as it is, who acts and what they gave. It changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory.models import Service
from portal.directory.space import space_of
from portal.measures.words import WHY_NONE, WHY_NONE_OF_GROUPS
from portal.people import consents
from portal.people.models import Consent, PersonContact
from portal.referrals.actors import Actor
from portal.referrals.clocks import clocks
from portal.referrals.models import Appointment, Introduction, LinkTeam, ReferralSetting
from portal.referrals.states import OPEN, State
from portal.referrals.transitions import Who

NO_SPACE = frozenset({"full", "paused"})
GOAL_RESULTS = frozenset({"achieved", "partly", "not-achieved", "not-known"})
WHY_NO_MEASURE = frozenset({*WHY_NONE, *WHY_NONE_OF_GROUPS})
REACHES = ("phone", "email", "textphone", "address")


class Refused(DomainError):
    """A move that a guard does not let pass. `guard` names it; `field` the field of a form that it is about, if one."""

    def __init__(self, guard: str, sentence: str, *, about: str | None = None) -> None:
        super().__init__(sentence)
        self.guard, self.field = guard, about


@dataclass(frozen=True)
class Given:
    """What comes with a move. `report`: how it ended, as a plain dict (goals by id, measures, last contact, onward).

    `is_overriding`: the referrer sends although the service may not fit, for the reason in `words`.
    """

    reason: str | None = None
    words: str | None = None
    review_on: date | None = None
    weeks: int | None = None
    first_date: date | None = None
    meets_at_door: str | None = None
    report: dict[str, Any] | None = None
    target_id: UUID | None = None
    suggestion_id: UUID | None = None
    person_agreed: bool = False
    misfits: tuple[str, ...] = ()


Guard = Callable[[Introduction, Actor, Given], str | None]


def takes_referrals(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """The service is open and takes referrals; the team is one that people are handed over to."""
    if introduction.kind == "link-work":
        team = db.session.get(LinkTeam, introduction.organization_id)
        return None if team is not None and team.is_active else _("This team takes no referrals here now.")
    return service_takes(introduction.service)


def service_takes(service: Service | None) -> str | None:
    """Why a service takes no referrals, in a sentence."""
    if service is None or service.status != "active" or service.withdrawn_at or service.merged_into_id:
        return _("This listing has closed. Choose another group.")
    setting = db.session.get(ReferralSetting, service.id)
    return None if setting is None or setting.is_open else _("This group takes no referrals here. Phone them instead.")


def reachable(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """There is a safe way to ask the person, and nobody has said to leave them alone."""
    person = introduction.person
    if person.do_not_contact:
        return _("This person must not be contacted. Ask them when you meet.")
    contact = person.contact or {}
    is_safe = ("e-mail" in contact.get("ways", ()) and contact.get("email")) or (
        "text" in contact.get("ways", ()) and contact.get("phone")
    )
    return None if is_safe else _("There is no safe e-mail address or mobile number to ask them by.")


def consent_covers(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """The person agrees today that this organisation sees who they are and what would help."""
    held = db.session.get(Consent, introduction.consent_id) if introduction.consent_id else None
    is_right = held is not None and held.person_id == introduction.person_id
    is_right = is_right and held is not None and held.organization_id == introduction.organization_id
    if is_right and consents.covers(held):
        return None
    return _("The person has not agreed to share this with %(group)s.", group=introduction.organization.name)


def has_what_it_needs(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """A name, a way to get in touch, and what would help."""
    person, referral = introduction.person, introduction.referral
    if not (person.given_name or person.preferred_name or person.family_name):
        return _("Enter a name")
    contact = person.contact or {}
    if not (any(contact.get(way) for way in REACHES) or "through-me" in contact.get("ways", ())):
        return _("Say how to get in touch, or choose “through me”")
    return None if referral.needs or referral.reason else _("Say in a sentence what would help")


def fits(_introduction: Introduction, _by: Actor, given: Given) -> str | None:
    """Age and area fit, or somebody says why it is sent all the same."""
    if not given.misfits or (given.words or "").strip():
        return None
    return _("Say why this is right for the person all the same")


def has_space(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """The service has not said that it is full or paused; where there is a wait, the person is happy to wait."""
    if introduction.service is None:
        return None
    return service_has_space(introduction.service, happy_to_wait=introduction.happy_to_wait)


def service_has_space(service: Service, *, happy_to_wait: bool | None) -> str | None:
    """Why a service has no space for one more, in a sentence."""
    state = space_of(service).state
    if state in NO_SPACE:
        return _("This group has no space now. Ask to be told when there is, or choose another.")
    if state == "wait" and happy_to_wait is not True:
        return _("There is a wait for this group. Say whether the person is happy to wait.")
    return None


def not_twice(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """There is no other open introduction of the same person to the same service or team."""
    other = db.session.scalar(
        select(Introduction.id).where(
            Introduction.open_key == open_key_of(introduction), Introduction.id != introduction.id
        )
    )
    return None if other is None else _("This person has been referred there already, and it is still open.")


def alive(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """Nobody has recorded that the person died."""
    return _("This person’s death was recorded.") if introduction.person.death_recorded_at else None


def has_words(_introduction: Introduction, _by: Actor, given: Given) -> str | None:
    """Something was written."""
    return None if (given.words or "").strip() else _("Write what you want to say")


def happy_to_wait(introduction: Introduction, _by: Actor, given: Given) -> str | None:
    """The service has a waiting list, and the person agrees to wait: said before, or now."""
    setting = db.session.get(ReferralSetting, introduction.service_id) if introduction.service_id else None
    if setting is not None and not setting.has_waiting_list:
        return _("This listing has no waiting list. Accept, ask or decline.")
    if introduction.happy_to_wait is False and not given.person_agreed:
        return _("The person does not want to wait. Accept, ask or decline.")
    return None


def target_covered(introduction: Introduction, _by: Actor, given: Given) -> str | None:
    """There is another service to pass it on to, and the person agrees to share with its group."""
    target = db.session.get(Service, given.target_id) if given.target_id else None
    if target is None or target.status != "active" or target.id == introduction.service_id:
        return _("Choose another service to pass this on to")
    held = consents.active(introduction.person_id, target.organization_id)
    if consents.covers(held):
        return None
    return _("The person has not agreed to share this with %(group)s.", group=target.organization.name)


def tries_needed() -> str:
    """What a group must have tried, as the clocks of the network have it."""
    rule = clocks()
    return _(
        "Try %(tries)s times on %(days)s days, in %(ways)s ways, before you say that they cannot be reached.",
        tries=rule.tries,
        days=rule.tries_on_days,
        ways=rule.tries_by_ways,
    )


def tried_or_told(introduction: Introduction, by: Actor, given: Given) -> str | None:
    """Where the person could not be reached, it was tried often enough, on several days, in more than one way."""
    if given.reason != "no-contact" or by.who is Who.SYSTEM:
        return None
    rule = clocks()
    rows = db.session.scalars(
        select(PersonContact).where(
            PersonContact.introduction_id == introduction.id, PersonContact.outcome != "reached"
        )
    ).all()
    missed = db.session.scalars(
        select(Appointment.id).where(
            Appointment.introduction_id == introduction.id, Appointment.status == "did-not-attend"
        )
    ).all()
    days, ways = {clock.local(one.at).date() for one in rows}, {one.mode for one in rows}
    is_enough = len(rows) >= rule.tries and len(days) >= rule.tries_on_days and len(ways) >= rule.tries_by_ways
    if is_enough or len(missed) >= rule.missed_visits:
        return None
    return tries_needed()


def has_review_date(_introduction: Introduction, _by: Actor, given: Given) -> str | None:
    """A day in the future on which somebody looks again."""
    is_later = given.review_on is not None and given.review_on > clock.today()
    return None if is_later else _("Enter a date in the future on which to look again")


def has_outcome(introduction: Introduction, _by: Actor, given: Given) -> str | None:
    """How each goal turned out, when they last met, and a measure or why there is none."""
    report = given.report or {}
    goals = {str(goal.id) for goal in introduction.person.goals}
    told = {key: value for key, value in (report.get("goals") or {}).items() if value in GOAL_RESULTS}
    if introduction.kind == "link-work" and goals - told.keys():
        return _("Say how each goal turned out")
    if not goals and report.get("result") not in GOAL_RESULTS:
        return _("Say how it turned out")
    if goals and introduction.kind == "service" and not told and report.get("result") not in GOAL_RESULTS:
        return _("Say how it turned out")
    last = report.get("last_contact")
    try:
        is_past = last is not None and date.fromisoformat(last) <= clock.today()
    except (TypeError, ValueError):
        is_past = False
    if not is_past:
        return _("Enter the date of the last contact")
    is_measured = bool(report.get("measure_id") or report.get("why_no_measure") in WHY_NO_MEASURE)
    return None if is_measured else _("Add a measure, or say why there is none")


def second_person(introduction: Introduction, by: Actor, _given: Given) -> str | None:
    """After it was sent a second person confirms; before, who wrote it may take it away."""
    if State(introduction.state) in {State.DRAFT, State.AWAITING_CONSENT}:
        return None
    if by.who is Who.REFERRER and State(introduction.state) is not State.SENT:
        return _("It is with the group. Withdraw it, or ask your information governance lead.")
    asked_by = introduction.error_asked_by_id
    if asked_by is None or by.user is None or by.user.id == asked_by:
        return _("A second person has to confirm this.")
    return None


def recent(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """It ended not too long ago."""
    ended, rule = introduction.ended_at, clocks()
    if ended is not None and clock.now() - ended <= timedelta(days=rule.reopen_days):
        return None
    return _("This ended more than %(days)s days ago. Make a new referral.", days=rule.reopen_days)


def corrected_for() -> str:
    """How long who came can be put right, as the clocks of the network have it."""
    return _("A visit can be corrected for %(days)s days.", days=clocks().correct_days)


def within_days(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """The visit was not too long ago."""
    last = max((one.starts_at for one in introduction.appointments), default=None)
    if last is not None and clock.now() - last <= timedelta(days=clocks().correct_days):
        return None
    return corrected_for()


def nothing_open(introduction: Introduction, _by: Actor, _given: Given) -> str | None:
    """No introduction of the referral is open."""
    is_open = any(State(one.state) in OPEN for one in introduction.referral.introductions)
    return _("One of its introductions is still open.") if is_open else None


def open_key_of(introduction: Introduction) -> str:
    """What is unique while an introduction is open: one person, one service or team."""
    return f"{introduction.person_id.hex}:{(introduction.service_id or introduction.organization_id).hex}"


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        takes_referrals, reachable, consent_covers, has_what_it_needs, fits, has_space, not_twice, alive, has_words,
        happy_to_wait, target_covered, tried_or_told, has_review_date, has_outcome, second_person, recent, within_days,
        nothing_open,
    )
}  # fmt: skip
ABOUT: dict[str, str] = {
    "has_words": "words", "happy_to_wait": "weeks", "target_covered": "target", "has_review_date": "review_on",
    "has_space": "happy_to_wait", "fits": "words",
}  # fmt: skip
"""The field of a form that a guard is about."""


def look(introduction: Introduction, names: tuple[str, ...], by: Actor, given: Given) -> None:
    """Ask each guard. Raises Refused with the sentence of the first that does not let it pass."""
    for name in names:
        if (sentence := GUARDS[name](introduction, by, given)) is not None:
            raise Refused(name, sentence, about=ABOUT.get(name))
