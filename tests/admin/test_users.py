"""Users as administrators see them: found by the whole address alone, changed with a reason, told."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.accounts.models import AccountToken, Passkey, User, UserSession
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.geography.models import NeighbourhoodSet
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

As = Callable[..., Browser]


def test_a_user_is_found_by_the_whole_address_which_stands_in_no_address_of_a_page(
    app: Flask, make: Make, as_user: As
) -> None:
    someone = make.user("editor", organisation=make.organisation(), email="Nia@people.example.org")
    browser = as_user(make.user("administrator"))
    found = browser.post("/admin/users/find", {"email": "NIA@people.example.org"}, expect=303)
    assert found.headers["Location"] == f"/admin/users/{someone.id}"
    assert "Nia@people.example.org" in browser.follow(found).main
    for part in ("nia", "nia@", "%"):
        missed = browser.post("/admin/users/find", {"email": part}, expect=303)
        assert missed.headers["Location"] == "/admin/users"
    noted = db.session.query(AuditEntry).filter_by(action="account.viewed").one()
    assert noted.subject_id == str(someone.id)


def test_users_are_listed_by_role_and_organisation(sqlite_app: Flask, make: Make, as_user: As) -> None:
    here = make.organisation("Larkfield Circle")
    make.user("editor", organisation=here, name="Nia")
    make.user("editor", organisation=make.organisation("Elsewhere"), name="Owen")
    browser = as_user(make.user("administrator", name="Ada"))
    assert {"Nia", "Owen", "Ada"} <= set(browser.get("/admin/users").words("th a"))
    assert browser.get(f"/admin/users?role=editor&organisation={here.id}").words("th a") == ["Nia"]
    browser.get("/admin/users?role=king&organisation=nowhere&page=99999999999999")


def test_deactivating_ends_sessions_and_links_and_reactivating_opens_again(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox
) -> None:
    someone, boss = make.user(email="nia@people.example.org"), make.user("administrator")
    own, browser, user_id = as_user(someone), as_user(boss), someone.id
    own.get("/account/roles")
    browser.post(f"/admin/users/{user_id}/change", {"verb": "deactivate", "why": "suspicious"}, expect=303)
    own.get("/account/roles", expect=303)
    assert db.session.get_one(User, user_id).deactivated_at
    noted = db.session.query(AuditEntry).filter_by(action="account.deactivated").one()
    assert (noted.why, noted.actor_id) == ("suspicious", str(boss.id))
    browser.post(f"/admin/users/{user_id}/change", {"verb": "reactivate", "why": "mistake"}, expect=303)
    assert len(mailbox.to("nia@people.example.org")) == 2
    assert db.session.get_one(User, user_id).is_active


def test_a_lost_second_factor_is_taken_away_with_a_reason(app: Flask, make: Make, as_user: As) -> None:
    someone = make.user("moderator", totp_secret="A" * 32)
    db.session.add(Passkey(user_id=someone.id, credential_id="x", public_key=b"x", name="Key"))
    db.session.commit()
    browser, own = as_user(make.user("administrator")), as_user(someone)
    browser.post(f"/admin/users/{someone.id}/change", {"verb": "factor"}, expect=303)
    assert someone.has_second_factor, "without a reason nothing happens"
    browser.post(f"/admin/users/{someone.id}/change", {"verb": "factor", "why": "lost"}, expect=303)
    db.session.expire_all()
    assert not someone.has_second_factor
    own.get("/account/roles", expect=303)


@pytest.mark.parametrize("verb", ["deactivate", "factor"])
def test_nobody_changes_their_own_account_here(sqlite_app: Flask, make: Make, as_user: As, verb: str) -> None:
    boss = make.user("administrator", totp_secret="A" * 32)
    as_user(boss).post(f"/admin/users/{boss.id}/change", {"verb": verb, "why": "asked"}, expect=403)
    assert boss.is_active and boss.totp_secret


def test_the_last_administrator_is_not_deactivated_by_one_who_is_leaving(
    sqlite_app: Flask, make: Make, as_user: As
) -> None:
    boss, other = make.user("administrator"), make.user("administrator")
    browser = as_user(boss)
    browser.post(f"/admin/users/{other.id}/change", {"verb": "deactivate", "why": "left"}, expect=303)
    browser.post(f"/admin/users/{boss.id}/roles/{boss.held[0].id}/end", expect=409)


def test_an_administrator_gives_and_ends_any_role(app: Flask, make: Make, as_user: As) -> None:
    here, someone = make.organisation("Larkfield Circle"), make.user()
    leicester()
    browser = as_user(make.user("administrator"))
    page = browser.post(f"/admin/users/{someone.id}/roles", {"role": "lead"}, expect=422)
    assert page.select("#organisation-error")
    told = {"role": "lead", "organisation": "larkfield circle"}
    browser.post(f"/admin/users/{someone.id}/roles", told, expect=303)
    browser.post(f"/admin/users/{someone.id}/roles", {"role": "moderator", "area": "leicester"}, expect=303)
    db.session.expire_all()
    assert [(one.role, one.organization_id, one.area) for one in someone.held] == [
        ("lead", here.id, None),
        ("moderator", None, "leicester"),
    ]
    browser.post(f"/admin/users/{someone.id}/roles/{someone.held[1].id}/end", expect=303)
    db.session.expire_all()
    assert [one.role for one in someone.held] == ["lead"]


def leicester() -> None:
    db.session.add(
        NeighbourhoodSet(slug="leicester", name="Leicester team areas", area="Leicester", valid_from=date(2020, 1, 1))
    )
    db.session.commit()


@pytest.mark.parametrize("where", ["/admin/users/invite", "/admin/users/{}"])
def test_an_area_is_chosen_by_its_name(sqlite_app: Flask, make: Make, as_user: As, where: str) -> None:
    leicester()
    someone, browser = make.user(), as_user(make.user("administrator"))
    page = browser.get(where.format(someone.id))
    shown = {group["label"]: group.get_text(" ", strip=True) for group in page.select("#area optgroup")}
    assert shown["Sets of neighbourhoods"] == "Leicester team areas" and "Camden" in shown["Councils"]
    address = where.format(someone.id) + ("/roles" if "{" in where else "")
    told = {"role": "moderator", "email": "new@people.example.org", "key": "k" * 30}
    wrong = browser.post(address, told | {"area": "lester"}, expect=422)
    assert wrong.one("#area-error").get_text(strip=True).endswith("Choose one of the list")
    assert wrong.one("#role option[selected]")["value"] == "moderator", "what was chosen stays"
    again = browser.post(address, told | {"role": "lead", "area": "leicester"}, expect=422)
    assert again.one("#area option[selected]")["value"] == "leicester"
    browser.post(address, told | {"area": "E09000007"}, expect=303)


def test_the_name_of_an_area_is_shown_not_its_slug(sqlite_app: Flask, make: Make, as_user: As) -> None:
    leicester()
    someone = make.user("moderator", area="leicester")
    other = make.user("moderator", area="E09000007")
    browser = as_user(make.user("administrator"))
    assert "Leicester team areas" in browser.get(f"/admin/users/{someone.id}").main
    assert "Camden" in browser.get(f"/admin/users/{other.id}").main
    for address in ("/account", "/account/roles"):
        assert "Leicester team areas" in as_user(someone).get(address).main


def test_of_several_organisations_one_is_chosen_without_knowing_an_id(
    sqlite_app: Flask, make: Make, as_user: As
) -> None:
    someone, browser = make.user(), as_user(make.user("administrator"))
    first, second = make.organisation("Larkfield Circle"), make.organisation("Larkfield Circle")
    make.service(organisation=second)
    address, told = f"/admin/users/{someone.id}/roles", {"role": "lead", "organisation": "Larkfield Circle"}
    page = browser.post(address, told, expect=422)
    assert "Several organisations have this name" in page.one("#which-error").get_text()
    assert {str(tag["value"]) for tag in page.select("input[name=which]")} == {str(first.id), str(second.id)}
    assert page.one("#organisation")["value"] == "Larkfield Circle" and "1 listing" in page.main
    by_word = browser.post(address, told | {"organisation": "larkfield"}, expect=422)
    assert "No organisation has exactly this name" in by_word.one("#which-error").get_text()
    nothing = browser.post(address, told | {"organisation": "Nowhere"}, expect=422)
    assert nothing.select("#organisation-error") and not nothing.select("input[name=which]")
    browser.post(address, told | {"which": str(second.id)}, expect=303)
    db.session.expire_all()
    assert [one.organization_id for one in someone.held] == [second.id]


def test_an_administrator_invites_anybody(sqlite_app: Flask, make: Make, as_user: As) -> None:
    browser = as_user(make.user("administrator"))
    form = browser.get("/admin/users/invite").form("/admin/users/invite")
    told = {"email": "new@people.example.org", "role": "commissioner", "key": form["key"]}
    browser.post("/admin/users/invite", told, expect=303)
    row = db.session.query(AccountToken).filter_by(purpose="invite").one()
    browser.post(f"/admin/users/invitations/{row.id}/take-back", expect=303)
    db.session.expire_all()
    assert row.used_at is not None and db.session.query(UserSession).count() == 1
