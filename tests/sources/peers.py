"""A directory elsewhere, for tests: a feed of Open Referral on this machine, and sources that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.sources import actions, queries
from portal.sources.actions import Told
from portal.sources.models import SourceRun, SourceSetting
from portal.sources.running import perform_run
from tests.support.remote import Remote, answer, remote

ROOT = {"version": "HSDS-UK-3.0", "profile": "https://docs.openreferraluk.org", "openapi_url": "https://example.org"}


def service(number: int, **changes: Any) -> dict[str, Any]:
    """A whole service of Open Referral UK 3, unlike every other."""
    names = (
        "Apple",
        "Birch",
        "Cedar",
        "Dogwood",
        "Elder",
        "Fern",
        "Gorse",
        "Hazel",
        "Ivy",
        "Juniper",
        "Kale",
        "Laurel",
    )
    name = f"{names[number % 12]} {names[number // 12 % 12]} circle {number}"
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": name,
        "description": f"What {name} does.",
        "status": "active",
        "organization": {
            "id": f"00000000-0000-4000-9000-{number:012}",
            "name": f"{name} trust",
            "description": "A trust.",
        },
        "service_at_locations": [],
        "schedules": [{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "11:00"}],
    } | changes


class Peer:
    """A feed whose services are `services`, by id. `wrong` says what a path gets instead; `asked` are paths with parameters.

    `knows`: parameters that it heeds; it answers 400 to others of ours if `is_strict`. `changed` are ids since any moment.
    """

    def __init__(self, *services: dict[str, Any], per_page: int = 4, knows: frozenset[str] = frozenset()) -> None:
        self.services = {one["id"]: one for one in services}
        self.per_page = per_page
        self.knows = knows
        self.is_strict = False
        self.changed: list[dict[str, Any]] = []
        self.wrong: dict[str, Any] = {}

    def __call__(self, target: str) -> Any:
        parts = urlsplit(target)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        number = int(asked.get("page", 1))
        key = f"{parts.path}?{number}" if parts.path == "/services" else parts.path
        if key in self.wrong:
            told = self.wrong[key]
            return told if isinstance(told, bytes) or callable(told) else answer(told)
        if parts.path == "/":
            return answer(ROOT)
        if parts.path == "/services":
            return self._page(number, asked)
        found = self.services.get(parts.path.removeprefix("/services/"))
        return answer(found) if found else answer({}, 404)

    def _page(self, number: int, asked: dict[str, str]) -> bytes:
        ours = {"full", "modified_after"} & set(asked)
        if self.is_strict and not ours <= self.knows:
            return answer({}, 400)
        is_since = "modified_after" in ours & self.knows
        is_ahead = is_since and asked["modified_after"] > f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
        every = [] if is_ahead else self.changed if is_since else list(self.services.values())
        given = every[(number - 1) * self.per_page : number * self.per_page]
        is_full = "full" in ours & self.knows
        pages = -(-len(every) // self.per_page)
        return answer(page([one if is_full else short(one) for one in given], number, pages, len(every)))


def short(one: dict[str, Any]) -> dict[str, Any]:
    """As it stands in a list that is not whole."""
    return {name: value for name, value in one.items() if not isinstance(value, list)}


def page(contents: Any, number: int = 1, pages: Any = 1, total: int = 0, **changes: Any) -> dict[str, Any]:
    """A page of Open Referral UK 3."""
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents) if isinstance(contents, list) else 0,
        "first_page": number == 1,
        "last_page": number == pages,
        "empty": not contents,
        "contents": contents,
    } | changes


@contextmanager
def peer_at(answers: Any) -> Iterator[Remote]:
    """The peer as a server of http on this machine, excepted for the application that runs."""
    with remote(answers, secure=False) as server, allowing(f"127.0.0.1:{server.port}"):
        yield server


@contextmanager
def allowing(*hosts: str) -> Iterator[None]:
    """The application, with these hosts excepted from being public."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    before = app.extensions["portal.settings"]
    app.extensions["portal.settings"] = replace(before, fetch_allow=hosts)
    try:
        yield
    finally:
        app.extensions["portal.settings"] = before


def address_of(server: Remote, path: str = "") -> str:
    """The peer's address, by number."""
    return f"http://127.0.0.1:{server.port}{path}"


def add(address: str | None, name: str = "Elsewhere", **told: Any) -> UUID:
    """A source that is read from this address. Gives its id."""
    with unit():
        return actions.add_source(Told(name, told.pop("profile", "oruk3"), address, **told), by="operator").source_id


def read(source_id: UUID, **options: Any) -> SourceRun:
    """Have a source read now. Gives the run as it stands then."""
    file = options.pop("file", None)
    with unit():
        run_id = actions.ask_for_run(queries.setting_of(source_id), by="operator", in_worker=False, **options).id
    perform_run(run_id, file)
    return run_now(run_id)


def accept(run: SourceRun) -> SourceRun:
    """Accept a run, and have it applied."""
    with unit():
        actions.accept_run(queries.run_of(run.id), by="operator", in_worker=False)
    perform_run(run.id)
    return run_now(run.id)


def run_now(run_id: UUID) -> SourceRun:
    """A run as it stands, apart from the session."""
    db.session.rollback()
    found = db.session.scalars(
        select(SourceRun).where(SourceRun.id == run_id).execution_options(populate_existing=True)
    ).one()
    db.session.expunge(found)
    return found


def setting_now(source_id: UUID) -> SourceSetting:
    """How a source is read as it stands, apart from the session."""
    db.session.rollback()
    found = select(SourceSetting).where(SourceSetting.source_id == source_id)
    setting = db.session.scalars(found.execution_options(populate_existing=True)).one()
    db.session.expunge(setting)
    return setting
