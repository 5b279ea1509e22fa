"""What happened to referrals and what huddles miss, as facts: each once, whenever it is read.

Rows of `introduction_event` are read in turn from where the last reading ended, and the last day again, since of two that were
written at once the earlier may appear later.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from portal.core import clock
from portal.core.extensions import db
from portal.huddles import gaps
from portal.insight import noting, traits
from portal.insight.cuts import UNMET
from portal.insight.grounds import Grounds
from portal.insight.keys import key_of
from portal.insight.models import InsightMark
from portal.insight.noting import Row
from portal.people.models import Person
from portal.referrals.models import Introduction, IntroductionEvent

AGAIN = timedelta(days=1)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
A_PAGE = 500
FACTS_OF: dict[str, tuple[str, ...]] = {
    "send": ("sent",),
    "accept": ("accepted", "answered"),
    "book": ("accepted", "answered"),
    "wait": ("answered",),
    "decline": ("declined", "answered"),
    "start": ("visited",),
    "start_booked": ("visited",),
    "complete": ("finished",),
}
"""What each verb of a referral to a group counts as. The first answer of an introduction counts, and booking from a waiting list
says yes.
"""
MISTAKE = "mark_error"
WITH_DAYS = frozenset({"answered", "visited"})


def collect_events() -> int:
    """Add a fact for everything that happened to referrals since the last time. Gives how many."""
    grounds, added = Grounds(), 0
    start = _mark("events") - AGAIN
    for events in _pages(start):
        about = _introductions(events)
        rows = [row for event in events for row in _facts_of(event, about, grounds)]
        added += noting.add(rows)
        for event in events:
            if event.verb == MISTAKE and event.introduction_id is not None and event.to_state == "entered-in-error":
                noting.take_back(key_of("introduction", event.introduction_id), f"event:{event.id}")
        _put_mark("events", events[-1].at)
    return added


def collect_gaps() -> int:
    """Add a fact for every gap that a team told of since the last time."""
    grounds, now = Grounds(), clock.now()
    told = gaps.told_between(_mark("gaps") - AGAIN, now + timedelta(seconds=1))
    ids = {one.person_id for one in told if one.person_id is not None}
    people = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))} if ids else {}
    rows = []
    for one in told:
        day = clock.local(one.at).date()
        spot = (
            grounds.of_neighbourhood(one.neighbourhood_id.hex, day) if one.neighbourhood_id else grounds.at(None, day)
        )
        person = people.get(one.person_id) if one.person_id else None
        who = key_of("person", person.id) if person is not None else key_of("gap", one.id)
        rows.append(
            {"source": f"gap:{one.id}", "fact": "gap", "day": day, "area": spot.area, "place": spot.place, "need": one.need,
             "person_key": who, "subject_key": key_of("gap", one.id)}
        )  # fmt: skip
    added = noting.add(rows)
    _put_mark("gaps", now)
    return added


def _pages(start: datetime) -> Iterator[Sequence[IntroductionEvent]]:
    """Events from a moment on, in order, a page at a time, with what they are about."""
    event = IntroductionEvent
    last: tuple[datetime, UUID | None] = (start, None)
    while True:
        wanted = select(event).where(event.verb.in_([*FACTS_OF, MISTAKE]), event.at >= last[0])
        if last[1] is not None:
            wanted = wanted.where(tuple_(event.at, event.id) > tuple_(*last))
        page = db.session.scalars(wanted.order_by(event.at, event.id).limit(A_PAGE)).all()
        if page:
            yield page
        if len(page) < A_PAGE:
            return
        last = (page[-1].at, page[-1].id)


def _facts_of(event: IntroductionEvent, about: Mapping[UUID, Introduction], grounds: Grounds) -> Iterable[Row]:
    introduction = about.get(event.introduction_id) if event.introduction_id is not None else None
    if introduction is None or introduction.kind != "service" or introduction.person.erased_at is not None:
        return
    person, day = introduction.person, clock.local(event.at).date()
    spot = grounds.at(person.neighbourhood_code, day)
    base = {
        "day": day, "area": spot.area, "place": spot.place, "organization": introduction.organization_id.hex,
        "service": introduction.service_id.hex if introduction.service_id else "", "reason": event.reason_code or "",
        "age": traits.age_on(person, day), "language": traits.language_of(person), "access": traits.access_of(person),
        "fifth": traits.fifth_of(person), "person_key": key_of("person", person.id),
        "subject_key": key_of("introduction", introduction.id),
    }  # fmt: skip
    for fact in FACTS_OF.get(event.verb, ()):
        # the first answer alone: it is named by the introduction, not by the event
        source = f"introduction:{introduction.id}" if fact in {"answered", "accepted"} else f"event:{event.id}"
        needs = introduction.referral.needs if fact == "declined" and event.reason_code in UNMET else ()
        days = _days(introduction, event) if fact in WITH_DAYS else None
        for need in dict.fromkeys(needs) or ("",):
            yield {**base, "source": source, "fact": fact, "need": need[:40], "days": days}


def _introductions(events: Sequence[IntroductionEvent]) -> Mapping[UUID, Introduction]:
    ids = {event.introduction_id for event in events if event.introduction_id is not None}
    wanted = select(Introduction).where(Introduction.id.in_(ids))
    wanted = wanted.options(joinedload(Introduction.person), joinedload(Introduction.referral))
    return {one.id: one for one in db.session.scalars(wanted)}


def _days(introduction: Introduction, event: IntroductionEvent) -> int:
    """From the day of sending to that of the event, on the calendar."""
    sent = introduction.sent_at or event.at
    return max(0, (clock.local(event.at).date() - clock.local(sent).date()).days)


def _mark(name: str) -> datetime:
    found = db.session.get(InsightMark, name)
    return BEGINNING if found is None else found.at


def _put_mark(name: str, at: datetime) -> None:
    found = db.session.get(InsightMark, name)
    if found is None:
        db.session.add(InsightMark(name=name, at=at))
    elif at > found.at:
        found.at = at
    db.session.flush()
