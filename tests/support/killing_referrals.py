"""The loop goes on over HTTP while server and worker are killed at random moments; then everything is counted."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from portal.core import audit
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.jobs import backlog
from portal.notifications.models import OutboxMessage
from portal.people.models import Consent, Person
from portal.referrals import events
from portal.referrals.models import Introduction, IntroductionEvent, Referral
from portal.referrals.standing import status_of
from portal.referrals.states import ENDS, STARTED, TO_ANSWER, State
from tests.support.killing import PATIENCE_SECONDS, TARGETS
from tests.support.loop_at_work import GROUPS, Actor, Group, LinkWorker, Resident, Town, at_work
from tests.support.mail_server import Listener

ACTS_A_REFERRAL = 3
"""Fewer than what comes of one on average."""
ONCE = frozenset({"create", "send", "accept", "decline", "ask", "book", "start_booked", "complete", "withdraw"})
NOT_SENT = frozenset({State.DRAFT, State.AWAITING_CONSENT, State.PATIENT_DECLINED, State.ENTERED_IN_ERROR})
MUST_TELL = {"send": "group", "accept": "referrer", "decline": "referrer"}
"""To whom each of these writes, where a link worker asked."""


@dataclass
class Counted:
    """What came of it. Seconds; counts of what was acknowledged by verb."""

    kills: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    starts: list[float] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    half_done: list[str] = field(default_factory=list)
    chain: list[str] = field(default_factory=list)
    entries: int = 0
    mails: int = 0
    mails_lost: int = 0
    mails_twice: int = 0
    most_of_one: int = 0
    settled: float = 0.0
    waiting: list[str] = field(default_factory=list)
    faults: Counter[int] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    @property
    def acts(self) -> int:
        """How many acts were acknowledged."""
        return sum(self.verbs.values())


def try_out(
    town: Town,
    listener: Listener,
    *,
    kills: int,
    least: int,
    chance: random.Random,
    verbs: frozenset[str] = frozenset(),
    tell: Callable[[str], None] = lambda _told: None,
) -> Counted:
    """Kill so often while at least so many acts are acknowledged, and count. `tell` hears how it goes on.

    Before the last kill each of these verbs was acknowledged, however slow the machine is.
    """
    counted = Counted()
    town.fill_with(8 + least // (ACTS_A_REFERRAL * GROUPS * len(TARGETS)))
    tell("filled")
    for name in ("server", "worker"):
        town.start(name)
    actors = _actors(town, listener)
    with at_work(actors, PATIENCE_SECONDS):
        while counted.kills < kills:
            left = kills - counted.kills
            goal = _done(actors) + max(1, (least - _done(actors)) // left)
            _wait_for(actors, goal, verbs if left == 1 else frozenset())
            time.sleep(chance.uniform(0, 0.3))
            target = chance.choice(TARGETS)
            names = ("server", "worker") if target == "both" else (target,)
            for name in names:
                town.kill(name)
            counted.kills += 1
            counted.starts += [took for name in names if (took := town.start(name)) and name == "server"]
            began = time.monotonic()
            _wait_for(actors, _done(actors) + 1)
            counted.resumed.append(time.monotonic() - began)
            tell(f"{counted.kills} of {kills} kills, {_done(actors):,} acts acknowledged")
    town.kill("server")
    with town.app.app_context(), reading():
        counted.settled = _settled(counted)
        tell(f"all is quiet after {counted.settled:.1f} s")
        _count(actors, listener, counted)
        db.session.rollback()
    return counted


def _actors(town: Town, listener: Listener) -> list[Actor]:
    workers = [
        LinkWorker(town.site, cookie, people, town.services)
        for cookie, people in zip(town.cookies, town.people, strict=True)
    ]
    groups = [
        Group(town.site, cookie, listener, email)
        for cookie, email in zip(town.group_cookies, town.group_emails, strict=True)
    ]
    return [*workers, *groups, Resident(town.site, town.services[-1], 7)]


def _done(actors: Sequence[Actor]) -> int:
    return sum(len(one.told.acknowledged) for one in actors)


def _verbs(actors: Sequence[Actor]) -> set[str]:
    return {verb for one in actors for _reference, verb in list(one.told.acknowledged)}


def _wait_for(actors: Sequence[Actor], goal: int, verbs: frozenset[str] = frozenset()) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while _done(actors) < goal or not verbs <= _verbs(actors):
        told = [line for one in actors for line in one.told.unexpected]
        assert time.monotonic() < until, f"nothing is acknowledged any more: {told[:3]}"
        time.sleep(0.02)


def _settled(counted: Counted) -> float:
    """Seconds until nothing waits: no job, no message."""
    began = time.monotonic()
    while True:
        db.session.rollback()
        waiting = db.session.scalar(select(func.count()).where(OutboxMessage.state == "waiting"))
        queue = backlog()
        if not waiting and not queue.ready:
            return time.monotonic() - began
        if time.monotonic() - began > PATIENCE_SECONDS * 2:
            counted.waiting.append(f"{waiting} messages wait, {queue}")
            return time.monotonic() - began
        time.sleep(0.1)


def _count(actors: Sequence[Actor], listener: Listener, counted: Counted) -> None:
    for one in actors:
        counted.unexpected += one.told.unexpected
        counted.faults += one.told.faults
    happened: dict[UUID, list[IntroductionEvent]] = defaultdict(list)
    for event in db.session.scalars(select(IntroductionEvent).order_by(IntroductionEvent.version_after)):
        if event.introduction_id is not None:
            happened[event.introduction_id].append(event)
    keys: dict[str, list[str]] = defaultdict(list)
    for key in db.session.scalars(select(OutboxMessage.once).where(OutboxMessage.once.startswith("introduction:"))):
        keys[key.split(":")[1]].append(key)
    rows = list(db.session.scalars(select(Introduction)))
    for row in rows:
        _look_at(row, happened[row.id], counted)
        _look_at_messages(row, happened[row.id], keys[str(row.id)], counted)
    acknowledged = [told for one in actors for told in one.told.acknowledged]
    counted.verbs = Counter(verb for _reference, verb in acknowledged)
    counted.lost += lost_of(acknowledged)
    _count_people(actors, counted)
    _count_mails(listener, counted)
    counted.entries, broken = audit.verify()
    counted.chain += [f"the chain breaks: {broken}"] if broken else []
    counted.chain += [f"event {event_id} is not in the chain" for event_id in events.broken()]
    if (queue := backlog()).dead:
        counted.unexpected.append(f"dead jobs: {queue.dead_names}")


def lost_of(acknowledged: Iterable[tuple[str, str]]) -> list[str]:
    """Those acts of which no event tells. Each is the reference of an introduction or a referral, and a verb."""
    known: dict[str, set[str]] = defaultdict(set)
    told = select(Introduction.reference, Referral.reference, IntroductionEvent.verb).select_from(Introduction)
    told = told.join(Referral, Referral.id == Introduction.referral_id)
    told = told.join(IntroductionEvent, IntroductionEvent.introduction_id == Introduction.id)
    for one, of, verb in db.session.execute(told):
        known[one].add(verb)
        known[of].add(verb)
    return [f"{verb} of {reference}" for reference, verb in acknowledged if verb not in known[reference]]


def _count_people(actors: Sequence[Actor], counted: Counted) -> None:
    """Of each form that somebody sent for themselves there is one person with one referral; nobody is sent twice to one place."""
    sent = Counter(
        name for name in db.session.scalars(select(Person.given_name).where(Person.organization_id.is_(None)))
    )
    counted.twice += [f"{count} people of one form" for count in sent.values() if count > 1]
    counted.lost += ["somebody who asked for themselves" for one in actors for name in one.told.names if not sent[name]]
    without = select(func.count()).where(
        ~select(Introduction.id).where(Introduction.referral_id == Referral.id).exists()
    )
    if alone := db.session.scalar(without.select_from(Referral)):
        counted.half_done.append(f"{alone} referrals to nobody")
    nobodys = select(func.count()).select_from(Person).where(
        Person.organization_id.is_(None), ~select(Referral.id).where(Referral.person_id == Person.id).exists()
    )  # fmt: skip
    if alone := db.session.scalar(nobodys):
        counted.half_done.append(f"{alone} people without a referral")
    several = (
        select(Introduction.person_id)
        .where(Introduction.sent_at.is_not(None))
        .group_by(Introduction.person_id, Introduction.service_id)
        .having(func.count() > 1)
    )
    counted.twice += ["somebody was sent twice to one group" for _one in db.session.scalars(several)]


def _count_mails(listener: Listener, counted: Counted) -> None:
    states = Counter(db.session.scalars(select(OutboxMessage.state)))
    came = Counter(str(mail["Message-ID"]) for mail in listener.mails)
    counted.mails = len(came)
    counted.mails_lost = max(0, states["handed_over"] - len(came)) + states["failed"] + states["waiting"]
    counted.mails_twice = sum(count - 1 for count in came.values())
    counted.most_of_one = max(came.values(), default=0)


def _look_at(row: Introduction, happened: Sequence[IntroductionEvent], counted: Counted) -> None:
    """Whether state, events, agreement, visits, report, clock and referral say the same."""
    told = f"{row.reference} ({row.state})"
    counted.twice += [
        f"{verb} of {told} {count} times"
        for verb, count in Counter(event.verb for event in happened).items()
        if verb in ONCE and count > 1
    ]
    state, moves = State(row.state), [event for event in happened if event.from_state != event.to_state]
    stands = [event.to_state for event in moves]
    before = [event.from_state for event in moves]
    visits = [one.status for one in row.appointments]
    is_sent = state not in NOT_SENT
    wrong = {
        "its events do not lead to where it stands": not stands or stands[-1] != row.state or before[1:] != stands[:-1],
        "its version is not that of its last event": not happened or happened[-1].version_after != row.version,
        "nobody agreed to it": is_sent and (row.consent_id is None or db.session.get(Consent, row.consent_id) is None),
        "it was never sent": is_sent and row.sent_at is None,
        "no clock runs": state in TO_ANSWER - {State.INFO_REQUESTED} and (row.clock_on is None or row.clock_since is None),
        "a clock runs on": state in ENDS and row.clock_on is not None,
        "it does not count as open": is_sent and (row.open_key is not None) is (state in ENDS),
        "its visit is missing": state is State.BOOKED and visits != ["booked"],
        "nobody came": state in STARTED | {State.COMPLETED} and visits != ["attended"],
        "its report is missing": state is State.COMPLETED and not row.report,
        "its referral says something else": row.referral.status != status_of(row.referral),
    }  # fmt: skip
    counted.half_done += [f"{told}: {sentence}" for sentence, is_wrong in wrong.items() if is_wrong]


def _look_at_messages(
    row: Introduction, happened: Sequence[IntroductionEvent], keys: Sequence[str], counted: Counted
) -> None:
    """Whoever must hear of it has a message, or had one that was taken back."""
    for event in happened:
        whom = MUST_TELL.get(event.verb)
        if whom is None or (whom == "referrer" and row.referral.route != "link-worker"):
            continue
        if not any(f":{whom}:" in key and str(event.id) in key for key in keys):
            counted.half_done.append(f"{row.reference}: nobody was told of {event.verb}")
