"""How long the server takes for a link worker's caseload of 80 open people, and whether that holds as the network grows.

    PYTHONPATH=. .venv/bin/python benchmarks/caseload.py [--few 2000] [--many 100000] [--rounds 40] [--postgresql]

Two instances are filled in bulk: with few and with many referrals, spread over as many workers as hold 80 open people and 170
closed ones each. The pages of one of them are fetched in turn from both, warm. Exits with 1 where the median of a page is over
100 ms, over 1.5 times as long with many as with few, or asks the database more than twelve times.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, text

from benchmarks import postgresql, tables
from portal.accounts.models import User
from portal.app import create_app
from portal.core import clock
from portal.core.encryption import EncryptedText, box
from portal.core.extensions import Base, db
from portal.core.references import new_reference
from portal.core.settings import Settings
from portal.directory.models import Service
from portal.organisations.models import Organization
from portal.people.models import Person, PersonContact
from portal.referrals.models import Appointment, Introduction, LinkTeam, Referral
from portal.referrals.states import OPEN, State
from tests.support.people import make_user, session_of
from tests.support.processes import KEY, SECRET

OPEN_PEOPLE, CLOSED_PEOPLE, REFERRALS_A_PERSON = 80, 170, 2
PAGES = ("/caseload", "/caseload?view=open", "/caseload?view=waiting", "/caseload?view=open&order=initials")
MOST_MS, MOST_TIMES, MOST_STATEMENTS = 100.0, 1.5, 12
STATES = (
    *(State.SENT, State.IN_REVIEW, State.INFO_REQUESTED, State.WAITING_LIST, State.ACCEPTED, State.BOOKED),
    *(State.IN_PROGRESS, State.PAUSED, State.COMPLETED, State.DECLINED, State.EXPIRED, State.WITHDRAWN),
)
CONTACT = {"ways": ["phone"], "phone": "+447700900982", "voicemail": False, "best_times": "after 2pm"}
A_BATCH = 2_000
Timed = tuple[float, float, float, int]
"""Milliseconds of one page: the median, the 95th percentile, the median of this process's own work; and its statements."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--few", type=int, default=2_000)
    asked.add_argument("--many", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=40)
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    print(tables.machine())
    is_kept = True
    with (
        tempfile.TemporaryDirectory() as folder,
        postgresql.running() if options.postgresql else nullcontext() as server,
    ):
        kinds = {"SQLite": None, **({"PostgreSQL": server} if server else {})}
        for kind, within in kinds.items():
            columns = {}
            for count in (options.few, options.many):
                url = postgresql.database(within, f"caseload_{count}") if within else None
                columns[count] = measured(Path(folder) / f"{kind}-{count}", url, count, options.rounds)
            is_kept = told(kind, columns) and is_kept
    return 0 if is_kept else 1


def told(kind: str, columns: dict[int, dict[str, Timed]]) -> bool:
    """Print the figures of one database. True where all is kept."""
    few, many = columns
    rows, is_kept = [], True
    for page in PAGES:
        little, (much, slow, own, statements) = columns[few][page][0], columns[many][page]
        times = much / little
        is_kept &= much <= MOST_MS and times <= MOST_TIMES and statements <= MOST_STATEMENTS
        rows.append([page, f"{little:.1f}", f"{much:.1f} / {slow:.1f} / {own:.1f}", f"{times:.2f}", str(statements)])
    header = [f"{kind}, ms", f"{few:,} referrals", f"{many:,} referrals (95th, own)", "times", "statements"]
    tables.show(header, rows, markdown=True)
    print(
        f"at most {MOST_MS:g} ms, {MOST_TIMES:g} times, {MOST_STATEMENTS}: {'kept' if is_kept else 'missed'}",
        flush=True,
    )
    return is_kept


def measured(folder: Path, url: str | None, count: int, rounds: int) -> dict[str, Timed]:
    """Each page, on an instance with so many referrals."""
    folder.mkdir(parents=True)
    app = create_app(
        Settings(
            instance=folder, secret_key=SECRET, data_keys=(KEY,), testing=True, log_level="error",
            database_url=url or f"sqlite:///{folder / 'portal.sqlite3'}",
        )
    )  # fmt: skip
    with app.app_context():
        db.create_all()
        began = perf_counter()
        with encrypted_once():
            worker = fill(count)
        seconds = perf_counter() - began
        print(f"{count:,} referrals made in {seconds:.0f} s", flush=True)
        name, token = session_of(app, worker)
        db.session.remove()
    client = app.test_client()
    client.set_cookie(name, token)
    return {page: timed(app, client, page, rounds) for page in PAGES}


def timed(app: Flask, client: FlaskClient, page: str, rounds: int) -> Timed:
    """One page, after three to warm up."""
    for _ in range(3):
        answer = client.get(page)
        assert answer.status_code == 200, page
    assert page == "/caseload?view=waiting" or answer.get_data(as_text=True).count('name="tick"') > 0
    with app.app_context(), counted() as asked:
        client.get(page)
    times, own = [], []
    for _ in range(rounds):
        began, worked = perf_counter(), process_time()
        client.get(page)
        times.append((perf_counter() - began) * 1000)
        own.append((process_time() - worked) * 1000)
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)], statistics.median(own), len(asked)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of this process, but those that open and end a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if (
            statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
            and "site_choice" not in statement
        ):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def encrypted_once() -> Iterator[None]:
    """The same text is encrypted once, since reading it takes as long and making it anew takes most of the filling."""
    told, made = (
        EncryptedText.process_bind_param,
        lru_cache(maxsize=None)(lambda value: box().encrypt(value.encode()).decode()),
    )
    EncryptedText.process_bind_param = lambda _self, value, _dialect: None if value is None else made(value)  # type: ignore[method-assign]
    try:
        yield
    finally:
        EncryptedText.process_bind_param = told  # type: ignore[method-assign]


def fill(referrals: int) -> User:
    """An organisation for each five workers, with all that they hold. Gives the worker whose caseload is measured."""
    chance, now = Random(11), clock.now()
    group = Organization(name="Larkfield Circle")
    db.session.add(group)
    db.session.flush()
    services = [Service(name=f"Table {number}", organization_id=group.id) for number in range(50)]
    db.session.add_all(services)
    db.session.commit()
    people = referrals // REFERRALS_A_PERSON
    workers = max(1, people // (OPEN_PEOPLE + CLOSED_PEOPLE))
    users: list[User] = []
    team = None
    for number in range(workers):
        if team is None or number % 5 == 0:
            team = Organization(name=f"Link workers {number}")
            db.session.add(team)
            db.session.flush()
            db.session.add(LinkTeam(organization_id=team.id, areas=["leicester"]))
        users.append(
            make_user("link-worker", organisation=team, name=f"Worker {number}", email=f"w{number}@example.org")
        )
    rows: dict[type[Base], list[dict[str, Any]]] = {}
    for number in range(people):
        worker = users[number % workers]
        at = number // workers
        one(rows, chance, now, worker, worker.held[0].organization_id, services, is_open=at < OPEN_PEOPLE)
        if number % A_BATCH == A_BATCH - 1:
            put(rows)
    put(rows)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("analyze"))
        db.session.commit()
    return users[0]


def one(
    rows: dict[type[Base], list[dict[str, Any]]],
    chance: Random,
    now: datetime,
    worker: User,
    team_id: UUID | None,
    services: list[Service],
    *,
    is_open: bool,
) -> None:
    """One person with two referrals of one introduction each, and two contacts."""
    made = now - timedelta(days=chance.randrange(3, 200))
    person_id = uuid4()
    rows.setdefault(Person, []).append({
        "id": person_id, "reference": new_reference(), "organization_id": team_id, "worker_id": worker.id,
        "given_name": chance.choice("ABCDEFGHIJKLMNOP") + "da", "family_name": chance.choice("ABCDEFGHIJKLMNOP") + "ddie",
        "contact": CONTACT, "access": {"language": "gu", "interpreter": True}, "district": "LE2", "created_at": made,
        "neighbourhood_code": f"E0200{chance.randrange(2000, 2030)}", "closed_at": None if is_open else now,
        "next_on": (now + timedelta(days=chance.randrange(-3, 20))).date(), "next_step": chance.choice(("Call them", None)),
    })  # fmt: skip
    for _ in range(REFERRALS_A_PERSON):
        state = chance.choice(STATES)
        referral_id, introduction_id, service = uuid4(), uuid4(), chance.choice(services)
        at = made + timedelta(days=1)
        rows.setdefault(Referral, []).append({
            "id": referral_id, "reference": new_reference(), "person_id": person_id, "organization_id": team_id,
            "by_user_id": worker.id, "route": "link-worker", "status": "active", "needs": ["loneliness"], "reason": "Company.",
            "created_at": at, "sent_at": at,
        })  # fmt: skip
        rows.setdefault(Introduction, []).append({
            "id": introduction_id, "reference": new_reference(), "referral_id": referral_id, "person_id": person_id,
            "kind": "service", "organization_id": service.organization_id, "service_id": service.id, "state": state.value,
            "sent_at": at, "changed_at": at, "created_at": at, "clock_since": at.date() if state in OPEN else None,
            "ended_at": None if state in OPEN else at, "answered_at": at,
        })  # fmt: skip
        if state is State.BOOKED:
            rows.setdefault(Appointment, []).append({
                "id": uuid4(), "introduction_id": introduction_id, "starts_at": now + timedelta(days=2), "status": "booked",
            })  # fmt: skip
        rows.setdefault(PersonContact, []).append({
            "id": uuid4(), "person_id": person_id, "at": at, "mode": "phone", "outcome": "reached", "by_user_id": worker.id,
        })  # fmt: skip


def put(rows: dict[type[Base], list[dict[str, Any]]]) -> None:
    """Write what was gathered."""
    for model in (Person, Referral, Introduction, Appointment, PersonContact):
        if told := rows.pop(model, None):
            db.session.execute(insert(model), told)
    db.session.commit()


if __name__ == "__main__":
    raise SystemExit(main())
