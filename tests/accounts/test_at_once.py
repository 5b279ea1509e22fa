"""Two requests at the same moment: a code, a recovery code, a link and a step work once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from flask import Flask

from portal.accounts import invitations, links, passwords, people_queries, recovery_codes
from portal.accounts.models import Membership, User
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import MONDAY, Make
from tests.support.at_once import all_know, post_all
from tests.support.page import Browser

AsUser = Callable[..., Browser]
GOOD, EMAIL = "purple kettle lawn", "mo@people.example.org"
STRONG = "seven lanterns under wet slate"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _at_once(browsers: list[Browser], path: str, told: dict[str, str]) -> list[tuple[int, bool]]:
    """Status of each answer, and whether it signed in."""
    tokens = [one.csrf_token() for one in browsers]
    db.session.rollback()

    def send(number: int) -> tuple[int, bool]:
        answer = browsers[number].client.post(path, data={**told, "csrf_token": tokens[number]})
        return answer.status_code, browsers[number].client.get_cookie("session") is not None

    with ThreadPoolExecutor(len(browsers)) as several:
        return sorted(several.map(send, range(len(browsers))))


def _half_in(app: Flask) -> Browser:
    browser = Browser(app)
    browser.post("/sign-in", {"email": EMAIL, "password": GOOD}, expect=303)
    return browser


def _signed_in(answers: list[tuple[int, bool]]) -> int:
    return sum(is_in for _status, is_in in answers)


def test_of_two_with_the_same_code_of_an_app_one_gets_in(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), totp_secret=SECRET)
        browsers = [_half_in(app) for _number in range(3)]
        code = pyotp.TOTP(SECRET).at(int(MONDAY.timestamp()))
        assert _signed_in(_at_once(browsers, "/sign-in/second-step", {"code": code})) == 1


def test_of_two_with_the_same_recovery_code_one_gets_in(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        user_id = make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), totp_secret=SECRET).id
        with unit():
            code = recovery_codes.make(db.session.get_one(User, user_id))[0]
        browsers = [_half_in(app) for _number in range(3)]
        assert _signed_in(_at_once(browsers, "/sign-in/recovery-code", {"code": code})) == 1


def test_of_two_with_the_same_step_one_gets_in(app: Flask, make: Make) -> None:
    """One browser, one password, its button pressed twice with two codes that are both right."""
    with clock.freeze(MONDAY):
        make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), totp_secret=SECRET)
        first, second = _half_in(app), Browser(app)
        step = first.client.get_cookie("step")
        assert step is not None
        second.client.set_cookie("step", step.value)
        codes = [pyotp.TOTP(SECRET).at(int(MONDAY.timestamp()) + steps) for steps in (0, 30)]
        first.post("/sign-in/second-step", {"code": codes[0]}, expect=303)
        assert second.post("/sign-in/second-step", {"code": codes[1]}, expect=303).headers["Location"] == "/sign-in"
        assert second.client.get_cookie("session") is None


def test_of_two_with_the_same_link_one_gets_in(app: Flask, make: Make) -> None:
    user_id = make.user("editor", organisation=make.organisation(), email=EMAIL).id
    with unit():
        _row, token = links.issue("sign-in", email=EMAIL, user_id=user_id)
    answers = _at_once([Browser(app) for _number in range(3)], f"/sign-in/link/{token}", {})
    assert _signed_in(answers) == 1


def test_of_two_last_leads_who_leave_at_once_one_stays(
    app: Flask, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make.organisation()
    leads = [make.user("lead", organisation=here) for _number in range(2)]
    posts = [(as_user(one), f"/account/roles/{one.held[0].id}/leave", {}) for one in leads]
    all_know(monkeypatch, people_queries, "own_role", 2)
    assert post_all(posts) == [303, 409]
    assert db.session.query(Membership).filter_by(ended_at=None).count() == 1


def test_of_two_leads_who_end_each_others_role_at_once_one_stays(
    app: Flask, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make.organisation()
    one, other = (make.user("lead", organisation=here) for _number in range(2))
    at = f"/account/people/{here.id}/roles"
    posts = [(as_user(one), f"{at}/{other.held[0].id}/end", {}), (as_user(other), f"{at}/{one.held[0].id}/end", {})]
    all_know(monkeypatch, people_queries, "role_for", 2)
    assert post_all(posts) in ([303, 403], [303, 303]), "the second is refused, or signed out by then"
    assert db.session.query(Membership).filter_by(ended_at=None).count() == 1


def test_a_role_that_two_give_at_once_is_held_once_and_gone_when_it_ends(
    app: Flask, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make.organisation()
    leads = [make.user("lead", organisation=here) for _number in range(2)]
    editor = make.user("editor", organisation=here)
    all_know(monkeypatch, people_queries, "person_for", 2)
    address = f"/account/people/{here.id}/{editor.id}"
    assert post_all([(as_user(one), address, {"role": "lead"}) for one in leads]) == [303, 303]
    assert db.session.query(Membership).filter_by(user_id=editor.id, role="lead").count() == 1


def test_two_invitations_of_one_person_at_once_make_one_account(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = []
    for name in ("Larkfield Circle", "Saffron Brook"):
        here = make.organisation(name)
        lead = make.user("lead", organisation=here)
        with unit():
            _row, token = invitations.invite(
                EMAIL, Role.EDITOR, by=db.session.get_one(User, lead.id), organization_id=here.id
            )
        posts.append((Browser(app), f"/account/join/{token}", {"name": "Mo", "password": STRONG}))
    all_know(monkeypatch, passwords, "problem_with", 2)
    assert post_all(posts) in ([303, 403], [200, 303]), "the second is told that there is an account"
    assert user_by_email(EMAIL) is not None and db.session.query(User).count() == 3
