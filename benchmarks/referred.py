"""An instance with listings and referrals under load: who reads which pages, who writes, and what they were told.

Made anew for each run, in a folder of its own, from the instance with so many listings that `benchmarks/instance.py` keeps.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import perf_counter, sleep
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, insert, select, update

from benchmarks import caseload, client, servers
from benchmarks.instance import with_listings
from benchmarks.questions import questions
from portal.accounts.models import User
from portal.app import create_app
from portal.core import clock
from portal.core.database import learn, reading
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.timetable import last_run_at
from portal.directory.cards import slug_of
from portal.directory.models import Service
from portal.directory.queries import public_ids
from portal.organisations.models import Organization
from portal.people.consents import LASTS, LAWFUL_BASIS, SCOPES, WORDING
from portal.people.models import Consent, Person
from portal.referrals import links
from portal.referrals.models import Introduction
from portal.referrals.states import TO_ANSWER, State
from tests.support.loop_at_work import Actor, Group, LinkWorker
from tests.support.mail_server import Listener
from tests.support.people import make_user, session_of
from tests.support.visitor import Answer, Typed, Visitor

SIGNED_IN, OF_EACH, LISTINGS, LINKS = 8, 40, 200, 800
MOST_SECONDS_TO_QUIET = 300.0
MIX = {
    "search": 40, "listing": 20, "start": 4, "caseload": 8, "record": 8, "introduction": 4, "inbox": 6, "answering": 4, "link": 6,
}  # fmt: skip
"""Of a hundred pages that are read. "answering": a referral as a group sees it, signed in; "link": by the link of a mail."""


@dataclass
class Place:
    """What is asked of the instance. `pages`: requests by kind; the rest is for those who write."""

    app: Flask
    pages: dict[str, list[bytes]]
    writer: tuple[str, str]
    people: list[str]
    services: list[UUID]
    tokens: list[str]
    referrals: int = 0

    def mixed(self, number: int, seed: int = 5) -> tuple[list[bytes], list[str]]:
        """So many requests in the shares of the mix, and the kind of each."""
        chance = Random(seed)
        kinds = chance.choices(list(MIX), list(MIX.values()), k=number)
        return [chance.choice(self.pages[kind]) for kind in kinds], kinds


@contextmanager
def place(folder: Path, listings: int, referrals: int, database_url: str | None = None) -> Iterator[Place]:
    """The instance with so many of each. `database_url`: of an empty database, in place of SQLite."""
    kept = with_listings(listings, database_url)
    settings = kept.extensions["portal.settings"]
    if database_url is None:
        _close(kept)
        instance = folder / "instance"
        shutil.copytree(settings.instance, instance, symlinks=True)
        url = f"sqlite:///{instance / 'portal.sqlite3'}"
        kept = create_app(replace(settings, instance=instance, database_url=url, demo=False))
    with kept.app_context():
        began = perf_counter()
        with caseload.encrypted_once():
            caseload.fill(referrals)
        found = _filled(kept, referrals)
        learn(db.engine)
        db.session.remove()
        print(f"{referrals:,} referrals made in {perf_counter() - began:.0f} s", flush=True)
    try:
        yield found
    finally:
        _close(kept)


def _close(app: Flask) -> None:
    """Let go of the database, with all that was written in its one file."""
    with app.app_context():
        db.session.remove()
        url = db.engine.url
        db.engine.dispose()
    if url.drivername.startswith("sqlite"):
        with closing(sqlite3.connect(str(url.database))) as file:
            file.execute("pragma wal_checkpoint(truncate)")


def _filled(app: Flask, referrals: int) -> Place:
    services = _spread()
    _agree()
    many = select(Person.worker_id).group_by(Person.worker_id).having(func.count() > caseload.OPEN_PEOPLE)
    users = list(db.session.scalars(select(User).where(User.id.in_(many)).order_by(User.created_at, User.id)))
    groups = [db.session.get_one(Organization, db.session.get_one(Service, one).organization_id) for one in services]
    members = [make_user("group-worker", organisation=one, name="Gus Ferndale") for one in groups[:SIGNED_IN]]
    readers = [(user, session_of(app, user)) for user in users[:-1][:SIGNED_IN] or users]
    writer = users[-1]
    tokens = _tokens()
    pages: dict[str, list[bytes]] = {kind: [] for kind in MIX}
    for user, cookie in readers:
        pages["caseload"] += [client.request(path, cookie) for path in caseload.PAGES]
        of_them = select(Person).where(Person.worker_id == user.id, Person.closed_at.is_(None)).limit(OF_EACH)
        for person in db.session.scalars(of_them):
            pages["record"].append(client.request(f"/clients/{person.reference}", cookie))
            asked = select(Introduction.reference).where(Introduction.person_id == person.id)
            for reference in db.session.scalars(asked):
                path = f"/clients/{person.reference}/referrals/{reference}"
                pages["introduction"].append(client.request(path, cookie))
    for member, group in zip(members, groups, strict=False):
        cookie = session_of(app, member)
        pages["inbox"] += [
            client.request(f"/group/referrals?view={one}", cookie) for one in ("to-answer", "waiting", "going")
        ]
        theirs = select(Introduction.reference).where(
            Introduction.organization_id == group.id,
            Introduction.state.in_([one.value for one in (State.IN_REVIEW, State.BOOKED)]),
        )
        pages["answering"] += [
            client.request(f"/group/referrals/{one}", cookie) for one in db.session.scalars(theirs.limit(OF_EACH))
        ]
    half = len(tokens) // 2
    pages["link"] = [client.request(f"/respond/{one}") for one in tokens[:half]]
    pages["start"] = [
        client.request(path) for path in ("/", "/services", "/urgent-help", "/sign-in", "/neighbourhoods")
    ]
    pages["search"] = [client.request(servers.portal_path(*one)) for one in questions(app, LISTINGS)]
    ids = Random(3).sample(public_ids(), LISTINGS)
    named = db.session.execute(select(Service.id, Service.name).where(Service.id.in_(ids)))
    pages["listing"] = [client.request(f"/services/{one}/{slug_of(name)}") for one, name in named]
    people = list(
        db.session.scalars(select(Person.reference).where(Person.worker_id == writer.id, Person.closed_at.is_(None)))
    )
    found = Place(app, pages, session_of(app, writer), people, services[SIGNED_IN:], tokens[half:], referrals)
    db.session.commit()
    return found


def _spread() -> list[UUID]:
    """Let each service be of a group of its own, as it is where many groups take referrals. Gives the services."""
    services = list(
        db.session.scalars(select(Service.id).where(Service.name.startswith("Table ")).order_by(Service.id))
    )
    for number, service_id in enumerate(services):
        group = Organization(name=f"Circle {number}", email=f"circle-{number}@groups.example.org")
        db.session.add(group)
        db.session.flush()
        db.session.execute(update(Service).where(Service.id == service_id).values(organization_id=group.id))
        of_it = update(Introduction).where(Introduction.service_id == service_id)
        db.session.execute(of_it.values(organization_id=group.id))
    return services


def _agree() -> None:
    """Each person agreed with each group that they were sent to, and each clock runs."""
    rows, held = [], {}
    asked = select(Introduction.id, Introduction.person_id, Introduction.organization_id)
    changed = []
    for introduction_id, person_id, organization_id in db.session.execute(asked).all():
        if (person_id, organization_id) not in held:
            held[person_id, organization_id] = uuid4()
            rows.append({
                "id": held[person_id, organization_id], "person_id": person_id, "organization_id": organization_id,
                "status": "active", "scopes": list(SCOPES), "how": "spoken", "given_by": "person", "wording": WORDING,
                "lawful_basis": LAWFUL_BASIS, "expires_on": clock.today() + LASTS,
            })  # fmt: skip
        changed.append({"id": introduction_id, "consent_id": held[person_id, organization_id]})
    db.session.execute(insert(Consent), rows)
    db.session.execute(update(Introduction), changed)
    waits = update(Introduction).where(
        Introduction.state.in_([state.value for state in TO_ANSWER - {State.INFO_REQUESTED}])
    )
    soon = clock.today() + timedelta(days=10)
    db.session.execute(waits.values(clock_since=clock.today(), clock_on=soon, respond_by=soon))
    db.session.commit()


def _tokens() -> list[str]:
    """Tokens of links by which groups can answer."""
    wanted = select(Introduction).where(Introduction.state.in_([State.SENT.value, State.IN_REVIEW.value])).limit(LINKS)
    return [links.new_link(one, "answer", email="hello@groups.example.org") for one in db.session.scalars(wanted)]


class Timed(Visitor):
    """Counts answers, and notes how long each form took, in milliseconds, and which answers were no pages."""

    def __init__(self, site: str, cookie: tuple[str, str] | None = None) -> None:
        super().__init__(site, cookie)
        self.took: list[float] = []
        self.faults: Counter[int] = Counter()
        self.answers = 0

    def open(self, path: str, typed: Typed | None = None) -> Answer:
        began = perf_counter()
        answer = super().open(path, typed)
        if typed is not None:
            self.took.append((perf_counter() - began) * 1000)
        if answer.status >= 500:
            self.faults[answer.status] += 1
        else:
            self.answers += 1
        return answer


class Referring(LinkWorker):
    """A link worker whose forms are timed, with so many seconds between two referrals."""

    def __init__(self, site: str, place: "Place", pause: float) -> None:
        super().__init__(site, place.writer, place.people, place.services)
        self.visitor = self.timed = Timed(site, place.writer)
        self.pause = pause

    def act(self) -> bool:
        """One referral."""
        self.stop.wait(self.pause)
        return super().act()


class Answering(Group):
    """Whoever answers by links, whose forms are timed."""

    def __init__(self, site: str, place: "Place", pause: float) -> None:
        super().__init__(site, place.writer, Listener(), "")
        self.by_link = self.timed = Timed(site)
        self.tokens, self.pause = list(place.tokens), pause

    def act(self) -> bool:
        """One answer."""
        self.stop.wait(self.pause)
        self._to_do.clear()
        if not self.tokens:
            return False
        self._answer(f"/respond/{self.tokens.pop()}")
        return True


@dataclass
class Written:
    """What those who wrote were told. Milliseconds of each form; `answers`: to forms and to the pages that led there."""

    took: list[float] = field(default_factory=list)
    answers: int = 0
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    faults: Counter[int] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    def add(self, actors: list[Actor]) -> None:
        """Take in what these did."""
        for one in actors:
            timed: Timed = one.timed  # type: ignore[attr-defined]
            self.took += timed.took
            self.faults += timed.faults
            self.answers += timed.answers
            self.acknowledged += one.told.acknowledged
            self.unexpected += one.told.unexpected


def wait_for_quiet(made: Place) -> None:
    """Let the worker do first what it does once a night: with many listings, looking for duplicates takes it a minute or more."""
    began, since = perf_counter(), clock.now()
    with made.app.app_context(), reading():
        while perf_counter() - began < MOST_SECONDS_TO_QUIET:
            db.session.rollback()
            has_asked = (last_run_at() or since) > since
            waiting = select(func.count()).select_from(Job).where(Job.state == "ready", Job.run_at <= clock.now())
            if has_asked and not db.session.scalar(waiting):
                break
            sleep(1)
    print(f"the worker is through with what waited after {perf_counter() - began:.0f} s", flush=True)


def writers(port: int, place: Place, pause: float = 0.0) -> list[Actor]:
    """The two who write."""
    site = f"http://127.0.0.1:{port}"
    return [Referring(site, place, pause), Answering(site, place, pause)]
