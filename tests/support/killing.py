"""Editors edit and visitors send mails over HTTP while server and worker are killed at random moments; then all is counted."""

import math
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from portal.app import create_app
from portal.changes.models import Version
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.jobs import backlog
from portal.core.settings import Settings
from portal.directory import indexing
from portal.directory.models import Service
from portal.notifications.models import OutboxMessage
from portal.operations import upgrading
from portal.search.current import engine
from portal.search.port import Query
from tests.factories import Make
from tests.support.forking import Program, Running, started
from tests.support.mail_server import Listener
from tests.support.people import session_of
from tests.support.processes import KEY, ROOT, SECRET, environment, fetch, free_port

EDITORS = 3
LISTINGS = 12
PATIENCE_SECONDS = 120.0
FOUND_SECONDS = 20.0
LATEST = 5
"""Of each listing, so many of the words that were last edited are looked for: the index may have passed over those before."""
TARGETS = ("server", "worker", "both")


def word(number: int) -> str:
    """A number as a word that no other text holds, and that no stemmer cuts."""
    return "zq" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}") + "k"


@dataclass
class Counted:
    """What came of it. Seconds; the longest of each. `edits` and `mails` are those that were acknowledged.

    `found`: after each start, the seconds until a word was found that was edited since; infinite where none was.
    """

    kills: int = 0
    edits: int = 0
    mails: int = 0
    starts: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    twice: int = 0
    half_done: list[str] = field(default_factory=list)
    mails_lost: int = 0
    mails_twice: int = 0
    most_of_one: int = 0
    searchable: float = 0.0
    found: list[float] = field(default_factory=list)
    index: str = ""
    unexpected: list[str] = field(default_factory=list)


class Instance:
    """A portal of its own with a server and a worker, each of which can be killed and started again.

    `reads_all_in`: they start as they do on a machine of their own, for whoever tells how long that takes.
    """

    def __init__(
        self, folder: Path, geography: Path, url: str, listener: Listener, *, reads_all_in: bool = False
    ) -> None:
        self.reads_all_in = reads_all_in
        self.folder, self.port = folder, free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "geography").symlink_to(geography, target_is_directory=True)
        self.env = environment(
            folder,
            PORTAL_DATABASE_URL=url,
            PORTAL_BASE_URL=self.site,
            PORTAL_TRUSTED_PROXIES="1",
            PORTAL_MAIL_URL=listener.url,
            PORTAL_LOG_LEVEL="error",
            PORTAL_DRAIN_SECONDS="0",
        )
        settings = Settings(
            instance=folder, secret_key=SECRET, data_keys=(KEY,), database_url=url, base_url=self.site, log_level="error",
            testing=True,
        )  # fmt: skip
        self.app: Flask = create_app(settings)
        self.services: list[UUID] = []
        self.cookies: list[tuple[str, str]] = []
        self._running: dict[str, subprocess.Popen[bytes] | Running] = {}

    def fill(self) -> None:
        """Listings of one organisation, and its editors, signed in."""
        with self.app.app_context():
            upgrading.upgrade(lambda _told: None)
            make = Make()
            owner = make.organisation()
            self.services = [make.service(f"Table {number}", organisation=owner).id for number in range(LISTINGS)]
            editors = [make.user("editor", organisation=owner, trusted=True) for _ in range(EDITORS)]
            self.cookies = [session_of(self.app, one) for one in editors]
            db.session.remove()

    def start(self, name: str) -> float:
        """Start "server" or "worker". Gives the seconds until the server answers."""
        command = {"server": ["serve", "--port", str(self.port), "--workers", "2"], "worker": ["worker"]}[name]
        began = time.monotonic()
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = self._started(command, log)
        while name == "server" and fetch(f"{self.site}/healthz")[0] != 200:
            assert self._running[name].poll() is None, (self.folder / f"{name}.log").read_text()[-1500:]
            assert time.monotonic() - began < PATIENCE_SECONDS
            time.sleep(0.05)
        return time.monotonic() - began

    def _started(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes] | Running:
        """The process, which leads a group of its own."""
        if not self.reads_all_in:
            return started(Program(command, module="portal.cli"), self.env, log, leads=True)
        whole = [sys.executable, "-m", "portal.cli", *command]
        return subprocess.Popen(whole, env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)

    def kill(self, name: str) -> None:
        """End all its processes at once, without a word."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End what runs."""
        for name in list(self._running):
            self.kill(name)
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_told: object) -> None:
        return None


class Editor:
    """One person at the pages of a group, who also sends lists by e-mail. Notes what was acknowledged."""

    def __init__(self, instance: Instance, number: int) -> None:
        self.instance, self.number = instance, number
        self.mine = instance.services[number::EDITORS]
        self.tried: dict[UUID, list[tuple[str, bool]]] = {one: [] for one in self.mine}
        self.sent: list[str] = []
        self.unexpected: list[str] = []
        self.stop = threading.Event()
        self._count = 0
        jar = CookieJar()
        name, value = instance.cookies[number]
        jar.set_cookie(
            Cookie(0, name, value, None, False, "127.0.0.1", True, False, "/", True, False, None, False, None, None, {})
        )
        self._opener = build_opener(HTTPCookieProcessor(jar), _Stay)

    def go_on(self) -> None:
        """Edit and send until told to stop. A server that is away is waited for."""
        while not self.stop.is_set():
            try:
                self._edit(self.mine[self._count % len(self.mine)])
                if self._count % 2 == 0:
                    self._send()
                self._count += 1
            except (URLError, HTTPException, OSError, ValueError):
                time.sleep(0.1)

    def _edit(self, service_id: UUID) -> None:
        path = f"/group/listings/{service_id}/edit/description"
        _status, page = self._open(path)
        text = f"Come at ten. {word(self.number * 100_000 + self._count)}"
        sent = {**_hidden(page), "text": text, "action": "save"}
        self.tried[service_id].append((text, False))
        status, answer = self._open(path, sent)
        if status == 303:
            self.tried[service_id][-1] = (text, True)
        elif status < 500:
            self.unexpected.append(f"{status} to an edit: {re.sub('<[^>]+>', ' ', answer)[:300]}")

    def _send(self) -> None:
        hidden = {"csrf_token": _hidden(self._open("/services/not-found")[1])["csrf_token"]}
        self._open("/list/add", {**hidden, "service": str(self.mine[0])})
        address = f"{word(self.number * 100_000 + self._count)}@example.org"
        status, answer = self._open(
            "/list/email", {**hidden, "to": address, "key": secrets.token_urlsafe(24), "send": "yes"}
        )
        if status == 303:
            self.sent.append(address)
        elif status < 500:
            self.unexpected.append(f"{status} to a mail: {re.sub('<[^>]+>', ' ', answer)[:300]}")

    def _open(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        asked = Request(self.instance.site + path, urlencode(form).encode() if form is not None else None)
        asked.add_header("Origin", self.instance.site)
        asked.add_header(
            "X-Forwarded-For", f"192.0.2.{secrets.randbelow(250) + 1}, 198.51.{self.number}.{self._count % 250}"
        )
        try:
            with self._opener.open(asked, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms. Raises ValueError where it has none, such as a page of an error."""
    found = {
        name[1]: value[1]
        for tag in re.findall(r"<input[^>]*>", page)
        if 'type="hidden"' in tag
        and (name := re.search(r'name="([^"]*)"', tag))
        and (value := re.search(r'value="([^"]*)"', tag))
    }
    if "csrf_token" not in found:
        raise ValueError("no form")
    return {name: found[name] for name in ("csrf_token", "version", "key") if name in found}


@contextmanager
def edited(instance: Instance) -> Iterator[list[Editor]]:
    """Editors at work while the body runs."""
    editors = [Editor(instance, number) for number in range(EDITORS)]
    threads = [threading.Thread(target=one.go_on, daemon=True) for one in editors]
    for thread in threads:
        thread.start()
    try:
        yield editors
    finally:
        for one in editors:
            one.stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def try_out(instance: Instance, listener: Listener, *, kills: int, least: int, chance: random.Random) -> Counted:
    """Kill so often while at least so many edits and mails are acknowledged, and count."""
    counted = Counted()
    instance.fill()
    for name in ("server", "worker"):
        instance.start(name)
    with edited(instance) as editors:
        while counted.kills < kills:
            goal = _done(editors) + max(1, (least - _done(editors)) // (kills - counted.kills))
            _wait_for(editors, goal)
            time.sleep(chance.uniform(0, 0.3))
            target = chance.choice(TARGETS)
            names = ("server", "worker") if target == "both" else (target,)
            for name in names:
                instance.kill(name)
            counted.kills += 1
            before = _acknowledged(editors)
            counted.starts += [took for name in names if (took := instance.start(name)) and name == "server"]
            counted.found.append(_found(instance, editors, before))
        _wait_for(editors, _done(editors) + EDITORS)
    for name in ("server", "worker"):
        instance.kill(name)
    instance.start("worker")
    counted.searchable = _settled(instance)
    _count(instance, listener, editors, counted)
    return counted


def _done(editors: list[Editor]) -> int:
    """How many edits and mails were acknowledged."""
    edits = sum(is_acknowledged for one in editors for rows in one.tried.values() for _text, is_acknowledged in rows)
    return edits + sum(len(one.sent) for one in editors)


def _acknowledged(editors: list[Editor]) -> dict[UUID, str]:
    """The last text of each listing that was acknowledged."""
    last = {}
    for one in editors:
        for service_id, tried in one.tried.items():
            texts = [text for text, is_acknowledged in list(tried) if is_acknowledged]
            if texts:
                last[service_id] = texts[-1]
    return last


def _found(instance: Instance, editors: list[Editor], before: dict[UUID, str]) -> float:
    """Seconds until one of the listings is found by a word that it holds since `before`. Editing goes on meanwhile."""
    began = time.monotonic()
    asked: dict[UUID, set[str]] = {}
    while time.monotonic() - began < FOUND_SECONDS:
        for service_id, words in _acknowledged(editors).items():
            if before.get(service_id) != words:
                asked.setdefault(service_id, set()).add(words.split()[-1])
        with instance.app.app_context(), reading():
            for service_id, some in asked.items():
                for one in sorted(some)[-LATEST:]:
                    if str(service_id) in {hit.id for hit in engine().search(Query(words=one)).hits}:
                        return time.monotonic() - began
            db.session.rollback()
        time.sleep(0.05)
    return math.inf


def _wait_for(editors: list[Editor], goal: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while _done(editors) < goal:
        told = [line for one in editors for line in one.unexpected]
        assert time.monotonic() < until, f"nothing is acknowledged any more: {told[:3]}"
        time.sleep(0.02)


def _settled(instance: Instance) -> float:
    """Seconds until the index says what the database says; then all messages are waited for."""
    began = time.monotonic()
    searchable = 0.0
    with instance.app.app_context(), reading():
        while True:
            db.session.rollback()
            if not searchable and indexing.check_index().is_equal:
                searchable = time.monotonic() - began
            waiting = db.session.scalar(select(func.count()).where(OutboxMessage.state == "waiting"))
            if searchable and not waiting and not backlog().ready:
                return searchable
            assert time.monotonic() - began < PATIENCE_SECONDS * 2, f"{waiting} messages wait, {backlog()}"
            time.sleep(0.1)


def _count(instance: Instance, listener: Listener, editors: list[Editor], counted: Counted) -> None:
    with instance.app.app_context(), reading():
        for editor in editors:
            counted.unexpected += editor.unexpected
            for service_id, tried in editor.tried.items():
                _count_edits(service_id, tried, counted)
        counted.index = "" if indexing.check_index().is_equal else str(indexing.check_index())
        queue = backlog()
        if queue.dead:
            counted.unexpected.append(f"dead jobs: {queue.dead_names}")
    sent = {address for editor in editors for address in editor.sent}
    came = Counter(listener.recipients)
    counted.mails = len(sent)
    counted.mails_lost = len(sent - set(came))
    counted.mails_twice = sum(count - 1 for count in came.values())
    counted.most_of_one = max(came.values(), default=0)


def _count_edits(service_id: UUID, tried: list[tuple[str, bool]], counted: Counted) -> None:
    service = db.session.get_one(Service, service_id)
    versions = list(
        db.session.scalars(select(Version).where(Version.service_id == service_id).order_by(Version.number))
    )
    kept = Counter(str(one.facts.get("description")) for one in versions)
    acknowledged = [text for text, is_acknowledged in tried if is_acknowledged]
    counted.edits += len(acknowledged)
    counted.lost += [text for text in acknowledged if not kept[text]]
    counted.twice += sum(kept[text] - 1 for text, _is in tried if kept[text] > 1)
    stands = [text for text, _is in tried if kept[text]]
    if stands and service.description != stands[-1]:
        counted.lost.append(f"{service.name} says “{service.description}”, not “{stands[-1]}”")
    if versions and (
        versions[-1].number != service.version or versions[-1].facts["description"] != service.description
    ):
        counted.half_done.append(service.name)
    if stands:
        hits = {UUID(hit.id) for hit in engine().search(Query(words=stands[-1].split()[-1])).hits}
        if service_id not in hits:
            counted.half_done.append(f"{service.name} is not found by its words")
