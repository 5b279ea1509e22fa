"""A group passes somebody on: sent there at once where the person agreed to it, else back with the idea."""

from collections.abc import Callable
from uuid import UUID

import pytest

from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.referrals.models import Introduction
from tests.factories import Make
from tests.responding.test_by_link import link, post
from tests.support.page import Browser
from tests.support.referrals import World, agree

pytestmark = pytest.mark.usefixtures("sqlite_app")
AsUser = Callable[..., Browser]
NAME = "Saffron Singers"


def _sent(
    loop: World, make: Make, *, agreed: bool, state: str = "sent", needs: tuple[str, ...] = ("loneliness",)
) -> tuple[UUID, UUID, str]:
    """An introduction and another group's listing that can be found, by their ids, and the address of the link."""
    other = make.service(NAME, organisation=make.organisation("Saffron Voices"), needs=needs)
    made = loop.introduction(state)
    if agreed:
        agree(loop.person, other.organization)
    found = made.id, other.id, link(made)
    work_until_idle()
    return found


def _onward() -> list[Introduction]:
    return list(db.session.query(Introduction).filter(Introduction.part_of_id.is_not(None)))


def test_by_link_it_is_sent_where_the_person_agreed(loop: World, browser: Browser, make: Make) -> None:
    made, other, address = _sent(loop, make, agreed=True)
    typed = {"answer": "pass", "onward": NAME}
    assert "Write the name of the group" in post(browser, address, 422, answer="pass").main
    assert "Saffron Singers, Saffron Voices" in post(browser, address, 422, **typed).main
    done = browser.follow(post(browser, address, **typed, onward_id=str(other)))
    assert "Otherwise whoever referred them gets your suggestion" in done.text
    assert [(one.state, one.service_id, one.part_of_id) for one in _onward()] == [("sent", other, made)]
    assert db.session.get_one(Introduction, made).state == "redirected"


def test_without_an_agreement_it_goes_back_with_the_idea(loop: World, browser: Browser, make: Make) -> None:
    made, other, address = _sent(loop, make, agreed=False)
    post(browser, address, answer="pass", onward=NAME, onward_id=str(other))
    back = db.session.get_one(Introduction, made)
    assert (back.state, back.reason_code) == ("declined", "more-suitable-elsewhere")
    assert back.suggested_service_id == other and not _onward()


def test_nobody_learns_by_it_who_agreed_to_a_sensitive_service(loop: World, browser: Browser, make: Make) -> None:
    made, other, address = _sent(loop, make, agreed=True, needs=("addiction",))
    post(browser, address, answer="pass", onward=NAME, onward_id=str(other))
    assert db.session.get_one(Introduction, made).state == "declined" and not _onward()


def test_signed_in_it_goes_back_from_the_waiting_list_too(loop: World, as_user: AsUser, make: Make) -> None:
    browser = as_user(loop.group_worker)
    made, other, _link = _sent(loop, make, agreed=False, state="waiting-list")
    address = f"/group/referrals/{db.session.get_one(Introduction, made).shown_reference}/pass"
    fields = browser.get(address).select("form input[type=hidden]")
    typed = {str(field["name"]): str(field["value"]) for field in fields} | {"onward": NAME}
    shown = browser.post(address, typed, expect=422)
    assert "Saffron Singers, Saffron Voices" in shown.main and "Say which group you mean" in shown.main
    browser.post(address, {**typed, "onward_id": str(other)}, expect=303)
    back = db.session.get_one(Introduction, made)
    assert (back.state, back.reason_code) == ("not-started", "more-suitable-elsewhere")
    assert back.suggested_service_id == other
