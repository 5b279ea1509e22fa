"""Random people through random acts, legal and not, beside a second telling of the rules that shares no code with the first.

After each step: nobody stands where the rules do not lead, who does not agree is seen by no group, nobody who must not be
contacted is written to, and clocks count the working days that a calendar counts. After all: every event stands in the chain.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import holidays
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.notifications.models import OutboxMessage
from portal.people import consents
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, ending, events, sending, showing, visiting, withdrawing
from portal.referrals.actors import Actor
from portal.referrals.clocks import waited
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.moving import move
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.support.referrals import STEPS, World, introduce, make_person

BEGIN = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)
"""A Friday before Christmas, so that holidays are met at once."""
ENGLAND = holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2032))
OPEN = {
    "draft", "awaiting-consent", "sent", "in-review", "info-requested", "waiting-list", "accepted", "booked", "in-progress",
    "paused",
}  # fmt: skip
OFF = {"withdrawn", "entered-in-error"}
LEADS: dict[str, set[str]] = {
    "draft": {"awaiting-consent", "sent", "patient-declined"} | OFF,
    "awaiting-consent": {"sent", "patient-declined"} | OFF,
    "sent": {"in-review", "info-requested", "accepted", "waiting-list", "declined", "redirected", "expired"} | OFF,
    "in-review": {"info-requested", "accepted", "waiting-list", "declined", "redirected", "expired"} | OFF,
    "info-requested": {"in-review", "accepted", "declined"} | OFF,
    "waiting-list": {"accepted", "redirected", "booked", "not-started"} | OFF,
    "accepted": {"redirected", "booked", "not-started", "in-progress"} | OFF,
    "booked": {"in-progress", "accepted", "not-started"} | OFF,
    "in-progress": {"paused", "completed", "ended-early"} | OFF,
    "paused": {"in-progress", "ended-early"} | OFF,
}  # fmt: skip
"""From the design's table of 26 rows, typed again. What is no key is an end, from which only an entry in error leads."""
NEXT = {
    "draft": ("send", "send", "send", "ask_consent"),
    "awaiting-consent": ("send", "refuse"),
    "sent": ("open", "wait", "accept", "ask"),
    "in-review": ("ask", "accept", "wait", "decline", "redirect"),
    "waiting-list": ("accept", "book", "not_start", "redirect"),
    "accepted": ("book", "book", "not_start", "redirect"),
    "booked": ("attend",),
    "in-progress": ("pause", "complete", "end_early"),
    "paused": ("end_early",),
}
"""Legal acts that lead on, by name in `tests/support/referrals.py`."""
COUNTS = {"sent", "in-review"}
"""States in which the clock of a group runs."""
WHO = st.sampled_from(list(Who))
PICK = st.integers(0, 10_000)


@dataclass
class Seen:
    """What the machine knows of one introduction: where it stood, and how many days its clock has run by its own count."""

    state: str
    days: int = 0
    until: date | None = None


@dataclass
class Book:
    """Everything of one run."""

    people: list[UUID] = field(default_factory=list)
    seen: dict[UUID, Seen] = field(default_factory=dict)
    silent: dict[UUID, int] = field(default_factory=dict)
    """People not to be contacted, and how many messages they had had when that was said."""


class Loop(RuleBasedStateMachine):
    """One team, two groups with a service each, and a few people."""

    steps = 0
    refusals = 0
    reached: set[str] = set()
    """By all runs of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.book = Book()

    @initialize()
    def begin(self) -> None:
        make = Make()
        with clock.freeze(self.now):
            group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
            service = make.service(organisation=group)
            self.world = World(make.organisation("Saffron Vale"), group, service)
            self.other = make.service("Second Table", organisation=make.organisation("Second Circle"))
            self.services = [service, self.other]
            self.add_person()

    def add_person(self) -> None:
        number = len(self.book.people)
        contact = {
            "ways": ["e-mail", "phone"],
            "email": f"p{number}-{id(self)}@people.example.org",
            "phone": "+447700900982",
        }
        self.book.people.append(make_person(self.world.team, worker=self.world.worker, contact=contact).id)

    @precondition(lambda self: len(self.book.people) < 4)
    @rule()
    def somebody_comes(self) -> None:
        self._try(self.add_person)

    @rule(pick=PICK, other=st.booleans())
    def draft(self, pick: int, other: bool) -> None:
        self._try(lambda: self._draft(self._person(pick), self.other if other else self.world.service))

    def _draft(self, person: Person, service: Any) -> None:
        introduce(self.world, person=person, service=service)

    @rule(pick=PICK, other=st.booleans())
    def agree(self, pick: int, other: bool) -> None:
        organisation = self.services[other].organization_id
        self._try(
            lambda: consents.give(self._person(pick), organisation, Agreement(how="spoken"), by=self.world.worker)
        )

    @rule(pick=PICK, other=st.sampled_from([None, False, True]))
    def take_it_back(self, pick: int, other: bool | None) -> None:
        organisation = None if other is None else self.services[other].organization_id
        self._try(lambda: withdrawing.withdraw_consent(self._person(pick), organisation, by="person", how="online"))

    @rule(pick=PICK)
    def send(self, pick: int) -> None:
        def act() -> None:
            one = self._one(pick)
            held = consents.active(one.person_id, one.organization_id)
            sending.send(one, held or consents.Consent(id=None), by=self._as(Who.REFERRER, one))  # type: ignore[arg-type]

        self._try(act)

    @rule(pick=PICK, step=PICK)
    def goes_on(self, pick: int, step: int) -> None:
        self._legal(pick, step)

    @rule(pick=PICK, step=PICK)
    def goes_on_too(self, pick: int, step: int) -> None:
        self._legal(pick, step)

    @rule(pick=PICK, step=PICK)
    def goes_on_as_well(self, pick: int, step: int) -> None:
        self._legal(pick, step)

    def _legal(self, pick: int, step: int) -> None:
        """What mostly happens: the right people do the next thing. Else nothing would ever get far."""

        def act() -> None:
            rows = [one for one in self._all() if one.state in OPEN]
            one = rows[pick % len(rows)] if rows else self._one(pick)
            if one.state in NEXT:
                STEPS[NEXT[one.state][step % len(NEXT[one.state])]](self.world, one)

        self._try(act)

    @rule(
        pick=PICK,
        who=WHO,
        what=st.sampled_from(["ask_consent", "refuse", "open", "ask", "answer", "resume", "reassign"]),
    )
    def small_moves(self, pick: int, who: Who, what: str) -> None:
        self._try(
            lambda: move(self._one(pick), what, by=self._as(who, self._one(pick)), given=Given(words="Which day?"))
        )

    @rule(pick=PICK, who=WHO)
    def accept(self, pick: int, who: Who) -> None:
        self._try(lambda: answering.accept(self._one(pick), by=self._as(who, self._one(pick))))

    @rule(pick=PICK, weeks=st.integers(-1, 5))
    def wait(self, pick: int, weeks: int) -> None:
        agreed = Given(person_agreed=True)
        self._try(
            lambda: answering.wait(self._one(pick), weeks, by=self._as(Who.PROVIDER, self._one(pick)), given=agreed)
        )

    @rule(pick=PICK, who=WHO, reason=st.sampled_from(["no-capacity", "other", "moved-away", "nonsense", None]))
    def decline(self, pick: int, who: Who, reason: str | None) -> None:
        self._try(
            lambda: answering.decline(self._one(pick), by=self._as(who, self._one(pick)), given=Given(reason=reason))
        )

    @rule(pick=PICK)
    def pass_on(self, pick: int) -> None:
        def act() -> None:
            one = self._one(pick)
            target = self.other if one.service_id == self.world.service.id else self.world.service
            answering.redirect(one, target.id, by=self._as(Who.PROVIDER, one))

        self._try(act)

    @rule(pick=PICK, days=st.integers(-1, 5))
    def book_visit(self, pick: int, days: int) -> None:
        when = self.now + timedelta(days=days)
        self._try(lambda: visiting.book(self._one(pick), when, by=self._as(Who.PROVIDER, self._one(pick))))

    @rule(pick=PICK, status=st.sampled_from(["attended", "late", "did-not-attend", "nonsense"]))
    def came(self, pick: int, status: str) -> None:
        self._try(lambda: visiting.attend(self._one(pick), status, by=self._as(Who.PROVIDER, self._one(pick))))

    @rule(pick=PICK, days=st.integers(-2, 30))
    def pause(self, pick: int, days: int) -> None:
        given = Given(words="Away", review_on=clock.local(self.now).date() + timedelta(days=days))
        self._try(lambda: visiting.pause(self._one(pick), by=self._as(Who.PROVIDER, self._one(pick)), given=given))

    @rule(pick=PICK, who=WHO, how=st.sampled_from(["complete", "end_early", "not_start"]))
    def end(self, pick: int, who: Who, how: str) -> None:
        told = {"result": "achieved", "last_contact": self.now.date().isoformat(), "why_no_measure": "declined"}
        given = Given(report=told) if how == "complete" else Given(reason="moved-away")
        act: Callable[..., object] = getattr(ending, how)
        self._try(lambda: act(self._one(pick), by=self._as(who, self._one(pick)), given=given))

    @rule(pick=PICK, who=WHO)
    def withdraw(self, pick: int, who: Who) -> None:
        given = Given(reason="needs-met-elsewhere")
        self._try(lambda: withdrawing.withdraw(self._one(pick), by=self._as(who, self._one(pick)), given=given))

    @rule(pick=PICK, who=st.sampled_from([Who.GOVERNANCE, Who.REFERRER]))
    def by_mistake(self, pick: int, who: Who) -> None:
        self._try(
            lambda: ending.mark_error(self._one(pick), by=self._as(who, self._one(pick)), words="The wrong person")
        )

    @rule(pick=PICK)
    def try_again(self, pick: int) -> None:
        self._try(
            lambda: ending.reopen(self._one(pick), by=self._as(Who.REFERRER, self._one(pick)), words="A place came up")
        )

    @rule(pick=PICK)
    def say_no_more(self, pick: int) -> None:
        def act() -> None:
            person = self._person(pick)
            withdrawing.block_contact(person, reason="Not safe at home", by=self.world.worker)
            self.book.silent.setdefault(person.id, self._written_to(person))

        if pick % 7 == 0:
            self._try(act)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        self._count_days()

    @rule(pick=PICK)
    def the_worker_looks(self, pick: int) -> None:
        def act() -> None:
            withdrawing.lapse()
            for one in self._all():
                if one.state in COUNTS and waited(one) >= 10:
                    move(one, "expire", by=Actor(Who.SYSTEM, channel="system"), given=Given(reason="no-answer"))

        self._try(act)

    @invariant()
    def nobody_stands_where_the_rules_do_not_lead(self) -> None:
        if not hasattr(self, "world"):
            return
        for one in self._all():
            type(self).reached.add(one.state)
            seen = self.book.seen.get(one.id)
            if seen is None:
                self.book.seen[one.id] = seen = Seen("draft")
            if seen.state != one.state:
                path = [event.to_state for event in events.of_introduction(one.id)]
                before = seen.state
                for after in path[path.index(before) + 1 :] if before in path else path:
                    if after != before:
                        assert after in LEADS.get(before, {"entered-in-error"}), f"{before} to {after}"
                    before = str(after)
                self._moved(one, seen)
            assert (one.open_key is not None) == (one.state in OPEN - {"draft", "awaiting-consent"})
            assert (one.ended_at is not None) == (one.state not in OPEN)

    @invariant()
    def who_does_not_agree_is_seen_by_nobody(self) -> None:
        if not hasattr(self, "world"):
            return
        with clock.freeze(self.now):
            today = clock.local(self.now).date()
            for one in self._all():
                held = db.session.get(consents.Consent, one.consent_id) if one.consent_id else None
                agrees = held is not None and held.status == "active" and held.expires_on >= today
                told = showing.told_to_group(one, is_signed_in=True)
                was_yes = one.state in {"accepted", "booked", "in-progress", "paused", "completed", "ended-early"}
                if not agrees or one.state in {"draft", "awaiting-consent"}:
                    assert not told.values
                assert ("family_name" in told.values) <= was_yes
                if one.state not in OPEN - {"draft", "awaiting-consent"} | {"completed", "ended-early"}:
                    assert not told.values

    @invariant()
    def nobody_who_must_not_be_contacted_is_written_to(self) -> None:
        for person_id, before in self.book.silent.items():
            assert self._written_to(db.session.get_one(Person, person_id)) <= before

    @invariant()
    def clocks_count_working_days(self) -> None:
        if not hasattr(self, "world"):
            return
        with clock.freeze(self.now):
            for one in self._all():
                seen = self.book.seen.get(one.id)
                if seen is not None and one.sent_at is not None and seen.until is not None:
                    assert waited(one) == seen.days, f"{one.state}: {waited(one)}, not {seen.days}"

    def teardown(self) -> None:
        if hasattr(self, "world"):
            db.session.rollback()
            assert not list(events.broken())
            for event in db.session.scalars(select(IntroductionEvent)):
                assert event.digest == events.digest_of(event)

    def _try(self, act: Callable[[], object]) -> None:
        """Do it, as a request would: saved whole, or not at all."""
        type(self).steps += 1
        with clock.freeze(self.now):
            try:
                act()
                db.session.commit()
            except DomainError:
                type(self).refusals += 1
                db.session.rollback()

    def _moved(self, one: Introduction, seen: Seen) -> None:
        """Keep the second count of days: it runs in some states and stands in others."""
        today = clock.local(self.now).date()
        if seen.until is None and one.sent_at is not None:
            seen.days, seen.until = 0, clock.local(one.sent_at).date()
            if one.state in COUNTS:
                seen.days = _working_days(seen.until, today)
        seen.state = one.state
        if seen.until is not None:
            seen.until = today

    def _count_days(self) -> None:
        today = clock.local(self.now).date()
        for seen in self.book.seen.values():
            if seen.until is not None:
                seen.days += _working_days(seen.until, today) if seen.state in COUNTS else 0
                seen.until = today

    def _as(self, who: Who, one: Introduction) -> Actor:
        if who in {Who.PERSON, Who.SYSTEM}:
            return Actor(who, channel="system")
        if who in {Who.REFERRER, Who.LINK_WORKER}:
            return Actor(who, user=self.world.worker, organization_id=one.person.organization_id)
        user = self.world.worker if who is Who.GOVERNANCE else self.world.group_worker
        return Actor(who, user=user, organization_id=one.organization_id)

    def _all(self) -> list[Introduction]:
        """In the order in which they came to be known, so that a run can be repeated."""
        known = list(self.book.seen)
        rows = db.session.scalars(select(Introduction).where(Introduction.person_id.in_(self.book.people)))
        return sorted(rows, key=lambda one: known.index(one.id) if one.id in self.book.seen else len(known))

    def _one(self, pick: int) -> Introduction:
        rows = self._all()
        if not rows:
            self._draft(self._person(pick), self.world.service)
            rows = self._all()
        return rows[pick % len(rows)]

    def _person(self, pick: int) -> Person:
        return db.session.get_one(Person, self.book.people[pick % len(self.book.people)])

    def _written_to(self, person: Person) -> int:
        rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.name.like("%"))).all()
        return sum(1 for row in rows if row.recipient in {person.contact.get("email"), person.contact.get("phone")})


def _working_days(after: date, until: date) -> int:
    """Counted by a calendar, day by day."""
    days, count = after, 0
    while days < until:
        days += timedelta(days=1)
        count += days.weekday() < 5 and days not in ENGLAND
    return count
