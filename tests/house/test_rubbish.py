"""Rubbish in every question and every form of every page, as somebody who may enter all of them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule, UUIDConverter
from werkzeug.test import TestResponse

from portal.accounts.models import Membership, User
from portal.accounts.roles import Role
from portal.core import problems
from portal.core.extensions import db
from portal.directory.filters import FILTERS
from tests.factories import Make
from tests.house import walk
from tests.house.test_shape import MODULES
from tests.support.people import browser_as

SCRIPT = "<script>alert(1)</script>"
RUBBISH = (
    "9" * 5_000,
    "a%00b%ED%A0%80%FF%F0%9F",
    quote("٣" * 30),
    quote(SCRIPT),
    quote(SCRIPT * 80),
    quote("\u202e\u2066\"'><img src=x onerror=alert(1)>{{7*7}}"),
    "%2F%2Fevil.example%2F..%2F..%2Fetc%2Fpasswd%2500",
)
"""As it goes over the wire: digits without end, NUL and bytes that are no text, other digits, script, direction, paths."""
ASKED_FOR = (*RUBBISH[:4], RUBBISH[-1])
TURNS = 4
"""Of the pieces of rubbish each field of a form gets four, those of the next form begin with another."""
CHOSEN_TOO = (0, 2)
"""Of the turns of a form, those in which rubbish is sent as what is chosen too: each such field gets two pieces of it."""
ASKED = re.compile(r"(?:args|values)\.get(?:list)?\(\"([a-z_-]+)\"")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*>")
TYPED_IN = {"text", "search", "email", "tel", "url", "number", "password", "date", "color", "textarea"}
LEFT_OUT = {"accounts.sign_out": "then nobody would be signed in", "assets.static": "see test_attacks.py"}


WITH_PEOPLE = (Role.LINK_WORKER, Role.GROUP_WORKER, Role.REFERRER, Role.SAFEGUARDING_LEAD)
"""Who works with people who are referred: one organisation is all of it here."""
ENDING = frozenset(
    {"groups.close", "moderation.merge", "moderation.approve", "moderation.reject", "accounts.leave"}
    | {"caseload.block_contact", "caseload.close", "caseload.death", "caseload.end_agreement"}
)
"""Forms after which there is less to see: they come last."""


@dataclass
class Fields:
    """What a form asks for: names that are typed in, and what the others hold."""

    typed: set[str] = field(default_factory=set)
    held: dict[str, str] = field(default_factory=dict)


@dataclass
class Visitor:
    """Somebody who may enter every page. Each request comes from another address, so that none is slowed."""

    app: Flask
    user: User
    sent: int = 0
    escaped: int = 0
    wrong: list[str] = field(default_factory=list)
    met: Counter[int] = field(default_factory=Counter)
    is_fresh: bool = False
    """Whether no form has been taken since the session began: it is still the one it was."""

    def __post_init__(self) -> None:
        self.sign_in()

    def sign_in(self) -> None:
        """Begin anew: some forms end a session, or begin another."""
        self.is_fresh = True
        browser = browser_as(self.app, self.user)
        self.client, self.token = browser.client, browser.csrf_token()

    def ask(self, method: str, address: str, body: str | None = None) -> TestResponse:
        self.sent += 1
        place = {"REMOTE_ADDR": f"198.{18 + self.sent // 62_500}.{self.sent // 250 % 250}.{self.sent % 250}"}
        kind = "application/x-www-form-urlencoded" if body is not None else None
        answered = self.client.open(address, method=method, data=body, content_type=kind, environ_overrides=place)
        self.met[answered.status_code] += 1
        self.is_fresh = self.is_fresh and (method == "GET" or answered.status_code > 400)
        self._judge(f"{method} {address[:120]} {(body or '')[:80]}", answered)
        return answered

    def _judge(self, asked: str, answered: TestResponse) -> None:
        place = answered.headers.get("Location", "/")
        if answered.status_code >= 500:
            self.wrong.append(f"{asked}: {answered.status_code}")
        if not place.startswith("/") or place.startswith(("//", "/\\")):
            self.wrong.append(f"{asked}: leads to {place[:80]}")
        if answered.mimetype in {"text/html", "image/svg+xml"}:
            html = answered.get_data(as_text=True)
            self.escaped += "&lt;script&gt;alert(1)" in html
            if "<script>alert(1)" in html or "<img src=x" in html:
                self.wrong.append(f"{asked}: what was typed runs")


@pytest.fixture
def world(sqlite_app: Flask, make: Make) -> walk.World:
    return walk.world(make)


@pytest.fixture
def visitor(sqlite_app: Flask, world: walk.World) -> Visitor:
    owner = world.people["lead"]
    owner.memberships.append(Membership(role=Role.EDITOR.value, organization_id=world.here.id))
    owner.memberships += [
        Membership(role=role.value)
        for role in (Role.ADMINISTRATOR, Role.MODERATOR, Role.INFORMATION_GOVERNANCE, Role.TEAM_COORDINATOR)
    ]
    owner.memberships += [Membership(role=role.value, organization_id=world.here.id) for role in WITH_PEOPLE]
    for mine in (world.upload, world.device, world.passkey, world.identity):
        mine.user_id = owner.id
    world.claim.by_user_id, world.here.email = owner.id, "hello@larkfield.example.org"
    db.session.commit()
    return Visitor(sqlite_app, owner)


def test_rubbish_in_every_question_and_every_form_is_no_fault_of_ours(
    sqlite_app: Flask, world: walk.World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [rule for rule in sqlite_app.url_map.iter_rules() if rule.endpoint not in LEFT_OUT]
    there = [(rule, walk.address_of(rule, world)) for rule in rules]
    made_up = sorted({address for rule in rules for address in _addresses_with_rubbish(rule, world)})
    read = [address for rule, address in there if "GET" in (rule.methods or ())]
    sent = sorted((one for one in there if "POST" in (one[0].methods or ())), key=lambda one: one[0].endpoint in ENDING)
    db.session.refresh(visitor.user)
    db.session.expunge_all()  # or each request forgets and saves the whole world of the test
    with monkeypatch.context() as as_programs:  # refusals have no forms
        as_programs.setattr(problems, "wants_json", lambda _path: True)
        forms = _forms(sqlite_app, visitor, read)
    questions = [_question(turn) for turn in range(len(ASKED_FOR))]
    every = Fields(set().union(*(one.typed for one in forms.values())))
    for place, address in enumerate(read):  # most pages read what they are asked by the same functions
        visitor.ask("GET", f"{address}?{questions[place % len(questions)]}")
    # From here on a refusal is a page only where it could say again what it was asked for.
    monkeypatch.setattr(problems, "wants_json", lambda path: "alert(1)" not in path)
    for address in made_up:
        visitor.ask("GET", address)
    for place, (rule, address) in enumerate(sent):
        if not visitor.is_fresh:
            visitor.sign_in()
        for body in _bodies(forms.get(rule.endpoint, every), place):
            if visitor.ask("POST", address, f"csrf_token={visitor.token}&{body}").status_code == 400:
                visitor.sign_in()
    for address in read:
        visitor.ask("GET", address)
    assert not visitor.wrong, "\n".join(visitor.wrong)
    assert len(forms) > 55, sorted(forms)
    assert visitor.met[422] > 250 and visitor.escaped > 50, "rubbish came no further than the door"


def _question(turn: int) -> str:
    """Every name that any page reads from its address, each with a piece of rubbish: with the next one a turn later."""
    names = {name for path in MODULES for name in ASKED.findall(path.read_text(encoding="utf-8"))}
    names |= {one.name for one in FILTERS} | {"q", "near", "within", "sort", "view", "not", "exact", "page"}
    return "&".join(f"{name}={ASKED_FOR[(place + turn) % len(ASKED_FOR)]}" for place, name in enumerate(sorted(names)))


def _addresses_with_rubbish(rule: Rule, world: walk.World) -> Iterator[str]:
    """The address of a rule with rubbish for each part that is no id."""
    real = {part: str(walk._stands_for(rule, part, world)) for part in rule.arguments}
    if all(isinstance(converter, UUIDConverter) for converter in rule._converters.values()):
        return
    for rubbish in RUBBISH:
        said = {part: real[part] if isinstance(rule._converters.get(part), UUIDConverter) else rubbish for part in real}
        yield _filled(rule, said)


def _filled(rule: Rule, said: dict[str, str]) -> str:
    """The address of a rule with these parts, as they are: rubbish would not be built into one."""
    return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda found: said[found[1]], rule.rule)


def _forms(app: Flask, visitor: Visitor, addresses: list[str]) -> dict[str, Fields]:
    """The fields of every form that stands on these pages, by the endpoint that it is sent to."""
    found: dict[str, Fields] = {}
    at = app.url_map.bind("localhost")
    for address in addresses:
        answered = visitor.ask("GET", address)
        for attributes, inside in FORM.findall(
            answered.get_data(as_text=True) if answered.mimetype == "text/html" else ""
        ):
            told = _attributes(attributes)
            if told.get("method", "get").lower() != "post":
                continue
            try:
                endpoint, _parts = at.match((told.get("action") or address).partition("?")[0], method="POST")
            except HTTPException:
                continue
            fields = found.setdefault(str(endpoint), Fields())
            for tag in FIELD.findall(inside):
                _note(fields, tag)
    return found


def _note(fields: Fields, tag: str) -> None:
    told = _attributes(tag)
    kind = "textarea" if tag.startswith("<textarea") else told.get("type", "text")
    name = told.get("name")
    if name is None or name == "csrf_token":
        return
    if kind in TYPED_IN and not tag.startswith(("<select", "<button")):
        fields.typed.add(name)
    else:
        fields.held.setdefault(name, told.get("value", ""))


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}


def _bodies(fields: Fields, first: int) -> Iterator[str]:
    """What is sent: rubbish in all that is typed while the rest is as the page has it, and rubbish in everything."""
    for turn in range(TURNS):
        for held in (fields.held, {}) if fields.held and turn in CHOSEN_TOO else (fields.held,):
            names = sorted(fields.typed | (fields.held.keys() - held.keys()))
            sent = [
                f"{quote_plus(one)}={RUBBISH[(first + place + turn) % len(RUBBISH)]}" for place, one in enumerate(names)
            ]
            sent += [f"{quote_plus(name)}={quote_plus(value)}" for name, value in held.items()]
            yield "&".join(sent)
