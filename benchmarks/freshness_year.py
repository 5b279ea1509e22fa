"""A year of asking whether listings are still right: how many are within their rhythm, how many mails, how many minutes.

    PYTHONPATH=. .venv/bin/python benchmarks/freshness_year.py [--groups 400] [--seed 1] [--markdown]

The real daily job on a real database (SQLite in the memory of the machine) with a clock that is moved on day by day; people, post
and telephone are drawn. 40% answer the first mail and 25% of those still silent the second. Of those still silent when they
come to the telephone list 70% are reached within 10 days, at 6 minutes a call. The others take none of three calls, 2
minutes each, and it is drawn again after the fortnight's rest that the list gives them; in the column "once" nobody who
was missed is reached before the next digest. A third mail is answered by nobody, though everybody has a second contact, so
that the most mails are counted. Each address has a chance of 10% a year to die: the next mail to it comes back.
The share of a week is that of its worst day.
"""

import argparse
import json
import math
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import delete, func, select

from benchmarks.tables import machine, show, verdict
from portal.accounts.models import Membership, User
from portal.accounts.roles import Role
from portal.app import create_app
from portal.assurance import actions, answering, phoning, queries, rhythm
from portal.assurance.models import CheckCall, CheckLetter, CheckRound
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.directory.models import Location, Service, ServiceAtLocation, Session
from portal.notifications.models import Bounce, OutboxMessage
from portal.organisations.models import Organization

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
FIRST_DAY = date(2026, 1, 5)
DAYS = 364
STEADY_WEEK = 14
LISTINGS = (1, 1, 1, 2, 2, 3)
"""How many listings a group has: each of these as often."""
MEETING = (True, True, False)
"""Two thirds of listings are sessions and drop-ins."""
ANSWERS = {"first": 0.40, "reminder": 0.25, "second": 0.0}
ANSWERED_WITHIN = 5
CALLED_WITHIN = 10
MINUTES, MISSED_MINUTES = 6, 2
DIE_A_YEAR = 0.10
YEARS = (("70%", 0.7, False), ("50%", 0.5, False), ("70% once", 0.7, True))
"""What is lived through: the share that the telephone reaches, and whether it reaches nobody later whom it missed first."""
LEAST_SHARE, MOST_A_YEAR, MOST_A_QUARTER = 0.80, 9.0, 3
MOST_SECONDS = 60.0


@dataclass
class Week:
    """What one week brought. `share`: of listings within their rhythm, on its worst day."""

    share: float = 1.0
    mails: int = 0
    minutes: int = 0


@dataclass
class Year:
    """A simulated year over the real tables. `reached`: the share of the silent whom the telephone reaches.

    `to_come`: who will be reached; `missed`: how many more calls they will not take; `missed_since`: of which digest.
    """

    reached: float
    is_once: bool
    chance: random.Random
    weeks: list[Week] = field(default_factory=lambda: [Week() for _ in range(DAYS // 7)])
    later: dict[date, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    to_come: set[str] = field(default_factory=set)
    missed: dict[str, int] = field(default_factory=dict)
    missed_since: dict[str, date] = field(default_factory=dict)
    lives: dict[str, float] = field(default_factory=dict)
    kinds: dict[UUID, rhythm.Kind] = field(default_factory=dict)
    mails: dict[UUID, list[date]] = field(default_factory=lambda: defaultdict(list))
    last_message: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    moderator: UUID | None = None
    addresses: int = 0

    def run(self, groups: int, days: int) -> None:
        """Live through the year, or as many days of it."""
        with clock.freeze(_morning(FIRST_DAY)):
            self._begin(groups)
        for number in range(days):
            today = FIRST_DAY + timedelta(days=number)
            with clock.freeze(_morning(today)):
                self._day(today, self.weeks[number // 7])

    def _begin(self, groups: int) -> None:
        """Groups with an editor and a role address, their checks spread evenly over the time for which each kind holds."""
        with unit():
            moderator = _user("moderator@example.org", Role.MODERATOR, None)
            db.session.flush()
            self.moderator = moderator.id
            place = Location(location_type="virtual")
            db.session.add(place)
            counts = [LISTINGS[number % len(LISTINGS)] for number in range(groups)]
            kinds = [MEETING[number % len(MEETING)] for number in range(sum(counts))]
            self.chance.shuffle(kinds)
            days = {kind: list(_evenly(kinds.count(kind), rhythm.EVERY[_kind(kind)])) for kind in (True, False)}
            for spread in days.values():
                self.chance.shuffle(spread)
            for number, count in enumerate(counts):
                group = Organization(id=self._id(), name=f"Group {number}", email=self._address())
                db.session.add(group)
                db.session.flush()
                _user(self._address(), Role.EDITOR, group.id)
                for _ in range(count):
                    meets = kinds.pop()
                    checked = FIRST_DAY - timedelta(days=days[meets].pop())
                    db.session.add(_listing(self._id(), group.id, place, checked, meets))

    def _day(self, today: date, week: Week) -> None:
        for happen in self.later.pop(today, []):
            happen()
        with unit():
            actions.daily()
        self._post(today, week)
        self._telephones(today)
        with unit():
            db.session.execute(delete(Job))
            week.share = min(week.share, self._share(today))
        if today.weekday() == 6:
            week.minutes = self._minutes(today - timedelta(days=6))

    def _share(self, today: date) -> float:
        """Of the listings, how many are within their rhythm."""
        if not self.kinds:
            groups = db.session.scalars(select(Organization.id)).all()
            self.kinds = {one.id: one.kind for one in queries.standings_of(groups)}
        rows = db.session.execute(select(Service.id, Service.assured_date))
        within = [rhythm.is_within(assured, self.kinds[service_id], today=today) for service_id, assured in rows]
        return sum(within) / len(within)

    def _post(self, today: date, week: Week) -> None:
        """What the post does with today's mails, and who will answer them."""
        with unit():
            letters = {str(one.id): one for one in db.session.scalars(_sent(self.last_message))}
            new = select(OutboxMessage).where(OutboxMessage.created_at > self.last_message)
            messages = sorted(db.session.scalars(new), key=lambda message: message.recipient or "")
            self.last_message = clock.now()
            for message in messages:
                told = json.loads(message.fields or "{}")
                letter = letters[told["letter_id"]]
                week.mails += 1
                self.mails[letter.round.organization_id].append(today)
                if self._is_dead(letter.email):
                    db.session.add(_bounce(letter))
                elif self.chance.random() < ANSWERS[told["step"]]:
                    on = today + timedelta(days=self.chance.randrange(ANSWERED_WITHIN))
                    self.later[max(on, today + timedelta(days=1))].append(_confirming(told["token"]))

    def _telephones(self, today: date) -> None:
        """Calls about rounds that are due on the telephone list."""
        with unit():
            due = db.session.execute(
                select(CheckRound.open_key, CheckRound.why_phone, CheckRound.begun_on)
                .where(CheckRound.phone_on.is_not(None), CheckRound.closed_on.is_(None), CheckRound.try_on <= today)
                .order_by(CheckRound.open_key)
            ).all()
        for key, why, begun in due:
            if key in self.to_come:
                continue
            if not self.missed.get(key):
                if self._is_reached(key, begun):
                    self.to_come.add(key)
                    on = today + timedelta(days=self.chance.randint(1, CALLED_WITHIN))
                    email = self._address() if why != "silent" else None
                    self.later[on].append(self._calling(key, "confirmed", MINUTES, email))
                    continue
                self.missed[key] = rhythm.TRIES
            self.missed[key] -= 1
            self._calling(key, "no_answer", MISSED_MINUTES, None)()

    def _is_reached(self, key: str, begun: date) -> bool:
        if self.is_once and self.missed_since.get(key) == begun:
            return False
        is_reached = self.chance.random() < self.reached
        if not is_reached:
            self.missed_since[key] = begun
        return is_reached

    def _calling(self, key: str, outcome: phoning.Outcome, minutes: int, email: str | None) -> Callable[[], None]:
        def call() -> None:
            self.to_come.discard(key)
            with unit():
                one = db.session.scalar(select(CheckRound).where(CheckRound.open_key == key))
                if one is not None and one.phone_on is not None:
                    moderator = db.session.get_one(User, self.moderator)
                    phoning.answer_call(one.id, outcome, minutes=minutes, by=moderator, email=email)

        return call

    def _minutes(self, since: date) -> int:
        with unit():
            begun = _morning(since) - timedelta(hours=9)
            return db.session.scalar(select(func.coalesce(func.sum(CheckCall.minutes), 0)).where(CheckCall.at >= begun))

    def _is_dead(self, email: str) -> bool:
        """Whether an address has died since a mail last went to it: each day of its life is as dangerous."""
        born = int(email.partition("@")[0].rpartition("-")[2])
        alive = self.lives.setdefault(email, self._life())
        return (clock.today() - FIRST_DAY).days - born >= alive

    def _life(self) -> float:
        return self.chance.expovariate(-math.log(1 - DIE_A_YEAR)) * 365

    def _id(self) -> UUID:
        """Drawn as well, since what is due on one day comes in the order of ids."""
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _address(self) -> str:
        """A new address; its name says on which day of the year it was born."""
        self.addresses += 1
        born = max(0, (clock.today() - FIRST_DAY).days)
        return f"somebody{self.addresses}-{born}@example.org"


def most_in_a_quarter(mails: dict[UUID, list[date]]) -> tuple[int, int]:
    """The most mails that any group got within 92 days, and within one quarter of the calendar."""
    rolling, quarter = 0, 0
    for days in mails.values():
        for first in days:
            rolling = max(rolling, sum(first <= day < first + timedelta(days=92) for day in days))
        for day in days:
            same = [one for one in days if (one.year, (one.month - 1) // 3) == (day.year, (day.month - 1) // 3)]
            quarter = max(quarter, len(same))
    return rolling, quarter


def _morning(day: date) -> datetime:
    return datetime.combine(day, clock_time(9), UTC)


def _kind(meets: bool) -> rhythm.Kind:
    return "meets" if meets else "other"


def _evenly(count: int, days: int) -> list[int]:
    return [number * days // count for number in range(count)]


def _user(email: str, role: Role, organization_id: UUID | None) -> User:
    user = User(name="Somebody", id=uuid4())
    user.set_email(email)
    user.memberships.append(Membership(role=role.value, organization_id=organization_id))
    db.session.add(user)
    return user


def _listing(own_id: UUID, group: UUID, place: Location, checked: date, meets: bool) -> Service:
    service = Service(id=own_id, name="Listing", organization_id=group, assured_date=checked, joining=[])
    at = ServiceAtLocation(location=place)
    if meets:
        at.sessions.append(Session(byday="TU", dtstart=checked, starts_at=clock_time(10)))
    service.service_at_locations.append(at)
    return service


def _sent(since: datetime):
    return select(CheckLetter).where(CheckLetter.sent_at > since)


def _bounce(letter: CheckLetter) -> Bounce:
    return Bounce(source_id=str(letter.id), kind="hard", channel="email", recipient_key=letter.email_key, reason="550")


def _confirming(token: str) -> Callable[[], None]:
    def confirm() -> None:
        with unit():
            link = answering.link_of(token)
            answering.confirm_by_link(link, link.open_ids)

    return confirm


@contextmanager
def in_memory() -> Iterator[Path]:
    """A folder in the memory of the machine, where it has one, so that no commit waits for a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def a_year(folder: Path, reached: float, is_once: bool, groups: int, seed: int, days: int = DAYS) -> tuple[Year, float]:
    """One year on a new database, and how many seconds of work it took."""
    began = time.process_time()
    settings = Settings(
        instance=folder, secret_key="a secret of the benchmarks, long enough", data_keys=(KEY,), log_level="error",
        database_url=f"sqlite:///{folder / 'year.sqlite3'}", testing=True,
    )  # fmt: skip
    app: Flask = create_app(settings)
    year = Year(reached, is_once, random.Random(seed))
    with app.app_context():
        db.create_all()
        db.session.remove()
        year.run(groups, days)
        db.session.remove()
    return year, time.process_time() - began


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--groups", type=int, default=400)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--markdown", action="store_true")
    options = asked.parse_args()
    print(machine())
    years: dict[str, tuple[Year, float]] = {}
    for name, reached, is_once in YEARS:
        with in_memory() as folder:
            years[name] = a_year(folder, reached, is_once, options.groups, options.seed)
    show(
        ["week", *(f"{what}, {name}" for name in years for what in ("within", "mails", "mails a group", "minutes"))],
        [
            [str(week + 1), *(told for year, _ in years.values() for told in _told(year.weeks[week], options.groups))]
            for week in range(DAYS // 7)
        ],
        markdown=options.markdown,
    )
    kept = [_judge(name, year, seconds, options.groups) for name, (year, seconds) in years.items()]
    return 0 if all(kept) else 1


def _told(week: Week, groups: int) -> tuple[str, str, str, str]:
    return f"{week.share:.1%}", str(week.mails), f"{week.mails / groups:.2f}", str(week.minutes)


def _judge(name: str, year: Year, seconds: float, groups: int) -> bool:
    least = min(week.share for week in year.weeks[STEADY_WEEK - 1 :])
    mails = sum(map(len, year.mails.values())) / groups
    most = max(most_in_a_quarter(year.mails))
    minutes = sum(week.minutes for week in year.weeks)
    print(f"\n{name} reached by telephone: {minutes / 60:.0f} hours of moderators in the year")
    return all(
        [
            verdict(f"worst week from {STEADY_WEEK} on, % within their rhythm", least * 100, LEAST_SHARE * 100, at_least=True),
            verdict("mails a group and year, mean", mails, MOST_A_YEAR),
            verdict("mails to one group in a quarter, most", most, MOST_A_QUARTER),
            verdict("seconds of work for the year", seconds, MOST_SECONDS),
        ]
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
