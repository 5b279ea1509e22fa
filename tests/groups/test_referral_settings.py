"""How a listing takes referrals: who may set it, what is refused, and that nothing that changed meanwhile is lost."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from portal.core.extensions import db
from portal.referrals.models import ReferralSetting
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]


def page_of(browser: Browser, service: Any) -> tuple[str, dict[str, str]]:
    address = f"/group/listings/{service.id}/referrals"
    form = {key: value for key, value in browser.get(address).form(address).items() if key == "version"}
    told = {"is_open": "yes", "has_waiting_list": "yes", "places": "", "first": "", "second": "", "asks_birth_date": ""}
    return address, {**told, "serves": "", **form}


def test_an_editor_sets_it_and_it_holds(app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service()
    editor = as_user(make.user("editor", organisation=service.organization))
    address, told = page_of(editor, service)
    told |= {"is_open": "no", "places": "4", "first": "Will they need a lift home?", "serves": "le1, LE2 LE2"}
    editor.post(address, told, expect=303)
    row = db.session.get_one(ReferralSetting, service.id)
    assert (row.is_open, row.places, row.questions, row.serves) == (
        False,
        4,
        ["Will they need a lift home?"],
        ["LE1", "LE2"],
    )
    assert "Will they need a lift home?" in editor.get(address).html
    assert address in editor.get(f"/group/listings/{service.id}/edit").html


def test_what_is_wrong_is_said_and_kept(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service()
    editor = as_user(make.user("editor", organisation=service.organization))
    address, told = page_of(editor, service)
    page = editor.post(address, {**told, "places": "many", "serves": "LE2, Leicester", "first": "x" * 121}, expect=422)
    for words in (
        "Enter a number of places, like 4",
        "LEICESTER is not the first half of a postcode",
        "Use 120 characters",
    ):
        assert words in page.text
    assert page.select('input[name="places"][value="many"]') and db.session.query(ReferralSetting).count() == 0


def test_a_place_taken_meanwhile_is_not_overwritten(app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service()
    db.session.add(ReferralSetting(service_id=service.id, places=3))
    db.session.commit()
    editor = as_user(make.user("editor", organisation=service.organization))
    address, told = page_of(editor, service)
    row = db.session.get_one(ReferralSetting, service.id)
    row.places = 2
    db.session.commit()
    clash = editor.post(address, {**told, "places": "3", "first": "Do you sing?"}, expect=409)
    assert "2 places are free." in clash.text and "Do you sing?" in clash.html
    again = {**told, "places": "2", "first": "Do you sing?", "version": clash.form(address)["version"]}
    editor.post(address, again, expect=303)
    db.session.expire_all()
    assert db.session.get_one(ReferralSetting, service.id).questions == ["Do you sing?"]


def test_another_group_and_a_moderator_find_nothing(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service()
    other = make.user("editor", organisation=make.organisation("Far Friends"))
    as_user(other).get(f"/group/listings/{service.id}/referrals", expect=404)
    as_user(make.user("moderator")).get(f"/group/listings/{service.id}/referrals", expect=403)
