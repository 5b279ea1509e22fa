"""A new password by a link, and another e-mail address: told to both, undone by the old one."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask, current_app

from portal.accounts import factors, invitations, links, passwords, recovery_codes, resetting, steps
from portal.accounts.models import AccountToken, ExternalIdentity, Passkey, User, UserSession
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.extensions import db
from tests.factories import Make
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser

NEW = "seven lanterns under wet slate"
OLD = "nine copper kettles on a shelf"


def now(user_id: UUID) -> User:
    """The user as the database has them."""
    return db.session.get_one(User, user_id)


def asked(browser: Browser, email: str) -> None:
    browser.post("/account/new-password", {"email": email}, expect=303)


def link_in(mailbox: Mailbox, address: str, part: str) -> str:
    return next(path for letter in mailbox.to(address) for path in paths_in(letter) if part in path)


def test_a_new_password_by_mail_ends_every_session_and_works_once(
    app: Flask, make: Make, browser: Browser, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    user = make.user("editor", organisation=make.organisation(), email="Nia@people.example.org", totp_secret="A" * 32)
    own, user_id = as_user(user), user.id
    asked(browser, "nia@PEOPLE.example.org")
    path = link_in(mailbox, "nia@people.example.org", "/account/new-password/")
    browser.get(path)
    browser.get(path)
    assert now(user_id).password_hash is None
    page = browser.post(path, {"password": "password1234"}, expect=422)
    assert page.select(".error-summary")
    browser.post(path, {"password": NEW}, expect=303)
    assert passwords.check(NEW, now(user_id).password_hash).is_right
    assert now(user_id).totp_secret == "A" * 32, "the second factor stays"
    assert db.session.query(UserSession).filter_by(ended_at=None).count() == 0
    own.get("/account/roles", expect=303)
    browser.get(path, expect=410)
    browser.post(path, {"password": OLD}, expect=410)
    assert passwords.check(NEW, now(user_id).password_hash).is_right


def test_the_answer_is_the_same_without_an_account_and_nothing_is_sent(
    app: Flask, make: Make, browser: Browser, mailbox: Mailbox
) -> None:
    make.user(email="known@people.example.org")
    make.user(email="shut@people.example.org", deactivated_at=clock.now())
    answers = [
        browser.follow(browser.post("/account/new-password", {"email": f"{who}@people.example.org"}, expect=303)).main
        for who in ("known", "unknown", "shut")
    ]
    assert len(set(answers)) == 1
    assert [letter.to for letter in mailbox.all] == ["known@people.example.org"]
    assert db.session.query(AccountToken).filter_by(purpose=resetting.ASKED).count() == 0


def test_what_is_done_at_once_is_the_same_with_and_without_an_account(
    sqlite_app: Flask, make: Make, browser: Browser, count_statements: Callable[[], object]
) -> None:
    make.user(email="known@people.example.org")
    asked(browser, "warm@people.example.org")
    seen = []
    for who in ("known", "unknown"):
        with count_statements() as statements:
            asked(browser, f"{who}@people.example.org")
        seen.append([one.split(" WHERE")[0] for one in statements])
    assert seen[0] == seen[1]


def test_five_links_a_day_then_a_wait(sqlite_app: Flask, browser: Browser) -> None:
    for _number in range(5):
        asked(browser, "one@people.example.org")
    answered = browser.post("/account/new-password", {"email": "ONE@people.example.org"}, expect=429)
    assert int(answered.headers["Retry-After"]) > 0
    asked(browser, "two@people.example.org")


def test_a_link_for_a_password_ages_within_an_hour(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    user = make.user()
    token = resetting.start(user, by="operator")
    db.session.commit()
    browser.get(f"/account/new-password/{token}")
    with clock.freeze(clock.now() + timedelta(hours=1, seconds=1)):
        browser.post(f"/account/new-password/{token}", {"password": NEW}, expect=410)


def test_a_link_opens_one_thing_only(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    token = resetting.start(make.user(), by="operator")
    db.session.commit()
    for other in ("/account/join/", "/account/email/confirm/", "/account/email/undo/"):
        browser.get(f"{other}{token}", expect=410)


def with_password(make: Make) -> User:
    return make.user(
        "editor", organisation=make.organisation(), email="old@people.example.org", password_hash=passwords.hashed(OLD)
    )


def ask_to_change(as_user: Callable[..., Browser], user: User) -> Browser:
    own = as_user(user)
    own.post("/account/email", {"email": "new@people.example.org", "password": OLD}, expect=303)
    return own


def test_both_addresses_are_told_and_the_new_one_holds_once_confirmed(
    app: Flask, make: Make, browser: Browser, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    user = with_password(make)
    own, user_id = ask_to_change(as_user, user), user.id
    path = link_in(mailbox, "new@people.example.org", "/account/email/confirm/")
    assert "new@people.example.org" in browser.get(path).main
    assert now(user_id).email == "old@people.example.org"
    assert mailbox.to("old@people.example.org")
    browser.post(path, expect=303)
    assert user_by_email("new@people.example.org") is now(user_id) and user_by_email("old@people.example.org") is None
    own.get("/account/roles", expect=303)
    browser.post(path, expect=410)
    assert len(mailbox.to("old@people.example.org")) == 2 and len(mailbox.to("new@people.example.org")) == 2


def test_the_old_address_can_undo_it_for_a_week(
    app: Flask, make: Make, browser: Browser, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    user = with_password(make)
    user_id = user.id
    ask_to_change(as_user, user)
    browser.post(link_in(mailbox, "new@people.example.org", "/confirm/"), expect=303)
    thief = as_user(now(user_id))
    undo = [path for letter in mailbox.to("old@people.example.org") for path in paths_in(letter) if "/undo/" in path]
    with clock.freeze(clock.now() + timedelta(days=6)):
        browser.get(undo[-1])
        assert now(user_id).email == "new@people.example.org"
        browser.post(undo[-1], expect=303)
    assert now(user_id).email == "old@people.example.org"
    thief.get("/account/roles", expect=303)
    for path in undo:
        browser.post(path, expect=410)


def test_who_took_an_account_over_cannot_use_up_the_way_back_of_its_owner(
    sqlite_app: Flask, make: Make, browser: Browser, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    user = with_password(make)
    user_id = user.id
    ask_to_change(as_user, user)
    browser.post(link_in(mailbox, "new@people.example.org", "/confirm/"), expect=303)
    owners = link_in(mailbox, "old@people.example.org", "/undo/")
    with clock.freeze(clock.now() + timedelta(hours=1)):
        thief = as_user(now(user_id))
        thief.post("/account/email", {"email": "third@people.example.org", "password": OLD}, expect=303)
        browser.post(link_in(mailbox, "new@people.example.org", "/undo/"), expect=303)
        assert now(user_id).email == "new@people.example.org"
        browser.post(owners, expect=303)
    assert now(user_id).email == "old@people.example.org"


def a_passkey(user: User, name: str) -> None:
    user.passkeys.append(Passkey(credential_id=name, public_key=b"x", name=name, created_at=clock.now()))


def an_identity(user: User, name: str) -> None:
    row = ExternalIdentity(user_id=user.id, issuer="https://id.example", subject=name, subject_key=name)
    db.session.add(row)


def an_app(user: User) -> None:
    with current_app.test_request_context():
        factors.put_app(user, "B" * 32, 1)


def new_codes(user: User) -> None:
    recovery_codes.make(user)
    factors.changed(user, "codes-made", by="person")


def an_invitation(user: User) -> None:
    organisation = user.held[0].organization_id
    invitations.invite("friend@people.example.org", Role.EDITOR, by=user, organization_id=organisation)


ADDED: dict[str, Callable[[User], object]] = {
    "a passkey": lambda user: a_passkey(user, "theirs"),
    "an identity": lambda user: an_identity(user, "theirs"),
    "an app": an_app,
    "recovery codes": new_codes,
    "an invitation": an_invitation,
    "a link": lambda user: links.issue("sign-in", email=user.email, user_id=user.id),
    "a step": lambda user: steps.begin(steps.SECOND, user=user),
    "a new passkey's step": lambda user: steps.begin("passkey-new", user=user),
    "nothing": lambda user: None,
}


@pytest.mark.parametrize("when", ["before it was confirmed", "after"])
@pytest.mark.parametrize("what", ADDED)
def test_what_somebody_else_added_since_goes_with_the_change_of_address(
    what: str,
    when: str,
    sqlite_app: Flask,
    make: Make,
    browser: Browser,
    as_user: Callable[..., Browser],
    mailbox: Mailbox,
) -> None:
    here = make.organisation()
    user = make.user("lead", organisation=here, email="old@people.example.org", password_hash=passwords.hashed(OLD))
    user_id, codes = user.id, recovery_codes.make(user)
    a_passkey(user, "own")
    an_identity(user, "own")
    db.session.commit()
    with clock.freeze(clock.now() + timedelta(hours=1)):
        ask_to_change(as_user, user)
    with clock.freeze(clock.now() + timedelta(hours=2)):
        if when == "after":
            browser.post(link_in(mailbox, "new@people.example.org", "/confirm/"), expect=303)
        ADDED[what](now(user_id))
        db.session.commit()
        if when != "after":
            browser.post(link_in(mailbox, "new@people.example.org", "/confirm/"), expect=303)
        thief = as_user(now(user_id))
    undo = [path for letter in mailbox.to("old@people.example.org") for path in paths_in(letter) if "/undo/" in path]
    with clock.freeze(clock.now() + timedelta(hours=3)):
        led = browser.post(undo[-1], expect=303)
        shown = browser.follow(led)
        assert shown.words("h1") == ["Set a new password"]
        assert ("What was added to your account since then is gone" in shown.main) == (what in GONE)
        thief.get("/account/roles", expect=303)
        own = now(user_id)
        assert [one.name for one in own.passkeys] == ["own"] and own.totp_secret is None and own.password_hash is None
        assert [one.subject for one in db.session.query(ExternalIdentity)] == ["own"]
        waiting = {one.purpose for one in db.session.query(AccountToken).filter_by(used_at=None)}
        assert waiting == {"reset"}, "the link in hand alone"
        kept = len(codes) if what not in FACTORS else 0
        assert recovery_codes.left(own) == kept
        browser.post(led.headers["Location"], {"password": NEW}, expect=303)
    assert passwords.check(NEW, now(user_id).password_hash).is_right


FACTORS = {"a passkey", "an app", "recovery codes"}
GONE = {*FACTORS, "an identity"}


@pytest.mark.parametrize("way", ["confirm", "undo"])
def test_a_link_to_sign_in_that_went_to_the_address_of_before_opens_nothing(
    way: str, sqlite_app: Flask, make: Make, browser: Browser, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    user = with_password(make)
    user_id = user.id
    ask_to_change(as_user, user)
    path = link_in(mailbox, "new@people.example.org", "/confirm/")
    if way == "undo":
        browser.post(path, expect=303)
        path = link_in(mailbox, "old@people.example.org", "/undo/")
    _row, token = links.issue("sign-in", email=now(user_id).email, user_id=user_id)
    db.session.commit()
    browser.get(f"/sign-in/link/{token}")
    browser.post(path, expect=303)
    browser.post(f"/sign-in/link/{token}", expect=410)


def test_who_has_no_password_shows_who_they_are_before_the_address_changes(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    own = as_user(make.user("editor", organisation=make.organisation()))
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        led = own.post("/account/email", {"email": "new@people.example.org"}, expect=303)
    assert led.headers["Location"].startswith("/account/prove")
    assert not mailbox.to("new@people.example.org")


def test_the_address_stays_without_the_password(sqlite_app: Flask, make: Make, as_user: Callable[..., Browser]) -> None:
    user = with_password(make)
    own = as_user(user)
    page = own.post("/account/email", {"email": "new@people.example.org", "password": "wrong"}, expect=422)
    assert page.one("#email")["value"] == "new@people.example.org"
    assert db.session.query(AccountToken).count() == 0


def test_an_address_of_another_account_is_told_to_its_reader_alone(
    app: Flask, make: Make, browser: Browser, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    user = with_password(make)
    user_id = user.id
    ask_to_change(as_user, user)
    path = link_in(mailbox, "new@people.example.org", "/confirm/")
    make.user(email="New@people.example.org")
    browser.post(path, expect=409)
    assert now(user_id).email == "old@people.example.org"


@pytest.mark.parametrize("typed", ["", "no address", "a@b", "x" * 300 + "@people.example.org"])
def test_an_address_that_is_none_is_refused(sqlite_app: Flask, browser: Browser, typed: str) -> None:
    assert browser.post("/account/new-password", {"email": typed}, expect=422).select(".error-summary")
