"""Asking people after a first visit whether it helped, and counting what they answer so that nobody can tell who said what.

Who was asked is known, so that nobody is asked twice; a link names a service and nobody; an answer adds one to a count, and the
link goes in the same transaction. Counts are read from the end of their quarter on, and from 8 on (`portal.voice.ratings`).
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock, throttle
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.quarters import Quarter, this_quarter
from portal.core.tokens import hash_of, new_token
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.directory.naming import names_of
from portal.notifications.outbox import notify
from portal.people import consents
from portal.people.models import Consent
from portal.referrals import recipients
from portal.referrals.models import Introduction
from portal.referrals.states import State
from portal.referrals.sweeping import is_day
from portal.referrals.telling import prefix_of
from portal.voice import places, queries, worries
from portal.voice.clearing import Decision
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedAsked, HelpedCount, HelpedToken, HelpedWords
from portal.voice.notifications import HelpedQuestion

ASKED_AFTER = timedelta(days=3)
ASKED_BEFORE = timedelta(days=28)
"""A first visit that is longer ago is not asked about: what was it like is hard to say by then."""
LINK_DAYS = 28
WORDS_KEPT = timedelta(days=90)
"""After the end of the quarter in which they were written."""
CAME = (State.IN_PROGRESS, State.PAUSED, State.COMPLETED, State.ENDED_EARLY)
A_BATCH = 100
MOST_AN_HOUR = 30


@dataclass(frozen=True)
class Asked:
    """What a link asks about, with its name in public. `organisations`: those whose leads would read a worry."""

    service: Service
    name: str
    organisations: tuple[UUID, ...]


@dataclass(frozen=True)
class Answer:
    """What somebody answered. `is_danger`: the words speak of danger."""

    helped: str
    again: str
    words: str | None = None
    is_danger: bool = False


@job("voice.ask")
def ask() -> None:
    """Ask people some days after a first visit, by the way that they said is safe. Nobody is written to at night."""
    if not is_day():
        return
    now = clock.now()
    due = (
        select(Introduction)
        .outerjoin(HelpedAsked, HelpedAsked.introduction_id == Introduction.id)
        .where(
            HelpedAsked.introduction_id.is_(None),
            Introduction.service_id.is_not(None),
            Introduction.state.in_([state.value for state in CAME]),
            Introduction.started_at <= now - ASKED_AFTER,
            Introduction.started_at > now - ASKED_BEFORE,
        )
    )
    for one in db.session.scalars(due.order_by(Introduction.started_at, Introduction.id).limit(A_BATCH)).all():
        _ask(one)


def asked_by(token: str) -> Asked:
    """What a link asks about. Raises NotFound in the same words for one that was answered, is old, or never was."""
    wanted = select(HelpedToken).where(
        HelpedToken.token_hash == hash_of(token), HelpedToken.expires_on >= clock.today()
    )
    row = db.session.scalar(wanted)
    service = db.session.get(Service, row.service_id) if row is not None else None
    if row is None or service is None:
        raise NotFound(_("This link does not work any more."))
    return Asked(service, names_of([service.id])[service.id], _organisations(service, row.team_id))


def answer(token: str, given: Answer, *, came_from: str) -> None:
    """Count an answer, and let the link go. `came_from` is a network address, for the limit only.

    Words wait for a moderator. Those that speak of danger are not kept, but where it made things worse they go to the
    safeguarding leads of the group and of the team that made the introduction, if somebody reads there.
    Raises NotFound, TooManyRequests.
    """
    throttle.hit("helped", came_from, limit=MOST_AN_HOUR, seconds=3600)
    gone = delete(HelpedToken).where(HelpedToken.token_hash == hash_of(token), HelpedToken.expires_on >= clock.today())
    row = db.session.execute(gone.returning(HelpedToken.service_id, HelpedToken.team_id)).first()
    service = db.session.get(Service, row.service_id) if row is not None else None
    if row is None or service is None:
        raise NotFound(_("This link does not work any more."))
    quarter = this_quarter()
    here = places.of_service(service.id)
    _count(service, quarter, given, here.id if here else None)
    audit.record("helped.answered", None, by="person")
    if given.words and not given.is_danger:
        goes_on = quarter.last + WORDS_KEPT
        area = here.set.slug if here else None
        db.session.add(
            HelpedWords(quarter=quarter.slug, service_id=service.id, words=given.words, area=area, goes_on=goes_on)
        )
    elif given.words and given.helped == "worse":
        _worry(given.words, service, row.team_id)


def clear(words_id: UUID, decision: Decision, by: Viewer) -> bool:
    """Keep what a moderator decided about words. False where it was decided already."""
    row = db.session.scalar(queries.waiting_helped(by).where(HelpedWords.id == words_id).with_for_update())
    if row is None:
        return False
    row.state = "cleared" if decision.words else "aside"
    row.cleared_words, row.cleared_by_id = decision.words, by.id
    if not decision.words:
        row.words = None
    audit.record(f"helped.{row.state}", row, by=by)
    return True


def _ask(introduction: Introduction) -> None:
    """Ask one person, where they may be written to and have agreed; either way they are not asked about it again."""
    db.session.add(HelpedAsked(introduction_id=introduction.id))
    service, to = introduction.service, recipients.of_person(introduction.person)
    held = db.session.get(Consent, introduction.consent_id) if introduction.consent_id else None
    if service is None or to is None or not consents.covers(held):
        return
    token, hashed = new_token()
    told = HelpedQuestion(token, recipients.is_sensitive(introduction.referral, [introduction]))
    if notify(told, to=to, key=f"{prefix_of(introduction, 'person')}helped") is None:
        return
    db.session.add(
        HelpedToken(
            token_hash=hashed,
            service_id=service.id,
            team_id=introduction.person.organization_id or introduction.referral.organization_id,
            expires_on=clock.today() + timedelta(days=LINK_DAYS),
        )
    )
    audit.record("helped.asked", introduction, by=None)


def _count(service: Service, quarter: Quarter, given: Answer, neighbourhood_id: UUID | None) -> None:
    """One more of an answer. All that can be answered about the service in the quarter is laid down before the first, at 0."""
    mine = (HelpedCount.quarter == quarter.slug) & (HelpedCount.service_id == service.id)
    if db.session.scalar(select(HelpedCount.count).where(mine).limit(1)) is None:
        _lay_down(service, quarter, neighbourhood_id)
    this = mine & (HelpedCount.helped == given.helped) & (HelpedCount.again == (given.again or NO_ANSWER))
    db.session.execute(update(HelpedCount).where(this).values(count=HelpedCount.count + 1))


def _lay_down(service: Service, quarter: Quarter, neighbourhood_id: UUID | None) -> None:
    rows = [
        HelpedCount(
            quarter=quarter.slug,
            service_id=service.id,
            helped=helped,
            again=again,
            organization_id=service.organization_id,
            neighbourhood_id=neighbourhood_id,
            count=0,
        )
        for helped in HELPED
        for again in (*AGAIN, NO_ANSWER)
    ]
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
    except IntegrityError:  # somebody else's answer laid them down at the same moment
        return


def _organisations(service: Service, team_id: UUID | None) -> tuple[UUID, ...]:
    return tuple(one for one in dict.fromkeys((service.organization_id, team_id)) if one is not None)


def _worry(words: str, service: Service, team_id: UUID | None) -> None:
    organisations = _organisations(service, team_id)
    if worries.is_read(organisations):
        worries.tell(worries.Worry(words, names_of([service.id])[service.id], organisations))
