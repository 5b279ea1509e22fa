"""Every address as every role, as people of another organisation, and as a stranger. See `tests/house/walk.py`."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from portal.accounts.models import AccountToken, Membership, User
from portal.accounts.roles import Role
from portal.changes.models import ChangeRequest, Version
from portal.core import audit, clock, problems
from portal.core.extensions import db
from portal.core.pages import wants_json
from portal.core.tokens import hash_of
from tests.factories import Make
from tests.house import walk
from tests.house.access_table import ACCESS, CACHEABLE, PUBLIC, SIGNED_IN
from tests.support.page import Browser
from tests.support.people import browser_as

METHODS = ("GET", "POST")
REDIRECTS = {301, 302, 303, 308}


def rules_of(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each method that it answers to."""
    for rule in app.url_map.iter_rules():
        yield from ((rule, method) for method in METHODS if method in (rule.methods or ()))


def met(browser: Browser, address: str, method: str, *, token: str | None) -> tuple[str, TestResponse]:
    """What a viewer met there, and the answer. Without a token a POST does nothing, and 400 says that it was open."""
    answered = browser.client.open(address, method=method, data={"csrf_token": token} if token else None)
    status, place = answered.status_code, answered.headers.get("Location", "")
    if status >= 500:
        return "broken", answered
    if status in {302, 303} and place.startswith("/sign-in?"):
        return walk.ASKED, answered
    return {403: walk.REFUSED, 404: walk.HIDDEN}.get(status, walk.OPEN), answered


def fits(found: str, wanted: str, *, names_nobodys: bool) -> bool:
    """Whether what was met is what was wanted. Where an address names what nobody has, an open one says 404."""
    return found == wanted or (wanted == walk.OPEN and found == walk.HIDDEN and names_nobodys)


def test_every_address_as_every_role_as_another_organisation_and_as_a_stranger(
    sqlite_app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each meets what they may; and people stand on the pages of `walk.SEEN` alone, for those roles alone."""
    # Nobody reads the 5,000 pages of refusals: they are answered as they are to programs, in a third of the time.
    wanted = walk.OPEN
    monkeypatch.setattr(problems, "wants_json", lambda path: wanted != walk.OPEN or wants_json(path))
    world = walk.world(make)
    claim = f"/moderate/changes/{_claim_without_a_lead(world, make).id}"
    before = db.session.query(Membership).filter_by(ended_at=None).count(), db.session.query(User).count()
    browsers = {walk.STRANGER: Browser(sqlite_app)}
    browsers |= {name: browser_as(sqlite_app, user) for name, user in world.people.items()}
    for number, browser in enumerate(browsers.values(), 1):
        browser.client.environ_base = {"REMOTE_ADDR": f"203.0.113.{number}"}
    tokens = {name: browsers[name].csrf_token() for name in world.people}
    there = [(rule, method, walk.address_of(rule, world)) for rule, method in rules_of(sqlite_app)]
    item = next(rule for rule, _method, _address in there if rule.endpoint == "moderation.item")
    db.session.expunge_all()  # or each request forgets and saves the whole world of the test
    wrong, seen = [], dict[str, dict[str, set[str]]]()
    for rule, method, address in there:
        mark = ACCESS.get(rule.endpoint)
        assert mark is not None, f"put {rule.endpoint} with its mark into tests/house/access_table.py"
        names_nobodys = bool(rule.arguments) or mark in {PUBLIC, CACHEABLE} or rule.endpoint in walk.UNDER_WAY
        for viewer in walk.VIEWERS:
            wanted = walk.expected(rule.endpoint, mark, rule, viewer)
            token = tokens.get(viewer) if wanted == walk.HIDDEN else None
            found, answered = met(browsers[viewer], address, method, token=token)
            if not fits(found, wanted, names_nobodys=names_nobodys):
                told = f"{method} {address} ({rule.endpoint}) as {viewer}"
                wrong.append(f"{told}: {answered.status_code}, {found}, not {wanted}")
            for who in _people_on(answered.data) if method == "GET" and wanted == walk.OPEN else ():
                seen.setdefault(rule.endpoint, {}).setdefault(who, set()).add(viewer)
    for viewer in walk.VIEWERS:  # the claim of the world is none of the moderators' business
        if walk.expected(item.endpoint, ACCESS[item.endpoint], item, viewer) == walk.OPEN:
            for who in _people_on(browsers[viewer].client.get(claim).data):
                seen.setdefault(item.endpoint, {}).setdefault(who, set()).add(viewer)
    assert not wrong, "\n".join(wrong)
    assert seen == walk.SEEN
    after = db.session.query(Membership).filter_by(ended_at=None).count(), db.session.query(User).count()
    assert after == before


def _people_on(page: bytes) -> list[str]:
    return [who for who, told in walk.PEOPLE.items() if any(words.encode() in page for words in told.values())]


def _claim_without_a_lead(world: walk.World, make: Make) -> ChangeRequest:
    """One that waits for the moderators; and a version and an entry by the editor, for the pages that tell of these."""
    claim = ChangeRequest(
        organization_id=make.organisation("Nobody leads us").id, kind="claim", state="waiting",
        by_user_id=world.claim.by_user_id, submitted_at=clock.now(),
    )  # fmt: skip
    version = Version(service_id=world.service.id, number=1, facts={"summary": "Tea."}, changed=["summary"], status="active",
                      how="edited", by_user_id=world.someone.id)  # fmt: skip
    db.session.add_all([claim, version])
    audit.record("listing.changed", world.service, by=world.someone)
    db.session.commit()
    return claim


def test_what_is_hidden_elsewhere_is_open_here(sqlite_app: Flask, make: Make) -> None:
    """So that the walk cannot pass because an address leads nowhere."""
    world = walk.world(make)
    here = {name: browser_as(sqlite_app, world.people[name]) for name in ("lead", "moderator", "group-worker")}
    named = walk.OWNED - {"claim_id", "upload_id"} | {"fact", "section", "tab", "step"}
    seen = set()
    for rule, method in rules_of(sqlite_app):
        mark = ACCESS[rule.endpoint]
        if method == "GET" and rule.arguments and rule.arguments <= named and mark in {*walk.SCOPED, SIGNED_IN}:
            address, is_shut = walk.address_of(rule, world), rule.arguments & walk.PERSONAL and mark == SIGNED_IN
            for name, browser in here.items():
                if not is_shut and walk.expected(rule.endpoint, mark, rule, name) == walk.OPEN:
                    found, answered = met(browser, address, method, token=None)
                    assert found == walk.OPEN, f"{rule.rule} as {name}: {answered.status_code}"
                    seen.add((rule.endpoint, name))
    assert len(seen) > 25 and len([one for one in seen if one[1] == "moderator"]) > 12, sorted(seen)


def test_every_page_is_called_the_same_in_its_title_and_its_heading(sqlite_app: Flask, make: Make) -> None:
    world = walk.world(make)
    owner = world.people["lead"]
    owner.memberships += [Membership(role=role.value) for role in (Role.ADMINISTRATOR, Role.MODERATOR)]
    owner.memberships.append(Membership(role=Role.INFORMATION_GOVERNANCE.value))
    db.session.commit()
    everywhere, wrong, seen = browser_as(sqlite_app, owner), [], 0
    for rule, method in rules_of(sqlite_app):
        answered = everywhere.client.open(walk.address_of(rule, world), method="GET") if method == "GET" else None
        if answered is not None and answered.mimetype == "text/html" and answered.status_code not in REDIRECTS:
            seen += 1
            if (problem := walk.misnamed(answered.get_data(as_text=True))) is not None:
                wrong.append(f"{rule.rule}: {problem}")
    assert not wrong, "\n".join(wrong)
    assert seen > 60
    assert walk.misnamed('<html lang="en"><title>A - Hereabouts</title><h1 class="x">To <b>B</b></h1>')


def test_a_part_that_nobody_knows_fails_with_what_to_write(sqlite_app: Flask, make: Make) -> None:
    rule = Rule("/things/<string:colour>", endpoint="things.show")
    Map([rule])
    try:
        walk.address_of(rule, walk.world(make))
    except AssertionError as problem:
        assert "colour" in str(problem) and "PARTS" in str(problem)
    else:
        raise AssertionError("an unknown part was taken")


def test_there_is_a_viewer_of_each_role() -> None:
    assert (
        set(walk.VIEWERS) >= {role.value for role in Role} and len(walk.VIEWERS) == len(Role) + len(walk.ELSEWHERE) + 1
    )


def test_a_walk_spends_no_link_of_anybody(sqlite_app: Flask, make: Make) -> None:
    walk.world(make)
    assert db.session.query(AccountToken).filter_by(token_hash=hash_of(walk.NOBODYS)).count() == 0
