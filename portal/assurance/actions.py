"""The daily round: who is asked today, who is reminded, and whom a moderator is to ring.

Safe to repeat and to run in two workers at once: what was done stands in the database, and each letter of a round is one row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import delete, select, update

from portal.assurance import queries, rhythm
from portal.assurance.contacts import COMES_BACK, Asked, Contact, contacts_of, organisations_of
from portal.assurance.models import CheckCall, CheckItem, CheckLetter, CheckRound, ListingReport
from portal.assurance.notifications import StillRight
from portal.assurance.queries import Mail, Standing
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.jobs import job
from portal.core.tokens import new_token
from portal.directory.models import Service
from portal.notifications.bouncing import BOUNCE_LISTENERS
from portal.notifications.models import Bounce
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

LOCK = 7_310_045
WORDS_KEPT = timedelta(days=90)
ROUNDS_KEPT = timedelta(days=400)
"""Longer than any rhythm, so that what counts against one more mail is never forgotten."""


@dataclass
class _Person:
    """Somebody to ask today, with what. `contact` is none where only a telephone helps."""

    contact: Contact | None
    organization_id: UUID
    listings: dict[UUID, Standing] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """By which their rounds are found again."""
        return self.contact.key if self.contact else self.organization_id.hex


@job("assurance.daily")
def daily() -> None:
    """Do what is due today."""
    today = clock.today()
    one_at_a_time(db.session(), LOCK)
    heed_bounces()
    follow_up(today)
    begin(today)


@job("assurance.bounced")
def after_bounces() -> None:
    """Lead rounds whose letter came back to the telephone at once, not with the next daily round."""
    one_at_a_time(db.session(), LOCK)
    heed_bounces()
    follow_up(clock.today())


def _hear(bounce: Bounce) -> None:
    if bounce.kind in COMES_BACK:
        after_bounces.later(_key="bounces")


BOUNCE_LISTENERS.append(_hear)


@job("assurance.tidy")
def tidy() -> None:
    """Forget words of visitors some months after the answer, and whom we wrote to after a year."""
    now = clock.now()
    answered_then = ListingReport.answered_at < now - WORDS_KEPT
    db.session.execute(update(ListingReport).where(answered_then).values(words=None, contact=None, visitor_key=None))
    old = select(CheckRound.id).where(CheckRound.closed_on < clock.today() - ROUNDS_KEPT)
    for row in (CheckItem, CheckLetter, CheckCall):
        db.session.execute(delete(row).where(row.round_id.in_(old)))
    db.session.execute(delete(CheckRound).where(CheckRound.id.in_(old)))


def heed_bounces() -> None:
    """Note which letters came back. The day's steps then lead to the telephone."""
    came_back = db.session.execute(
        select(CheckLetter, Bounce.at)
        .join(CheckRound, CheckRound.id == CheckLetter.round_id)
        .join(Bounce, Bounce.recipient_key == CheckLetter.email_key)
        .where(
            CheckRound.closed_on.is_(None),
            CheckLetter.bounced_at.is_(None),
            CheckLetter.used_at.is_(None),
            Bounce.kind.in_(COMES_BACK),
            Bounce.at >= CheckLetter.sent_at,
        )
        .order_by(Bounce.at.desc())
    )
    for letter, at in came_back:
        letter.bounced_at = at


def follow_up(today: date) -> None:
    """Take the step that is due for each round that nobody has answered."""
    steps = [(one, step) for one in _settled(queries.open_rounds(), today) if (step := _next(one, today)) is not None]
    rounds = [one for one, _step in steps]
    seconds = _seconds_of([one for one, step in steps if step.name == "second"])
    people = [one.contact_key for one in rounds if one.contact_key] + [one.key for one in seconds.values()]
    known = queries.mails(people, [item.service_id for one in rounds for item in one.items])
    for one, step in steps:
        if not step.mails:
            to_phone(one, today)
            continue
        contact = seconds.get(one.id) if step.name == "second" else _first_of(one)
        if contact is None:
            continue
        keys, about = {contact.key, one.contact_key or contact.key}, [item.service_id for item in one.items]
        if rhythm.may_mail(queries.sent(known, keys=keys, listings=about), today):
            write(one, step, contact)
            known.append(Mail(today, frozenset(keys), frozenset(about)))


def begin(today: date) -> None:
    """Ask about what is due: one digest to each person, with all their listings that go along."""
    people = _people(queries.due(today))
    begun = queries.last_begun(people)
    ready = [one for key, one in people.items() if rhythm.may_begin(begun.get(key), today)]
    ready = _may_be_mailed(ready[: 2 * rhythm.MOST_ROUNDS_A_DAY], today)[: rhythm.MOST_ROUNDS_A_DAY]
    _take_along(ready, today)
    waiting = lapse([one.key for one in ready], today)
    for one in ready:
        _begin(one, today, waiting.get(one.key))


def lapse_all(service_ids: Iterable[UUID]) -> None:
    """Ask no more about listings that are no longer there to ask about."""
    open_items = select(CheckItem).where(CheckItem.service_id.in_(list(service_ids)), CheckItem.state == "asked")
    for item in db.session.scalars(open_items):
        item.state, item.answered_at = "gone", clock.now()


def close_if_answered(one: CheckRound, today: date) -> bool:
    """Close a round about whose listings nothing is left to ask. True if it is closed."""
    if any(item.state == "asked" for item in one.items):
        return False
    one.closed_on, one.open_key = one.closed_on or today, None
    return True


def _people(listings: Sequence[Standing]) -> dict[str, _Person]:
    contacts = contacts_of([one.asked for one in listings])
    people: dict[str, _Person] = {}
    for one in listings:
        first = next(iter(contacts[one.id]), None)
        person = _Person(first, one.asked.organization_id)
        people.setdefault(person.key, person).listings[one.id] = one
    return people


def _may_be_mailed(people: Sequence[_Person], today: date) -> list[_Person]:
    """Those whom one more mail would not be too many for, and those whom only a telephone reaches."""
    known = queries.mails([one.key for one in people], [listing for one in people for listing in one.listings])
    return [
        one
        for one in people
        if one.contact is None or rhythm.may_mail(queries.sent(known, keys=[one.key], listings=one.listings), today)
    ]


def _take_along(people: Sequence[_Person], today: date) -> None:
    """Give each their other listings that go along, so that nobody is written to twice in a quarter."""
    by_key = {one.key: one for one in people}
    organisations = {one.organization_id for one in people}
    for one in people:
        organisations |= {standing.asked.organization_id for standing in one.listings.values()}
        organisations |= organisations_of(one.contact) if one.contact and one.contact.user_id else frozenset()
    known = {listing for one in people for listing in one.listings}
    others = [
        one
        for one in queries.standings_of(organisations)
        if one.id not in known and one.assured is not None and rhythm.goes_along(one.assured, one.ends(today), today)
    ]
    taken = queries.in_hand([one.id for one in others])
    for key, person in _people([one for one in others if one.id not in taken]).items():
        if key in by_key:
            by_key[key].listings |= person.listings


def lapse(keys: Sequence[str], today: date) -> dict[str, CheckRound]:
    """End the rounds of these people that nobody answered: they are asked anew. Gives those that wait for a telephone call."""
    waiting: dict[str, CheckRound] = {}
    for old in db.session.scalars(select(CheckRound).where(CheckRound.open_key.in_(keys))):
        if old.phone_on is not None and old.open_key is not None:
            waiting[old.open_key] = old
        for item in old.items:
            if item.state == "asked":
                item.state = "lapsed"
        close_if_answered(old, today)
    db.session.flush()
    return waiting


def _begin(person: _Person, today: date, waiting: CheckRound | None) -> None:
    """Write a digest. Who waits for a call of the round before keeps the place on the telephone list."""
    one = CheckRound(
        id=new_id(),
        organization_id=person.organization_id,
        contact_key=person.key,
        open_key=person.key,
        begun_on=today,
    )
    one.items = [CheckItem(service_id=listing) for listing in person.listings]
    if waiting is not None:
        one.phone_on, one.try_on, one.why_phone = waiting.phone_on, waiting.try_on, waiting.why_phone
    db.session.add(one)
    audit.record("check.begun", one, by=None, details={"listings": len(one.items)})
    if person.contact is not None:
        write(one, rhythm.STEPS[0], person.contact)
    elif waiting is None:
        to_phone(one, today, why="no_address")


def write(one: CheckRound, step: rhythm.Step, contact: Contact) -> None:
    """Write the letter of a step to somebody, with a link that is theirs alone."""
    token, hashed = new_token()
    now = clock.now()
    letter = CheckLetter(
        id=new_id(),
        step=step.name,
        token_hash=hashed,
        email=contact.email,
        email_key=contact.key,
        user_id=contact.user_id,
        locale=contact.locale,
        sent_at=now,
        expires_at=now + rhythm.LINK_HOLDS,
    )
    one.letters.append(letter)
    notify(
        StillRight(letter_id=str(letter.id), token=token, step=step.name),
        to=Recipient(email=contact.email, locale=contact.locale, user_id=contact.user_id),
        key=f"check:{letter.id}",
    )


def to_phone(one: CheckRound, today: date, why: str | None = None) -> None:
    """Put a round on the telephone list."""
    one.phone_on = one.try_on = today
    one.why_phone = why or ("came_back" if _came_back(one) else "silent")
    audit.record("check.to_phone", one, by=None, why=one.why_phone)


def _next(one: CheckRound, today: date) -> rhythm.Step | None:
    taken = [cast("rhythm.StepName", letter.step) for letter in one.letters]
    step = rhythm.next_step(one.begun_on, taken, today, has_bounced=_came_back(one))
    return None if step is rhythm.PHONE and one.phone_on is not None else step


def _came_back(one: CheckRound) -> bool:
    return any(letter.bounced_at is not None and letter.email_key == one.contact_key for letter in one.letters)


def _first_of(one: CheckRound) -> Contact | None:
    """Whom the round's first letter went to."""
    first = next((letter for letter in one.letters if letter.email_key == one.contact_key), None)
    return Contact(first.email, first.email_key, first.locale, first.user_id) if first else None


def _seconds_of(rounds: Sequence[CheckRound]) -> dict[UUID, Contact]:
    """For each round somebody else to ask, where there is somebody."""
    asked = _asked([item.service_id for one in rounds for item in one.items if item.state == "asked"])
    contacts = contacts_of(list(asked.values()))
    found: dict[UUID, Contact] = {}
    for one in rounds:
        others = (
            contact
            for item in one.items
            for contact in contacts.get(item.service_id, ())
            if contact.key != one.contact_key
        )
        if (other := next(others, None)) is not None:
            found[one.id] = other
    return found


def _asked(service_ids: Sequence[UUID]) -> dict[UUID, Asked]:
    rows = db.session.execute(
        select(Service.id, Service.organization_id, Service.email).where(Service.id.in_(list(service_ids)))
    )
    return {row.id: Asked(row.id, row.organization_id, row.email) for row in rows}


def _settled(rounds: Sequence[CheckRound], today: date) -> list[CheckRound]:
    """Those of which something is left to ask; the others are closed."""
    asked = [item for one in rounds for item in one.items if item.state == "asked"]
    live = queries.live_among([item.service_id for item in asked])
    for item in asked:
        if item.service_id not in live:
            item.state, item.answered_at = "gone", clock.now()
    return [one for one in rounds if not close_if_answered(one, today)]
