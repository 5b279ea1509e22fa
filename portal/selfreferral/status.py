"""What a person reads of their referral: where each introduction stands, what comes next, who sees what. In their words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.organisations.models import Organization
from portal.people import consents
from portal.people.consents import SCOPES
from portal.people.models import Consent
from portal.referrals import recipients
from portal.referrals.models import Appointment, Introduction, LinkTeam, Message, Referral
from portal.referrals.reasons import words_of
from portal.referrals.states import WITH_GROUP, State

FOR_OTHERS = frozenset({"for-somebody", "on-behalf"})


@dataclass(frozen=True)
class Said:
    """One thing that was written. `is_own`: by the person."""

    words: str
    on: str
    is_own: bool


@dataclass(frozen=True)
class Standing:
    """One introduction as the person reads it. `visit` is the booked one, `phone` a number to ask by.

    `said`: what they and the group wrote to each other, where the person asked for themselves.
    """

    introduction: Introduction
    sentences: tuple[str, ...]
    sent: str | None
    visit: Appointment | None
    phone: str | None
    said: tuple[Said, ...] = ()

    @property
    def can_write(self) -> bool:
        """Whether they may write to the group: who asked for themselves, while it is with the group."""
        return self.introduction.referral.organization_id is None and State(self.introduction.state) in WITH_GROUP

    @property
    def is_asked(self) -> bool:
        """Whether the group waits for an answer."""
        return self.introduction.state == State.INFO_REQUESTED.value

    @property
    def can_end(self) -> bool:
        """Whether it may still be cancelled."""
        return self.introduction.is_open


@dataclass(frozen=True)
class Sharing:
    """What was agreed with one organisation: what they may see, since when, and until when or when it ended."""

    organization_id: UUID
    name: str
    scopes: tuple[str, ...]
    is_active: bool
    sentence: str


def standings_of(referral: Referral) -> list[Standing]:
    """All introductions of a referral, newest last. Four statements."""
    wanted = (
        select(Introduction)
        .where(Introduction.referral_id == referral.id, Introduction.state != State.ENTERED_IN_ERROR.value)
        .options(
            joinedload(Introduction.service), joinedload(Introduction.organization),
            joinedload(Introduction.appointments),
        )
        .order_by(Introduction.created_at, Introduction.id)
    )  # fmt: skip
    rows = db.session.scalars(wanted).unique().all()
    team_ids = [one.organization_id for one in rows if one.kind == "link-work"]
    teams = select(LinkTeam.organization_id, LinkTeam.phone).where(LinkTeam.organization_id.in_(team_ids))
    numbers = {team_id: number for team_id, number in db.session.execute(teams)} if team_ids else {}
    said = _said(rows) if referral.organization_id is None else {}
    return [_standing(one, referral, numbers.get(one.organization_id), said.get(one.id, ())) for one in rows]


def tells_of_person(referral: Referral) -> bool:
    """Whether the page tells more of the person than this referral does.

    Not where somebody else asked for them and a team holds their record since: what they told the team, with whom they share
    and how they are safely reached is not for who asked.
    """
    return referral.route not in FOR_OTHERS or referral.person.organization_id is None


def sharings_of(referral: Referral) -> list[Sharing]:
    """Every agreement of the person that is not replaced, newest first. One statement."""
    wanted = (
        select(Consent, Organization.name)
        .join(Organization, Organization.id == Consent.organization_id)
        .where(Consent.person_id == referral.person_id, Consent.status != "replaced")
        .order_by(Consent.given_at.desc(), Consent.id)
    )
    if not tells_of_person(referral):
        wanted = wanted.where(Consent.organization_id.in_([one.organization_id for one in referral.introductions]))
    return [_sharing(consent, name) for consent, name in db.session.execute(wanted)]


def is_sensitive(referral: Referral) -> bool:
    """Whether the tab keeps quiet about what it is."""
    return recipients.is_sensitive(referral, referral.introductions)


def when(moment: datetime) -> str:
    """ "Friday 27 November, midday"."""
    local = clock.local(moment)
    return _("%(day)s, %(time)s", day=wording.day(local.date()), time=wording.clock_time(moment))


def _said(rows: Sequence[Introduction]) -> dict[UUID, tuple[Said, ...]]:
    wanted = select(Message).where(Message.introduction_id.in_([one.id for one in rows]))
    found: dict[UUID, list[Said]] = {}
    for message in db.session.scalars(wanted.order_by(Message.at, Message.id)):
        said = Said(message.words, when(message.at), message.side == "referrer")
        found.setdefault(message.introduction_id, []).append(said)
    return {one: tuple(said) for one, said in found.items()}


def _standing(one: Introduction, referral: Referral, phone: str | None, said: tuple[Said, ...]) -> Standing:
    visit = next((visit for visit in one.appointments if visit.status == "booked"), None)
    return Standing(
        introduction=one,
        sentences=tuple(_sentences(one, referral, visit)),
        sent=wording.full_date(clock.local(one.sent_at).date()) if one.sent_at else None,
        visit=visit if State(one.state) is State.BOOKED else None,
        phone=phone,
        said=said,
    )


def _sentences(one: Introduction, referral: Referral, visit: Appointment | None) -> list[str]:
    state = State(one.state)
    found = NEXT[state](one)
    if state is State.BOOKED and visit is not None:
        found = _visit(one, visit)
    if one.told.is_end and state is not State.COMPLETED:
        if referral.organization_id is None and one.reason_code and one.ended_by != "person":
            found = [*found, _("The reason: %(reason)s.", reason=words_of(one.reason_code))]
        if referral.organization_id is not None and state in AFTERWARDS:
            found = [*found, _("Whoever referred you has been told, and looks with you at what else there is.")]
    return found


def _visit(one: Introduction, visit: Appointment) -> list[str]:
    found = [_("Your first visit is on %(when)s.", when=when(visit.starts_at))]
    if visit.place:
        found.append(_("Place: %(place)s", place=visit.place))
    if one.meets_at_door:
        found.append(_("Who meets you: %(who)s", who=one.meets_at_door))
    return found


def _by(day: date | None) -> str:
    return wording.day(day) if day else ""


def _asked(one: Introduction, sentence: str) -> list[str]:
    return [sentence, _("We ask them to answer by %(day)s.", day=_by(one.respond_by))] if one.respond_by else [sentence]


def _waits(one: Introduction) -> list[str]:
    first = _("You are on the waiting list.")
    if one.place_expected_on is None:
        return [first]
    return [first, _("They expect a place about %(day)s.", day=wording.full_date(one.place_expected_on))]


def _accepted(one: Introduction) -> list[str]:
    first = _("They said yes. They get in touch in the way that you said is safe.")
    if one.first_date is None:
        return [first]
    return [first, _("They mean to meet you on %(day)s.", day=wording.day(one.first_date))]


def _paused(one: Introduction) -> list[str]:
    if one.review_on is None:
        return [_("It is on hold.")]
    return [_("It is on hold. You look at it together again on %(day)s.", day=wording.full_date(one.review_on))]


NEXT: dict[State, Callable[[Introduction], list[str]]] = {
    State.DRAFT: lambda _one: [_("It is being written. Nothing is shared yet.")],
    State.AWAITING_CONSENT: lambda _one: [_("You were asked whether you agree. Nothing is shared until you say yes.")],
    State.PATIENT_DECLINED: lambda _one: [_("You said no. Nothing was shared.")],
    State.SENT: lambda one: _asked(one, _("It is with them, and nobody has opened it yet.")),
    State.IN_REVIEW: lambda one: _asked(one, _("Somebody there has read it.")),
    State.INFO_REQUESTED: lambda _one: [_("They have a question before they answer.")],
    State.WAITING_LIST: _waits,
    State.ACCEPTED: _accepted,
    State.BOOKED: _accepted,
    State.IN_PROGRESS: lambda _one: [_("You have started.")],
    State.PAUSED: _paused,
    State.COMPLETED: lambda _one: [_("It has come to its end.")],
    State.ENDED_EARLY: lambda _one: [_("It has ended.")],
    State.NOT_STARTED: lambda _one: [_("It did not start.")],
    State.DECLINED: lambda _one: [_("They cannot take this on. They see nothing of it any more.")],
    State.REDIRECTED: lambda _one: [_("It was passed on to another group, as you agreed.")],
    State.EXPIRED: lambda _one: [_("Nobody answered in time. They see nothing of it any more.")],
    State.WITHDRAWN: lambda _one: [_("It was cancelled. They see nothing of it any more.")],
    State.ENTERED_IN_ERROR: lambda _one: [_("It was entered by mistake.")],
}
"""What to say of each state, to the person."""
AFTERWARDS = frozenset({State.DECLINED, State.EXPIRED, State.NOT_STARTED})


def _sharing(consent: Consent, name: str) -> Sharing:
    is_active = consents.holds(consent)
    given = wording.full_date(clock.local(consent.given_at).date())
    if is_active:
        until = wording.full_date(consent.expires_on)
        sentence = _("Agreed on %(given)s. It lasts until %(until)s.", given=given, until=until)
    elif consent.status == "refused":
        sentence = _("You said no on %(given)s.", given=given)
    else:
        ended = wording.full_date(clock.local(consent.ended_at).date() if consent.ended_at else consent.expires_on)
        sentence = _("Ended on %(day)s. They see nothing now.", day=ended)
    scopes = tuple(str(SCOPES[scope]) for scope in consent.scopes if scope in SCOPES)
    return Sharing(consent.organization_id, name, scopes, is_active, sentence)
