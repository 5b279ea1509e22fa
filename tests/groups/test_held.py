"""What a group had typed when its session ended comes back on the page of that fact, and a change of others is still a clash."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from portal.accounts import passwords
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import MONDAY, Make
from tests.support.page import Browser

GOOD, EMAIL = "purple kettle lawn", "ed@people.example.org"
LATER = MONDAY + timedelta(hours=13)


def _group(make: Make, as_user: Callable[..., Browser]) -> tuple[Service, Browser]:
    service = make.service(
        sessions=[make.session()],
        summary="Tea and talk.",
        organisation=make.organisation("Tannery Park Allotment Group"),
    )
    user = make.user(
        "editor", organisation=service.organization, trusted=True, email=EMAIL, password_hash=passwords.hashed(GOOD)
    )
    return service, as_user(user, is_strong=False)


def _typed_late(group: Browser, path: str, **fields: str) -> None:
    """Typed after the session had ended, then signed in again."""
    group.post(path, {"action": "save", **fields}, expect=303)
    group.post("/sign-in", {"email": EMAIL, "password": GOOD, "next": path}, expect=303)


def test_a_fact_comes_back_as_it_was_typed(app: Flask, make: Make, as_user: Callable[..., Browser]) -> None:
    with clock.freeze(MONDAY):
        service, group = _group(make, as_user)
        path = f"/group/listings/{service.id}/edit/summary"
    with clock.freeze(LATER):
        _typed_late(group, path, version="1", text="Tea, talk and a game of cards.")
        page = group.get(path)
        assert "Tea, talk and a game of cards." in page.html and "Nothing has been sent yet" in page.main
        assert db.session.get_one(Service, service.id).summary == "Tea and talk."
        group.post(path, {"action": "save", "version": "1", "text": "Tea, talk and a game of cards."}, expect=303)
        assert "Nothing has been sent yet" not in group.get(path).main


def test_rows_of_sessions_come_back_too(app: Flask, make: Make, as_user: Callable[..., Browser]) -> None:
    """Their form reads what was sent by itself."""
    with clock.freeze(MONDAY):
        service, group = _group(make, as_user)
        path = f"/group/listings/{service.id}/edit/sessions"
    rows = {
        "s-0-starts": "10.15am",
        "s-0-ends": "11.45am",
        "s-7-starts": "2.20pm",
        "s-7-ends": "3pm",
        "closed": "24 December",
    }
    with clock.freeze(LATER):
        _typed_late(group, path, version="1", **rows)
        page = group.get(path)
        assert {"10.15am", "2.20pm"} <= {str(one.get("value")) for one in page.select("input[name$=-starts]")}
        assert "24 December" in page.html and "Nothing has been sent yet" in page.main


def test_the_version_that_was_seen_comes_back_with_it(app: Flask, make: Make, as_user: Callable[..., Browser]) -> None:
    """So that what others changed meanwhile is shown as a clash, not written over."""
    with clock.freeze(MONDAY):
        service, group = _group(make, as_user)
        path = f"/group/listings/{service.id}/edit/summary"
        service.version = 4
        db.session.commit()
    with clock.freeze(LATER):
        _typed_late(group, path, version="3", text="Mine")
        assert group.get(path).one("input[name=version]")["value"] == "3"
